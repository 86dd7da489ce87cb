;;! why = "the runtime checks each form of memory"
(module
  (memory $near 1)
  (memory $long i64 1)
  (memory $bytes 100 (pagesize 1))
  (memory $shared 1 2 shared)
  (func (param i32 i32) (result i32) (memory.atomic.notify $shared offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32) (memory.atomic.notify $near offset=8 (local.get 0) (local.get 1)))
  (func (param i64 i32) (result i32) (memory.atomic.notify $long offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32) (memory.atomic.notify $bytes offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32) (memory.atomic.notify $near offset=0xfffffff0 (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0035                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0035                               v9 = load.i64 notrap aligned readonly can_move v8+128
;; @0035                               v5 = iconst.i32 3
;; @0035                               v4 = uextend.i64 v1
;; @0035                               v6 = iconst.i64 8
;; @0035                               v7 = iadd v4, v6  ; v6 = 8
;; @0035                               v10 = call_indirect sig0, v9(v0, v5, v7, v2)  ; v5 = 3
;; @0035                               v11 = ireduce.i32 v10
;; @003a                               return v11
;; }
;; function u0:1(i64 vmctx, i32, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0041                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0041                               v9 = load.i64 notrap aligned readonly can_move v8+128
;; @0041                               v5 = iconst.i32 0
;; @0041                               v4 = uextend.i64 v1
;; @0041                               v6 = iconst.i64 8
;; @0041                               v7 = iadd v4, v6  ; v6 = 8
;; @0041                               v10 = call_indirect sig0, v9(v0, v5, v7, v2)  ; v5 = 0
;; @0041                               v11 = ireduce.i32 v10
;; @0045                               return v11
;; }
;; function u0:2(i64 vmctx, i64, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32) -> i64 system_v
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @004c                               v5 = iconst.i64 8
;; @004c                               v6 = uadd_overflow_trap v1, v5, user5  ; v5 = 8
;; @004c                               v7 = load.i64 notrap aligned readonly can_move v0+8
;; @004c                               v8 = load.i64 notrap aligned readonly can_move v7+128
;; @004c                               v4 = iconst.i32 1
;; @004c                               v9 = call_indirect sig0, v8(v0, v4, v6, v2)  ; v4 = 1
;; @004c                               v10 = ireduce.i32 v9
;; @0051                               return v10
;; }
;; function u0:3(i64 vmctx, i32, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0058                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0058                               v9 = load.i64 notrap aligned readonly can_move v8+128
;; @0058                               v5 = iconst.i32 2
;; @0058                               v4 = uextend.i64 v1
;; @0058                               v6 = iconst.i64 8
;; @0058                               v7 = iadd v4, v6  ; v6 = 8
;; @0058                               v10 = call_indirect sig0, v9(v0, v5, v7, v2)  ; v5 = 2
;; @0058                               v11 = ireduce.i32 v10
;; @005d                               return v11
;; }
;; function u0:4(i64 vmctx, i32, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64, i32) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0064                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0064                               v9 = load.i64 notrap aligned readonly can_move v8+128
;; @0064                               v5 = iconst.i32 0
;; @0064                               v4 = uextend.i64 v1
;; @0064                               v6 = iconst.i64 0xffff_fff0
;; @0064                               v7 = iadd v4, v6  ; v6 = 0xffff_fff0
;; @0064                               v10 = call_indirect sig0, v9(v0, v5, v7, v2)  ; v5 = 0
;; @0064                               v11 = ireduce.i32 v10
;; @006c                               return v11
;; }
