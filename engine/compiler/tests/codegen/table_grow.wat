;;! why = "a call of the runtime: the table may move"
(module
  (table 1 funcref)
  (func (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32):
;; @0023                               v6 = load.i64 notrap aligned readonly can_move v0+8
;; @0023                               v7 = load.i64 notrap aligned readonly can_move v6+64
;; @0023                               v5 = iconst.i32 0
;; @0023                               v4 = uextend.i64 v1
;; @001f                               v3 = iconst.i64 0
;; @0023                               v8 = call_indirect sig0, v7(v0, v5, v4, v3)  ; v5 = 0, v3 = 0
;; @0023                               v9 = ireduce.i32 v8
;; @0026                               return v9
;; }
