;;! why = "the element is loaded behind the check of its index"
(module
  (table 1 funcref)
  (func (param i32) (result funcref) (table.get (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i64 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0021                               v3 = load.i64 notrap aligned readonly can_move v0+32
;; @0021                               v5 = load.i64 notrap aligned region1 v3+8
;; @0021                               v4 = uextend.i64 v1
;; @0021                               v6 = icmp uge v4, v5
;; @0021                               trapnz v6, user6
;; @0021                               v7 = load.i64 notrap aligned region1 v3
;; @0021                               v8 = iconst.i64 3
;; @0021                               v9 = ishl v4, v8  ; v8 = 3
;; @0021                               v10 = iadd v7, v9
;; @0021                               v11 = load.i64 notrap aligned region2 v10
;; @0023                               return v11
;; }
