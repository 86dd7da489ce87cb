;;! why = "alignment, then the check of this form of memory"
(module
  (memory $near 1)
  (memory $long i64 1)
  (memory $bytes 100 (pagesize 1))
  (func (param i32 i32) (result i32) (i32.atomic.rmw.add $near offset=8 (local.get 0) (local.get 1)))
  (func (param i64 i32) (result i32) (i32.atomic.rmw.add $long offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32) (i32.atomic.rmw.add $bytes offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32) (i32.atomic.rmw.add $near offset=0xfffffff0 (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0031                               v4 = iconst.i32 3
;; @0031                               v5 = band v1, v4  ; v4 = 3
;; @0031                               trapnz v5, user13
;; @0031                               v7 = load.i64 notrap aligned readonly can_move v0+40
;; @0031                               v6 = uextend.i64 v1
;; @0031                               v8 = iadd v7, v6
;; @0031                               v9 = iconst.i64 8
;; @0031                               v10 = iadd v8, v9  ; v9 = 8
;; @0031                               v11 = atomic_rmw.i32 add v10, v2
;; @0035                               return v11
;; }
;; function u0:1(i64 vmctx, i64, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @003c                               v4 = iconst.i64 3
;; @003c                               v5 = band v1, v4  ; v4 = 3
;; @003c                               trapnz v5, user13
;; @003c                               v7 = load.i64 notrap aligned readonly can_move v0+48
;; @003c                               v8 = load.i64 notrap aligned region1 v7+8
;; @003c                               v6 = iconst.i64 12
;; @003c                               v9 = uadd_overflow_trap v1, v6, user5  ; v6 = 12
;; @003c                               v10 = icmp ugt v9, v8
;; @003c                               trapnz v10, user5
;; @003c                               v11 = load.i64 notrap aligned region1 v7
;; @003c                               v12 = iadd v11, v1
;; @003c                               v13 = iconst.i64 8
;; @003c                               v14 = iadd v12, v13  ; v13 = 8
;; @003c                               v15 = atomic_rmw.i32 add v14, v2
;; @0041                               return v15
;; }
;; function u0:2(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0048                               v4 = iconst.i32 3
;; @0048                               v5 = band v1, v4  ; v4 = 3
;; @0048                               trapnz v5, user13
;; @0048                               v8 = load.i64 notrap aligned readonly can_move v0+64
;; @0048                               v9 = load.i64 notrap aligned region1 v8+8
;; @0048                               v6 = uextend.i64 v1
;; @0048                               v7 = iconst.i64 12
;; @0048                               v10 = iadd v6, v7  ; v7 = 12
;; @0048                               v11 = icmp ugt v10, v9
;; @0048                               trapnz v11, user5
;; @0048                               v12 = load.i64 notrap aligned region1 v8
;; @0048                               v13 = iadd v12, v6
;; @0048                               v14 = iconst.i64 8
;; @0048                               v15 = iadd v13, v14  ; v14 = 8
;; @0048                               v16 = atomic_rmw.i32 add v15, v2
;; @004d                               return v16
;; }
;; function u0:3(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0054                               v4 = iconst.i32 3
;; @0054                               v5 = band v1, v4  ; v4 = 3
;; @0054                               trapnz v5, user13
;; @0054                               v8 = load.i64 notrap aligned readonly can_move v0+32
;; @0054                               v9 = load.i64 notrap aligned region1 v8+8
;; @0054                               v6 = uextend.i64 v1
;; @0054                               v7 = iconst.i64 0xffff_fff4
;; @0054                               v10 = iadd v6, v7  ; v7 = 0xffff_fff4
;; @0054                               v11 = icmp ugt v10, v9
;; @0054                               trapnz v11, user5
;; @0054                               v12 = load.i64 notrap aligned readonly can_move v0+40
;; @0054                               v13 = iadd v12, v6
;; @0054                               v14 = iconst.i64 0xffff_fff0
;; @0054                               v15 = iadd v13, v14  ; v14 = 0xffff_fff0
;; @0054                               v16 = atomic_rmw.i32 add v15, v2
;; @005c                               return v16
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0031                               v4 = iconst.i32 3
;; @0031                               v5 = band v1, v4  ; v4 = 3
;; @0031                               trapnz v5, user13
;; @0031                               v8 = load.i64 notrap aligned readonly can_move v0+32
;; @0031                               v9 = load.i64 notrap aligned region1 v8+8
;; @0031                               v6 = uextend.i64 v1
;; @0031                               v7 = iconst.i64 12
;; @0031                               v10 = iadd v6, v7  ; v7 = 12
;; @0031                               v11 = icmp ugt v10, v9
;; @0031                               trapnz v11, user5
;; @0031                               v12 = load.i64 notrap aligned region1 v8
;; @0031                               v13 = iadd v12, v6
;; @0031                               v14 = iconst.i64 8
;; @0031                               v15 = iadd v13, v14  ; v14 = 8
;; @0031                               v16 = atomic_rmw.i32 add v15, v2
;; @0035                               return v16
;; }
;; function u0:1(i64 vmctx, i64, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @003c                               v4 = iconst.i64 3
;; @003c                               v5 = band v1, v4  ; v4 = 3
;; @003c                               trapnz v5, user13
;; @003c                               v7 = load.i64 notrap aligned readonly can_move v0+48
;; @003c                               v8 = load.i64 notrap aligned region1 v7+8
;; @003c                               v6 = iconst.i64 12
;; @003c                               v9 = uadd_overflow_trap v1, v6, user5  ; v6 = 12
;; @003c                               v10 = icmp ugt v9, v8
;; @003c                               trapnz v10, user5
;; @003c                               v11 = load.i64 notrap aligned region1 v7
;; @003c                               v12 = iadd v11, v1
;; @003c                               v13 = iconst.i64 8
;; @003c                               v14 = iadd v12, v13  ; v13 = 8
;; @003c                               v15 = atomic_rmw.i32 add v14, v2
;; @0041                               return v15
;; }
;; function u0:2(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0048                               v4 = iconst.i32 3
;; @0048                               v5 = band v1, v4  ; v4 = 3
;; @0048                               trapnz v5, user13
;; @0048                               v8 = load.i64 notrap aligned readonly can_move v0+64
;; @0048                               v9 = load.i64 notrap aligned region1 v8+8
;; @0048                               v6 = uextend.i64 v1
;; @0048                               v7 = iconst.i64 12
;; @0048                               v10 = iadd v6, v7  ; v7 = 12
;; @0048                               v11 = icmp ugt v10, v9
;; @0048                               trapnz v11, user5
;; @0048                               v12 = load.i64 notrap aligned region1 v8
;; @0048                               v13 = iadd v12, v6
;; @0048                               v14 = iconst.i64 8
;; @0048                               v15 = iadd v13, v14  ; v14 = 8
;; @0048                               v16 = atomic_rmw.i32 add v15, v2
;; @004d                               return v16
;; }
;; function u0:3(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0054                               v4 = iconst.i32 3
;; @0054                               v5 = band v1, v4  ; v4 = 3
;; @0054                               trapnz v5, user13
;; @0054                               v8 = load.i64 notrap aligned readonly can_move v0+32
;; @0054                               v9 = load.i64 notrap aligned region1 v8+8
;; @0054                               v6 = uextend.i64 v1
;; @0054                               v7 = iconst.i64 0xffff_fff4
;; @0054                               v10 = iadd v6, v7  ; v7 = 0xffff_fff4
;; @0054                               v11 = icmp ugt v10, v9
;; @0054                               trapnz v11, user5
;; @0054                               v12 = load.i64 notrap aligned region1 v8
;; @0054                               v13 = iadd v12, v6
;; @0054                               v14 = iconst.i64 0xffff_fff0
;; @0054                               v15 = iadd v13, v14  ; v14 = 0xffff_fff0
;; @0054                               v16 = atomic_rmw.i32 add v15, v2
;; @005c                               return v16
;; }
