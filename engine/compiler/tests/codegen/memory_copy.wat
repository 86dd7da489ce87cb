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
;; @0025                               v15 = iadd v5, v6
;; @0025                               v16 = icmp ugt v15, v8
;; @0025                               trapnz v16, user5
;; @0025                               v19 = load.i64 notrap aligned readonly can_move v0+8
;; @0025                               v20 = load.i64 notrap aligned readonly can_move v19+24
;; @0025                               v11 = load.i64 notrap aligned readonly can_move v0+40
;; @0025                               v12 = iadd v11, v4
;; @0025                               v18 = iadd v11, v5
;; @0025                               call_indirect sig0, v20(v0, v12, v18, v6)
;; @0029                               jump block1
;;                                 block1:
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
;; @0025                               v12 = load.i64 notrap aligned region1 v7
;; @0025                               v5 = uextend.i64 v2
;; @0025                               v16 = iadd v5, v6
;; @0025                               v17 = icmp ugt v16, v8
;; @0025                               trapnz v17, user5
;; @0025                               v21 = load.i64 notrap aligned readonly can_move v0+8
;; @0025                               v22 = load.i64 notrap aligned readonly can_move v21+24
;; @0025                               v13 = iadd v12, v4
;; @0025                               v20 = iadd v12, v5
;; @0025                               call_indirect sig0, v22(v0, v13, v20, v6)
;; @0029                               jump block1
;;                                 block1:
;; @0029                               return
;; }
