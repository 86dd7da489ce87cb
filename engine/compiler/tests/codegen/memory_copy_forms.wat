;;! why = "64-bit ranges may overflow; a memory of byte pages moves"
(module
  (memory $long i64 1)
  (memory $bytes 100 (pagesize 1))
  (func (param i64 i64 i64) (memory.copy $long $long (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i64 i32) (memory.copy $bytes $long (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i64, i64) tail {
;;     sig0 = (i64, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i64, v2: i64, v3: i64):
;; @002f                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @002f                               v5 = load.i64 notrap aligned region1 v4+8
;; @002f                               v6 = uadd_overflow_trap v1, v3, user5
;; @002f                               v7 = icmp ugt v6, v5
;; @002f                               trapnz v7, user5
;; @002f                               v8 = load.i64 notrap aligned region1 v4
;; @002f                               v11 = uadd_overflow_trap v2, v3, user5
;; @002f                               v12 = icmp ugt v11, v5
;; @002f                               trapnz v12, user5
;; @002f                               v15 = load.i64 notrap aligned readonly can_move v0+8
;; @002f                               v16 = load.i64 notrap aligned readonly can_move v15+24
;; @002f                               v9 = iadd v8, v1
;; @002f                               v14 = iadd v8, v2
;; @002f                               call_indirect sig0, v16(v0, v9, v14, v3)
;; @0033                               return
;; }
;; function u0:1(i64 vmctx, i32, i64, i32) tail {
;;     sig0 = (i64, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i64, v3: i32):
;; @003c                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @003c                               v7 = load.i64 notrap aligned region1 v6+8
;; @003c                               v4 = uextend.i64 v1
;; @003c                               v5 = uextend.i64 v3
;; @003c                               v8 = iadd v4, v5
;; @003c                               v9 = icmp ugt v8, v7
;; @003c                               trapnz v9, user5
;; @003c                               v10 = load.i64 notrap aligned region1 v6
;; @003c                               v12 = load.i64 notrap aligned readonly can_move v0+32
;; @003c                               v13 = load.i64 notrap aligned region1 v12+8
;; @003c                               v14 = uadd_overflow_trap v2, v5, user5
;; @003c                               v15 = icmp ugt v14, v13
;; @003c                               trapnz v15, user5
;; @003c                               v16 = load.i64 notrap aligned region1 v12
;; @003c                               v18 = load.i64 notrap aligned readonly can_move v0+8
;; @003c                               v19 = load.i64 notrap aligned readonly can_move v18+24
;; @003c                               v11 = iadd v10, v4
;; @003c                               v17 = iadd v16, v2
;; @003c                               call_indirect sig0, v19(v0, v11, v17, v5)
;; @0040                               return
;; }
