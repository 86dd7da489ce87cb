;;! why = "alignment, then the check of this form of memory"
(module
  (memory $near 1)
  (memory $long i64 1)
  (memory $bytes 100 (pagesize 1))
  (func (param i32) (result i32) (i32.atomic.load $near offset=8 (local.get 0)))
  (func (param i64) (result i32) (i32.atomic.load $long offset=8 (local.get 0)))
  (func (param i32) (result i32) (i32.atomic.load $bytes offset=8 (local.get 0)))
  (func (param i32) (result i32) (i32.atomic.load $near offset=0xfffffff0 (local.get 0))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @002d                               v3 = iconst.i32 3
;; @002d                               v4 = band v1, v3  ; v3 = 3
;; @002d                               trapnz v4, user13
;; @002d                               v6 = load.i64 notrap aligned readonly can_move v0+40
;; @002d                               v5 = uextend.i64 v1
;; @002d                               v7 = iadd v6, v5
;; @002d                               v8 = iconst.i64 8
;; @002d                               v9 = iadd v7, v8  ; v8 = 8
;; @002d                               v10 = atomic_load.i32 user5 little region0 v9
;; @0031                               return v10
;; }
;; function u0:1(i64 vmctx, i64) -> i32 tail {
;;                                 block0(v0: i64, v1: i64):
;; @0036                               v3 = iconst.i64 3
;; @0036                               v4 = band v1, v3  ; v3 = 3
;; @0036                               trapnz v4, user13
;; @0036                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @0036                               v7 = load.i64 notrap aligned region1 v6+8
;; @0036                               v5 = iconst.i64 12
;; @0036                               v8 = uadd_overflow_trap v1, v5, user5  ; v5 = 12
;; @0036                               v9 = icmp ugt v8, v7
;; @0036                               trapnz v9, user5
;; @0036                               v10 = load.i64 notrap aligned region1 v6
;; @0036                               v11 = iadd v10, v1
;; @0036                               v12 = iconst.i64 8
;; @0036                               v13 = iadd v11, v12  ; v12 = 8
;; @0036                               v14 = atomic_load.i32 notrap little region0 v13
;; @003b                               return v14
;; }
;; function u0:2(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0040                               v3 = iconst.i32 3
;; @0040                               v4 = band v1, v3  ; v3 = 3
;; @0040                               trapnz v4, user13
;; @0040                               v7 = load.i64 notrap aligned readonly can_move v0+64
;; @0040                               v8 = load.i64 notrap aligned region1 v7+8
;; @0040                               v5 = uextend.i64 v1
;; @0040                               v6 = iconst.i64 12
;; @0040                               v9 = iadd v5, v6  ; v6 = 12
;; @0040                               v10 = icmp ugt v9, v8
;; @0040                               trapnz v10, user5
;; @0040                               v11 = load.i64 notrap aligned region1 v7
;; @0040                               v12 = iadd v11, v5
;; @0040                               v13 = iconst.i64 8
;; @0040                               v14 = iadd v12, v13  ; v13 = 8
;; @0040                               v15 = atomic_load.i32 notrap little region0 v14
;; @0045                               return v15
;; }
;; function u0:3(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @004a                               v3 = iconst.i32 3
;; @004a                               v4 = band v1, v3  ; v3 = 3
;; @004a                               trapnz v4, user13
;; @004a                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @004a                               v8 = load.i64 notrap aligned region1 v7+8
;; @004a                               v5 = uextend.i64 v1
;; @004a                               v6 = iconst.i64 0xffff_fff4
;; @004a                               v9 = iadd v5, v6  ; v6 = 0xffff_fff4
;; @004a                               v10 = icmp ugt v9, v8
;; @004a                               trapnz v10, user5
;; @004a                               v11 = load.i64 notrap aligned readonly can_move v0+40
;; @004a                               v12 = iadd v11, v5
;; @004a                               v13 = iconst.i64 0xffff_fff0
;; @004a                               v14 = iadd v12, v13  ; v13 = 0xffff_fff0
;; @004a                               v15 = atomic_load.i32 notrap little region0 v14
;; @0052                               return v15
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @002d                               v3 = iconst.i32 3
;; @002d                               v4 = band v1, v3  ; v3 = 3
;; @002d                               trapnz v4, user13
;; @002d                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @002d                               v8 = load.i64 notrap aligned region1 v7+8
;; @002d                               v5 = uextend.i64 v1
;; @002d                               v6 = iconst.i64 12
;; @002d                               v9 = iadd v5, v6  ; v6 = 12
;; @002d                               v10 = icmp ugt v9, v8
;; @002d                               trapnz v10, user5
;; @002d                               v11 = load.i64 notrap aligned region1 v7
;; @002d                               v12 = iadd v11, v5
;; @002d                               v13 = iconst.i64 8
;; @002d                               v14 = iadd v12, v13  ; v13 = 8
;; @002d                               v15 = atomic_load.i32 notrap little region0 v14
;; @0031                               return v15
;; }
;; function u0:1(i64 vmctx, i64) -> i32 tail {
;;                                 block0(v0: i64, v1: i64):
;; @0036                               v3 = iconst.i64 3
;; @0036                               v4 = band v1, v3  ; v3 = 3
;; @0036                               trapnz v4, user13
;; @0036                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @0036                               v7 = load.i64 notrap aligned region1 v6+8
;; @0036                               v5 = iconst.i64 12
;; @0036                               v8 = uadd_overflow_trap v1, v5, user5  ; v5 = 12
;; @0036                               v9 = icmp ugt v8, v7
;; @0036                               trapnz v9, user5
;; @0036                               v10 = load.i64 notrap aligned region1 v6
;; @0036                               v11 = iadd v10, v1
;; @0036                               v12 = iconst.i64 8
;; @0036                               v13 = iadd v11, v12  ; v12 = 8
;; @0036                               v14 = atomic_load.i32 notrap little region0 v13
;; @003b                               return v14
;; }
;; function u0:2(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0040                               v3 = iconst.i32 3
;; @0040                               v4 = band v1, v3  ; v3 = 3
;; @0040                               trapnz v4, user13
;; @0040                               v7 = load.i64 notrap aligned readonly can_move v0+64
;; @0040                               v8 = load.i64 notrap aligned region1 v7+8
;; @0040                               v5 = uextend.i64 v1
;; @0040                               v6 = iconst.i64 12
;; @0040                               v9 = iadd v5, v6  ; v6 = 12
;; @0040                               v10 = icmp ugt v9, v8
;; @0040                               trapnz v10, user5
;; @0040                               v11 = load.i64 notrap aligned region1 v7
;; @0040                               v12 = iadd v11, v5
;; @0040                               v13 = iconst.i64 8
;; @0040                               v14 = iadd v12, v13  ; v13 = 8
;; @0040                               v15 = atomic_load.i32 notrap little region0 v14
;; @0045                               return v15
;; }
;; function u0:3(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @004a                               v3 = iconst.i32 3
;; @004a                               v4 = band v1, v3  ; v3 = 3
;; @004a                               trapnz v4, user13
;; @004a                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @004a                               v8 = load.i64 notrap aligned region1 v7+8
;; @004a                               v5 = uextend.i64 v1
;; @004a                               v6 = iconst.i64 0xffff_fff4
;; @004a                               v9 = iadd v5, v6  ; v6 = 0xffff_fff4
;; @004a                               v10 = icmp ugt v9, v8
;; @004a                               trapnz v10, user5
;; @004a                               v11 = load.i64 notrap aligned region1 v7
;; @004a                               v12 = iadd v11, v5
;; @004a                               v13 = iconst.i64 0xffff_fff0
;; @004a                               v14 = iadd v12, v13  ; v13 = 0xffff_fff0
;; @004a                               v15 = atomic_load.i32 notrap little region0 v14
;; @0052                               return v15
;; }
