//! Conversions between shapes, and the operators that widen before they compute.

use super::super::state::Translator;
use cranelift_codegen::ir::{InstBuilder, Type, Value, types};
use wasmparser::Operator;

/// Converts lanes with an instruction that takes the type of its result.
macro_rules! convert {
    ($self:ident, $from:ident, $method:ident, $to:ident) => {{
        let value = $self.pop_lanes(types::$from);
        let value = $self.ins().$method(types::$to, value);
        $self.push_lanes(value)
    }};
}

/// Which half of the lanes is widened, and how.
#[derive(Clone, Copy)]
enum Widen {
    LowSigned,
    LowUnsigned,
    HighSigned,
    HighUnsigned,
}

impl Translator<'_> {
    /// Translates an operator of this family; false for any other operator.
    pub(super) fn vector_convert(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        use Widen::*;
        match op {
            // The input is signed in all narrowings; `U` determines how the result saturates.
            Op::I8x16NarrowI16x8S => binary!(self, I16X8, snarrow),
            Op::I8x16NarrowI16x8U => binary!(self, I16X8, unarrow),
            Op::I16x8NarrowI32x4S => binary!(self, I32X4, snarrow),
            Op::I16x8NarrowI32x4U => binary!(self, I32X4, unarrow),

            Op::I16x8ExtendLowI8x16S => self.extend_lanes(types::I8X16, LowSigned),
            Op::I16x8ExtendLowI8x16U => self.extend_lanes(types::I8X16, LowUnsigned),
            Op::I16x8ExtendHighI8x16S => self.extend_lanes(types::I8X16, HighSigned),
            Op::I16x8ExtendHighI8x16U => self.extend_lanes(types::I8X16, HighUnsigned),
            Op::I32x4ExtendLowI16x8S => self.extend_lanes(types::I16X8, LowSigned),
            Op::I32x4ExtendLowI16x8U => self.extend_lanes(types::I16X8, LowUnsigned),
            Op::I32x4ExtendHighI16x8S => self.extend_lanes(types::I16X8, HighSigned),
            Op::I32x4ExtendHighI16x8U => self.extend_lanes(types::I16X8, HighUnsigned),
            Op::I64x2ExtendLowI32x4S => self.extend_lanes(types::I32X4, LowSigned),
            Op::I64x2ExtendLowI32x4U => self.extend_lanes(types::I32X4, LowUnsigned),
            Op::I64x2ExtendHighI32x4S => self.extend_lanes(types::I32X4, HighSigned),
            Op::I64x2ExtendHighI32x4U => self.extend_lanes(types::I32X4, HighUnsigned),

            Op::I16x8ExtMulLowI8x16S => self.extend_multiply(types::I8X16, LowSigned),
            Op::I16x8ExtMulLowI8x16U => self.extend_multiply(types::I8X16, LowUnsigned),
            Op::I16x8ExtMulHighI8x16S => self.extend_multiply(types::I8X16, HighSigned),
            Op::I16x8ExtMulHighI8x16U => self.extend_multiply(types::I8X16, HighUnsigned),
            Op::I32x4ExtMulLowI16x8S => self.extend_multiply(types::I16X8, LowSigned),
            Op::I32x4ExtMulLowI16x8U => self.extend_multiply(types::I16X8, LowUnsigned),
            Op::I32x4ExtMulHighI16x8S => self.extend_multiply(types::I16X8, HighSigned),
            Op::I32x4ExtMulHighI16x8U => self.extend_multiply(types::I16X8, HighUnsigned),
            Op::I64x2ExtMulLowI32x4S => self.extend_multiply(types::I32X4, LowSigned),
            Op::I64x2ExtMulLowI32x4U => self.extend_multiply(types::I32X4, LowUnsigned),
            Op::I64x2ExtMulHighI32x4S => self.extend_multiply(types::I32X4, HighSigned),
            Op::I64x2ExtMulHighI32x4U => self.extend_multiply(types::I32X4, HighUnsigned),

            Op::I16x8ExtAddPairwiseI8x16S => self.extend_add(types::I8X16, LowSigned, HighSigned),
            Op::I16x8ExtAddPairwiseI8x16U => {
                self.extend_add(types::I8X16, LowUnsigned, HighUnsigned)
            }
            Op::I32x4ExtAddPairwiseI16x8S => self.extend_add(types::I16X8, LowSigned, HighSigned),
            Op::I32x4ExtAddPairwiseI16x8U => {
                self.extend_add(types::I16X8, LowUnsigned, HighUnsigned)
            }
            Op::I32x4DotI16x8S => {
                let (left, right) = self.pop_lanes2(types::I16X8);
                let low = self.multiply_wide(left, right, LowSigned);
                let high = self.multiply_wide(left, right, HighSigned);
                let value = self.ins().iadd_pairwise(low, high);
                self.push_lanes(value);
            }

            Op::I32x4TruncSatF32x4S => convert!(self, F32X4, fcvt_to_sint_sat, I32X4),
            Op::I32x4TruncSatF32x4U => convert!(self, F32X4, fcvt_to_uint_sat, I32X4),
            Op::I32x4TruncSatF64x2SZero => self.trunc_sat_zero(true),
            Op::I32x4TruncSatF64x2UZero => self.trunc_sat_zero(false),
            Op::F32x4ConvertI32x4S => convert!(self, I32X4, fcvt_from_sint, F32X4),
            Op::F32x4ConvertI32x4U => convert!(self, I32X4, fcvt_from_uint, F32X4),
            // CLIF has no instruction that converts only the lower lanes, but recognizes these.
            Op::F64x2ConvertLowI32x4S => {
                self.extend_lanes(types::I32X4, LowSigned);
                convert!(self, I64X2, fcvt_from_sint, F64X2);
            }
            Op::F64x2ConvertLowI32x4U => {
                self.extend_lanes(types::I32X4, LowUnsigned);
                convert!(self, I64X2, fcvt_from_uint, F64X2);
            }
            Op::F32x4DemoteF64x2Zero => unary!(self, F64X2, fvdemote),
            Op::F64x2PromoteLowF32x4 => unary!(self, F32X4, fvpromote_low),
            _ => return false,
        }
        true
    }

    fn extend_lanes(&mut self, ty: Type, widen: Widen) {
        let value = self.pop_lanes(ty);
        let value = self.widen(value, widen);
        self.push_lanes(value);
    }

    fn extend_multiply(&mut self, ty: Type, widen: Widen) {
        let (left, right) = self.pop_lanes2(ty);
        let value = self.multiply_wide(left, right, widen);
        self.push_lanes(value);
    }

    /// Adds neighbours: CLIF's pairwise addition takes the lower pairs from its first operand.
    fn extend_add(&mut self, ty: Type, low: Widen, high: Widen) {
        let value = self.pop_lanes(ty);
        let low = self.widen(value, low);
        let high = self.widen(value, high);
        let value = self.ins().iadd_pairwise(low, high);
        self.push_lanes(value);
    }

    fn multiply_wide(&mut self, left: Value, right: Value, widen: Widen) -> Value {
        let left = self.widen(left, widen);
        let right = self.widen(right, widen);
        self.ins().imul(left, right)
    }

    fn widen(&mut self, value: Value, widen: Widen) -> Value {
        match widen {
            Widen::LowSigned => self.ins().swiden_low(value),
            Widen::LowUnsigned => self.ins().uwiden_low(value),
            Widen::HighSigned => self.ins().swiden_high(value),
            Widen::HighUnsigned => self.ins().uwiden_high(value),
        }
    }

    /// Converts two doubles to two integers and two zeros. x86 has no code for either instruction
    /// alone, only for both together and with this constant.
    pub(super) fn trunc_sat_zero(&mut self, signed: bool) {
        let value = self.pop_lanes(types::F64X2);
        let zero = self.constant_lanes(types::I64X2, [0; 16]);
        let value = if signed {
            let value = self.ins().fcvt_to_sint_sat(types::I64X2, value);
            self.ins().snarrow(value, zero)
        } else {
            let value = self.ins().fcvt_to_uint_sat(types::I64X2, value);
            self.ins().uunarrow(value, zero)
        };
        self.push_lanes(value);
    }
}
