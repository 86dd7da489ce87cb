//! Float arithmetic on lanes.

use super::super::state::Translator;
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{InstBuilder, Type, types};
use wasmparser::Operator;

impl Translator<'_> {
    /// Translates an operator of this family; false for any other operator.
    pub(super) fn vector_float(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        match op {
            Op::F32x4Ceil => unary!(self, F32X4, ceil),
            Op::F32x4Floor => unary!(self, F32X4, floor),
            Op::F32x4Trunc => unary!(self, F32X4, trunc),
            Op::F32x4Nearest => unary!(self, F32X4, nearest),
            Op::F32x4Abs => unary!(self, F32X4, fabs),
            Op::F32x4Neg => unary!(self, F32X4, fneg),
            Op::F32x4Sqrt => unary!(self, F32X4, sqrt),
            Op::F32x4Add => binary!(self, F32X4, fadd),
            Op::F32x4Sub => binary!(self, F32X4, fsub),
            Op::F32x4Mul => binary!(self, F32X4, fmul),
            Op::F32x4Div => binary!(self, F32X4, fdiv),
            Op::F32x4Min => binary!(self, F32X4, fmin),
            Op::F32x4Max => binary!(self, F32X4, fmax),
            Op::F32x4PMin => self.pseudo_min(types::F32X4),
            Op::F32x4PMax => self.pseudo_max(types::F32X4),

            Op::F64x2Ceil => unary!(self, F64X2, ceil),
            Op::F64x2Floor => unary!(self, F64X2, floor),
            Op::F64x2Trunc => unary!(self, F64X2, trunc),
            Op::F64x2Nearest => unary!(self, F64X2, nearest),
            Op::F64x2Abs => unary!(self, F64X2, fabs),
            Op::F64x2Neg => unary!(self, F64X2, fneg),
            Op::F64x2Sqrt => unary!(self, F64X2, sqrt),
            Op::F64x2Add => binary!(self, F64X2, fadd),
            Op::F64x2Sub => binary!(self, F64X2, fsub),
            Op::F64x2Mul => binary!(self, F64X2, fmul),
            Op::F64x2Div => binary!(self, F64X2, fdiv),
            Op::F64x2Min => binary!(self, F64X2, fmin),
            Op::F64x2Max => binary!(self, F64X2, fmax),
            Op::F64x2PMin => self.pseudo_min(types::F64X2),
            Op::F64x2PMax => self.pseudo_max(types::F64X2),
            _ => return false,
        }
        true
    }

    /// `right < left ? right : left`. The order of comparison and operands is that of x86's own
    /// minimum, which the code generator recognizes.
    pub(super) fn pseudo_min(&mut self, ty: Type) {
        let (left, right) = self.pop_lanes2(ty);
        let less = self.ins().fcmp(FloatCC::LessThan, right, left);
        let less = self.cast_lanes(ty, less);
        let value = self.ins().bitselect(less, right, left);
        self.push_lanes(value);
    }

    /// `left < right ? right : left`.
    pub(super) fn pseudo_max(&mut self, ty: Type) {
        let (left, right) = self.pop_lanes2(ty);
        let less = self.ins().fcmp(FloatCC::LessThan, left, right);
        let less = self.cast_lanes(ty, less);
        let value = self.ins().bitselect(less, right, left);
        self.push_lanes(value);
    }
}
