;;! why = "each form of memory has its own check and base"
(module
  (memory $long i64 1)
  (memory $shared 1 2 shared)
  (memory $bytes 100 (pagesize 1))
  (memory $near 1)
  (func (param i64 i32) (i32.store $long offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (i32.store $shared offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (i32.store $bytes offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (i32.store $near offset=0xfffffff0 (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard
;; function u0:0(i64 vmctx, i64, i32) tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @0032                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0032                               v5 = load.i64 notrap aligned region1 v4+8
;; @0032                               v3 = iconst.i64 12
;; @0032                               v6 = uadd_overflow_trap v1, v3, user5  ; v3 = 12
;; @0032                               v7 = icmp ugt v6, v5
;; @0032                               trapnz v7, user5
;; @0032                               v8 = load.i64 notrap aligned region1 v4
;; @0032                               v9 = iadd v8, v1
;; @0032                               store notrap little region0 v2, v9+8
;; @0035                               return
;; }
;; function u0:1(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @003c                               v4 = load.i64 notrap aligned readonly can_move v0+56
;; @003c                               v3 = uextend.i64 v1
;; @003c                               v5 = iadd v4, v3
;; @003c                               store user5 little region0 v2, v5+8
;; @0040                               return
;; }
;; function u0:2(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0047                               v5 = load.i64 notrap aligned readonly can_move v0+64
;; @0047                               v6 = load.i64 notrap aligned region1 v5+8
;; @0047                               v3 = uextend.i64 v1
;; @0047                               v4 = iconst.i64 12
;; @0047                               v7 = iadd v3, v4  ; v4 = 12
;; @0047                               v8 = icmp ugt v7, v6
;; @0047                               trapnz v8, user5
;; @0047                               v9 = load.i64 notrap aligned region1 v5
;; @0047                               v10 = iadd v9, v3
;; @0047                               store notrap little region0 v2, v10+8
;; @004b                               return
;; }
;; function u0:3(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0052                               v5 = load.i64 notrap aligned readonly can_move v0+80
;; @0052                               v6 = load.i64 notrap aligned region1 v5+8
;; @0052                               v3 = uextend.i64 v1
;; @0052                               v4 = iconst.i64 0xffff_fff4
;; @0052                               v7 = iadd v3, v4  ; v4 = 0xffff_fff4
;; @0052                               v8 = icmp ugt v7, v6
;; @0052                               trapnz v8, user5
;; @0052                               v9 = load.i64 notrap aligned readonly can_move v0+88
;; @0052                               v10 = iadd v9, v3
;; @0052                               v11 = iconst.i64 0xffff_fff0
;; @0052                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @0052                               store notrap little region0 v2, v12
;; @005a                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i32) tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @0032                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0032                               v5 = load.i64 notrap aligned region1 v4+8
;; @0032                               v3 = iconst.i64 12
;; @0032                               v6 = uadd_overflow_trap v1, v3, user5  ; v3 = 12
;; @0032                               v7 = icmp ugt v6, v5
;; @0032                               trapnz v7, user5
;; @0032                               v8 = load.i64 notrap aligned region1 v4
;; @0032                               v9 = iadd v8, v1
;; @0032                               store notrap little region0 v2, v9+8
;; @0035                               return
;; }
;; function u0:1(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @003c                               v5 = load.i64 notrap aligned readonly can_move v0+48
;; @003c                               v6 = load.i64 notrap aligned region1 v5+8
;; @003c                               v3 = uextend.i64 v1
;; @003c                               v4 = iconst.i64 12
;; @003c                               v7 = iadd v3, v4  ; v4 = 12
;; @003c                               v8 = icmp ugt v7, v6
;; @003c                               trapnz v8, user5
;; @003c                               v9 = load.i64 notrap aligned readonly can_move v0+56
;; @003c                               v10 = iadd v9, v3
;; @003c                               store notrap little region0 v2, v10+8
;; @0040                               return
;; }
;; function u0:2(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0047                               v5 = load.i64 notrap aligned readonly can_move v0+64
;; @0047                               v6 = load.i64 notrap aligned region1 v5+8
;; @0047                               v3 = uextend.i64 v1
;; @0047                               v4 = iconst.i64 12
;; @0047                               v7 = iadd v3, v4  ; v4 = 12
;; @0047                               v8 = icmp ugt v7, v6
;; @0047                               trapnz v8, user5
;; @0047                               v9 = load.i64 notrap aligned region1 v5
;; @0047                               v10 = iadd v9, v3
;; @0047                               store notrap little region0 v2, v10+8
;; @004b                               return
;; }
;; function u0:3(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0052                               v5 = load.i64 notrap aligned readonly can_move v0+80
;; @0052                               v6 = load.i64 notrap aligned region1 v5+8
;; @0052                               v3 = uextend.i64 v1
;; @0052                               v4 = iconst.i64 0xffff_fff4
;; @0052                               v7 = iadd v3, v4  ; v4 = 0xffff_fff4
;; @0052                               v8 = icmp ugt v7, v6
;; @0052                               trapnz v8, user5
;; @0052                               v9 = load.i64 notrap aligned region1 v5
;; @0052                               v10 = iadd v9, v3
;; @0052                               v11 = iconst.i64 0xffff_fff0
;; @0052                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @0052                               store notrap little region0 v2, v12
;; @005a                               return
;; }

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i64, i32) tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @0032                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0032                               v5 = load.i64 notrap aligned region1 v4+8
;; @0032                               v3 = iconst.i64 12
;; @0032                               v6 = uadd_overflow_trap v1, v3, user5  ; v3 = 12
;; @0032                               v7 = icmp ugt v6, v5
;; @0032                               trapnz v7, user5
;; @0032                               v8 = load.i64 notrap aligned region1 v4
;; @0032                               v9 = iadd v8, v1
;; @0032                               store notrap little region0 v2, v9+8
;; @0035                               return
;; }
;; function u0:1(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @003c                               v4 = load.i64 notrap aligned readonly can_move v0+56
;; @003c                               v3 = uextend.i64 v1
;; @003c                               v5 = iadd v4, v3
;; @003c                               v6 = load.i8 user5 little region0 v5+11
;; @003c                               store user5 little region0 v2, v5+8
;; @0040                               return
;; }
;; function u0:2(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0047                               v5 = load.i64 notrap aligned readonly can_move v0+64
;; @0047                               v6 = load.i64 notrap aligned region1 v5+8
;; @0047                               v3 = uextend.i64 v1
;; @0047                               v4 = iconst.i64 12
;; @0047                               v7 = iadd v3, v4  ; v4 = 12
;; @0047                               v8 = icmp ugt v7, v6
;; @0047                               trapnz v8, user5
;; @0047                               v9 = load.i64 notrap aligned region1 v5
;; @0047                               v10 = iadd v9, v3
;; @0047                               store notrap little region0 v2, v10+8
;; @004b                               return
;; }
;; function u0:3(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0052                               v5 = load.i64 notrap aligned readonly can_move v0+80
;; @0052                               v6 = load.i64 notrap aligned region1 v5+8
;; @0052                               v3 = uextend.i64 v1
;; @0052                               v4 = iconst.i64 0xffff_fff4
;; @0052                               v7 = iadd v3, v4  ; v4 = 0xffff_fff4
;; @0052                               v8 = icmp ugt v7, v6
;; @0052                               trapnz v8, user5
;; @0052                               v9 = load.i64 notrap aligned readonly can_move v0+88
;; @0052                               v10 = iadd v9, v3
;; @0052                               v11 = iconst.i64 0xffff_fff0
;; @0052                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @0052                               store notrap little region0 v2, v12
;; @005a                               return
;; }
