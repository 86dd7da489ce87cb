//! Integer arithmetic on lanes, and the bitwise operators.

use super::super::state::Translator;
use cranelift_codegen::ir::{InstBuilder, types};
use wasmparser::Operator;

/// Shifts all lanes by the `i32` on top. As in wasm, CLIF takes the amount modulo the lanes' width.
macro_rules! shift {
    ($self:ident, $lanes:ident, $method:ident) => {{
        let amount = $self.pop();
        let vector = $self.pop_lanes(types::$lanes);
        let value = $self.ins().$method(vector, amount);
        $self.push_lanes(value)
    }};
}

impl Translator<'_> {
    /// Translates an operator of this family; false for any other operator.
    pub(super) fn vector_integer(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        match op {
            Op::V128Not => unary!(self, I8X16, bnot),
            Op::V128And => binary!(self, I8X16, band),
            Op::V128AndNot => binary!(self, I8X16, band_not),
            Op::V128Or => binary!(self, I8X16, bor),
            Op::V128Xor => binary!(self, I8X16, bxor),
            Op::V128Bitselect => {
                // The mask is the first operand in CLIF, but the last in wasm.
                let mask = self.pop();
                let (ones, zeros) = self.pop2();
                let value = self.ins().bitselect(mask, ones, zeros);
                self.push(value);
            }

            Op::I8x16Abs => unary!(self, I8X16, iabs),
            Op::I8x16Neg => unary!(self, I8X16, ineg),
            Op::I8x16Popcnt => unary!(self, I8X16, popcnt),
            Op::I8x16Shl => shift!(self, I8X16, ishl),
            Op::I8x16ShrS => shift!(self, I8X16, sshr),
            Op::I8x16ShrU => shift!(self, I8X16, ushr),
            Op::I8x16Add => binary!(self, I8X16, iadd),
            Op::I8x16Sub => binary!(self, I8X16, isub),
            Op::I8x16AddSatS => binary!(self, I8X16, sadd_sat),
            Op::I8x16AddSatU => binary!(self, I8X16, uadd_sat),
            Op::I8x16SubSatS => binary!(self, I8X16, ssub_sat),
            Op::I8x16SubSatU => binary!(self, I8X16, usub_sat),
            Op::I8x16MinS => binary!(self, I8X16, smin),
            Op::I8x16MinU => binary!(self, I8X16, umin),
            Op::I8x16MaxS => binary!(self, I8X16, smax),
            Op::I8x16MaxU => binary!(self, I8X16, umax),
            Op::I8x16AvgrU => binary!(self, I8X16, avg_round),

            Op::I16x8Abs => unary!(self, I16X8, iabs),
            Op::I16x8Neg => unary!(self, I16X8, ineg),
            Op::I16x8Shl => shift!(self, I16X8, ishl),
            Op::I16x8ShrS => shift!(self, I16X8, sshr),
            Op::I16x8ShrU => shift!(self, I16X8, ushr),
            Op::I16x8Add => binary!(self, I16X8, iadd),
            Op::I16x8Sub => binary!(self, I16X8, isub),
            Op::I16x8Mul => binary!(self, I16X8, imul),
            Op::I16x8AddSatS => binary!(self, I16X8, sadd_sat),
            Op::I16x8AddSatU => binary!(self, I16X8, uadd_sat),
            Op::I16x8SubSatS => binary!(self, I16X8, ssub_sat),
            Op::I16x8SubSatU => binary!(self, I16X8, usub_sat),
            Op::I16x8MinS => binary!(self, I16X8, smin),
            Op::I16x8MinU => binary!(self, I16X8, umin),
            Op::I16x8MaxS => binary!(self, I16X8, smax),
            Op::I16x8MaxU => binary!(self, I16X8, umax),
            Op::I16x8AvgrU => binary!(self, I16X8, avg_round),
            Op::I16x8Q15MulrSatS => binary!(self, I16X8, sqmul_round_sat),

            Op::I32x4Abs => unary!(self, I32X4, iabs),
            Op::I32x4Neg => unary!(self, I32X4, ineg),
            Op::I32x4Shl => shift!(self, I32X4, ishl),
            Op::I32x4ShrS => shift!(self, I32X4, sshr),
            Op::I32x4ShrU => shift!(self, I32X4, ushr),
            Op::I32x4Add => binary!(self, I32X4, iadd),
            Op::I32x4Sub => binary!(self, I32X4, isub),
            Op::I32x4Mul => binary!(self, I32X4, imul),
            Op::I32x4MinS => binary!(self, I32X4, smin),
            Op::I32x4MinU => binary!(self, I32X4, umin),
            Op::I32x4MaxS => binary!(self, I32X4, smax),
            Op::I32x4MaxU => binary!(self, I32X4, umax),

            Op::I64x2Abs => unary!(self, I64X2, iabs),
            Op::I64x2Neg => unary!(self, I64X2, ineg),
            Op::I64x2Shl => shift!(self, I64X2, ishl),
            Op::I64x2ShrS => shift!(self, I64X2, sshr),
            Op::I64x2ShrU => shift!(self, I64X2, ushr),
            Op::I64x2Add => binary!(self, I64X2, iadd),
            Op::I64x2Sub => binary!(self, I64X2, isub),
            Op::I64x2Mul => binary!(self, I64X2, imul),
            _ => return false,
        }
        true
    }
}
