;;! why = "the runtime checks each form of memory"
(module
  (memory $long i64 1)
  (memory $shared 1 2 shared)
  (memory $bytes 100 (pagesize 1))
  (data $data "data")
  (func (param i64 i32 i32) (memory.init $long $data (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32) (memory.init $shared $data (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32) (memory.init $bytes $data (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i32, i32) tail {
;;     sig0 = (i64, i32, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i64, v2: i32, v3: i32):
;; @0036                               v7 = load.i64 notrap aligned readonly can_move v0+8
;; @0036                               v8 = load.i64 notrap aligned readonly can_move v7+16
;; @0036                               v4 = iconst.i32 0
;; @0036                               v5 = uextend.i64 v2
;; @0036                               v6 = uextend.i64 v3
;; @0036                               call_indirect sig0, v8(v0, v4, v4, v1, v5, v6)  ; v4 = 0, v4 = 0
;; @003a                               return
;; }
;; function u0:1(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i32, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0043                               v9 = load.i64 notrap aligned readonly can_move v0+8
;; @0043                               v10 = load.i64 notrap aligned readonly can_move v9+16
;; @0043                               v4 = iconst.i32 1
;; @0043                               v5 = iconst.i32 0
;; @0043                               v6 = uextend.i64 v1
;; @0043                               v7 = uextend.i64 v2
;; @0043                               v8 = uextend.i64 v3
;; @0043                               call_indirect sig0, v10(v0, v4, v5, v6, v7, v8)  ; v4 = 1, v5 = 0
;; @0047                               return
;; }
;; function u0:2(i64 vmctx, i32, i32, i32) tail {
;;     sig0 = (i64, i32, i32, i64, i64, i64) system_v
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0050                               v9 = load.i64 notrap aligned readonly can_move v0+8
;; @0050                               v10 = load.i64 notrap aligned readonly can_move v9+16
;; @0050                               v4 = iconst.i32 2
;; @0050                               v5 = iconst.i32 0
;; @0050                               v6 = uextend.i64 v1
;; @0050                               v7 = uextend.i64 v2
;; @0050                               v8 = uextend.i64 v3
;; @0050                               call_indirect sig0, v10(v0, v4, v5, v6, v7, v8)  ; v4 = 2, v5 = 0
;; @0054                               return
;; }
