;;! why = "alignment, then the check of this form of memory"
(module
  (memory $near 1)
  (memory $long i64 1)
  (memory $bytes 100 (pagesize 1))
  (memory $shared 1 2 shared)
  (func (param i32 i32 i32) (result i32) (i32.atomic.rmw.cmpxchg $shared offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32) (result i32) (i32.atomic.rmw.cmpxchg $near offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (param i64 i32 i32) (result i32) (i32.atomic.rmw.cmpxchg $long offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32) (result i32) (i32.atomic.rmw.cmpxchg $bytes offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32) (result i32) (i32.atomic.rmw.cmpxchg $near offset=0xfffffff0 (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0039                               v5 = iconst.i32 3
;; @0039                               v6 = band v1, v5  ; v5 = 3
;; @0039                               trapnz v6, user13
;; @0039                               v8 = load.i64 notrap aligned readonly can_move v0+88
;; @0039                               v7 = uextend.i64 v1
;; @0039                               v9 = iadd v8, v7
;; @0039                               v10 = iconst.i64 8
;; @0039                               v11 = iadd v9, v10  ; v10 = 8
;; @0039                               v12 = atomic_cas v11, v2, v3
;; @003e                               return v12
;; }
;; function u0:1(i64 vmctx, i32, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0047                               v5 = iconst.i32 3
;; @0047                               v6 = band v1, v5  ; v5 = 3
;; @0047                               trapnz v6, user13
;; @0047                               v8 = load.i64 notrap aligned readonly can_move v0+40
;; @0047                               v7 = uextend.i64 v1
;; @0047                               v9 = iadd v8, v7
;; @0047                               v10 = iconst.i64 8
;; @0047                               v11 = iadd v9, v10  ; v10 = 8
;; @0047                               v12 = atomic_cas v11, v2, v3
;; @004b                               return v12
;; }
;; function u0:2(i64 vmctx, i64, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i64, v2: i32, v3: i32):
;; @0054                               v5 = iconst.i64 3
;; @0054                               v6 = band v1, v5  ; v5 = 3
;; @0054                               trapnz v6, user13
;; @0054                               v8 = load.i64 notrap aligned readonly can_move v0+48
;; @0054                               v9 = load.i64 notrap aligned region1 v8+8
;; @0054                               v7 = iconst.i64 12
;; @0054                               v10 = uadd_overflow_trap v1, v7, user5  ; v7 = 12
;; @0054                               v11 = icmp ugt v10, v9
;; @0054                               trapnz v11, user5
;; @0054                               v12 = load.i64 notrap aligned region1 v8
;; @0054                               v13 = iadd v12, v1
;; @0054                               v14 = iconst.i64 8
;; @0054                               v15 = iadd v13, v14  ; v14 = 8
;; @0054                               v16 = atomic_cas v15, v2, v3
;; @0059                               return v16
;; }
;; function u0:3(i64 vmctx, i32, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0062                               v5 = iconst.i32 3
;; @0062                               v6 = band v1, v5  ; v5 = 3
;; @0062                               trapnz v6, user13
;; @0062                               v9 = load.i64 notrap aligned readonly can_move v0+64
;; @0062                               v10 = load.i64 notrap aligned region1 v9+8
;; @0062                               v7 = uextend.i64 v1
;; @0062                               v8 = iconst.i64 12
;; @0062                               v11 = iadd v7, v8  ; v8 = 12
;; @0062                               v12 = icmp ugt v11, v10
;; @0062                               trapnz v12, user5
;; @0062                               v13 = load.i64 notrap aligned region1 v9
;; @0062                               v14 = iadd v13, v7
;; @0062                               v15 = iconst.i64 8
;; @0062                               v16 = iadd v14, v15  ; v15 = 8
;; @0062                               v17 = atomic_cas v16, v2, v3
;; @0067                               return v17
;; }
;; function u0:4(i64 vmctx, i32, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0070                               v5 = iconst.i32 3
;; @0070                               v6 = band v1, v5  ; v5 = 3
;; @0070                               trapnz v6, user13
;; @0070                               v9 = load.i64 notrap aligned readonly can_move v0+32
;; @0070                               v10 = load.i64 notrap aligned region1 v9+8
;; @0070                               v7 = uextend.i64 v1
;; @0070                               v8 = iconst.i64 0xffff_fff4
;; @0070                               v11 = iadd v7, v8  ; v8 = 0xffff_fff4
;; @0070                               v12 = icmp ugt v11, v10
;; @0070                               trapnz v12, user5
;; @0070                               v13 = load.i64 notrap aligned readonly can_move v0+40
;; @0070                               v14 = iadd v13, v7
;; @0070                               v15 = iconst.i64 0xffff_fff0
;; @0070                               v16 = iadd v14, v15  ; v15 = 0xffff_fff0
;; @0070                               v17 = atomic_cas v16, v2, v3
;; @0078                               return v17
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0039                               v5 = iconst.i32 3
;; @0039                               v6 = band v1, v5  ; v5 = 3
;; @0039                               trapnz v6, user13
;; @0039                               v9 = load.i64 notrap aligned readonly can_move v0+80
;; @0039                               v10 = load.i64 notrap aligned region1 v9+8
;; @0039                               v7 = uextend.i64 v1
;; @0039                               v8 = iconst.i64 12
;; @0039                               v11 = iadd v7, v8  ; v8 = 12
;; @0039                               v12 = icmp ugt v11, v10
;; @0039                               trapnz v12, user5
;; @0039                               v13 = load.i64 notrap aligned readonly can_move v0+88
;; @0039                               v14 = iadd v13, v7
;; @0039                               v15 = iconst.i64 8
;; @0039                               v16 = iadd v14, v15  ; v15 = 8
;; @0039                               v17 = atomic_cas v16, v2, v3
;; @003e                               return v17
;; }
;; function u0:1(i64 vmctx, i32, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0047                               v5 = iconst.i32 3
;; @0047                               v6 = band v1, v5  ; v5 = 3
;; @0047                               trapnz v6, user13
;; @0047                               v9 = load.i64 notrap aligned readonly can_move v0+32
;; @0047                               v10 = load.i64 notrap aligned region1 v9+8
;; @0047                               v7 = uextend.i64 v1
;; @0047                               v8 = iconst.i64 12
;; @0047                               v11 = iadd v7, v8  ; v8 = 12
;; @0047                               v12 = icmp ugt v11, v10
;; @0047                               trapnz v12, user5
;; @0047                               v13 = load.i64 notrap aligned region1 v9
;; @0047                               v14 = iadd v13, v7
;; @0047                               v15 = iconst.i64 8
;; @0047                               v16 = iadd v14, v15  ; v15 = 8
;; @0047                               v17 = atomic_cas v16, v2, v3
;; @004b                               return v17
;; }
;; function u0:2(i64 vmctx, i64, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i64, v2: i32, v3: i32):
;; @0054                               v5 = iconst.i64 3
;; @0054                               v6 = band v1, v5  ; v5 = 3
;; @0054                               trapnz v6, user13
;; @0054                               v8 = load.i64 notrap aligned readonly can_move v0+48
;; @0054                               v9 = load.i64 notrap aligned region1 v8+8
;; @0054                               v7 = iconst.i64 12
;; @0054                               v10 = uadd_overflow_trap v1, v7, user5  ; v7 = 12
;; @0054                               v11 = icmp ugt v10, v9
;; @0054                               trapnz v11, user5
;; @0054                               v12 = load.i64 notrap aligned region1 v8
;; @0054                               v13 = iadd v12, v1
;; @0054                               v14 = iconst.i64 8
;; @0054                               v15 = iadd v13, v14  ; v14 = 8
;; @0054                               v16 = atomic_cas v15, v2, v3
;; @0059                               return v16
;; }
;; function u0:3(i64 vmctx, i32, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0062                               v5 = iconst.i32 3
;; @0062                               v6 = band v1, v5  ; v5 = 3
;; @0062                               trapnz v6, user13
;; @0062                               v9 = load.i64 notrap aligned readonly can_move v0+64
;; @0062                               v10 = load.i64 notrap aligned region1 v9+8
;; @0062                               v7 = uextend.i64 v1
;; @0062                               v8 = iconst.i64 12
;; @0062                               v11 = iadd v7, v8  ; v8 = 12
;; @0062                               v12 = icmp ugt v11, v10
;; @0062                               trapnz v12, user5
;; @0062                               v13 = load.i64 notrap aligned region1 v9
;; @0062                               v14 = iadd v13, v7
;; @0062                               v15 = iconst.i64 8
;; @0062                               v16 = iadd v14, v15  ; v15 = 8
;; @0062                               v17 = atomic_cas v16, v2, v3
;; @0067                               return v17
;; }
;; function u0:4(i64 vmctx, i32, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32, v3: i32):
;; @0070                               v5 = iconst.i32 3
;; @0070                               v6 = band v1, v5  ; v5 = 3
;; @0070                               trapnz v6, user13
;; @0070                               v9 = load.i64 notrap aligned readonly can_move v0+32
;; @0070                               v10 = load.i64 notrap aligned region1 v9+8
;; @0070                               v7 = uextend.i64 v1
;; @0070                               v8 = iconst.i64 0xffff_fff4
;; @0070                               v11 = iadd v7, v8  ; v8 = 0xffff_fff4
;; @0070                               v12 = icmp ugt v11, v10
;; @0070                               trapnz v12, user5
;; @0070                               v13 = load.i64 notrap aligned region1 v9
;; @0070                               v14 = iadd v13, v7
;; @0070                               v15 = iconst.i64 0xffff_fff0
;; @0070                               v16 = iadd v14, v15  ; v15 = 0xffff_fff0
;; @0070                               v17 = atomic_cas v16, v2, v3
;; @0078                               return v17
;; }
