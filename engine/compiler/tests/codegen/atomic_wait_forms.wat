;;! why = "the runtime checks each form of memory"
(module
  (memory $near 1)
  (memory $long i64 1)
  (memory $bytes 100 (pagesize 1))
  (func (param i32 i32 i64) (result i32) (memory.atomic.wait32 $near offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (param i64 i32 i64) (result i32) (memory.atomic.wait32 $long offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i64) (result i32) (memory.atomic.wait32 $bytes offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i64) (result i32) (memory.atomic.wait32 $near offset=0xfffffff0 (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i64) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i64):
;; @0035                               v9 = load.i64 notrap aligned readonly can_move v0+8
;; @0035                               v10 = load.i64 notrap aligned readonly can_move v9+112
;; @0035                               v6 = iconst.i32 0
;; @0035                               v5 = uextend.i64 v1
;; @0035                               v7 = iconst.i64 8
;; @0035                               v8 = iadd v5, v7  ; v7 = 8
;; @0035                               v11 = call_indirect sig0, v10(v0, v6, v8, v2, v3)  ; v6 = 0
;; @0035                               v12 = ireduce.i32 v11
;; @0039                               return v12
;; }
;; function u0:1(i64 vmctx, i64, i32, i64) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i64, v2: i32, v3: i64):
;; @0042                               v6 = iconst.i64 8
;; @0042                               v7 = uadd_overflow_trap v1, v6, user5  ; v6 = 8
;; @0042                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0042                               v9 = load.i64 notrap aligned readonly can_move v8+112
;; @0042                               v5 = iconst.i32 1
;; @0042                               v10 = call_indirect sig0, v9(v0, v5, v7, v2, v3)  ; v5 = 1
;; @0042                               v11 = ireduce.i32 v10
;; @0047                               return v11
;; }
;; function u0:2(i64 vmctx, i32, i32, i64) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i64):
;; @0050                               v9 = load.i64 notrap aligned readonly can_move v0+8
;; @0050                               v10 = load.i64 notrap aligned readonly can_move v9+112
;; @0050                               v6 = iconst.i32 2
;; @0050                               v5 = uextend.i64 v1
;; @0050                               v7 = iconst.i64 8
;; @0050                               v8 = iadd v5, v7  ; v7 = 8
;; @0050                               v11 = call_indirect sig0, v10(v0, v6, v8, v2, v3)  ; v6 = 2
;; @0050                               v12 = ireduce.i32 v11
;; @0055                               return v12
;; }
;; function u0:3(i64 vmctx, i32, i32, i64) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i64):
;; @005e                               v9 = load.i64 notrap aligned readonly can_move v0+8
;; @005e                               v10 = load.i64 notrap aligned readonly can_move v9+112
;; @005e                               v6 = iconst.i32 0
;; @005e                               v5 = uextend.i64 v1
;; @005e                               v7 = iconst.i64 0xffff_fff0
;; @005e                               v8 = iadd v5, v7  ; v7 = 0xffff_fff0
;; @005e                               v11 = call_indirect sig0, v10(v0, v6, v8, v2, v3)  ; v6 = 0
;; @005e                               v12 = ireduce.i32 v11
;; @0066                               return v12
;; }
