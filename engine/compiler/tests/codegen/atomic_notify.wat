;;! why = "the runtime checks alignment and bounds"
(module
  (memory 1)
  (func (param i32 i32) (result i32) (memory.atomic.notify (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0023                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0023                               v9 = load.i64 notrap aligned readonly can_move v8+128
;; @0023                               v5 = iconst.i32 0
;; @0023                               v4 = uextend.i64 v1
;; @0023                               v10 = call_indirect sig0, v9(v0, v5, v4, v2)  ; v5 = 0
;; @0023                               v11 = ireduce.i32 v10
;; @0027                               return v11
;; }
