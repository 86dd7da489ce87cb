;;! why = "another routine for shared memories; the length is loaded each time"
(module
  (memory 1 2 shared)
  (func (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0026                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @0026                               v8 = load.i64 notrap aligned region1 v7+8
;; @0026                               v4 = uextend.i64 v1
;; @0026                               v6 = uextend.i64 v3
;; @0026                               v9 = iadd v4, v6
;; @0026                               v10 = icmp ugt v9, v8
;; @0026                               trapnz v10, user5
;; @0026                               v5 = uextend.i64 v2
;; @0026                               v14 = iadd v5, v6
;; @0026                               v15 = icmp ugt v14, v8
;; @0026                               trapnz v15, user5
;; @0026                               v17 = load.i64 notrap aligned readonly can_move v0+8
;; @0026                               v18 = load.i64 notrap aligned readonly can_move v17+32
;; @0026                               v11 = load.i64 notrap aligned readonly can_move v0+40
;; @0026                               v12 = iadd v11, v4
;; @0026                               v16 = iadd v11, v5
;; @0026                               call_indirect sig0, v18(v0, v12, v16, v6)
;; @002a                               return
;; }
