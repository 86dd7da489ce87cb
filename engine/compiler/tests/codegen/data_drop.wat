;;! why = "a call of the runtime"
(module
  (data $d "data")
  (func (data.drop $d)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) tail {
;;     sig0 = (i64, i32) system_v
;;                                 block0(v0: i64):
;; @001a                               v2 = load.i64 notrap aligned readonly can_move v0+8
;; @001a                               v3 = load.i64 notrap aligned readonly can_move v2+56
;; @001a                               v1 = iconst.i32 0
;; @001a                               call_indirect sig0, v3(v0, v1)  ; v1 = 0
;; @001d                               return
;; }
