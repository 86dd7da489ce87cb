//! Comparisons of vectors and tests of all their lanes. A comparison's lanes are all ones or all
//! zeros.

use super::super::state::Translator;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Type, types};
use wasmparser::Operator;

impl Translator<'_> {
    /// Translates an operator of this family; false for any other operator.
    pub(super) fn vector_compare(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        match op {
            Op::I8x16Eq => self.compare_lanes(types::I8X16, IntCC::Equal),
            Op::I8x16Ne => self.compare_lanes(types::I8X16, IntCC::NotEqual),
            Op::I8x16LtS => self.compare_lanes(types::I8X16, IntCC::SignedLessThan),
            Op::I8x16LtU => self.compare_lanes(types::I8X16, IntCC::UnsignedLessThan),
            Op::I8x16GtS => self.compare_lanes(types::I8X16, IntCC::SignedGreaterThan),
            Op::I8x16GtU => self.compare_lanes(types::I8X16, IntCC::UnsignedGreaterThan),
            Op::I8x16LeS => self.compare_lanes(types::I8X16, IntCC::SignedLessThanOrEqual),
            Op::I8x16LeU => self.compare_lanes(types::I8X16, IntCC::UnsignedLessThanOrEqual),
            Op::I8x16GeS => self.compare_lanes(types::I8X16, IntCC::SignedGreaterThanOrEqual),
            Op::I8x16GeU => self.compare_lanes(types::I8X16, IntCC::UnsignedGreaterThanOrEqual),
            Op::I16x8Eq => self.compare_lanes(types::I16X8, IntCC::Equal),
            Op::I16x8Ne => self.compare_lanes(types::I16X8, IntCC::NotEqual),
            Op::I16x8LtS => self.compare_lanes(types::I16X8, IntCC::SignedLessThan),
            Op::I16x8LtU => self.compare_lanes(types::I16X8, IntCC::UnsignedLessThan),
            Op::I16x8GtS => self.compare_lanes(types::I16X8, IntCC::SignedGreaterThan),
            Op::I16x8GtU => self.compare_lanes(types::I16X8, IntCC::UnsignedGreaterThan),
            Op::I16x8LeS => self.compare_lanes(types::I16X8, IntCC::SignedLessThanOrEqual),
            Op::I16x8LeU => self.compare_lanes(types::I16X8, IntCC::UnsignedLessThanOrEqual),
            Op::I16x8GeS => self.compare_lanes(types::I16X8, IntCC::SignedGreaterThanOrEqual),
            Op::I16x8GeU => self.compare_lanes(types::I16X8, IntCC::UnsignedGreaterThanOrEqual),
            Op::I32x4Eq => self.compare_lanes(types::I32X4, IntCC::Equal),
            Op::I32x4Ne => self.compare_lanes(types::I32X4, IntCC::NotEqual),
            Op::I32x4LtS => self.compare_lanes(types::I32X4, IntCC::SignedLessThan),
            Op::I32x4LtU => self.compare_lanes(types::I32X4, IntCC::UnsignedLessThan),
            Op::I32x4GtS => self.compare_lanes(types::I32X4, IntCC::SignedGreaterThan),
            Op::I32x4GtU => self.compare_lanes(types::I32X4, IntCC::UnsignedGreaterThan),
            Op::I32x4LeS => self.compare_lanes(types::I32X4, IntCC::SignedLessThanOrEqual),
            Op::I32x4LeU => self.compare_lanes(types::I32X4, IntCC::UnsignedLessThanOrEqual),
            Op::I32x4GeS => self.compare_lanes(types::I32X4, IntCC::SignedGreaterThanOrEqual),
            Op::I32x4GeU => self.compare_lanes(types::I32X4, IntCC::UnsignedGreaterThanOrEqual),
            Op::I64x2Eq => self.compare_lanes(types::I64X2, IntCC::Equal),
            Op::I64x2Ne => self.compare_lanes(types::I64X2, IntCC::NotEqual),
            Op::I64x2LtS => self.compare_lanes(types::I64X2, IntCC::SignedLessThan),
            Op::I64x2GtS => self.compare_lanes(types::I64X2, IntCC::SignedGreaterThan),
            Op::I64x2LeS => self.compare_lanes(types::I64X2, IntCC::SignedLessThanOrEqual),
            Op::I64x2GeS => self.compare_lanes(types::I64X2, IntCC::SignedGreaterThanOrEqual),
            Op::F32x4Eq => self.compare_float_lanes(types::F32X4, FloatCC::Equal),
            Op::F32x4Ne => self.compare_float_lanes(types::F32X4, FloatCC::NotEqual),
            Op::F32x4Lt => self.compare_float_lanes(types::F32X4, FloatCC::LessThan),
            Op::F32x4Gt => self.compare_float_lanes(types::F32X4, FloatCC::GreaterThan),
            Op::F32x4Le => self.compare_float_lanes(types::F32X4, FloatCC::LessThanOrEqual),
            Op::F32x4Ge => self.compare_float_lanes(types::F32X4, FloatCC::GreaterThanOrEqual),
            Op::F64x2Eq => self.compare_float_lanes(types::F64X2, FloatCC::Equal),
            Op::F64x2Ne => self.compare_float_lanes(types::F64X2, FloatCC::NotEqual),
            Op::F64x2Lt => self.compare_float_lanes(types::F64X2, FloatCC::LessThan),
            Op::F64x2Gt => self.compare_float_lanes(types::F64X2, FloatCC::GreaterThan),
            Op::F64x2Le => self.compare_float_lanes(types::F64X2, FloatCC::LessThanOrEqual),
            Op::F64x2Ge => self.compare_float_lanes(types::F64X2, FloatCC::GreaterThanOrEqual),

            Op::V128AnyTrue => {
                let vector = self.pop();
                let any = self.ins().vany_true(vector);
                self.push_bool(any);
            }
            Op::I8x16AllTrue => self.all_true(types::I8X16),
            Op::I16x8AllTrue => self.all_true(types::I16X8),
            Op::I32x4AllTrue => self.all_true(types::I32X4),
            Op::I64x2AllTrue => self.all_true(types::I64X2),
            Op::I8x16Bitmask => self.bitmask(types::I8X16),
            Op::I16x8Bitmask => self.bitmask(types::I16X8),
            Op::I32x4Bitmask => self.bitmask(types::I32X4),
            Op::I64x2Bitmask => self.bitmask(types::I64X2),
            _ => return false,
        }
        true
    }

    fn compare_lanes(&mut self, ty: Type, cond: IntCC) {
        let (left, right) = self.pop_lanes2(ty);
        let value = self.ins().icmp(cond, left, right);
        self.push_lanes(value);
    }

    fn compare_float_lanes(&mut self, ty: Type, cond: FloatCC) {
        let (left, right) = self.pop_lanes2(ty);
        let value = self.ins().fcmp(cond, left, right);
        self.push_lanes(value);
    }

    fn all_true(&mut self, ty: Type) {
        let vector = self.pop_lanes(ty);
        let all = self.ins().vall_true(vector);
        self.push_bool(all);
    }

    /// The highest bit of each lane; the first lane's is the lowest bit.
    fn bitmask(&mut self, ty: Type) {
        let vector = self.pop_lanes(ty);
        let bits = self.ins().vhigh_bits(types::I32, vector);
        self.push(bits);
    }
}
