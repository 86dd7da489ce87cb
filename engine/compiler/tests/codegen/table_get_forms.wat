;;! why = "elements that are no functions are narrow"
(module
  (table $others 1 externref)
  (table $long i64 1 funcref)
  (func (param i32) (result externref) (table.get $others (local.get 0)))
  (func (param i64) (result funcref) (table.get $long (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @002a                               v3 = load.i64 notrap aligned readonly can_move v0+32
;; @002a                               v5 = load.i64 notrap aligned region1 v3+8
;; @002a                               v4 = uextend.i64 v1
;; @002a                               v6 = icmp uge v4, v5
;; @002a                               trapnz v6, user6
;; @002a                               v7 = load.i64 notrap aligned region1 v3
;; @002a                               v8 = iconst.i64 2
;; @002a                               v9 = ishl v4, v8  ; v8 = 2
;; @002a                               v10 = iadd v7, v9
;; @002a                               v11 = load.i32 notrap aligned region2 v10
;; @002c                               return v11
;; }
;; function u0:1(i64 vmctx, i64) -> i64 tail {
;;                                 block0(v0: i64, v1: i64):
;; @0031                               v3 = load.i64 notrap aligned readonly can_move v0+40
;; @0031                               v4 = load.i64 notrap aligned region1 v3+8
;; @0031                               v5 = icmp uge v1, v4
;; @0031                               trapnz v5, user6
;; @0031                               v6 = load.i64 notrap aligned region1 v3
;; @0031                               v7 = iconst.i64 3
;; @0031                               v8 = ishl v1, v7  ; v7 = 3
;; @0031                               v9 = iadd v6, v8
;; @0031                               v10 = load.i64 notrap aligned region2 v9
;; @0033                               return v10
;; }
