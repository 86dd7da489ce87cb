//! Generates integer vector expressions; `wasm-smith` covers float vectors, and makes their NaNs
//! equal. Takes random numbers; gives instructions. Knows no engine.

use super::body::Body;
use super::outline::Ty;
use wasm_encoder::Instruction as I;

const UNARY: &[I<'static>] = &[
    I::V128Not,
    I::I8x16Abs,
    I::I8x16Popcnt,
    I::I16x8Neg,
    I::I32x4Abs,
    I::I64x2Neg,
    I::I64x2Abs,
    I::I16x8ExtendLowI8x16S,
    I::I32x4ExtendHighI16x8U,
    I::I64x2ExtendLowI32x4S,
    I::I32x4ExtAddPairwiseI16x8S,
    I::I32x4TruncSatF32x4S,
    I::I32x4TruncSatF64x2UZero,
    I::F32x4ConvertI32x4U,
    I::F64x2ConvertLowI32x4S,
];

const BINARY: &[I<'static>] = &[
    I::V128And,
    I::V128AndNot,
    I::V128Or,
    I::V128Xor,
    I::I8x16Swizzle,
    I::I8x16Add,
    I::I8x16SubSatS,
    I::I8x16AddSatU,
    I::I8x16MinU,
    I::I8x16AvgrU,
    I::I8x16NarrowI16x8U,
    I::I8x16GtS,
    I::I8x16LeU,
    I::I16x8Mul,
    I::I16x8Q15MulrSatS,
    I::I16x8MaxS,
    I::I16x8ExtMulHighI8x16U,
    I::I16x8NarrowI32x4S,
    I::I32x4Mul,
    I::I32x4DotI16x8S,
    I::I32x4LtU,
    I::I32x4MinS,
    I::I64x2Mul,
    I::I64x2Sub,
    I::I64x2GtS,
    I::I64x2ExtMulLowI32x4U,
    I::I8x16Eq,
    I::I64x2Ne,
];

const SHIFTS: &[I<'static>] = &[
    I::I8x16Shl,
    I::I8x16ShrS,
    I::I8x16ShrU,
    I::I16x8Shl,
    I::I16x8ShrS,
    I::I32x4ShrU,
    I::I64x2ShrS,
    I::I64x2Shl,
];

impl Body<'_> {
    /// Pushes a vector.
    pub fn vector(&mut self, depth: usize) {
        let operands: &[Ty] = match self.numbers.below(7) {
            0 => &[Ty::V128],
            1 | 2 => &[Ty::V128, Ty::V128],
            3 => &[Ty::V128, Ty::I32],
            4 => &[Ty::I32],
            5 => &[Ty::V128, Ty::I64],
            _ => &[Ty::V128, Ty::V128, Ty::V128],
        };
        for operand in operands {
            match operand {
                Ty::I32 if operands.len() == 2 => self.amount(*operand, depth),
                _ => self.expr(*operand, depth - 1),
            }
        }
        let lane = |count: usize, body: &mut Self| body.numbers.below(count) as u8;
        let instruction = match operands {
            [Ty::V128] => UNARY[self.numbers.below(UNARY.len())].clone(),
            [Ty::V128, Ty::V128] if self.numbers.chance(1, 6) => {
                let mut lanes = [0; 16];
                lanes.fill_with(|| lane(32, self));
                I::I8x16Shuffle(lanes)
            }
            [Ty::V128, Ty::V128] => BINARY[self.numbers.below(BINARY.len())].clone(),
            [Ty::V128, Ty::I32] if self.numbers.chance(1, 4) => I::I16x8ReplaceLane(lane(8, self)),
            [Ty::V128, Ty::I32] => SHIFTS[self.numbers.below(SHIFTS.len())].clone(),
            [Ty::I32] => {
                let splats = [I::I8x16Splat, I::I16x8Splat, I::I32x4Splat];
                splats[self.numbers.below(splats.len())].clone()
            }
            [Ty::V128, Ty::I64] => I::I64x2ReplaceLane(lane(2, self)),
            _ => I::V128Bitselect,
        };
        self.code.push(instruction);
    }

    /// Pushes an `i32` or `i64` that is extracted from a vector.
    pub fn lane(&mut self, ty: Ty, depth: usize) {
        self.expr(Ty::V128, depth - 1);
        let lane = |count: usize, body: &mut Self| body.numbers.below(count) as u8;
        let instruction = match (ty, self.numbers.below(6)) {
            (Ty::I64, _) => I::I64x2ExtractLane(lane(2, self)),
            (_, 0) => I::I8x16ExtractLaneS(lane(16, self)),
            (_, 1) => I::I16x8ExtractLaneU(lane(8, self)),
            (_, 2) => I::I32x4AllTrue,
            (_, 3) => I::I8x16Bitmask,
            (_, 4) => I::V128AnyTrue,
            _ => I::I32x4ExtractLane(lane(4, self)),
        };
        self.code.push(instruction);
    }
}
