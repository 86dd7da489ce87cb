;;! why = "a short constant length: the last store first"
(module
  (memory 1)
  (func (param i32 i32) (memory.fill (local.get 0) (local.get 1) (i32.const 10))))

;; ==== clif: x86_64 guard
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0024                               v7 = ireduce.i8 v2
;; @0024                               v8 = uextend.i64 v7
;; @0024                               v9 = iconst.i64 0x0101_0101_0101_0101
;; @0024                               v10 = imul v8, v9  ; v9 = 0x0101_0101_0101_0101
;; @0024                               v5 = load.i64 notrap aligned readonly can_move v0+40
;; @0024                               v4 = uextend.i64 v1
;; @0024                               v6 = iadd v5, v4
;; @0024                               store user5 little region0 v10, v6+2
;; @0024                               store user5 little region0 v10, v6
;; @0027                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0024                               v6 = load.i64 notrap aligned readonly can_move v0+32
;; @0024                               v7 = load.i64 notrap aligned region1 v6+8
;; @0024                               v4 = uextend.i64 v1
;; @0024                               v5 = iconst.i64 10
;; @0024                               v8 = iadd v4, v5  ; v5 = 10
;; @0024                               v9 = icmp ugt v8, v7
;; @0024                               trapnz v9, user5
;; @0024                               v10 = load.i64 notrap aligned region1 v6
;; @0024                               v12 = ireduce.i8 v2
;; @0024                               v13 = uextend.i64 v12
;; @0024                               v14 = iconst.i64 0x0101_0101_0101_0101
;; @0024                               v15 = imul v13, v14  ; v14 = 0x0101_0101_0101_0101
;; @0024                               v11 = iadd v10, v4
;; @0024                               store notrap little region0 v15, v11+2
;; @0024                               store notrap little region0 v15, v11
;; @0027                               return
;; }

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0024                               v5 = load.i64 notrap aligned readonly can_move v0+40
;; @0024                               v4 = uextend.i64 v1
;; @0024                               v6 = iadd v5, v4
;; @0024                               v14 = load.i8 user5 little region0 v6+9
;; @0024                               v7 = ireduce.i8 v2
;; @0024                               v8 = uextend.i64 v7
;; @0024                               v9 = iconst.i64 0x0101_0101_0101_0101
;; @0024                               v10 = imul v8, v9  ; v9 = 0x0101_0101_0101_0101
;; @0024                               store user5 little region0 v10, v6+2
;; @0024                               store user5 little region0 v10, v6
;; @0027                               return
;; }
