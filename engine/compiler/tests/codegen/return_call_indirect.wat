;;! why = "bounds, then null and type with one load"
(module
  (type $t (func))
  (table 1 funcref)
  (func (param i32) (return_call_indirect (type $t) (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64, v1: i32):
;; @0023                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @0023                               v4 = load.i64 notrap aligned region1 v2+8
;; @0023                               v3 = uextend.i64 v1
;; @0023                               v5 = icmp uge v3, v4
;; @0023                               trapnz v5, user8
;; @0023                               v6 = load.i64 notrap aligned region1 v2
;; @0023                               v7 = iconst.i64 3
;; @0023                               v8 = ishl v3, v7  ; v7 = 3
;; @0023                               v9 = iadd v6, v8
;; @0023                               v10 = load.i64 notrap aligned region2 v9
;; @0023                               v11 = load.i32 user9 aligned readonly v10+24
;; @0023                               v12 = load.i64 notrap aligned readonly can_move v0+16
;; @0023                               v13 = load.i32 notrap aligned readonly can_move v12
;; @0023                               v14 = icmp ne v11, v13
;; @0023                               trapnz v14, user10
;; @0023                               v15 = load.i64 notrap aligned readonly v10
;; @0023                               v16 = load.i64 notrap aligned readonly v10+16
;; @0023                               return_call_indirect sig0, v15(v16)
;; }
