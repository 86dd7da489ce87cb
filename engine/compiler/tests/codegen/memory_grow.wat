;;! why = "a call of the runtime"
(module
  (memory 1)
  (func (param i32) (result i32) (memory.grow (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32):
;; @0020                               v5 = load.i64 notrap aligned readonly can_move v0+8
;; @0020                               v6 = load.i64 notrap aligned readonly can_move v5+8
;; @0020                               v4 = iconst.i32 0
;; @0020                               v3 = uextend.i64 v1
;; @0020                               v7 = call_indirect sig0, v6(v0, v4, v3)  ; v4 = 0
;; @0020                               v8 = ireduce.i32 v7
;; @0022                               return v8
;; }
