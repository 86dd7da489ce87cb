;;! why = "the range is checked, then a leaf routine of the runtime sets the bytes"
(module
  (memory 1)
  (func (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i64, i32, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0025                               v6 = load.i64 notrap aligned readonly can_move v0+32
;; @0025                               v7 = load.i64 notrap aligned region1 v6+8
;; @0025                               v4 = uextend.i64 v1
;; @0025                               v5 = uextend.i64 v3
;; @0025                               v8 = iadd v4, v5
;; @0025                               v9 = icmp ugt v8, v7
;; @0025                               trapnz v9, user5
;; @0025                               v12 = load.i64 notrap aligned readonly can_move v0+8
;; @0025                               v13 = load.i64 notrap aligned readonly can_move v12+40
;; @0025                               v10 = load.i64 notrap aligned readonly can_move v0+40
;; @0025                               v11 = iadd v10, v4
;; @0025                               call_indirect sig0, v13(v0, v11, v2, v5)
;; @0028                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i64, i32, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0025                               v6 = load.i64 notrap aligned readonly can_move v0+32
;; @0025                               v7 = load.i64 notrap aligned region1 v6+8
;; @0025                               v4 = uextend.i64 v1
;; @0025                               v5 = uextend.i64 v3
;; @0025                               v8 = iadd v4, v5
;; @0025                               v9 = icmp ugt v8, v7
;; @0025                               trapnz v9, user5
;; @0025                               v10 = load.i64 notrap aligned region1 v6
;; @0025                               v12 = load.i64 notrap aligned readonly can_move v0+8
;; @0025                               v13 = load.i64 notrap aligned readonly can_move v12+40
;; @0025                               v11 = iadd v10, v4
;; @0025                               call_indirect sig0, v13(v0, v11, v2, v5)
;; @0028                               return
;; }
