;;! why = "a 64-bit index is compared as it is"
(module
  (type $t (func))
  (table i64 1 funcref)
  (func (param i64) (call_indirect (type $t) (local.get 0)))
  (func (param i64) (return_call_indirect (type $t) (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64, v1: i64):
;; @0024                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @0024                               v3 = load.i64 notrap aligned region1 v2+8
;; @0024                               v4 = icmp uge v1, v3
;; @0024                               trapnz v4, user8
;; @0024                               v5 = load.i64 notrap aligned region1 v2
;; @0024                               v6 = iconst.i64 3
;; @0024                               v7 = ishl v1, v6  ; v6 = 3
;; @0024                               v8 = iadd v5, v7
;; @0024                               v9 = load.i64 notrap aligned region2 v8
;; @0024                               v10 = load.i32 user9 aligned readonly v9+24
;; @0024                               v11 = load.i64 notrap aligned readonly can_move v0+16
;; @0024                               v12 = load.i32 notrap aligned readonly can_move v11
;; @0024                               v13 = icmp ne v10, v12
;; @0024                               trapnz v13, user10
;; @0024                               v14 = load.i64 notrap aligned readonly v9
;; @0024                               v15 = load.i64 notrap aligned readonly v9+16
;; @0024                               call_indirect sig0, v14(v15)
;; @0027                               return
;; }
;; function u0:1(i64 vmctx, i64) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64, v1: i64):
;; @002c                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @002c                               v3 = load.i64 notrap aligned region1 v2+8
;; @002c                               v4 = icmp uge v1, v3
;; @002c                               trapnz v4, user8
;; @002c                               v5 = load.i64 notrap aligned region1 v2
;; @002c                               v6 = iconst.i64 3
;; @002c                               v7 = ishl v1, v6  ; v6 = 3
;; @002c                               v8 = iadd v5, v7
;; @002c                               v9 = load.i64 notrap aligned region2 v8
;; @002c                               v10 = load.i32 user9 aligned readonly v9+24
;; @002c                               v11 = load.i64 notrap aligned readonly can_move v0+16
;; @002c                               v12 = load.i32 notrap aligned readonly can_move v11
;; @002c                               v13 = icmp ne v10, v12
;; @002c                               trapnz v13, user10
;; @002c                               v14 = load.i64 notrap aligned readonly v9
;; @002c                               v15 = load.i64 notrap aligned readonly v9+16
;; @002c                               return_call_indirect sig0, v14(v15)
;; }
