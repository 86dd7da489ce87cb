;;! why = "a lane's access is as wide as the lane"
(module
  (memory 1)
  (func (param i32 v128)
    (v128.store16_lane 3 (local.get 0) (v128.load8_lane 5 (local.get 0) (local.get 1)))))

;; ==== clif: x86_64 guard
;; function u0:0(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0024                               v4 = load.i64 notrap aligned readonly can_move v0+40
;; @0024                               v3 = uextend.i64 v1
;; @0024                               v5 = iadd v4, v3
;; @0024                               v6 = load.i8 user5 little region0 v5
;; @0024                               v7 = insertlane v2, v6, 5
;; @0029                               v8 = bitcast.i16x8 little v7
;; @0029                               v9 = extractlane v8, 3
;; @0029                               store user5 little region0 v9, v5
;; @002e                               return
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0024                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0024                               v6 = load.i64 notrap aligned region1 v5+8
;; @0024                               v3 = uextend.i64 v1
;; @0024                               v4 = iconst.i64 1
;; @0024                               v7 = iadd v3, v4  ; v4 = 1
;; @0024                               v8 = icmp ugt v7, v6
;; @0024                               trapnz v8, user5
;; @0024                               v9 = load.i64 notrap aligned region1 v5
;; @0024                               v10 = iadd v9, v3
;; @0024                               v11 = load.i8 notrap little region0 v10
;; @0029                               v15 = iconst.i64 2
;; @0029                               v17 = iadd v3, v15  ; v15 = 2
;; @0029                               v18 = icmp ugt v17, v6
;; @0029                               trapnz v18, user5
;; @0024                               v12 = insertlane v2, v11, 5
;; @0029                               v13 = bitcast.i16x8 little v12
;; @0029                               v14 = extractlane v13, 3
;; @0029                               store notrap little region0 v14, v10
;; @002e                               return
;; }

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i32, i8x16) tail {
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;; @0024                               v4 = load.i64 notrap aligned readonly can_move v0+40
;; @0024                               v3 = uextend.i64 v1
;; @0024                               v5 = iadd v4, v3
;; @0024                               v6 = load.i8 user5 little region0 v5
;; @0029                               v10 = load.i8 user5 little region0 v5+1
;; @0024                               v7 = insertlane v2, v6, 5
;; @0029                               v8 = bitcast.i16x8 little v7
;; @0029                               v9 = extractlane v8, 3
;; @0029                               store user5 little region0 v9, v5
;; @002e                               return
;; }
