;;! why = "the runtime checks each form of table"
(module
  (table $others 1 externref)
  (table $long i64 1 funcref)
  (table $functions 1 funcref)
  (func (param i32 funcref i32) (table.fill $functions (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 externref i32) (table.fill $others (local.get 0) (local.get 1) (local.get 2)))
  (func (param i64 funcref i64) (table.fill $long (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i64, i32) tail {
;;     sig0 = (i64, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i64, v3: i32):
;; @003a                               v7 = load.i64 notrap aligned readonly can_move v0+8
;; @003a                               v8 = load.i64 notrap aligned readonly can_move v7+72
;; @003a                               v6 = iconst.i32 2
;; @003a                               v4 = uextend.i64 v1
;; @003a                               v5 = uextend.i64 v3
;; @003a                               call_indirect sig0, v8(v0, v6, v4, v2, v5)  ; v6 = 2
;; @003d                               return
;; }
;; function u0:1(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0046                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0046                               v9 = load.i64 notrap aligned readonly can_move v8+72
;; @0046                               v7 = iconst.i32 0
;; @0046                               v4 = uextend.i64 v1
;; @0046                               v6 = uextend.i64 v2
;; @0046                               v5 = uextend.i64 v3
;; @0046                               call_indirect sig0, v9(v0, v7, v4, v6, v5)  ; v7 = 0
;; @0049                               return
;; }
;; function u0:2(i64 vmctx, i64, i64, i64) tail {
;;     sig0 = (i64, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i64, v2: i64, v3: i64):
;; @0052                               v5 = load.i64 notrap aligned readonly can_move v0+8
;; @0052                               v6 = load.i64 notrap aligned readonly can_move v5+72
;; @0052                               v4 = iconst.i32 1
;; @0052                               call_indirect sig0, v6(v0, v4, v1, v2, v3)  ; v4 = 1
;; @0055                               return
;; }
