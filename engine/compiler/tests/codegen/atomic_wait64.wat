;;! why = "index plus offset may overflow 64 bits, which only the code can see"
(module
  (memory i64 1 1 shared)
  (func (param i64 i64 i64) (result i32)
    (memory.atomic.wait64 offset=8 (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i64, i64) -> i32 tail {
;;     sig0 = (i64, i32, i64, i64, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i64, v2: i64, v3: i64):
;; @0027                               v6 = iconst.i64 8
;; @0027                               v7 = uadd_overflow_trap v1, v6, user5  ; v6 = 8
;; @0027                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0027                               v9 = load.i64 notrap aligned readonly can_move v8+120
;; @0027                               v5 = iconst.i32 0
;; @0027                               v10 = call_indirect sig0, v9(v0, v5, v7, v2, v3)  ; v5 = 0
;; @0027                               v11 = ireduce.i32 v10
;; @002b                               return v11
;; }
