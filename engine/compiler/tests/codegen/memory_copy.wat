;;! why = "both ranges are checked, then a leaf routine of the runtime moves the bytes"
(module
  (memory 1)
  (func (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0025                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @0025                               v8 = load.i64 notrap aligned region1 v7+8
;; @0025                               v4 = uextend.i64 v1
;; @0025                               v6 = uextend.i64 v3
;; @0025                               v9 = iadd v4, v6
;; @0025                               v10 = icmp ugt v9, v8
;; @0025                               trapnz v10, user5
;; @0025                               v5 = uextend.i64 v2
;; @0025                               v14 = iadd v5, v6
;; @0025                               v15 = icmp ugt v14, v8
;; @0025                               trapnz v15, user5
;; @0025                               v17 = load.i64 notrap aligned readonly can_move v0+8
;; @0025                               v18 = load.i64 notrap aligned readonly can_move v17+24
;; @0025                               v11 = load.i64 notrap aligned readonly can_move v0+40
;; @0025                               v12 = iadd v11, v4
;; @0025                               v16 = iadd v11, v5
;; @0025                               call_indirect sig0, v18(v0, v12, v16, v6)
;; @0029                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0025                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @0025                               v8 = load.i64 notrap aligned region1 v7+8
;; @0025                               v4 = uextend.i64 v1
;; @0025                               v6 = uextend.i64 v3
;; @0025                               v9 = iadd v4, v6
;; @0025                               v10 = icmp ugt v9, v8
;; @0025                               trapnz v10, user5
;; @0025                               v11 = load.i64 notrap aligned region1 v7
;; @0025                               v5 = uextend.i64 v2
;; @0025                               v14 = iadd v5, v6
;; @0025                               v15 = icmp ugt v14, v8
;; @0025                               trapnz v15, user5
;; @0025                               v18 = load.i64 notrap aligned readonly can_move v0+8
;; @0025                               v19 = load.i64 notrap aligned readonly can_move v18+24
;; @0025                               v12 = iadd v11, v4
;; @0025                               v17 = iadd v11, v5
;; @0025                               call_indirect sig0, v19(v0, v12, v17, v6)
;; @0029                               return
;; }
