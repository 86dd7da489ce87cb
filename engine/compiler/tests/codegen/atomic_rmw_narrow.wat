;;! why = "a byte needs no alignment; the operand is wrapped and the result zero-extended"
(module
  (memory 1)
  (func (param i32 i32) (result i32) (i32.atomic.rmw8.sub_u (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0023                               v6 = load.i64 notrap aligned readonly can_move v0+40
;; @0023                               v5 = uextend.i64 v1
;; @0023                               v7 = iadd v6, v5
;; @0023                               v4 = ireduce.i8 v2
;; @0023                               v8 = atomic_rmw.i8 sub v7, v4
;; @0023                               v9 = uextend.i32 v8
;; @0027                               return v9
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0023                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @0023                               v8 = load.i64 notrap aligned region1 v7+8
;; @0023                               v5 = uextend.i64 v1
;; @0023                               v6 = iconst.i64 1
;; @0023                               v9 = iadd v5, v6  ; v6 = 1
;; @0023                               v10 = icmp ugt v9, v8
;; @0023                               trapnz v10, user5
;; @0023                               v11 = load.i64 notrap aligned region1 v7
;; @0023                               v12 = iadd v11, v5
;; @0023                               v4 = ireduce.i8 v2
;; @0023                               v13 = atomic_rmw.i8 sub v12, v4
;; @0023                               v14 = uextend.i32 v13
;; @0027                               return v14
;; }
