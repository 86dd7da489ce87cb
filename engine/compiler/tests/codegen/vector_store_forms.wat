;;! why = "each form of memory has its own check and base"
(module
  (memory $long i64 1)
  (memory $shared 1 2 shared)
  (memory $bytes 100 (pagesize 1))
  (memory $near 1)
  (func (param i64 v128) (v128.store $long offset=8 (local.get 0) (local.get 1)))
  (func (param i32 v128) (v128.store $shared offset=8 (local.get 0) (local.get 1)))
  (func (param i32 v128) (v128.store $bytes offset=8 (local.get 0) (local.get 1)))
  (func (param i32 v128) (v128.store $near offset=0xfffffff0 (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard
;; function u0:0(i64 vmctx, i64, i8x16) tail {
;;                                 block0(v0: i64, v1: i64, v2: i8x16):
;; @0032                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0032                               v5 = load.i64 notrap aligned region1 v4+8
;; @0032                               v3 = iconst.i64 24
;; @0032                               v6 = uadd_overflow_trap v1, v3, user5  ; v3 = 24
;; @0032                               v7 = icmp ugt v6, v5
;; @0032                               trapnz v7, user5
;; @0032                               v8 = load.i64 notrap aligned region1 v4
;; @0032                               v9 = iadd v8, v1
;; @0032                               store notrap little region0 v2, v9+8
;; @0036                               return
;; }
;; function u0:1(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @003d                               v4 = load.i64 notrap aligned readonly can_move v0+56
;; @003d                               v3 = uextend.i64 v1
;; @003d                               v5 = iadd v4, v3
;; @003d                               store user5 little region0 v2, v5+8
;; @0042                               return
;; }
;; function u0:2(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0049                               v5 = load.i64 notrap aligned readonly can_move v0+64
;; @0049                               v6 = load.i64 notrap aligned region1 v5+8
;; @0049                               v3 = uextend.i64 v1
;; @0049                               v4 = iconst.i64 24
;; @0049                               v7 = iadd v3, v4  ; v4 = 24
;; @0049                               v8 = icmp ugt v7, v6
;; @0049                               trapnz v8, user5
;; @0049                               v9 = load.i64 notrap aligned region1 v5
;; @0049                               v10 = iadd v9, v3
;; @0049                               store notrap little region0 v2, v10+8
;; @004e                               return
;; }
;; function u0:3(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0055                               v5 = load.i64 notrap aligned readonly can_move v0+80
;; @0055                               v6 = load.i64 notrap aligned region1 v5+8
;; @0055                               v3 = uextend.i64 v1
;; @0055                               v4 = iconst.i64 0x0001_0000_0000
;; @0055                               v7 = iadd v3, v4  ; v4 = 0x0001_0000_0000
;; @0055                               v8 = icmp ugt v7, v6
;; @0055                               trapnz v8, user5
;; @0055                               v9 = load.i64 notrap aligned readonly can_move v0+88
;; @0055                               v10 = iadd v9, v3
;; @0055                               v11 = iconst.i64 0xffff_fff0
;; @0055                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @0055                               store notrap little region0 v2, v12
;; @005e                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i8x16) tail {
;;                                 block0(v0: i64, v1: i64, v2: i8x16):
;; @0032                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0032                               v5 = load.i64 notrap aligned region1 v4+8
;; @0032                               v3 = iconst.i64 24
;; @0032                               v6 = uadd_overflow_trap v1, v3, user5  ; v3 = 24
;; @0032                               v7 = icmp ugt v6, v5
;; @0032                               trapnz v7, user5
;; @0032                               v8 = load.i64 notrap aligned region1 v4
;; @0032                               v9 = iadd v8, v1
;; @0032                               store notrap little region0 v2, v9+8
;; @0036                               return
;; }
;; function u0:1(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @003d                               v5 = load.i64 notrap aligned readonly can_move v0+48
;; @003d                               v6 = load.i64 notrap aligned region1 v5+8
;; @003d                               v3 = uextend.i64 v1
;; @003d                               v4 = iconst.i64 24
;; @003d                               v7 = iadd v3, v4  ; v4 = 24
;; @003d                               v8 = icmp ugt v7, v6
;; @003d                               trapnz v8, user5
;; @003d                               v9 = load.i64 notrap aligned readonly can_move v0+56
;; @003d                               v10 = iadd v9, v3
;; @003d                               store notrap little region0 v2, v10+8
;; @0042                               return
;; }
;; function u0:2(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0049                               v5 = load.i64 notrap aligned readonly can_move v0+64
;; @0049                               v6 = load.i64 notrap aligned region1 v5+8
;; @0049                               v3 = uextend.i64 v1
;; @0049                               v4 = iconst.i64 24
;; @0049                               v7 = iadd v3, v4  ; v4 = 24
;; @0049                               v8 = icmp ugt v7, v6
;; @0049                               trapnz v8, user5
;; @0049                               v9 = load.i64 notrap aligned region1 v5
;; @0049                               v10 = iadd v9, v3
;; @0049                               store notrap little region0 v2, v10+8
;; @004e                               return
;; }
;; function u0:3(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0055                               v5 = load.i64 notrap aligned readonly can_move v0+80
;; @0055                               v6 = load.i64 notrap aligned region1 v5+8
;; @0055                               v3 = uextend.i64 v1
;; @0055                               v4 = iconst.i64 0x0001_0000_0000
;; @0055                               v7 = iadd v3, v4  ; v4 = 0x0001_0000_0000
;; @0055                               v8 = icmp ugt v7, v6
;; @0055                               trapnz v8, user5
;; @0055                               v9 = load.i64 notrap aligned region1 v5
;; @0055                               v10 = iadd v9, v3
;; @0055                               v11 = iconst.i64 0xffff_fff0
;; @0055                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @0055                               store notrap little region0 v2, v12
;; @005e                               return
;; }

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i64, i8x16) tail {
;;                                 block0(v0: i64, v1: i64, v2: i8x16):
;; @0032                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0032                               v5 = load.i64 notrap aligned region1 v4+8
;; @0032                               v3 = iconst.i64 24
;; @0032                               v6 = uadd_overflow_trap v1, v3, user5  ; v3 = 24
;; @0032                               v7 = icmp ugt v6, v5
;; @0032                               trapnz v7, user5
;; @0032                               v8 = load.i64 notrap aligned region1 v4
;; @0032                               v9 = iadd v8, v1
;; @0032                               store notrap little region0 v2, v9+8
;; @0036                               return
;; }
;; function u0:1(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @003d                               v4 = load.i64 notrap aligned readonly can_move v0+56
;; @003d                               v3 = uextend.i64 v1
;; @003d                               v5 = iadd v4, v3
;; @003d                               v6 = load.i8 user5 little region0 v5+23
;; @003d                               store user5 little region0 v2, v5+8
;; @0042                               return
;; }
;; function u0:2(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0049                               v5 = load.i64 notrap aligned readonly can_move v0+64
;; @0049                               v6 = load.i64 notrap aligned region1 v5+8
;; @0049                               v3 = uextend.i64 v1
;; @0049                               v4 = iconst.i64 24
;; @0049                               v7 = iadd v3, v4  ; v4 = 24
;; @0049                               v8 = icmp ugt v7, v6
;; @0049                               trapnz v8, user5
;; @0049                               v9 = load.i64 notrap aligned region1 v5
;; @0049                               v10 = iadd v9, v3
;; @0049                               store notrap little region0 v2, v10+8
;; @004e                               return
;; }
;; function u0:3(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0055                               v5 = load.i64 notrap aligned readonly can_move v0+80
;; @0055                               v6 = load.i64 notrap aligned region1 v5+8
;; @0055                               v3 = uextend.i64 v1
;; @0055                               v4 = iconst.i64 0x0001_0000_0000
;; @0055                               v7 = iadd v3, v4  ; v4 = 0x0001_0000_0000
;; @0055                               v8 = icmp ugt v7, v6
;; @0055                               trapnz v8, user5
;; @0055                               v9 = load.i64 notrap aligned readonly can_move v0+88
;; @0055                               v10 = iadd v9, v3
;; @0055                               v11 = iconst.i64 0xffff_fff0
;; @0055                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @0055                               store notrap little region0 v2, v12
;; @005e                               return
;; }
