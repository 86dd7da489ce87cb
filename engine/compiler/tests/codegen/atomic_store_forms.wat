;;! why = "alignment, then the check of this form of memory"
(module
  (memory $near 1)
  (memory $long i64 1)
  (memory $bytes 100 (pagesize 1))
  (func (param i32 i32) (i32.atomic.store $near offset=8 (local.get 0) (local.get 1)))
  (func (param i64 i32) (i32.atomic.store $long offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (i32.atomic.store $bytes offset=8 (local.get 0) (local.get 1)))
  (func (param i32 i32) (i32.atomic.store $near offset=0xfffffff0 (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @002f                               v3 = iconst.i32 3
;; @002f                               v4 = band v1, v3  ; v3 = 3
;; @002f                               trapnz v4, user13
;; @002f                               v6 = load.i64 notrap aligned readonly can_move v0+40
;; @002f                               v5 = uextend.i64 v1
;; @002f                               v7 = iadd v6, v5
;; @002f                               v8 = iconst.i64 8
;; @002f                               v9 = iadd v7, v8  ; v8 = 8
;; @002f                               atomic_store user5 little region0 v2, v9
;; @0033                               return
;; }
;; function u0:1(i64 vmctx, i64, i32) tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @003a                               v3 = iconst.i64 3
;; @003a                               v4 = band v1, v3  ; v3 = 3
;; @003a                               trapnz v4, user13
;; @003a                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @003a                               v7 = load.i64 notrap aligned region1 v6+8
;; @003a                               v5 = iconst.i64 12
;; @003a                               v8 = uadd_overflow_trap v1, v5, user5  ; v5 = 12
;; @003a                               v9 = icmp ugt v8, v7
;; @003a                               trapnz v9, user5
;; @003a                               v10 = load.i64 notrap aligned region1 v6
;; @003a                               v11 = iadd v10, v1
;; @003a                               v12 = iconst.i64 8
;; @003a                               v13 = iadd v11, v12  ; v12 = 8
;; @003a                               atomic_store notrap little region0 v2, v13
;; @003f                               return
;; }
;; function u0:2(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0046                               v3 = iconst.i32 3
;; @0046                               v4 = band v1, v3  ; v3 = 3
;; @0046                               trapnz v4, user13
;; @0046                               v7 = load.i64 notrap aligned readonly can_move v0+64
;; @0046                               v8 = load.i64 notrap aligned region1 v7+8
;; @0046                               v5 = uextend.i64 v1
;; @0046                               v6 = iconst.i64 12
;; @0046                               v9 = iadd v5, v6  ; v6 = 12
;; @0046                               v10 = icmp ugt v9, v8
;; @0046                               trapnz v10, user5
;; @0046                               v11 = load.i64 notrap aligned region1 v7
;; @0046                               v12 = iadd v11, v5
;; @0046                               v13 = iconst.i64 8
;; @0046                               v14 = iadd v12, v13  ; v13 = 8
;; @0046                               atomic_store notrap little region0 v2, v14
;; @004b                               return
;; }
;; function u0:3(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0052                               v3 = iconst.i32 3
;; @0052                               v4 = band v1, v3  ; v3 = 3
;; @0052                               trapnz v4, user13
;; @0052                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @0052                               v8 = load.i64 notrap aligned region1 v7+8
;; @0052                               v5 = uextend.i64 v1
;; @0052                               v6 = iconst.i64 0xffff_fff4
;; @0052                               v9 = iadd v5, v6  ; v6 = 0xffff_fff4
;; @0052                               v10 = icmp ugt v9, v8
;; @0052                               trapnz v10, user5
;; @0052                               v11 = load.i64 notrap aligned readonly can_move v0+40
;; @0052                               v12 = iadd v11, v5
;; @0052                               v13 = iconst.i64 0xffff_fff0
;; @0052                               v14 = iadd v12, v13  ; v13 = 0xffff_fff0
;; @0052                               atomic_store notrap little region0 v2, v14
;; @005a                               return
;; }

;; ==== clif: x86_64 explicit
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @002f                               v3 = iconst.i32 3
;; @002f                               v4 = band v1, v3  ; v3 = 3
;; @002f                               trapnz v4, user13
;; @002f                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @002f                               v8 = load.i64 notrap aligned region1 v7+8
;; @002f                               v5 = uextend.i64 v1
;; @002f                               v6 = iconst.i64 12
;; @002f                               v9 = iadd v5, v6  ; v6 = 12
;; @002f                               v10 = icmp ugt v9, v8
;; @002f                               trapnz v10, user5
;; @002f                               v11 = load.i64 notrap aligned region1 v7
;; @002f                               v12 = iadd v11, v5
;; @002f                               v13 = iconst.i64 8
;; @002f                               v14 = iadd v12, v13  ; v13 = 8
;; @002f                               atomic_store notrap little region0 v2, v14
;; @0033                               return
;; }
;; function u0:1(i64 vmctx, i64, i32) tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @003a                               v3 = iconst.i64 3
;; @003a                               v4 = band v1, v3  ; v3 = 3
;; @003a                               trapnz v4, user13
;; @003a                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @003a                               v7 = load.i64 notrap aligned region1 v6+8
;; @003a                               v5 = iconst.i64 12
;; @003a                               v8 = uadd_overflow_trap v1, v5, user5  ; v5 = 12
;; @003a                               v9 = icmp ugt v8, v7
;; @003a                               trapnz v9, user5
;; @003a                               v10 = load.i64 notrap aligned region1 v6
;; @003a                               v11 = iadd v10, v1
;; @003a                               v12 = iconst.i64 8
;; @003a                               v13 = iadd v11, v12  ; v12 = 8
;; @003a                               atomic_store notrap little region0 v2, v13
;; @003f                               return
;; }
;; function u0:2(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0046                               v3 = iconst.i32 3
;; @0046                               v4 = band v1, v3  ; v3 = 3
;; @0046                               trapnz v4, user13
;; @0046                               v7 = load.i64 notrap aligned readonly can_move v0+64
;; @0046                               v8 = load.i64 notrap aligned region1 v7+8
;; @0046                               v5 = uextend.i64 v1
;; @0046                               v6 = iconst.i64 12
;; @0046                               v9 = iadd v5, v6  ; v6 = 12
;; @0046                               v10 = icmp ugt v9, v8
;; @0046                               trapnz v10, user5
;; @0046                               v11 = load.i64 notrap aligned region1 v7
;; @0046                               v12 = iadd v11, v5
;; @0046                               v13 = iconst.i64 8
;; @0046                               v14 = iadd v12, v13  ; v13 = 8
;; @0046                               atomic_store notrap little region0 v2, v14
;; @004b                               return
;; }
;; function u0:3(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0052                               v3 = iconst.i32 3
;; @0052                               v4 = band v1, v3  ; v3 = 3
;; @0052                               trapnz v4, user13
;; @0052                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @0052                               v8 = load.i64 notrap aligned region1 v7+8
;; @0052                               v5 = uextend.i64 v1
;; @0052                               v6 = iconst.i64 0xffff_fff4
;; @0052                               v9 = iadd v5, v6  ; v6 = 0xffff_fff4
;; @0052                               v10 = icmp ugt v9, v8
;; @0052                               trapnz v10, user5
;; @0052                               v11 = load.i64 notrap aligned region1 v7
;; @0052                               v12 = iadd v11, v5
;; @0052                               v13 = iconst.i64 0xffff_fff0
;; @0052                               v14 = iadd v12, v13  ; v13 = 0xffff_fff0
;; @0052                               atomic_store notrap little region0 v2, v14
;; @005a                               return
;; }

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @002f                               v3 = iconst.i32 3
;; @002f                               v4 = band v1, v3  ; v3 = 3
;; @002f                               trapnz v4, user13
;; @002f                               v6 = load.i64 notrap aligned readonly can_move v0+40
;; @002f                               v5 = uextend.i64 v1
;; @002f                               v7 = iadd v6, v5
;; @002f                               v8 = iconst.i64 8
;; @002f                               v9 = iadd v7, v8  ; v8 = 8
;; @002f                               atomic_store user5 little region0 v2, v9
;; @002f                               fence
;; @0033                               return
;; }
;; function u0:1(i64 vmctx, i64, i32) tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @003a                               v3 = iconst.i64 3
;; @003a                               v4 = band v1, v3  ; v3 = 3
;; @003a                               trapnz v4, user13
;; @003a                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @003a                               v7 = load.i64 notrap aligned region1 v6+8
;; @003a                               v5 = iconst.i64 12
;; @003a                               v8 = uadd_overflow_trap v1, v5, user5  ; v5 = 12
;; @003a                               v9 = icmp ugt v8, v7
;; @003a                               trapnz v9, user5
;; @003a                               v10 = load.i64 notrap aligned region1 v6
;; @003a                               v11 = iadd v10, v1
;; @003a                               v12 = iconst.i64 8
;; @003a                               v13 = iadd v11, v12  ; v12 = 8
;; @003a                               atomic_store notrap little region0 v2, v13
;; @003a                               fence
;; @003f                               return
;; }
;; function u0:2(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0046                               v3 = iconst.i32 3
;; @0046                               v4 = band v1, v3  ; v3 = 3
;; @0046                               trapnz v4, user13
;; @0046                               v7 = load.i64 notrap aligned readonly can_move v0+64
;; @0046                               v8 = load.i64 notrap aligned region1 v7+8
;; @0046                               v5 = uextend.i64 v1
;; @0046                               v6 = iconst.i64 12
;; @0046                               v9 = iadd v5, v6  ; v6 = 12
;; @0046                               v10 = icmp ugt v9, v8
;; @0046                               trapnz v10, user5
;; @0046                               v11 = load.i64 notrap aligned region1 v7
;; @0046                               v12 = iadd v11, v5
;; @0046                               v13 = iconst.i64 8
;; @0046                               v14 = iadd v12, v13  ; v13 = 8
;; @0046                               atomic_store notrap little region0 v2, v14
;; @0046                               fence
;; @004b                               return
;; }
;; function u0:3(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0052                               v3 = iconst.i32 3
;; @0052                               v4 = band v1, v3  ; v3 = 3
;; @0052                               trapnz v4, user13
;; @0052                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @0052                               v8 = load.i64 notrap aligned region1 v7+8
;; @0052                               v5 = uextend.i64 v1
;; @0052                               v6 = iconst.i64 0xffff_fff4
;; @0052                               v9 = iadd v5, v6  ; v6 = 0xffff_fff4
;; @0052                               v10 = icmp ugt v9, v8
;; @0052                               trapnz v10, user5
;; @0052                               v11 = load.i64 notrap aligned readonly can_move v0+40
;; @0052                               v12 = iadd v11, v5
;; @0052                               v13 = iconst.i64 0xffff_fff0
;; @0052                               v14 = iadd v12, v13  ; v13 = 0xffff_fff0
;; @0052                               atomic_store notrap little region0 v2, v14
;; @0052                               fence
;; @005a                               return
;; }

