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
;; @0024                               v10 = load.i64 user5 little region0 v6
;; @0024                               v11 = load.i64 user5 little region0 v6+4
;; @0024                               v7 = uextend.i64 v1
;; @0024                               v9 = iadd v5, v7
;; @0024                               store user5 little region0 v11, v9+4
;; @0024                               store user5 little region0 v10, v9
;; @0028                               jump block1
;;                                 block1:
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
;; @0024                               v11 = load.i64 notrap aligned region1 v6
;; @0024                               v13 = uextend.i64 v1
;; @0024                               v17 = iadd v13, v5  ; v5 = 12
;; @0024                               v18 = icmp ugt v17, v7
;; @0024                               trapnz v18, user5
;; @0024                               v12 = iadd v11, v4
;; @0024                               v22 = load.i64 notrap little region0 v12
;; @0024                               v23 = load.i64 notrap little region0 v12+4
;; @0024                               v21 = iadd v11, v13
;; @0024                               store notrap little region0 v23, v21+4
;; @0024                               store notrap little region0 v22, v21
;; @0028                               jump block1
;;                                 block1:
;; @0028                               return
;; }

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0024                               v5 = load.i64 notrap aligned readonly can_move v0+40
;; @0024                               v4 = uextend.i64 v2
;; @0024                               v6 = iadd v5, v4
;; @0024                               v10 = load.i64 user5 little region0 v6
;; @0024                               v11 = load.i64 user5 little region0 v6+4
;; @0024                               v7 = uextend.i64 v1
;; @0024                               v9 = iadd v5, v7
;; @0024                               v12 = load.i8 user5 little region0 v9+11
;; @0024                               store user5 little region0 v11, v9+4
;; @0024                               store user5 little region0 v10, v9
;; @0028                               jump block1
;;                                 block1:
;; @0028                               return
;; }
