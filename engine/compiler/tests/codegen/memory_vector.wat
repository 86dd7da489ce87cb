;;! why = "vector loads and stores"
(module
  (memory 1)
  (func (param i32) (v128.store (local.get 0) (v128.load8_splat (local.get 0)))))

;; ==== clif: x86_64 guard
;; function u0:0(i64 vmctx, i32) tail {
;;                                 block0(v0: i64, v1: i32):
;; @0021                               v3 = load.i64 notrap aligned readonly can_move v0+40
;; @0021                               v2 = uextend.i64 v1
;; @0021                               v4 = iadd v3, v2
;; @0021                               v5 = load.i8 user5 little region0 v4
;; @0021                               v6 = splat.i8x16 v5
;; @0025                               store user5 little region0 v6, v4
;; @0029                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32) tail {
;;                                 block0(v0: i64, v1: i32):
;; @0021                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0021                               v5 = load.i64 notrap aligned region1 v4+8
;; @0021                               v2 = uextend.i64 v1
;; @0021                               v3 = iconst.i64 1
;; @0021                               v6 = iadd v2, v3  ; v3 = 1
;; @0021                               v7 = icmp ugt v6, v5
;; @0021                               trapnz v7, user5
;; @0021                               v8 = load.i64 notrap aligned region1 v4
;; @0021                               v9 = iadd v8, v2
;; @0021                               v10 = load.i8 notrap little region0 v9
;; @0025                               v12 = iconst.i64 16
;; @0025                               v14 = iadd v2, v12  ; v12 = 16
;; @0025                               v15 = icmp ugt v14, v5
;; @0025                               trapnz v15, user5
;; @0021                               v11 = splat.i8x16 v10
;; @0025                               store notrap little region0 v11, v9
;; @0029                               return
;; }

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i32) tail {
;;                                 block0(v0: i64, v1: i32):
;; @0021                               v3 = load.i64 notrap aligned readonly can_move v0+40
;; @0021                               v2 = uextend.i64 v1
;; @0021                               v4 = iadd v3, v2
;; @0021                               v5 = load.i8 user5 little region0 v4
;; @0025                               v7 = load.i8 user5 little region0 v4+15
;; @0021                               v6 = splat.i8x16 v5
;; @0025                               store user5 little region0 v6, v4
;; @0029                               return
;; }
