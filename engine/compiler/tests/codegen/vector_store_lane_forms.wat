;;! why = "each form of memory has its own check and base"
(module
  (memory $long i64 1)
  (memory $shared 1 2 shared)
  (memory $bytes 100 (pagesize 1))
  (memory $near 1)
  (func (param i64 v128) (v128.store8_lane $long offset=8 3 (local.get 0) (local.get 1)))
  (func (param i32 v128) (v128.store8_lane $shared offset=8 3 (local.get 0) (local.get 1)))
  (func (param i32 v128) (v128.store8_lane $bytes offset=8 3 (local.get 0) (local.get 1)))
  (func (param i32 v128) (v128.store8_lane $near offset=0xfffffff0 3 (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i64, i8x16) tail {
;;                                 block0(v0: i64, v1: i64, v2: i8x16):
;; @0032                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0032                               v6 = load.i64 notrap aligned region1 v5+8
;; @0032                               v4 = iconst.i64 9
;; @0032                               v7 = uadd_overflow_trap v1, v4, user5  ; v4 = 9
;; @0032                               v8 = icmp ugt v7, v6
;; @0032                               trapnz v8, user5
;; @0032                               v9 = load.i64 notrap aligned region1 v5
;; @0032                               v3 = extractlane v2, 3
;; @0032                               v10 = iadd v9, v1
;; @0032                               store notrap little region0 v3, v10+8
;; @0037                               return
;; }
;; function u0:1(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @003e                               v3 = extractlane v2, 3
;; @003e                               v5 = load.i64 notrap aligned readonly can_move v0+56
;; @003e                               v4 = uextend.i64 v1
;; @003e                               v6 = iadd v5, v4
;; @003e                               store user5 little region0 v3, v6+8
;; @0044                               return
;; }
;; function u0:2(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @004b                               v6 = load.i64 notrap aligned readonly can_move v0+64
;; @004b                               v7 = load.i64 notrap aligned region1 v6+8
;; @004b                               v4 = uextend.i64 v1
;; @004b                               v5 = iconst.i64 9
;; @004b                               v8 = iadd v4, v5  ; v5 = 9
;; @004b                               v9 = icmp ugt v8, v7
;; @004b                               trapnz v9, user5
;; @004b                               v10 = load.i64 notrap aligned region1 v6
;; @004b                               v3 = extractlane v2, 3
;; @004b                               v11 = iadd v10, v4
;; @004b                               store notrap little region0 v3, v11+8
;; @0051                               return
;; }
;; function u0:3(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0058                               v6 = load.i64 notrap aligned readonly can_move v0+80
;; @0058                               v7 = load.i64 notrap aligned region1 v6+8
;; @0058                               v4 = uextend.i64 v1
;; @0058                               v5 = iconst.i64 0xffff_fff1
;; @0058                               v8 = iadd v4, v5  ; v5 = 0xffff_fff1
;; @0058                               v9 = icmp ugt v8, v7
;; @0058                               trapnz v9, user5
;; @0058                               v3 = extractlane v2, 3
;; @0058                               v10 = load.i64 notrap aligned readonly can_move v0+88
;; @0058                               v11 = iadd v10, v4
;; @0058                               v12 = iconst.i64 0xffff_fff0
;; @0058                               v13 = iadd v11, v12  ; v12 = 0xffff_fff0
;; @0058                               store notrap little region0 v3, v13
;; @0062                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i8x16) tail {
;;                                 block0(v0: i64, v1: i64, v2: i8x16):
;; @0032                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0032                               v6 = load.i64 notrap aligned region1 v5+8
;; @0032                               v4 = iconst.i64 9
;; @0032                               v7 = uadd_overflow_trap v1, v4, user5  ; v4 = 9
;; @0032                               v8 = icmp ugt v7, v6
;; @0032                               trapnz v8, user5
;; @0032                               v9 = load.i64 notrap aligned region1 v5
;; @0032                               v3 = extractlane v2, 3
;; @0032                               v10 = iadd v9, v1
;; @0032                               store notrap little region0 v3, v10+8
;; @0037                               return
;; }
;; function u0:1(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @003e                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @003e                               v7 = load.i64 notrap aligned region1 v6+8
;; @003e                               v4 = uextend.i64 v1
;; @003e                               v5 = iconst.i64 9
;; @003e                               v8 = iadd v4, v5  ; v5 = 9
;; @003e                               v9 = icmp ugt v8, v7
;; @003e                               trapnz v9, user5
;; @003e                               v3 = extractlane v2, 3
;; @003e                               v10 = load.i64 notrap aligned readonly can_move v0+56
;; @003e                               v11 = iadd v10, v4
;; @003e                               store notrap little region0 v3, v11+8
;; @0044                               return
;; }
;; function u0:2(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @004b                               v6 = load.i64 notrap aligned readonly can_move v0+64
;; @004b                               v7 = load.i64 notrap aligned region1 v6+8
;; @004b                               v4 = uextend.i64 v1
;; @004b                               v5 = iconst.i64 9
;; @004b                               v8 = iadd v4, v5  ; v5 = 9
;; @004b                               v9 = icmp ugt v8, v7
;; @004b                               trapnz v9, user5
;; @004b                               v10 = load.i64 notrap aligned region1 v6
;; @004b                               v3 = extractlane v2, 3
;; @004b                               v11 = iadd v10, v4
;; @004b                               store notrap little region0 v3, v11+8
;; @0051                               return
;; }
;; function u0:3(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0058                               v6 = load.i64 notrap aligned readonly can_move v0+80
;; @0058                               v7 = load.i64 notrap aligned region1 v6+8
;; @0058                               v4 = uextend.i64 v1
;; @0058                               v5 = iconst.i64 0xffff_fff1
;; @0058                               v8 = iadd v4, v5  ; v5 = 0xffff_fff1
;; @0058                               v9 = icmp ugt v8, v7
;; @0058                               trapnz v9, user5
;; @0058                               v10 = load.i64 notrap aligned region1 v6
;; @0058                               v3 = extractlane v2, 3
;; @0058                               v11 = iadd v10, v4
;; @0058                               v12 = iconst.i64 0xffff_fff0
;; @0058                               v13 = iadd v11, v12  ; v12 = 0xffff_fff0
;; @0058                               store notrap little region0 v3, v13
;; @0062                               return
;; }
