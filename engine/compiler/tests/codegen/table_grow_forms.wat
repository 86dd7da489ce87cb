;;! why = "the runtime grows each form of table"
(module
  (table $others 1 externref)
  (table $long i64 1 funcref)
  (func (param externref i32) (result i32) (table.grow $others (local.get 0) (local.get 1)))
  (func (param funcref i64) (result i64) (table.grow $long (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;     sig0 = (i64, i32, i64, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @002e                               v7 = load.i64 notrap aligned readonly can_move v0+8
;; @002e                               v8 = load.i64 notrap aligned readonly can_move v7+64
;; @002e                               v6 = iconst.i32 0
;; @002e                               v5 = uextend.i64 v2
;; @002e                               v4 = uextend.i64 v1
;; @002e                               v9 = call_indirect sig0, v8(v0, v6, v5, v4)  ; v6 = 0
;; @002e                               v10 = ireduce.i32 v9
;; @0031                               return v10
;; }
;; function u0:1(i64 vmctx, i64, i64) -> i64 tail {
;;     sig0 = (i64, i32, i64, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i64, v2: i64):
;; @0038                               v5 = load.i64 notrap aligned readonly can_move v0+8
;; @0038                               v6 = load.i64 notrap aligned readonly can_move v5+64
;; @0038                               v4 = iconst.i32 1
;; @0038                               v7 = call_indirect sig0, v6(v0, v4, v2, v1)  ; v4 = 1
;; @003b                               return v7
;; }
