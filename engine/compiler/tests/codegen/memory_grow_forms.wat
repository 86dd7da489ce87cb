;;! why = "the runtime grows each form; only the result differs"
(module
  (memory $long i64 1)
  (memory $shared 1 2 shared)
  (memory $bytes 100 (pagesize 1))
  (func (param i64) (result i64) (memory.grow $long (local.get 0)))
  (func (param i32) (result i32) (memory.grow $shared (local.get 0)))
  (func (param i32) (result i32) (memory.grow $bytes (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64) -> i64 tail {
;;     sig0 = (i64, i32, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i64):
;; @002d                               v4 = load.i64 notrap aligned readonly can_move v0+8
;; @002d                               v5 = load.i64 notrap aligned readonly can_move v4+8
;; @002d                               v3 = iconst.i32 0
;; @002d                               v6 = call_indirect sig0, v5(v0, v3, v1)  ; v3 = 0
;; @002f                               return v6
;; }
;; function u0:1(i64 vmctx, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32):
;; @0034                               v5 = load.i64 notrap aligned readonly can_move v0+8
;; @0034                               v6 = load.i64 notrap aligned readonly can_move v5+8
;; @0034                               v4 = iconst.i32 1
;; @0034                               v3 = uextend.i64 v1
;; @0034                               v7 = call_indirect sig0, v6(v0, v4, v3)  ; v4 = 1
;; @0034                               v8 = ireduce.i32 v7
;; @0036                               return v8
;; }
;; function u0:2(i64 vmctx, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32):
;; @003b                               v5 = load.i64 notrap aligned readonly can_move v0+8
;; @003b                               v6 = load.i64 notrap aligned readonly can_move v5+8
;; @003b                               v4 = iconst.i32 2
;; @003b                               v3 = uextend.i64 v1
;; @003b                               v7 = call_indirect sig0, v6(v0, v4, v3)  ; v4 = 2
;; @003b                               v8 = ireduce.i32 v7
;; @003d                               return v8
;; }
