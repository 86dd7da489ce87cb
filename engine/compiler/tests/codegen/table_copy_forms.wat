;;! why = "the runtime checks each form of table"
(module
  (table $others 1 externref)
  (table $long i64 1 funcref)
  (func (param i32 i32 i32) (table.copy $others $others (local.get 0) (local.get 1) (local.get 2)))
  (func (param i64 i64 i64) (table.copy $long $long (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i32, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0030                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0030                               v9 = load.i64 notrap aligned readonly can_move v8+88
;; @0030                               v4 = iconst.i32 0
;; @0030                               v5 = uextend.i64 v1
;; @0030                               v6 = uextend.i64 v2
;; @0030                               v7 = uextend.i64 v3
;; @0030                               call_indirect sig0, v9(v0, v4, v4, v5, v6, v7)  ; v4 = 0, v4 = 0
;; @0034                               return
;; }
;; function u0:1(i64 vmctx, i64, i64, i64) tail {
;;     sig0 = (i64, i32, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i64, v2: i64, v3: i64):
;; @003d                               v5 = load.i64 notrap aligned readonly can_move v0+8
;; @003d                               v6 = load.i64 notrap aligned readonly can_move v5+88
;; @003d                               v4 = iconst.i32 1
;; @003d                               call_indirect sig0, v6(v0, v4, v4, v1, v2, v3)  ; v4 = 1, v4 = 1
;; @0041                               return
;; }
