;;! why = "the runtime checks each form of table"
(module
  (table $others 1 externref)
  (table $long i64 1 funcref)
  (elem $others externref (ref.null extern))
  (elem $functions funcref (ref.null func))
  (func (param i32 i32 i32) (table.init $others $others (local.get 0) (local.get 1) (local.get 2)))
  (func (param i64 i32 i32) (table.init $long $functions (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i32, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @003f                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @003f                               v9 = load.i64 notrap aligned readonly can_move v8+80
;; @003f                               v4 = iconst.i32 0
;; @003f                               v5 = uextend.i64 v1
;; @003f                               v6 = uextend.i64 v2
;; @003f                               v7 = uextend.i64 v3
;; @003f                               call_indirect sig0, v9(v0, v4, v4, v5, v6, v7)  ; v4 = 0, v4 = 0
;; @0043                               return
;; }
;; function u0:1(i64 vmctx, i64, i32, i32) tail {
;;     sig0 = (i64, i32, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i64, v2: i32, v3: i32):
;; @004c                               v7 = load.i64 notrap aligned readonly can_move v0+8
;; @004c                               v8 = load.i64 notrap aligned readonly can_move v7+80
;; @004c                               v4 = iconst.i32 1
;; @004c                               v5 = uextend.i64 v2
;; @004c                               v6 = uextend.i64 v3
;; @004c                               call_indirect sig0, v8(v0, v4, v4, v1, v5, v6)  ; v4 = 1, v4 = 1
;; @0050                               return
;; }
