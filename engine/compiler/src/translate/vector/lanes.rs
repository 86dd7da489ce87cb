//! Constants, single lanes, and rearrangements of lanes.

use super::super::state::Translator;
use cranelift_codegen::ir::{InstBuilder, Type, types};
use wasmparser::Operator;

impl Translator<'_> {
    /// Translates an operator of this family; false for any other operator.
    pub(super) fn vector_lanes(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        match op {
            Op::V128Const { value } => {
                let value = self.constant_lanes(types::I8X16, *value.bytes());
                self.push(value);
            }
            Op::I8x16Shuffle { lanes } => {
                let (left, right) = self.pop2();
                let lanes = self.builder.func.dfg.immediates.push(lanes.as_slice().into());
                let value = self.ins().shuffle(left, right, lanes);
                self.push(value);
            }
            // As in wasm, CLIF's lane is zero for an index of 16 or more.
            Op::I8x16Swizzle => binary!(self, I8X16, swizzle),

            Op::I8x16Splat => self.splat(types::I8X16),
            Op::I16x8Splat => self.splat(types::I16X8),
            Op::I32x4Splat => self.splat(types::I32X4),
            Op::I64x2Splat => self.splat(types::I64X2),
            Op::F32x4Splat => self.splat(types::F32X4),
            Op::F64x2Splat => self.splat(types::F64X2),

            Op::I8x16ExtractLaneS { lane } => {
                self.extract_lane(types::I8X16, *lane);
                self.widen_lane(true);
            }
            Op::I8x16ExtractLaneU { lane } => {
                self.extract_lane(types::I8X16, *lane);
                self.widen_lane(false);
            }
            Op::I16x8ExtractLaneS { lane } => {
                self.extract_lane(types::I16X8, *lane);
                self.widen_lane(true);
            }
            Op::I16x8ExtractLaneU { lane } => {
                self.extract_lane(types::I16X8, *lane);
                self.widen_lane(false);
            }
            Op::I32x4ExtractLane { lane } => self.extract_lane(types::I32X4, *lane),
            Op::I64x2ExtractLane { lane } => self.extract_lane(types::I64X2, *lane),
            Op::F32x4ExtractLane { lane } => self.extract_lane(types::F32X4, *lane),
            Op::F64x2ExtractLane { lane } => self.extract_lane(types::F64X2, *lane),

            Op::I8x16ReplaceLane { lane } => self.replace_lane(types::I8X16, *lane),
            Op::I16x8ReplaceLane { lane } => self.replace_lane(types::I16X8, *lane),
            Op::I32x4ReplaceLane { lane } => self.replace_lane(types::I32X4, *lane),
            Op::I64x2ReplaceLane { lane } => self.replace_lane(types::I64X2, *lane),
            Op::F32x4ReplaceLane { lane } => self.replace_lane(types::F32X4, *lane),
            Op::F64x2ReplaceLane { lane } => self.replace_lane(types::F64X2, *lane),
            _ => return false,
        }
        true
    }

    fn splat(&mut self, ty: Type) {
        self.narrow_lane(ty);
        let value = self.pop();
        let value = self.ins().splat(ty, value);
        self.push_lanes(value);
    }

    fn extract_lane(&mut self, ty: Type, lane: u8) {
        let vector = self.pop_lanes(ty);
        let value = self.ins().extractlane(vector, lane);
        self.push(value);
    }

    fn replace_lane(&mut self, ty: Type, lane: u8) {
        self.narrow_lane(ty);
        let value = self.pop();
        let vector = self.pop_lanes(ty);
        let vector = self.ins().insertlane(vector, value, lane);
        self.push_lanes(vector);
    }

    /// Lanes of 8 and 16 bits are `i32` on the operand stack.
    fn narrow_lane(&mut self, ty: Type) {
        if ty.lane_bits() < 32 {
            let value = self.pop();
            let value = self.ins().ireduce(ty.lane_type(), value);
            self.push(value);
        }
    }

    fn widen_lane(&mut self, signed: bool) {
        let value = self.pop();
        let value = if signed {
            self.ins().sextend(types::I32, value)
        } else {
            self.ins().uextend(types::I32, value)
        };
        self.push(value);
    }
}
