;;! why = "a call of the runtime, which gets a reference of 32 bits zero-extended"
(module
  (table 1 externref)
  (func (param i32 externref i32) (table.fill (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0026                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0026                               v9 = load.i64 notrap aligned readonly can_move v8+72
;; @0026                               v7 = iconst.i32 0
;; @0026                               v4 = uextend.i64 v1
;; @0026                               v6 = uextend.i64 v2
;; @0026                               v5 = uextend.i64 v3
;; @0026                               call_indirect sig0, v9(v0, v7, v4, v6, v5)  ; v7 = 0
;; @0029                               return
;; }
