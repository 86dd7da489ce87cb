;;! why = "another routine for shared memories; 64-bit ranges may overflow"
(module
  (memory $long i64 1)
  (memory $shared 1 2 shared)
  (memory $bytes 100 (pagesize 1))
  (func (param i64 i32 i64) (memory.fill $long (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32) (memory.fill $shared (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32) (memory.fill $bytes (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i32, i64) tail {
;;     sig0 = (i64, i64, i32, i64) system_v
;;                                 block0(v0: i64, v1: i64, v2: i32, v3: i64):
;; @0033                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0033                               v5 = load.i64 notrap aligned region1 v4+8
;; @0033                               v6 = uadd_overflow_trap v1, v3, user5
;; @0033                               v7 = icmp ugt v6, v5
;; @0033                               trapnz v7, user5
;; @0033                               v8 = load.i64 notrap aligned region1 v4
;; @0033                               v10 = load.i64 notrap aligned readonly can_move v0+8
;; @0033                               v11 = load.i64 notrap aligned readonly can_move v10+40
;; @0033                               v9 = iadd v8, v1
;; @0033                               call_indirect sig0, v11(v0, v9, v2, v3)
;; @0036                               return
;; }
;; function u0:1(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i64, i32, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @003f                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @003f                               v7 = load.i64 notrap aligned region1 v6+8
;; @003f                               v4 = uextend.i64 v1
;; @003f                               v5 = uextend.i64 v3
;; @003f                               v8 = iadd v4, v5
;; @003f                               v9 = icmp ugt v8, v7
;; @003f                               trapnz v9, user5
;; @003f                               v12 = load.i64 notrap aligned readonly can_move v0+8
;; @003f                               v13 = load.i64 notrap aligned readonly can_move v12+48
;; @003f                               v10 = load.i64 notrap aligned readonly can_move v0+56
;; @003f                               v11 = iadd v10, v4
;; @003f                               call_indirect sig0, v13(v0, v11, v2, v5)
;; @0042                               return
;; }
;; function u0:2(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i64, i32, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @004b                               v6 = load.i64 notrap aligned readonly can_move v0+64
;; @004b                               v7 = load.i64 notrap aligned region1 v6+8
;; @004b                               v4 = uextend.i64 v1
;; @004b                               v5 = uextend.i64 v3
;; @004b                               v8 = iadd v4, v5
;; @004b                               v9 = icmp ugt v8, v7
;; @004b                               trapnz v9, user5
;; @004b                               v10 = load.i64 notrap aligned region1 v6
;; @004b                               v12 = load.i64 notrap aligned readonly can_move v0+8
;; @004b                               v13 = load.i64 notrap aligned readonly can_move v12+40
;; @004b                               v11 = iadd v10, v4
;; @004b                               call_indirect sig0, v13(v0, v11, v2, v5)
;; @004e                               return
;; }
