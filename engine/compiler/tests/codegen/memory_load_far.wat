;;! why = "an offset behind the guard"
(module
  (memory 1)
  (func (param i32) (result i32) (i32.load offset=0xfffffff0 (local.get 0))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0020                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0020                               v6 = load.i64 notrap aligned region1 v5+8
;; @0020                               v3 = uextend.i64 v1
;; @0020                               v4 = iconst.i64 0xffff_fff4
;; @0020                               v7 = iadd v3, v4  ; v4 = 0xffff_fff4
;; @0020                               v8 = icmp ugt v7, v6
;; @0020                               trapnz v8, user5
;; @0020                               v9 = load.i64 notrap aligned readonly can_move v0+40
;; @0020                               v10 = iadd v9, v3
;; @0020                               v11 = iconst.i64 0xffff_fff0
;; @0020                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @0020                               v13 = load.i32 notrap little region0 v12
;; @0027                               return v13
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0020                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0020                               v6 = load.i64 notrap aligned region1 v5+8
;; @0020                               v3 = uextend.i64 v1
;; @0020                               v4 = iconst.i64 0xffff_fff4
;; @0020                               v7 = iadd v3, v4  ; v4 = 0xffff_fff4
;; @0020                               v8 = icmp ugt v7, v6
;; @0020                               trapnz v8, user5
;; @0020                               v9 = load.i64 notrap aligned region1 v5
;; @0020                               v10 = iadd v9, v3
;; @0020                               v11 = iconst.i64 0xffff_fff0
;; @0020                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @0020                               v13 = load.i32 notrap little region0 v12
;; @0027                               return v13
;; }
