;;! why = "each form of memory has its own check and base"
(module
  (memory $long i64 1)
  (memory $shared 1 2 shared)
  (memory $bytes 100 (pagesize 1))
  (memory $near 1)
  (func (param i64) (result v128) (v128.load $long offset=8 (local.get 0)))
  (func (param i32) (result v128) (v128.load $shared offset=8 (local.get 0)))
  (func (param i32) (result v128) (v128.load $bytes offset=8 (local.get 0)))
  (func (param i32) (result v128) (v128.load $near offset=0xfffffff0 (local.get 0))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i64) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i64):
;; @0030                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0030                               v5 = load.i64 notrap aligned region1 v4+8
;; @0030                               v3 = iconst.i64 24
;; @0030                               v6 = uadd_overflow_trap v1, v3, user5  ; v3 = 24
;; @0030                               v7 = icmp ugt v6, v5
;; @0030                               trapnz v7, user5
;; @0030                               v8 = load.i64 notrap aligned region1 v4
;; @0030                               v9 = iadd v8, v1
;; @0030                               v10 = load.i8x16 notrap little region0 v9+8
;; @0034                               return v10
;; }
;; function u0:1(i64 vmctx, i32) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0039                               v4 = load.i64 notrap aligned readonly can_move v0+56
;; @0039                               v3 = uextend.i64 v1
;; @0039                               v5 = iadd v4, v3
;; @0039                               v6 = load.i8x16 user5 little region0 v5+8
;; @003e                               return v6
;; }
;; function u0:2(i64 vmctx, i32) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0043                               v5 = load.i64 notrap aligned readonly can_move v0+64
;; @0043                               v6 = load.i64 notrap aligned region1 v5+8
;; @0043                               v3 = uextend.i64 v1
;; @0043                               v4 = iconst.i64 24
;; @0043                               v7 = iadd v3, v4  ; v4 = 24
;; @0043                               v8 = icmp ugt v7, v6
;; @0043                               trapnz v8, user5
;; @0043                               v9 = load.i64 notrap aligned region1 v5
;; @0043                               v10 = iadd v9, v3
;; @0043                               v11 = load.i8x16 notrap little region0 v10+8
;; @0048                               return v11
;; }
;; function u0:3(i64 vmctx, i32) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32):
;; @004d                               v5 = load.i64 notrap aligned readonly can_move v0+80
;; @004d                               v6 = load.i64 notrap aligned region1 v5+8
;; @004d                               v3 = uextend.i64 v1
;; @004d                               v4 = iconst.i64 0x0001_0000_0000
;; @004d                               v7 = iadd v3, v4  ; v4 = 0x0001_0000_0000
;; @004d                               v8 = icmp ugt v7, v6
;; @004d                               trapnz v8, user5
;; @004d                               v9 = load.i64 notrap aligned readonly can_move v0+88
;; @004d                               v10 = iadd v9, v3
;; @004d                               v11 = iconst.i64 0xffff_fff0
;; @004d                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @004d                               v13 = load.i8x16 notrap little region0 v12
;; @0056                               return v13
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i64) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i64):
;; @0030                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0030                               v5 = load.i64 notrap aligned region1 v4+8
;; @0030                               v3 = iconst.i64 24
;; @0030                               v6 = uadd_overflow_trap v1, v3, user5  ; v3 = 24
;; @0030                               v7 = icmp ugt v6, v5
;; @0030                               trapnz v7, user5
;; @0030                               v8 = load.i64 notrap aligned region1 v4
;; @0030                               v9 = iadd v8, v1
;; @0030                               v10 = load.i8x16 notrap little region0 v9+8
;; @0034                               return v10
;; }
;; function u0:1(i64 vmctx, i32) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0039                               v5 = load.i64 notrap aligned readonly can_move v0+48
;; @0039                               v6 = load.i64 notrap aligned region1 v5+8
;; @0039                               v3 = uextend.i64 v1
;; @0039                               v4 = iconst.i64 24
;; @0039                               v7 = iadd v3, v4  ; v4 = 24
;; @0039                               v8 = icmp ugt v7, v6
;; @0039                               trapnz v8, user5
;; @0039                               v9 = load.i64 notrap aligned readonly can_move v0+56
;; @0039                               v10 = iadd v9, v3
;; @0039                               v11 = load.i8x16 notrap little region0 v10+8
;; @003e                               return v11
;; }
;; function u0:2(i64 vmctx, i32) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0043                               v5 = load.i64 notrap aligned readonly can_move v0+64
;; @0043                               v6 = load.i64 notrap aligned region1 v5+8
;; @0043                               v3 = uextend.i64 v1
;; @0043                               v4 = iconst.i64 24
;; @0043                               v7 = iadd v3, v4  ; v4 = 24
;; @0043                               v8 = icmp ugt v7, v6
;; @0043                               trapnz v8, user5
;; @0043                               v9 = load.i64 notrap aligned region1 v5
;; @0043                               v10 = iadd v9, v3
;; @0043                               v11 = load.i8x16 notrap little region0 v10+8
;; @0048                               return v11
;; }
;; function u0:3(i64 vmctx, i32) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32):
;; @004d                               v5 = load.i64 notrap aligned readonly can_move v0+80
;; @004d                               v6 = load.i64 notrap aligned region1 v5+8
;; @004d                               v3 = uextend.i64 v1
;; @004d                               v4 = iconst.i64 0x0001_0000_0000
;; @004d                               v7 = iadd v3, v4  ; v4 = 0x0001_0000_0000
;; @004d                               v8 = icmp ugt v7, v6
;; @004d                               trapnz v8, user5
;; @004d                               v9 = load.i64 notrap aligned region1 v5
;; @004d                               v10 = iadd v9, v3
;; @004d                               v11 = iconst.i64 0xffff_fff0
;; @004d                               v12 = iadd v10, v11  ; v11 = 0xffff_fff0
;; @004d                               v13 = load.i8x16 notrap little region0 v12
;; @0056                               return v13
;; }
