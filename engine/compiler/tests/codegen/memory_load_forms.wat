;;! why = "a shared memory never moves; byte pages have no guard"
(module
  (memory $shared 1 2 shared)
  (memory $bytes 100 (pagesize 1))
  (func (param i32) (result i32) (i32.load $shared offset=8 (local.get 0)))
  (func (param i32) (result i32) (i32.load $bytes offset=8 (local.get 0))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0025                               v4 = load.i64 notrap aligned readonly can_move v0+40
;; @0025                               v3 = uextend.i64 v1
;; @0025                               v5 = iadd v4, v3
;; @0025                               v6 = load.i32 user5 little region0 v5+8
;; @0028                               return v6
;; }
;; function u0:1(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @002d                               v5 = load.i64 notrap aligned readonly can_move v0+48
;; @002d                               v6 = load.i64 notrap aligned region1 v5+8
;; @002d                               v3 = uextend.i64 v1
;; @002d                               v4 = iconst.i64 12
;; @002d                               v7 = iadd v3, v4  ; v4 = 12
;; @002d                               v8 = icmp ugt v7, v6
;; @002d                               trapnz v8, user5
;; @002d                               v9 = load.i64 notrap aligned region1 v5
;; @002d                               v10 = iadd v9, v3
;; @002d                               v11 = load.i32 notrap little region0 v10+8
;; @0031                               return v11
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0025                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0025                               v6 = load.i64 notrap aligned region1 v5+8
;; @0025                               v3 = uextend.i64 v1
;; @0025                               v4 = iconst.i64 12
;; @0025                               v7 = iadd v3, v4  ; v4 = 12
;; @0025                               v8 = icmp ugt v7, v6
;; @0025                               trapnz v8, user5
;; @0025                               v9 = load.i64 notrap aligned readonly can_move v0+40
;; @0025                               v10 = iadd v9, v3
;; @0025                               v11 = load.i32 notrap little region0 v10+8
;; @0028                               return v11
;; }
;; function u0:1(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @002d                               v5 = load.i64 notrap aligned readonly can_move v0+48
;; @002d                               v6 = load.i64 notrap aligned region1 v5+8
;; @002d                               v3 = uextend.i64 v1
;; @002d                               v4 = iconst.i64 12
;; @002d                               v7 = iadd v3, v4  ; v4 = 12
;; @002d                               v8 = icmp ugt v7, v6
;; @002d                               trapnz v8, user5
;; @002d                               v9 = load.i64 notrap aligned region1 v5
;; @002d                               v10 = iadd v9, v3
;; @002d                               v11 = load.i32 notrap little region0 v10+8
;; @0031                               return v11
;; }
