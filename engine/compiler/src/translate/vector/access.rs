//! Loads and stores of vectors and of their lanes. For their checks, see `memory`.

use super::super::state::Translator;
use cranelift_codegen::ir::{InstBuilder, Type, Value, types};
use wasmparser::{MemArg, Operator};

/// Loads 8 bytes and doubles the width of each of their lanes.
macro_rules! load_wide {
    ($self:ident, $method:ident, $memarg:ident) => {{
        let address = $self.pop_address($memarg, 8);
        let value = $self.ins().$method(address.flags, address.base, address.offset);
        $self.push_lanes(value)
    }};
}

impl Translator<'_> {
    /// Translates a vector access; false for any other operator.
    pub(super) fn vector_access(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        match op {
            Op::V128Load { memarg } => {
                let value = self.load_scalar(types::I8X16, memarg);
                self.push(value);
            }
            Op::V128Store { memarg } => {
                let value = self.pop();
                self.store_value(value, memarg);
            }
            Op::V128Load8x8S { memarg } => load_wide!(self, sload8x8, memarg),
            Op::V128Load8x8U { memarg } => load_wide!(self, uload8x8, memarg),
            Op::V128Load16x4S { memarg } => load_wide!(self, sload16x4, memarg),
            Op::V128Load16x4U { memarg } => load_wide!(self, uload16x4, memarg),
            Op::V128Load32x2S { memarg } => load_wide!(self, sload32x2, memarg),
            Op::V128Load32x2U { memarg } => load_wide!(self, uload32x2, memarg),
            Op::V128Load8Splat { memarg } => self.load_splat(types::I8X16, memarg),
            Op::V128Load16Splat { memarg } => self.load_splat(types::I16X8, memarg),
            Op::V128Load32Splat { memarg } => self.load_splat(types::I32X4, memarg),
            Op::V128Load64Splat { memarg } => self.load_splat(types::I64X2, memarg),
            Op::V128Load32Zero { memarg } => self.load_zero(types::I32X4, memarg),
            Op::V128Load64Zero { memarg } => self.load_zero(types::I64X2, memarg),
            Op::V128Load8Lane { memarg, lane } => self.load_lane(types::I8X16, memarg, *lane),
            Op::V128Load16Lane { memarg, lane } => self.load_lane(types::I16X8, memarg, *lane),
            Op::V128Load32Lane { memarg, lane } => self.load_lane(types::I32X4, memarg, *lane),
            Op::V128Load64Lane { memarg, lane } => self.load_lane(types::I64X2, memarg, *lane),
            Op::V128Store8Lane { memarg, lane } => self.store_lane(types::I8X16, memarg, *lane),
            Op::V128Store16Lane { memarg, lane } => self.store_lane(types::I16X8, memarg, *lane),
            Op::V128Store32Lane { memarg, lane } => self.store_lane(types::I32X4, memarg, *lane),
            Op::V128Store64Lane { memarg, lane } => self.store_lane(types::I64X2, memarg, *lane),
            _ => return false,
        }
        true
    }

    fn load_scalar(&mut self, ty: Type, memarg: &MemArg) -> Value {
        let address = self.pop_address(memarg, ty.bytes());
        self.ins().load(ty, address.flags, address.base, address.offset)
    }

    fn load_splat(&mut self, ty: Type, memarg: &MemArg) {
        let value = self.load_scalar(ty.lane_type(), memarg);
        let value = self.ins().splat(ty, value);
        self.push_lanes(value);
    }

    fn load_zero(&mut self, ty: Type, memarg: &MemArg) {
        let value = self.load_scalar(ty.lane_type(), memarg);
        let value = self.ins().scalar_to_vector(ty, value);
        self.push_lanes(value);
    }

    fn load_lane(&mut self, ty: Type, memarg: &MemArg, lane: u8) {
        let vector = self.pop_lanes(ty);
        let value = self.load_scalar(ty.lane_type(), memarg);
        let vector = self.ins().insertlane(vector, value, lane);
        self.push_lanes(vector);
    }

    fn store_lane(&mut self, ty: Type, memarg: &MemArg, lane: u8) {
        let vector = self.pop_lanes(ty);
        let value = self.ins().extractlane(vector, lane);
        self.store_value(value, memarg);
    }
}
