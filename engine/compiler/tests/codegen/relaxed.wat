;;! why = "relaxed operators: the same result everywhere, or the processor's own instruction"
;;! relaxed = true
(module
  (func (param v128) (result v128)
    (i32x4.relaxed_trunc_f32x4_s (local.get 0)))
  (func (param v128) (result v128)
    (i32x4.relaxed_trunc_f32x4_u (local.get 0)))
  (func (param v128) (result v128)
    (i32x4.relaxed_trunc_f64x2_s_zero (local.get 0)))
  (func (param v128) (result v128)
    (i32x4.relaxed_trunc_f64x2_u_zero (local.get 0)))
  (func (param v128 v128) (result v128)
    (i16x8.relaxed_q15mulr_s (local.get 0) (local.get 1)))
  (func (param v128 v128) (result v128)
    (i16x8.relaxed_dot_i8x16_i7x16_s (local.get 0) (local.get 1)))
  (func (param v128 v128) (result v128)
    (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))
  (func (param v128 v128) (result v128)
    (f32x4.relaxed_min (local.get 0) (local.get 1)))
  (func (param v128 v128) (result v128)
    (f32x4.relaxed_max (local.get 0) (local.get 1)))
  (func (param v128 v128) (result v128)
    (f64x2.relaxed_min (local.get 0) (local.get 1)))
  (func (param v128 v128) (result v128)
    (f64x2.relaxed_max (local.get 0) (local.get 1)))
  (func (param v128 v128 v128) (result v128)
    (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128 v128) (result v128)
    (f32x4.relaxed_nmadd (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128 v128) (result v128)
    (f64x2.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128 v128) (result v128)
    (f64x2.relaxed_nmadd (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128 v128) (result v128)
    (i8x16.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128 v128) (result v128)
    (i16x8.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128 v128) (result v128)
    (i32x4.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128 v128) (result v128)
    (i64x2.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128 v128) (result v128)
    (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 deterministic, x86_64 has_ssse3 deterministic, x86_64 has_avx deterministic, x86_64 has_fma deterministic, aarch64 deterministic
;; function u0:0(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @003c                               v3 = bitcast.f32x4 little v1
;; @003c                               v4 = fcvt_to_sint_sat.i32x4 v3
;; @003c                               v5 = bitcast.i8x16 little v4
;; @003f                               return v5
;; }
;; function u0:1(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @0044                               v3 = bitcast.f32x4 little v1
;; @0044                               v4 = fcvt_to_uint_sat.i32x4 v3
;; @0044                               v5 = bitcast.i8x16 little v4
;; @0047                               return v5
;; }
;; function u0:2(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @004c                               v3 = bitcast.f64x2 little v1
;; @004c                               v5 = fcvt_to_sint_sat.i64x2 v3
;; @004c                               v4 = vconst.i64x2 const0
;; @004c                               v6 = snarrow v5, v4  ; v4 = const0
;; @004c                               v7 = bitcast.i8x16 little v6
;; @004f                               return v7
;; }
;; function u0:3(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @0054                               v3 = bitcast.f64x2 little v1
;; @0054                               v5 = fcvt_to_uint_sat.i64x2 v3
;; @0054                               v4 = vconst.i64x2 const0
;; @0054                               v6 = uunarrow v5, v4  ; v4 = const0
;; @0054                               v7 = bitcast.i8x16 little v6
;; @0057                               return v7
;; }
;; function u0:4(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @005e                               v5 = bitcast.i16x8 little v1
;; @005e                               v4 = bitcast.i16x8 little v2
;; @005e                               v6 = sqmul_round_sat v5, v4
;; @005e                               v7 = bitcast.i8x16 little v6
;; @0061                               return v7
;; }
;; function u0:5(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;     const0 = 0x80008000800080008000800080008000
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0068                               v4 = swiden_low v1
;; @0068                               v5 = swiden_low v2
;; @0068                               v6 = imul v4, v5
;; @0068                               v7 = swiden_high v1
;; @0068                               v8 = swiden_high v2
;; @0068                               v9 = imul v7, v8
;; @0068                               v10 = iadd_pairwise v6, v9
;; @0068                               v11 = vconst.i16x8 const0
;; @0068                               v12 = icmp eq v10, v11  ; v11 = const0
;; @0068                               v13 = bxor v10, v12
;; @0068                               v14 = bitcast.i8x16 little v13
;; @006b                               return v14
;; }
;; function u0:6(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0072                               v4 = swizzle v1, v2
;; @0075                               return v4
;; }
;; function u0:7(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @007c                               v5 = bitcast.f32x4 little v1
;; @007c                               v4 = bitcast.f32x4 little v2
;; @007c                               v6 = fmin v5, v4
;; @007c                               v7 = bitcast.i8x16 little v6
;; @007f                               return v7
;; }
;; function u0:8(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0086                               v5 = bitcast.f32x4 little v1
;; @0086                               v4 = bitcast.f32x4 little v2
;; @0086                               v6 = fmax v5, v4
;; @0086                               v7 = bitcast.i8x16 little v6
;; @0089                               return v7
;; }
;; function u0:9(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0090                               v5 = bitcast.f64x2 little v1
;; @0090                               v4 = bitcast.f64x2 little v2
;; @0090                               v6 = fmin v5, v4
;; @0090                               v7 = bitcast.i8x16 little v6
;; @0093                               return v7
;; }
;; function u0:10(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @009a                               v5 = bitcast.f64x2 little v1
;; @009a                               v4 = bitcast.f64x2 little v2
;; @009a                               v6 = fmax v5, v4
;; @009a                               v7 = bitcast.i8x16 little v6
;; @009d                               return v7
;; }
;; function u0:11(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00a6                               v7 = bitcast.f32x4 little v1
;; @00a6                               v6 = bitcast.f32x4 little v2
;; @00a6                               v5 = bitcast.f32x4 little v3
;; @00a6                               v8 = fma v7, v6, v5
;; @00a6                               v9 = bitcast.i8x16 little v8
;; @00a9                               return v9
;; }
;; function u0:12(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00b2                               v7 = bitcast.f32x4 little v1
;; @00b2                               v8 = fneg v7
;; @00b2                               v6 = bitcast.f32x4 little v2
;; @00b2                               v5 = bitcast.f32x4 little v3
;; @00b2                               v9 = fma v8, v6, v5
;; @00b2                               v10 = bitcast.i8x16 little v9
;; @00b5                               return v10
;; }
;; function u0:13(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00be                               v7 = bitcast.f64x2 little v1
;; @00be                               v6 = bitcast.f64x2 little v2
;; @00be                               v5 = bitcast.f64x2 little v3
;; @00be                               v8 = fma v7, v6, v5
;; @00be                               v9 = bitcast.i8x16 little v8
;; @00c1                               return v9
;; }
;; function u0:14(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ca                               v7 = bitcast.f64x2 little v1
;; @00ca                               v8 = fneg v7
;; @00ca                               v6 = bitcast.f64x2 little v2
;; @00ca                               v5 = bitcast.f64x2 little v3
;; @00ca                               v9 = fma v8, v6, v5
;; @00ca                               v10 = bitcast.i8x16 little v9
;; @00cd                               return v10
;; }
;; function u0:15(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00d6                               v5 = bitselect v3, v1, v2
;; @00d9                               return v5
;; }
;; function u0:16(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00e2                               v5 = bitcast.i16x8 little v3
;; @00e2                               v7 = bitcast.i16x8 little v1
;; @00e2                               v6 = bitcast.i16x8 little v2
;; @00e2                               v8 = bitselect v5, v7, v6
;; @00e2                               v9 = bitcast.i8x16 little v8
;; @00e5                               return v9
;; }
;; function u0:17(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ee                               v5 = bitcast.i32x4 little v3
;; @00ee                               v7 = bitcast.i32x4 little v1
;; @00ee                               v6 = bitcast.i32x4 little v2
;; @00ee                               v8 = bitselect v5, v7, v6
;; @00ee                               v9 = bitcast.i8x16 little v8
;; @00f1                               return v9
;; }
;; function u0:18(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00fa                               v5 = bitcast.i64x2 little v3
;; @00fa                               v7 = bitcast.i64x2 little v1
;; @00fa                               v6 = bitcast.i64x2 little v2
;; @00fa                               v8 = bitselect v5, v7, v6
;; @00fa                               v9 = bitcast.i8x16 little v8
;; @00fd                               return v9
;; }
;; function u0:19(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;     const0 = 0x80008000800080008000800080008000
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @0106                               v6 = swiden_low v1
;; @0106                               v7 = swiden_low v2
;; @0106                               v8 = imul v6, v7
;; @0106                               v9 = swiden_high v1
;; @0106                               v10 = swiden_high v2
;; @0106                               v11 = imul v9, v10
;; @0106                               v12 = iadd_pairwise v8, v11
;; @0106                               v13 = vconst.i16x8 const0
;; @0106                               v14 = icmp eq v12, v13  ; v13 = const0
;; @0106                               v15 = bxor v12, v14
;; @0106                               v16 = swiden_low v15
;; @0106                               v17 = swiden_high v15
;; @0106                               v18 = iadd_pairwise v16, v17
;; @0106                               v5 = bitcast.i32x4 little v3
;; @0106                               v19 = iadd v18, v5
;; @0106                               v20 = bitcast.i8x16 little v19
;; @0109                               return v20
;; }

;; ==== clif: x86_64 native
;; function u0:0(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @003c                               v3 = bitcast.f32x4 little v1
;; @003c                               v4 = x86_cvtt2dq.i32x4 v3
;; @003c                               v5 = bitcast.i8x16 little v4
;; @003f                               return v5
;; }
;; function u0:1(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @0044                               v3 = bitcast.f32x4 little v1
;; @0044                               v4 = fcvt_to_uint_sat.i32x4 v3
;; @0044                               v5 = bitcast.i8x16 little v4
;; @0047                               return v5
;; }
;; function u0:2(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @004c                               v3 = bitcast.f64x2 little v1
;; @004c                               v5 = x86_cvtt2dq.i64x2 v3
;; @004c                               v4 = vconst.i64x2 const0
;; @004c                               v6 = snarrow v5, v4  ; v4 = const0
;; @004c                               v7 = bitcast.i8x16 little v6
;; @004f                               return v7
;; }
;; function u0:3(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @0054                               v3 = bitcast.f64x2 little v1
;; @0054                               v5 = fcvt_to_uint_sat.i64x2 v3
;; @0054                               v4 = vconst.i64x2 const0
;; @0054                               v6 = uunarrow v5, v4  ; v4 = const0
;; @0054                               v7 = bitcast.i8x16 little v6
;; @0057                               return v7
;; }
;; function u0:4(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @005e                               v5 = bitcast.i16x8 little v1
;; @005e                               v4 = bitcast.i16x8 little v2
;; @005e                               v6 = sqmul_round_sat v5, v4
;; @005e                               v7 = bitcast.i8x16 little v6
;; @0061                               return v7
;; }
;; function u0:5(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0068                               v4 = swiden_low v1
;; @0068                               v5 = swiden_low v2
;; @0068                               v6 = imul v4, v5
;; @0068                               v7 = swiden_high v1
;; @0068                               v8 = swiden_high v2
;; @0068                               v9 = imul v7, v8
;; @0068                               v10 = iadd_pairwise v6, v9
;; @0068                               v11 = bitcast.i8x16 little v10
;; @006b                               return v11
;; }
;; function u0:6(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0072                               v4 = swizzle v1, v2
;; @0075                               return v4
;; }
;; function u0:7(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @007c                               v4 = bitcast.f32x4 little v2
;; @007c                               v5 = bitcast.f32x4 little v1
;; @007c                               v6 = fcmp lt v4, v5
;; @007c                               v7 = bitcast.f32x4 little v6
;; @007c                               v8 = bitselect v7, v4, v5
;; @007c                               v9 = bitcast.i8x16 little v8
;; @007f                               return v9
;; }
;; function u0:8(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0086                               v5 = bitcast.f32x4 little v1
;; @0086                               v4 = bitcast.f32x4 little v2
;; @0086                               v6 = fcmp lt v5, v4
;; @0086                               v7 = bitcast.f32x4 little v6
;; @0086                               v8 = bitselect v7, v4, v5
;; @0086                               v9 = bitcast.i8x16 little v8
;; @0089                               return v9
;; }
;; function u0:9(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0090                               v4 = bitcast.f64x2 little v2
;; @0090                               v5 = bitcast.f64x2 little v1
;; @0090                               v6 = fcmp lt v4, v5
;; @0090                               v7 = bitcast.f64x2 little v6
;; @0090                               v8 = bitselect v7, v4, v5
;; @0090                               v9 = bitcast.i8x16 little v8
;; @0093                               return v9
;; }
;; function u0:10(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @009a                               v5 = bitcast.f64x2 little v1
;; @009a                               v4 = bitcast.f64x2 little v2
;; @009a                               v6 = fcmp lt v5, v4
;; @009a                               v7 = bitcast.f64x2 little v6
;; @009a                               v8 = bitselect v7, v4, v5
;; @009a                               v9 = bitcast.i8x16 little v8
;; @009d                               return v9
;; }
;; function u0:11(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00a6                               v7 = bitcast.f32x4 little v1
;; @00a6                               v6 = bitcast.f32x4 little v2
;; @00a6                               v8 = fmul v7, v6
;; @00a6                               v5 = bitcast.f32x4 little v3
;; @00a6                               v9 = fadd v8, v5
;; @00a6                               v10 = bitcast.i8x16 little v9
;; @00a9                               return v10
;; }
;; function u0:12(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00b2                               v7 = bitcast.f32x4 little v1
;; @00b2                               v8 = fneg v7
;; @00b2                               v6 = bitcast.f32x4 little v2
;; @00b2                               v9 = fmul v8, v6
;; @00b2                               v5 = bitcast.f32x4 little v3
;; @00b2                               v10 = fadd v9, v5
;; @00b2                               v11 = bitcast.i8x16 little v10
;; @00b5                               return v11
;; }
;; function u0:13(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00be                               v7 = bitcast.f64x2 little v1
;; @00be                               v6 = bitcast.f64x2 little v2
;; @00be                               v8 = fmul v7, v6
;; @00be                               v5 = bitcast.f64x2 little v3
;; @00be                               v9 = fadd v8, v5
;; @00be                               v10 = bitcast.i8x16 little v9
;; @00c1                               return v10
;; }
;; function u0:14(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ca                               v7 = bitcast.f64x2 little v1
;; @00ca                               v8 = fneg v7
;; @00ca                               v6 = bitcast.f64x2 little v2
;; @00ca                               v9 = fmul v8, v6
;; @00ca                               v5 = bitcast.f64x2 little v3
;; @00ca                               v10 = fadd v9, v5
;; @00ca                               v11 = bitcast.i8x16 little v10
;; @00cd                               return v11
;; }
;; function u0:15(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00d6                               v5 = bitselect v3, v1, v2
;; @00d9                               return v5
;; }
;; function u0:16(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00e2                               v5 = bitcast.i16x8 little v3
;; @00e2                               v7 = bitcast.i16x8 little v1
;; @00e2                               v6 = bitcast.i16x8 little v2
;; @00e2                               v8 = bitselect v5, v7, v6
;; @00e2                               v9 = bitcast.i8x16 little v8
;; @00e5                               return v9
;; }
;; function u0:17(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ee                               v5 = bitcast.i32x4 little v3
;; @00ee                               v7 = bitcast.i32x4 little v1
;; @00ee                               v6 = bitcast.i32x4 little v2
;; @00ee                               v8 = bitselect v5, v7, v6
;; @00ee                               v9 = bitcast.i8x16 little v8
;; @00f1                               return v9
;; }
;; function u0:18(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00fa                               v5 = bitcast.i64x2 little v3
;; @00fa                               v7 = bitcast.i64x2 little v1
;; @00fa                               v6 = bitcast.i64x2 little v2
;; @00fa                               v8 = bitselect v5, v7, v6
;; @00fa                               v9 = bitcast.i8x16 little v8
;; @00fd                               return v9
;; }
;; function u0:19(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @0106                               v6 = swiden_low v1
;; @0106                               v7 = swiden_low v2
;; @0106                               v8 = imul v6, v7
;; @0106                               v9 = swiden_high v1
;; @0106                               v10 = swiden_high v2
;; @0106                               v11 = imul v9, v10
;; @0106                               v12 = iadd_pairwise v8, v11
;; @0106                               v13 = swiden_low v12
;; @0106                               v14 = swiden_high v12
;; @0106                               v15 = iadd_pairwise v13, v14
;; @0106                               v5 = bitcast.i32x4 little v3
;; @0106                               v16 = iadd v15, v5
;; @0106                               v17 = bitcast.i8x16 little v16
;; @0109                               return v17
;; }

;; ==== clif: x86_64 has_ssse3 native, x86_64 has_avx native
;; function u0:0(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @003c                               v3 = bitcast.f32x4 little v1
;; @003c                               v4 = x86_cvtt2dq.i32x4 v3
;; @003c                               v5 = bitcast.i8x16 little v4
;; @003f                               return v5
;; }
;; function u0:1(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @0044                               v3 = bitcast.f32x4 little v1
;; @0044                               v4 = fcvt_to_uint_sat.i32x4 v3
;; @0044                               v5 = bitcast.i8x16 little v4
;; @0047                               return v5
;; }
;; function u0:2(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @004c                               v3 = bitcast.f64x2 little v1
;; @004c                               v5 = x86_cvtt2dq.i64x2 v3
;; @004c                               v4 = vconst.i64x2 const0
;; @004c                               v6 = snarrow v5, v4  ; v4 = const0
;; @004c                               v7 = bitcast.i8x16 little v6
;; @004f                               return v7
;; }
;; function u0:3(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @0054                               v3 = bitcast.f64x2 little v1
;; @0054                               v5 = fcvt_to_uint_sat.i64x2 v3
;; @0054                               v4 = vconst.i64x2 const0
;; @0054                               v6 = uunarrow v5, v4  ; v4 = const0
;; @0054                               v7 = bitcast.i8x16 little v6
;; @0057                               return v7
;; }
;; function u0:4(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @005e                               v5 = bitcast.i16x8 little v1
;; @005e                               v4 = bitcast.i16x8 little v2
;; @005e                               v6 = x86_pmulhrsw v5, v4
;; @005e                               v7 = bitcast.i8x16 little v6
;; @0061                               return v7
;; }
;; function u0:5(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0068                               v4 = x86_pmaddubsw v1, v2
;; @0068                               v5 = bitcast.i8x16 little v4
;; @006b                               return v5
;; }
;; function u0:6(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0072                               v4 = x86_pshufb v1, v2
;; @0075                               return v4
;; }
;; function u0:7(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @007c                               v4 = bitcast.f32x4 little v2
;; @007c                               v5 = bitcast.f32x4 little v1
;; @007c                               v6 = fcmp lt v4, v5
;; @007c                               v7 = bitcast.f32x4 little v6
;; @007c                               v8 = bitselect v7, v4, v5
;; @007c                               v9 = bitcast.i8x16 little v8
;; @007f                               return v9
;; }
;; function u0:8(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0086                               v5 = bitcast.f32x4 little v1
;; @0086                               v4 = bitcast.f32x4 little v2
;; @0086                               v6 = fcmp lt v5, v4
;; @0086                               v7 = bitcast.f32x4 little v6
;; @0086                               v8 = bitselect v7, v4, v5
;; @0086                               v9 = bitcast.i8x16 little v8
;; @0089                               return v9
;; }
;; function u0:9(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0090                               v4 = bitcast.f64x2 little v2
;; @0090                               v5 = bitcast.f64x2 little v1
;; @0090                               v6 = fcmp lt v4, v5
;; @0090                               v7 = bitcast.f64x2 little v6
;; @0090                               v8 = bitselect v7, v4, v5
;; @0090                               v9 = bitcast.i8x16 little v8
;; @0093                               return v9
;; }
;; function u0:10(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @009a                               v5 = bitcast.f64x2 little v1
;; @009a                               v4 = bitcast.f64x2 little v2
;; @009a                               v6 = fcmp lt v5, v4
;; @009a                               v7 = bitcast.f64x2 little v6
;; @009a                               v8 = bitselect v7, v4, v5
;; @009a                               v9 = bitcast.i8x16 little v8
;; @009d                               return v9
;; }
;; function u0:11(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00a6                               v7 = bitcast.f32x4 little v1
;; @00a6                               v6 = bitcast.f32x4 little v2
;; @00a6                               v8 = fmul v7, v6
;; @00a6                               v5 = bitcast.f32x4 little v3
;; @00a6                               v9 = fadd v8, v5
;; @00a6                               v10 = bitcast.i8x16 little v9
;; @00a9                               return v10
;; }
;; function u0:12(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00b2                               v7 = bitcast.f32x4 little v1
;; @00b2                               v8 = fneg v7
;; @00b2                               v6 = bitcast.f32x4 little v2
;; @00b2                               v9 = fmul v8, v6
;; @00b2                               v5 = bitcast.f32x4 little v3
;; @00b2                               v10 = fadd v9, v5
;; @00b2                               v11 = bitcast.i8x16 little v10
;; @00b5                               return v11
;; }
;; function u0:13(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00be                               v7 = bitcast.f64x2 little v1
;; @00be                               v6 = bitcast.f64x2 little v2
;; @00be                               v8 = fmul v7, v6
;; @00be                               v5 = bitcast.f64x2 little v3
;; @00be                               v9 = fadd v8, v5
;; @00be                               v10 = bitcast.i8x16 little v9
;; @00c1                               return v10
;; }
;; function u0:14(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ca                               v7 = bitcast.f64x2 little v1
;; @00ca                               v8 = fneg v7
;; @00ca                               v6 = bitcast.f64x2 little v2
;; @00ca                               v9 = fmul v8, v6
;; @00ca                               v5 = bitcast.f64x2 little v3
;; @00ca                               v10 = fadd v9, v5
;; @00ca                               v11 = bitcast.i8x16 little v10
;; @00cd                               return v11
;; }
;; function u0:15(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00d6                               v5 = blendv v3, v1, v2
;; @00d9                               return v5
;; }
;; function u0:16(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00e2                               v5 = bitcast.i16x8 little v3
;; @00e2                               v7 = bitcast.i16x8 little v1
;; @00e2                               v6 = bitcast.i16x8 little v2
;; @00e2                               v8 = bitselect v5, v7, v6
;; @00e2                               v9 = bitcast.i8x16 little v8
;; @00e5                               return v9
;; }
;; function u0:17(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ee                               v5 = bitcast.i32x4 little v3
;; @00ee                               v7 = bitcast.i32x4 little v1
;; @00ee                               v6 = bitcast.i32x4 little v2
;; @00ee                               v8 = blendv v5, v7, v6
;; @00ee                               v9 = bitcast.i8x16 little v8
;; @00f1                               return v9
;; }
;; function u0:18(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00fa                               v5 = bitcast.i64x2 little v3
;; @00fa                               v7 = bitcast.i64x2 little v1
;; @00fa                               v6 = bitcast.i64x2 little v2
;; @00fa                               v8 = blendv v5, v7, v6
;; @00fa                               v9 = bitcast.i8x16 little v8
;; @00fd                               return v9
;; }
;; function u0:19(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @0106                               v6 = x86_pmaddubsw v1, v2
;; @0106                               v7 = swiden_low v6
;; @0106                               v8 = swiden_high v6
;; @0106                               v9 = iadd_pairwise v7, v8
;; @0106                               v5 = bitcast.i32x4 little v3
;; @0106                               v10 = iadd v9, v5
;; @0106                               v11 = bitcast.i8x16 little v10
;; @0109                               return v11
;; }

;; ==== clif: x86_64 has_fma native
;; function u0:0(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @003c                               v3 = bitcast.f32x4 little v1
;; @003c                               v4 = x86_cvtt2dq.i32x4 v3
;; @003c                               v5 = bitcast.i8x16 little v4
;; @003f                               return v5
;; }
;; function u0:1(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @0044                               v3 = bitcast.f32x4 little v1
;; @0044                               v4 = fcvt_to_uint_sat.i32x4 v3
;; @0044                               v5 = bitcast.i8x16 little v4
;; @0047                               return v5
;; }
;; function u0:2(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @004c                               v3 = bitcast.f64x2 little v1
;; @004c                               v5 = x86_cvtt2dq.i64x2 v3
;; @004c                               v4 = vconst.i64x2 const0
;; @004c                               v6 = snarrow v5, v4  ; v4 = const0
;; @004c                               v7 = bitcast.i8x16 little v6
;; @004f                               return v7
;; }
;; function u0:3(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @0054                               v3 = bitcast.f64x2 little v1
;; @0054                               v5 = fcvt_to_uint_sat.i64x2 v3
;; @0054                               v4 = vconst.i64x2 const0
;; @0054                               v6 = uunarrow v5, v4  ; v4 = const0
;; @0054                               v7 = bitcast.i8x16 little v6
;; @0057                               return v7
;; }
;; function u0:4(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @005e                               v5 = bitcast.i16x8 little v1
;; @005e                               v4 = bitcast.i16x8 little v2
;; @005e                               v6 = x86_pmulhrsw v5, v4
;; @005e                               v7 = bitcast.i8x16 little v6
;; @0061                               return v7
;; }
;; function u0:5(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0068                               v4 = x86_pmaddubsw v1, v2
;; @0068                               v5 = bitcast.i8x16 little v4
;; @006b                               return v5
;; }
;; function u0:6(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0072                               v4 = x86_pshufb v1, v2
;; @0075                               return v4
;; }
;; function u0:7(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @007c                               v4 = bitcast.f32x4 little v2
;; @007c                               v5 = bitcast.f32x4 little v1
;; @007c                               v6 = fcmp lt v4, v5
;; @007c                               v7 = bitcast.f32x4 little v6
;; @007c                               v8 = bitselect v7, v4, v5
;; @007c                               v9 = bitcast.i8x16 little v8
;; @007f                               return v9
;; }
;; function u0:8(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0086                               v5 = bitcast.f32x4 little v1
;; @0086                               v4 = bitcast.f32x4 little v2
;; @0086                               v6 = fcmp lt v5, v4
;; @0086                               v7 = bitcast.f32x4 little v6
;; @0086                               v8 = bitselect v7, v4, v5
;; @0086                               v9 = bitcast.i8x16 little v8
;; @0089                               return v9
;; }
;; function u0:9(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0090                               v4 = bitcast.f64x2 little v2
;; @0090                               v5 = bitcast.f64x2 little v1
;; @0090                               v6 = fcmp lt v4, v5
;; @0090                               v7 = bitcast.f64x2 little v6
;; @0090                               v8 = bitselect v7, v4, v5
;; @0090                               v9 = bitcast.i8x16 little v8
;; @0093                               return v9
;; }
;; function u0:10(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @009a                               v5 = bitcast.f64x2 little v1
;; @009a                               v4 = bitcast.f64x2 little v2
;; @009a                               v6 = fcmp lt v5, v4
;; @009a                               v7 = bitcast.f64x2 little v6
;; @009a                               v8 = bitselect v7, v4, v5
;; @009a                               v9 = bitcast.i8x16 little v8
;; @009d                               return v9
;; }
;; function u0:11(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00a6                               v7 = bitcast.f32x4 little v1
;; @00a6                               v6 = bitcast.f32x4 little v2
;; @00a6                               v5 = bitcast.f32x4 little v3
;; @00a6                               v8 = fma v7, v6, v5
;; @00a6                               v9 = bitcast.i8x16 little v8
;; @00a9                               return v9
;; }
;; function u0:12(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00b2                               v7 = bitcast.f32x4 little v1
;; @00b2                               v8 = fneg v7
;; @00b2                               v6 = bitcast.f32x4 little v2
;; @00b2                               v5 = bitcast.f32x4 little v3
;; @00b2                               v9 = fma v8, v6, v5
;; @00b2                               v10 = bitcast.i8x16 little v9
;; @00b5                               return v10
;; }
;; function u0:13(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00be                               v7 = bitcast.f64x2 little v1
;; @00be                               v6 = bitcast.f64x2 little v2
;; @00be                               v5 = bitcast.f64x2 little v3
;; @00be                               v8 = fma v7, v6, v5
;; @00be                               v9 = bitcast.i8x16 little v8
;; @00c1                               return v9
;; }
;; function u0:14(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ca                               v7 = bitcast.f64x2 little v1
;; @00ca                               v8 = fneg v7
;; @00ca                               v6 = bitcast.f64x2 little v2
;; @00ca                               v5 = bitcast.f64x2 little v3
;; @00ca                               v9 = fma v8, v6, v5
;; @00ca                               v10 = bitcast.i8x16 little v9
;; @00cd                               return v10
;; }
;; function u0:15(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00d6                               v5 = blendv v3, v1, v2
;; @00d9                               return v5
;; }
;; function u0:16(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00e2                               v5 = bitcast.i16x8 little v3
;; @00e2                               v7 = bitcast.i16x8 little v1
;; @00e2                               v6 = bitcast.i16x8 little v2
;; @00e2                               v8 = bitselect v5, v7, v6
;; @00e2                               v9 = bitcast.i8x16 little v8
;; @00e5                               return v9
;; }
;; function u0:17(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ee                               v5 = bitcast.i32x4 little v3
;; @00ee                               v7 = bitcast.i32x4 little v1
;; @00ee                               v6 = bitcast.i32x4 little v2
;; @00ee                               v8 = blendv v5, v7, v6
;; @00ee                               v9 = bitcast.i8x16 little v8
;; @00f1                               return v9
;; }
;; function u0:18(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00fa                               v5 = bitcast.i64x2 little v3
;; @00fa                               v7 = bitcast.i64x2 little v1
;; @00fa                               v6 = bitcast.i64x2 little v2
;; @00fa                               v8 = blendv v5, v7, v6
;; @00fa                               v9 = bitcast.i8x16 little v8
;; @00fd                               return v9
;; }
;; function u0:19(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @0106                               v6 = x86_pmaddubsw v1, v2
;; @0106                               v7 = swiden_low v6
;; @0106                               v8 = swiden_high v6
;; @0106                               v9 = iadd_pairwise v7, v8
;; @0106                               v5 = bitcast.i32x4 little v3
;; @0106                               v10 = iadd v9, v5
;; @0106                               v11 = bitcast.i8x16 little v10
;; @0109                               return v11
;; }

;; ==== clif: aarch64 native
;; function u0:0(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @003c                               v3 = bitcast.f32x4 little v1
;; @003c                               v4 = fcvt_to_sint_sat.i32x4 v3
;; @003c                               v5 = bitcast.i8x16 little v4
;; @003f                               return v5
;; }
;; function u0:1(i64 vmctx, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16):
;; @0044                               v3 = bitcast.f32x4 little v1
;; @0044                               v4 = fcvt_to_uint_sat.i32x4 v3
;; @0044                               v5 = bitcast.i8x16 little v4
;; @0047                               return v5
;; }
;; function u0:2(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @004c                               v3 = bitcast.f64x2 little v1
;; @004c                               v5 = fcvt_to_sint_sat.i64x2 v3
;; @004c                               v4 = vconst.i64x2 const0
;; @004c                               v6 = snarrow v5, v4  ; v4 = const0
;; @004c                               v7 = bitcast.i8x16 little v6
;; @004f                               return v7
;; }
;; function u0:3(i64 vmctx, i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;                                 block0(v0: i64, v1: i8x16):
;; @0054                               v3 = bitcast.f64x2 little v1
;; @0054                               v5 = fcvt_to_uint_sat.i64x2 v3
;; @0054                               v4 = vconst.i64x2 const0
;; @0054                               v6 = uunarrow v5, v4  ; v4 = const0
;; @0054                               v7 = bitcast.i8x16 little v6
;; @0057                               return v7
;; }
;; function u0:4(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @005e                               v5 = bitcast.i16x8 little v1
;; @005e                               v4 = bitcast.i16x8 little v2
;; @005e                               v6 = sqmul_round_sat v5, v4
;; @005e                               v7 = bitcast.i8x16 little v6
;; @0061                               return v7
;; }
;; function u0:5(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0068                               v4 = swiden_low v1
;; @0068                               v5 = swiden_low v2
;; @0068                               v6 = imul v4, v5
;; @0068                               v7 = swiden_high v1
;; @0068                               v8 = swiden_high v2
;; @0068                               v9 = imul v7, v8
;; @0068                               v10 = iadd_pairwise v6, v9
;; @0068                               v11 = bitcast.i8x16 little v10
;; @006b                               return v11
;; }
;; function u0:6(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0072                               v4 = swizzle v1, v2
;; @0075                               return v4
;; }
;; function u0:7(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @007c                               v5 = bitcast.f32x4 little v1
;; @007c                               v4 = bitcast.f32x4 little v2
;; @007c                               v6 = fmin v5, v4
;; @007c                               v7 = bitcast.i8x16 little v6
;; @007f                               return v7
;; }
;; function u0:8(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0086                               v5 = bitcast.f32x4 little v1
;; @0086                               v4 = bitcast.f32x4 little v2
;; @0086                               v6 = fmax v5, v4
;; @0086                               v7 = bitcast.i8x16 little v6
;; @0089                               return v7
;; }
;; function u0:9(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @0090                               v5 = bitcast.f64x2 little v1
;; @0090                               v4 = bitcast.f64x2 little v2
;; @0090                               v6 = fmin v5, v4
;; @0090                               v7 = bitcast.i8x16 little v6
;; @0093                               return v7
;; }
;; function u0:10(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16):
;; @009a                               v5 = bitcast.f64x2 little v1
;; @009a                               v4 = bitcast.f64x2 little v2
;; @009a                               v6 = fmax v5, v4
;; @009a                               v7 = bitcast.i8x16 little v6
;; @009d                               return v7
;; }
;; function u0:11(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00a6                               v7 = bitcast.f32x4 little v1
;; @00a6                               v6 = bitcast.f32x4 little v2
;; @00a6                               v5 = bitcast.f32x4 little v3
;; @00a6                               v8 = fma v7, v6, v5
;; @00a6                               v9 = bitcast.i8x16 little v8
;; @00a9                               return v9
;; }
;; function u0:12(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00b2                               v7 = bitcast.f32x4 little v1
;; @00b2                               v8 = fneg v7
;; @00b2                               v6 = bitcast.f32x4 little v2
;; @00b2                               v5 = bitcast.f32x4 little v3
;; @00b2                               v9 = fma v8, v6, v5
;; @00b2                               v10 = bitcast.i8x16 little v9
;; @00b5                               return v10
;; }
;; function u0:13(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00be                               v7 = bitcast.f64x2 little v1
;; @00be                               v6 = bitcast.f64x2 little v2
;; @00be                               v5 = bitcast.f64x2 little v3
;; @00be                               v8 = fma v7, v6, v5
;; @00be                               v9 = bitcast.i8x16 little v8
;; @00c1                               return v9
;; }
;; function u0:14(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ca                               v7 = bitcast.f64x2 little v1
;; @00ca                               v8 = fneg v7
;; @00ca                               v6 = bitcast.f64x2 little v2
;; @00ca                               v5 = bitcast.f64x2 little v3
;; @00ca                               v9 = fma v8, v6, v5
;; @00ca                               v10 = bitcast.i8x16 little v9
;; @00cd                               return v10
;; }
;; function u0:15(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00d6                               v5 = bitselect v3, v1, v2
;; @00d9                               return v5
;; }
;; function u0:16(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00e2                               v5 = bitcast.i16x8 little v3
;; @00e2                               v7 = bitcast.i16x8 little v1
;; @00e2                               v6 = bitcast.i16x8 little v2
;; @00e2                               v8 = bitselect v5, v7, v6
;; @00e2                               v9 = bitcast.i8x16 little v8
;; @00e5                               return v9
;; }
;; function u0:17(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00ee                               v5 = bitcast.i32x4 little v3
;; @00ee                               v7 = bitcast.i32x4 little v1
;; @00ee                               v6 = bitcast.i32x4 little v2
;; @00ee                               v8 = bitselect v5, v7, v6
;; @00ee                               v9 = bitcast.i8x16 little v8
;; @00f1                               return v9
;; }
;; function u0:18(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @00fa                               v5 = bitcast.i64x2 little v3
;; @00fa                               v7 = bitcast.i64x2 little v1
;; @00fa                               v6 = bitcast.i64x2 little v2
;; @00fa                               v8 = bitselect v5, v7, v6
;; @00fa                               v9 = bitcast.i8x16 little v8
;; @00fd                               return v9
;; }
;; function u0:19(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;; @0106                               v6 = swiden_low v1
;; @0106                               v7 = swiden_low v2
;; @0106                               v8 = imul v6, v7
;; @0106                               v9 = swiden_high v1
;; @0106                               v10 = swiden_high v2
;; @0106                               v11 = imul v9, v10
;; @0106                               v12 = iadd_pairwise v8, v11
;; @0106                               v13 = swiden_low v12
;; @0106                               v14 = swiden_high v12
;; @0106                               v15 = iadd_pairwise v13, v14
;; @0106                               v5 = bitcast.i32x4 little v3
;; @0106                               v16 = iadd v15, v5
;; @0106                               v17 = bitcast.i8x16 little v16
;; @0109                               return v17
;; }