;; ==== clif: aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @002f                               v3 = iconst.i32 3
;; @002f                               v4 = band v1, v3  ; v3 = 3
;; @002f                               trapnz v4, user13
;; @002f                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @002f                               v8 = load.i64 notrap aligned region1 v7+8
;; @002f                               v5 = uextend.i64 v1
;; @002f                               v6 = iconst.i64 12
;; @002f                               v9 = iadd v5, v6  ; v6 = 12
;; @002f                               v10 = icmp ugt v9, v8
;; @002f                               trapnz v10, user5
;; @002f                               v11 = load.i64 notrap aligned region1 v7
;; @002f                               v12 = iadd v11, v5
;; @002f                               v13 = iconst.i64 8
;; @002f                               v14 = iadd v12, v13  ; v13 = 8
;; @002f                               atomic_store notrap little region0 v2, v14
;; @002f                               fence
;; @0033                               return
;; }
;; function u0:1(i64 vmctx, i64, i32) tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @003a                               v3 = iconst.i64 3
;; @003a                               v4 = band v1, v3  ; v3 = 3
;; @003a                               trapnz v4, user13
;; @003a                               v6 = load.i64 notrap aligned readonly can_move v0+48
;; @003a                               v7 = load.i64 notrap aligned region1 v6+8
;; @003a                               v5 = iconst.i64 12
;; @003a                               v8 = uadd_overflow_trap v1, v5, user5  ; v5 = 12
;; @003a                               v9 = icmp ugt v8, v7
;; @003a                               trapnz v9, user5
;; @003a                               v10 = load.i64 notrap aligned region1 v6
;; @003a                               v11 = iadd v10, v1
;; @003a                               v12 = iconst.i64 8
;; @003a                               v13 = iadd v11, v12  ; v12 = 8
;; @003a                               atomic_store notrap little region0 v2, v13
;; @003a                               fence
;; @003f                               return
;; }
;; function u0:2(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0046                               v3 = iconst.i32 3
;; @0046                               v4 = band v1, v3  ; v3 = 3
;; @0046                               trapnz v4, user13
;; @0046                               v7 = load.i64 notrap aligned readonly can_move v0+64
;; @0046                               v8 = load.i64 notrap aligned region1 v7+8
;; @0046                               v5 = uextend.i64 v1
;; @0046                               v6 = iconst.i64 12
;; @0046                               v9 = iadd v5, v6  ; v6 = 12
;; @0046                               v10 = icmp ugt v9, v8
;; @0046                               trapnz v10, user5
;; @0046                               v11 = load.i64 notrap aligned region1 v7
;; @0046                               v12 = iadd v11, v5
;; @0046                               v13 = iconst.i64 8
;; @0046                               v14 = iadd v12, v13  ; v13 = 8
;; @0046                               atomic_store notrap little region0 v2, v14
;; @0046                               fence
;; @004b                               return
;; }
;; function u0:3(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0052                               v3 = iconst.i32 3
;; @0052                               v4 = band v1, v3  ; v3 = 3
;; @0052                               trapnz v4, user13
;; @0052                               v7 = load.i64 notrap aligned readonly can_move v0+32
;; @0052                               v8 = load.i64 notrap aligned region1 v7+8
;; @0052                               v5 = uextend.i64 v1
;; @0052                               v6 = iconst.i64 0xffff_fff4
;; @0052                               v9 = iadd v5, v6  ; v6 = 0xffff_fff4
;; @0052                               v10 = icmp ugt v9, v8
;; @0052                               trapnz v10, user5
;; @0052                               v11 = load.i64 notrap aligned region1 v7
;; @0052                               v12 = iadd v11, v5
;; @0052                               v13 = iconst.i64 0xffff_fff0
;; @0052                               v14 = iadd v12, v13  ; v13 = 0xffff_fff0
;; @0052                               atomic_store notrap little region0 v2, v14
;; @0052                               fence
;; @005a                               return
;; }
