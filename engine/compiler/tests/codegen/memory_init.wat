;;! why = "the runtime checks both ranges"
(module
  (memory 1)
  (data $d "data")
  (func (param i32 i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i32, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0028                               v8 = load.i64 notrap aligned readonly can_move v0+8
;; @0028                               v9 = load.i64 notrap aligned readonly can_move v8+16
;; @0028                               v4 = iconst.i32 0
;; @0028                               v5 = uextend.i64 v1
;; @0028                               v6 = uextend.i64 v2
;; @0028                               v7 = uextend.i64 v3
;; @0028                               call_indirect sig0, v9(v0, v4, v4, v5, v6, v7)  ; v4 = 0, v4 = 0
;; @002c                               return
;; }
