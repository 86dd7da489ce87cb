;;! why = "a store that may tear is preceded by a load on aarch64"
(module
  (memory 1)
  (func (param i32 i64) (i64.store (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard
;; function u0:0(i64 vmctx, i32, i64) tail {
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @0022                               v4 = load.i64 notrap aligned readonly can_move v0+40
;; @0022                               v3 = uextend.i64 v1
;; @0022                               v5 = iadd v4, v3
;; @0022                               store user5 little region0 v2, v5
;; @0025                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i64) tail {
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @0022                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0022                               v6 = load.i64 notrap aligned region1 v5+8
;; @0022                               v3 = uextend.i64 v1
;; @0022                               v4 = iconst.i64 8
;; @0022                               v7 = iadd v3, v4  ; v4 = 8
;; @0022                               v8 = icmp ugt v7, v6
;; @0022                               trapnz v8, user5
;; @0022                               v9 = load.i64 notrap aligned region1 v5
;; @0022                               v10 = iadd v9, v3
;; @0022                               store notrap little region0 v2, v10
;; @0025                               return
;; }

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i32, i64) tail {
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @0022                               v4 = load.i64 notrap aligned readonly can_move v0+40
;; @0022                               v3 = uextend.i64 v1
;; @0022                               v5 = iadd v4, v3
;; @0022                               v6 = load.i8 user5 little region0 v5+7
;; @0022                               store user5 little region0 v2, v5
;; @0025                               return
;; }
