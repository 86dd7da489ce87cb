;;! why = "the runtime checks alignment, bounds and sharedness of index plus offset"
(module
  (memory 1 1 shared)
  (func (param i32 i32 i64) (result i32)
    (memory.atomic.wait32 offset=4 (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i64) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i64):
;; @0027                               v9 = load.i64 notrap aligned readonly can_move v0+8
;; @0027                               v10 = load.i64 notrap aligned readonly can_move v9+112
;; @0027                               v6 = iconst.i32 0
;; @0027                               v5 = uextend.i64 v1
;; @0027                               v7 = iconst.i64 4
;; @0027                               v8 = iadd v5, v7  ; v7 = 4
;; @0027                               v11 = call_indirect sig0, v10(v0, v6, v8, v2, v3)  ; v6 = 0
;; @0027                               v12 = ireduce.i32 v11
;; @002b                               return v12
;; }
