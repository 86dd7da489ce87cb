;;! why = "alignment, then bounds; a narrow load is zero-extended"
(module
  (memory 1 1 shared)
  (func (param i32) (result i64) (i64.atomic.load16_u offset=6 (local.get 0))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32) -> i64 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0021                               v3 = iconst.i32 1
;; @0021                               v4 = band v1, v3  ; v3 = 1
;; @0021                               trapnz v4, user13
;; @0021                               v6 = load.i64 notrap aligned readonly can_move v0+40
;; @0021                               v5 = uextend.i64 v1
;; @0021                               v7 = iadd v6, v5
;; @0021                               v8 = iconst.i64 6
;; @0021                               v9 = iadd v7, v8  ; v8 = 6
;; @0021                               v10 = atomic_load.i16 user5 little region0 v9
;; @0021                               v11 = uextend.i64 v10
;; @0025                               return v11
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i64 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0021                               v3 = iconst.i32 1
;; @0021                               v4 = band v1, v3  ; v3 = 1
;; @0021                               trapnz v4, user13
;; @0021                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @0021                               v8 = load.i64 notrap aligned region1 v7+8
;; @0021                               v5 = uextend.i64 v1
;; @0021                               v6 = iconst.i64 8
;; @0021                               v9 = iadd v5, v6  ; v6 = 8
;; @0021                               v10 = icmp ugt v9, v8
;; @0021                               trapnz v10, user5
;; @0021                               v11 = load.i64 notrap aligned readonly can_move v0+40
;; @0021                               v12 = iadd v11, v5
;; @0021                               v13 = iconst.i64 6
;; @0021                               v14 = iadd v12, v13  ; v13 = 6
;; @0021                               v15 = atomic_load.i16 notrap little region0 v14
;; @0021                               v16 = uextend.i64 v15
;; @0025                               return v16
;; }
