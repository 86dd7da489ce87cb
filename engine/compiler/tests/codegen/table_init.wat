;;! why = "the runtime checks both ranges"
(module
  (table 1 funcref)
  (func $f)
  (elem $e func $f)
  (func (param i32 i32 i32) (table.init $e (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) tail {
;;                                 block0(v0: i64):
;; @002b                               return
;; }
;; function u0:1(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i32, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0034                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0034                               v9 = load.i64 notrap aligned readonly can_move v8+80
;; @0034                               v4 = iconst.i32 0
;; @0034                               v5 = uextend.i64 v1
;; @0034                               v6 = uextend.i64 v2
;; @0034                               v7 = uextend.i64 v3
;; @0034                               call_indirect sig0, v9(v0, v4, v4, v5, v6, v7)  ; v4 = 0, v4 = 0
;; @0038                               return
;; }
