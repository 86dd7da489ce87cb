;;! why = "a short constant length: all loads before all stores, and the last store first"
(module
  (memory 1)
  (func (param i32 i32) (memory.copy (local.get 0) (local.get 1) (i32.const 12))))

;; ==== clif: x86_64 guard
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0024                               v5 = load.i64 notrap aligned readonly can_move v0+40
;; @0024                               v4 = uextend.i64 v2
;; @0024                               v6 = iadd v5, v4
;; @0024                               v9 = load.i64 user5 little region0 v6
;; @0024                               v10 = load.i64 user5 little region0 v6+4
;; @0024                               v7 = uextend.i64 v1
;; @0024                               v8 = iadd v5, v7
;; @0024                               store user5 little region0 v10, v8+4
;; @0024                               store user5 little region0 v9, v8
;; @0028                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0024                               v6 = load.i64 notrap aligned readonly can_move v0+32
;; @0024                               v7 = load.i64 notrap aligned region1 v6+8
;; @0024                               v4 = uextend.i64 v2
;; @0024                               v5 = iconst.i64 12
;; @0024                               v8 = iadd v4, v5  ; v5 = 12
;; @0024                               v9 = icmp ugt v8, v7
;; @0024                               trapnz v9, user5
;; @0024                               v10 = load.i64 notrap aligned region1 v6
;; @0024                               v12 = uextend.i64 v1
;; @0024                               v14 = iadd v12, v5  ; v5 = 12
;; @0024                               v15 = icmp ugt v14, v7
;; @0024                               trapnz v15, user5
;; @0024                               v11 = iadd v10, v4
;; @0024                               v18 = load.i64 notrap little region0 v11
;; @0024                               v19 = load.i64 notrap little region0 v11+4
;; @0024                               v17 = iadd v10, v12
;; @0024                               store notrap little region0 v19, v17+4
;; @0024                               store notrap little region0 v18, v17
;; @0028                               return
;; }

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0024                               v5 = load.i64 notrap aligned readonly can_move v0+40
;; @0024                               v4 = uextend.i64 v2
;; @0024                               v6 = iadd v5, v4
;; @0024                               v9 = load.i64 user5 little region0 v6
;; @0024                               v10 = load.i64 user5 little region0 v6+4
;; @0024                               v7 = uextend.i64 v1
;; @0024                               v8 = iadd v5, v7
;; @0024                               v11 = load.i8 user5 little region0 v8+11
;; @0024                               store user5 little region0 v10, v8+4
;; @0024                               store user5 little region0 v9, v8
;; @0028                               return
;; }
