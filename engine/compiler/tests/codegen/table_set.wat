;;! why = "the element is stored behind the check of its index"
(module
  (table 1 externref)
  (func (param i32 externref) (table.set (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0023                               v3 = load.i64 notrap aligned readonly can_move v0+32
;; @0023                               v5 = load.i64 notrap aligned region1 v3+8
;; @0023                               v4 = uextend.i64 v1
;; @0023                               v6 = icmp uge v4, v5
;; @0023                               trapnz v6, user6
;; @0023                               v7 = load.i64 notrap aligned region1 v3
;; @0023                               v8 = iconst.i64 2
;; @0023                               v9 = ishl v4, v8  ; v8 = 2
;; @0023                               v10 = iadd v7, v9
;; @0023                               store notrap aligned region2 v2, v10
;; @0025                               return
;; }
