//! Relaxed operators: several results are allowed, and each target computes one of them fast.
//!
//! By default every target computes the same result: the strict operator if there is one, one
//! rounding for multiply-add, signed bytes and saturation for dot products. With `native_relaxed`
//! the code is the fastest on the target. Its results differ only where the specification allows
//! it: indices of 16 or more, NaNs and zeros, numbers out of range, masks with mixed bits and bytes
//! with more than seven bits.

use super::super::state::Translator;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Type, Value, types};
use wasmparser::Operator;
use wassay_artifact::target::Arch;

impl Translator<'_> {
    /// Translates an operator of this family; false for any other operator.
    pub(super) fn vector_relaxed(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        match op {
            Op::I8x16RelaxedSwizzle if self.native_x86("has_ssse3") => {
                binary!(self, I8X16, x86_pshufb);
            }
            Op::I8x16RelaxedSwizzle => binary!(self, I8X16, swizzle),

            Op::I32x4RelaxedTruncF32x4S => {
                let value = self.pop_lanes(types::F32X4);
                let value = if self.is_native_x86() {
                    self.ins().x86_cvtt2dq(types::I32X4, value)
                } else {
                    self.ins().fcvt_to_sint_sat(types::I32X4, value)
                };
                self.push_lanes(value);
            }
            Op::I32x4RelaxedTruncF32x4U => {
                let value = self.pop_lanes(types::F32X4);
                let value = self.ins().fcvt_to_uint_sat(types::I32X4, value);
                self.push_lanes(value);
            }
            Op::I32x4RelaxedTruncF64x2SZero if self.is_native_x86() => {
                let value = self.pop_lanes(types::F64X2);
                let zero = self.constant_lanes(types::I64X2, [0; 16]);
                let value = self.ins().x86_cvtt2dq(types::I64X2, value);
                let value = self.ins().snarrow(value, zero);
                self.push_lanes(value);
            }
            Op::I32x4RelaxedTruncF64x2SZero => self.trunc_sat_zero(true),
            Op::I32x4RelaxedTruncF64x2UZero => self.trunc_sat_zero(false),

            Op::F32x4RelaxedMadd => self.multiply_add(types::F32X4, false),
            Op::F32x4RelaxedNmadd => self.multiply_add(types::F32X4, true),
            Op::F64x2RelaxedMadd => self.multiply_add(types::F64X2, false),
            Op::F64x2RelaxedNmadd => self.multiply_add(types::F64X2, true),

            Op::I8x16RelaxedLaneselect => self.lane_select(types::I8X16),
            Op::I16x8RelaxedLaneselect => self.lane_select(types::I16X8),
            Op::I32x4RelaxedLaneselect => self.lane_select(types::I32X4),
            Op::I64x2RelaxedLaneselect => self.lane_select(types::I64X2),

            // x86's own minimum returns one of the operands if either is NaN or both are zeros.
            Op::F32x4RelaxedMin if self.is_native_x86() => self.pseudo_min(types::F32X4),
            Op::F32x4RelaxedMax if self.is_native_x86() => self.pseudo_max(types::F32X4),
            Op::F64x2RelaxedMin if self.is_native_x86() => self.pseudo_min(types::F64X2),
            Op::F64x2RelaxedMax if self.is_native_x86() => self.pseudo_max(types::F64X2),
            Op::F32x4RelaxedMin => binary!(self, F32X4, fmin),
            Op::F32x4RelaxedMax => binary!(self, F32X4, fmax),
            Op::F64x2RelaxedMin => binary!(self, F64X2, fmin),
            Op::F64x2RelaxedMax => binary!(self, F64X2, fmax),

            Op::I16x8RelaxedQ15mulrS if self.native_x86("has_ssse3") => {
                binary!(self, I16X8, x86_pmulhrsw);
            }
            Op::I16x8RelaxedQ15mulrS => binary!(self, I16X8, sqmul_round_sat),
            Op::I16x8RelaxedDotI8x16I7x16S => {
                let (left, right) = self.pop2();
                let sums = self.dot(left, right);
                self.push_lanes(sums);
            }
            Op::I32x4RelaxedDotI8x16I7x16AddS => {
                let sum = self.pop_lanes(types::I32X4);
                let (left, right) = self.pop2();
                let pairs = self.dot(left, right);
                let low = self.ins().swiden_low(pairs);
                let high = self.ins().swiden_high(pairs);
                let pairs = self.ins().iadd_pairwise(low, high);
                let sum = self.ins().iadd(pairs, sum);
                self.push_lanes(sum);
            }
            _ => return false,
        }
        true
    }

    fn is_native_x86(&self) -> bool {
        self.env.target.native_relaxed && self.env.target.arch == Arch::X86_64
    }

    fn native_x86(&self, feature: &str) -> bool {
        self.is_native_x86() && self.has(feature)
    }

    /// `±(first * second) + third`, with one rounding, or with two if they are allowed and faster.
    fn multiply_add(&mut self, ty: Type, negate: bool) {
        let (first, second, third) = self.pop_lanes3(ty);
        let first = if negate { self.ins().fneg(first) } else { first };
        let fused = self.has("has_fma") && self.has("has_avx");
        let value = if self.is_native_x86() && !fused {
            let product = self.ins().fmul(first, second);
            self.ins().fadd(product, third)
        } else {
            self.ins().fma(first, second, third)
        };
        self.push_lanes(value);
    }

    /// Selects lanes by the mask on top. x86 checks only the highest bit of a lane. It cannot do
    /// that for lanes of 16 bits, because it would check single bytes.
    fn lane_select(&mut self, ty: Type) {
        let (ones, zeros, mask) = self.pop_lanes3(ty);
        let value = if ty != types::I16X8 && self.native_x86("has_sse41") {
            self.ins().blendv(mask, ones, zeros)
        } else {
            self.ins().bitselect(mask, ones, zeros)
        };
        self.push_lanes(value);
    }

    /// Sums of products of neighbouring bytes: signed ones times ones that should have seven bits.
    fn dot(&mut self, left: Value, right: Value) -> Value {
        if self.native_x86("has_ssse3") {
            return self.ins().x86_pmaddubsw(left, right);
        }
        let left_low = self.ins().swiden_low(left);
        let right_low = self.ins().swiden_low(right);
        let low = self.ins().imul(left_low, right_low);
        let left_high = self.ins().swiden_high(left);
        let right_high = self.ins().swiden_high(right);
        let high = self.ins().imul(left_high, right_high);
        let sums = self.ins().iadd_pairwise(low, high);
        if self.env.target.native_relaxed {
            return sums;
        }
        // The only sum that wraps is 2 * -128 * -128, and no other sum has the wrapped result.
        // Inverting its bits saturates.
        let [low, high] = i16::MIN.to_le_bytes();
        let bytes = std::array::from_fn(|at| if at % 2 == 0 { low } else { high });
        let lowest = self.constant_lanes(types::I16X8, bytes);
        let wrapped = self.ins().icmp(IntCC::Equal, sums, lowest);
        self.ins().bxor(sums, wrapped)
    }
}
