;;! why = "each form of memory has its own check and base"
(module
  (memory $long i64 1)
  (memory $shared 1 2 shared)
  (memory $bytes 100 (pagesize 1))
  (memory $near 1)
  (func (param i64 v128) (result v128) (v128.load8_lane $long offset=8 3 (local.get 0) (local.get 1)))
  (func (param i32 v128) (result v128) (v128.load8_lane $shared offset=8 3 (local.get 0) (local.get 1)))
  (func (param i32 v128) (result v128) (v128.load8_lane $bytes offset=8 3 (local.get 0) (local.get 1)))
  (func (param i32 v128) (result v128) (v128.load8_lane $near offset=0xfffffff0 3 (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i64, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i64, v2: i8x16):
;; @0034                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0034                               v6 = load.i64 notrap aligned region1 v5+8
;; @0034                               v4 = iconst.i64 9
;; @0034                               v7 = uadd_overflow_trap v1, v4, user5  ; v4 = 9
;; @0034                               v8 = icmp ugt v7, v6
;; @0034                               trapnz v8, user5
;; @0034                               v9 = load.i64 notrap aligned region1 v5
;; @0034                               v10 = iadd v9, v1
;; @0034                               v11 = load.i8 notrap little region0 v10+8
;; @0034                               v12 = insertlane v2, v11, 3
;; @0039                               return v12
;; }
;; function u0:1(i64 vmctx, i32, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0040                               v5 = load.i64 notrap aligned readonly can_move v0+56
;; @0040                               v4 = uextend.i64 v1
;; @0040                               v6 = iadd v5, v4
;; @0040                               v7 = load.i8 user5 little region0 v6+8
;; @0040                               v8 = insertlane v2, v7, 3
;; @0046                               return v8
;; }
;; function u0:2(i64 vmctx, i32, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @004d                               v6 = load.i64 notrap aligned readonly can_move v0+64
;; @004d                               v7 = load.i64 notrap aligned region1 v6+8
;; @004d                               v4 = uextend.i64 v1
;; @004d                               v5 = iconst.i64 9
;; @004d                               v8 = iadd v4, v5  ; v5 = 9
;; @004d                               v9 = icmp ugt v8, v7
;; @004d                               trapnz v9, user5
;; @004d                               v10 = load.i64 notrap aligned region1 v6
;; @004d                               v11 = iadd v10, v4
;; @004d                               v12 = load.i8 notrap little region0 v11+8
;; @004d                               v13 = insertlane v2, v12, 3
;; @0053                               return v13
;; }
;; function u0:3(i64 vmctx, i32, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @005a                               v6 = load.i64 notrap aligned readonly can_move v0+80
;; @005a                               v7 = load.i64 notrap aligned region1 v6+8
;; @005a                               v4 = uextend.i64 v1
;; @005a                               v5 = iconst.i64 0xffff_fff1
;; @005a                               v8 = iadd v4, v5  ; v5 = 0xffff_fff1
;; @005a                               v9 = icmp ugt v8, v7
;; @005a                               trapnz v9, user5
;; @005a                               v10 = load.i64 notrap aligned readonly can_move v0+88
;; @005a                               v11 = iadd v10, v4
;; @005a                               v12 = iconst.i64 0xffff_fff0
;; @005a                               v13 = iadd v11, v12  ; v12 = 0xffff_fff0
;; @005a                               v14 = load.i8 notrap little region0 v13
;; @005a                               v15 = insertlane v2, v14, 3
;; @0064                               return v15
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i64, v2: i8x16):
;; @0034                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0034                               v6 = load.i64 notrap aligned region1 v5+8
;; @0034                               v4 = iconst.i64 9
;; @0034                               v7 = uadd_overflow_trap v1, v4, user5  ; v4 = 9
;; @0034                               v8 = icmp ugt v7, v6
;; @0034                               trapnz v8, user5
;; @0034                               v9 = load.i64 notrap aligned region1 v5
;; @0034                               v10 = iadd v9, v1
;; @0034                               v11 = load.i8 notrap little region0 v10+8
;; @0034                               v12 = insertlane v2, v11, 3
;; @0039                               return v12
;; }
;; function u0:1(i64 vmctx, i32, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0040                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @0040                               v7 = load.i64 notrap aligned region1 v6+8
;; @0040                               v4 = uextend.i64 v1
;; @0040                               v5 = iconst.i64 9
;; @0040                               v8 = iadd v4, v5  ; v5 = 9
;; @0040                               v9 = icmp ugt v8, v7
;; @0040                               trapnz v9, user5
;; @0040                               v10 = load.i64 notrap aligned readonly can_move v0+56
;; @0040                               v11 = iadd v10, v4
;; @0040                               v12 = load.i8 notrap little region0 v11+8
;; @0040                               v13 = insertlane v2, v12, 3
;; @0046                               return v13
;; }
;; function u0:2(i64 vmctx, i32, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @004d                               v6 = load.i64 notrap aligned readonly can_move v0+64
;; @004d                               v7 = load.i64 notrap aligned region1 v6+8
;; @004d                               v4 = uextend.i64 v1
;; @004d                               v5 = iconst.i64 9
;; @004d                               v8 = iadd v4, v5  ; v5 = 9
;; @004d                               v9 = icmp ugt v8, v7
;; @004d                               trapnz v9, user5
;; @004d                               v10 = load.i64 notrap aligned region1 v6
;; @004d                               v11 = iadd v10, v4
;; @004d                               v12 = load.i8 notrap little region0 v11+8
;; @004d                               v13 = insertlane v2, v12, 3
;; @0053                               return v13
;; }
;; function u0:3(i64 vmctx, i32, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @005a                               v6 = load.i64 notrap aligned readonly can_move v0+80
;; @005a                               v7 = load.i64 notrap aligned region1 v6+8
;; @005a                               v4 = uextend.i64 v1
;; @005a                               v5 = iconst.i64 0xffff_fff1
;; @005a                               v8 = iadd v4, v5  ; v5 = 0xffff_fff1
;; @005a                               v9 = icmp ugt v8, v7
;; @005a                               trapnz v9, user5
;; @005a                               v10 = load.i64 notrap aligned region1 v6
;; @005a                               v11 = iadd v10, v4
;; @005a                               v12 = iconst.i64 0xffff_fff0
;; @005a                               v13 = iadd v11, v12  ; v12 = 0xffff_fff0
;; @005a                               v14 = load.i8 notrap little region0 v13
;; @005a                               v15 = insertlane v2, v14, 3
;; @0064                               return v15
;; }
