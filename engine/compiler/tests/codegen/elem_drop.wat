;;! why = "a call of the runtime"
(module
  (func $f)
  (elem $e func $f)
  (func (elem.drop $e)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) tail {
;;                                 block0(v0: i64):
;; @001f                               return
;; }
;; function u0:1(i64 vmctx) tail {
;;     sig0 = (i64, i32) system_v
;;                                 block0(v0: i64):
;; @0022                               v2 = load.i64 notrap aligned readonly can_move v0+8
;; @0022                               v3 = load.i64 notrap aligned readonly can_move v2+96
;; @0022                               v1 = iconst.i32 0
;; @0022                               call_indirect sig0, v3(v0, v1)  ; v1 = 0
;; @0025                               return
;; }
