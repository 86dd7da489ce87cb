//! The operators that a seeded fault translates wrongly. Takes an operator; returns the one that is
//! translated in its place, or translates it. Does nothing without a fault: in a normal build no
//! condition here is ever true. Faults of a mechanism that several operators share are at that
//! mechanism.

use super::access::{FuncRef, Region};
use super::signature::POINTER;
use super::state::Translator;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::immediates::{Ieee32, Ieee64};
use cranelift_codegen::ir::{InstBuilder, Type, Value, types};
use wasmparser::{MemArg, Operator};
use wassay_artifact::abi::{func_ref, table_def, vmctx};
use wassay_artifact::fault::Fault;
use wassay_artifact::index::{TableIndex, TypeIndex};
use wassay_artifact::module::{ConstOp, ElementMode};
use wassay_artifact::target::Arch;
use wassay_artifact::types::ExternIndex;

/// The operator that a faulty compiler takes for this one.
pub(super) fn mistaken<'a>(op: &Operator<'a>, arch: Arch) -> Option<Operator<'a>> {
    use Operator as Op;
    let other = |fault: Fault, other: Op<'a>| fault.is_seeded().then_some(other);
    let shr_u = match arch {
        Arch::X86_64 => Fault::ShrSignedX86_64,
        Arch::Aarch64 => Fault::ShrSignedAarch64,
    };
    match *op {
        Op::I32ShrU => other(shr_u, Op::I32ShrS),
        Op::I32LtU => other(Fault::SignedCompare, Op::I32LtS),
        Op::I64LtU => other(Fault::SignedCompare, Op::I64LtS),
        Op::I32GeS => other(Fault::UnsignedCompare, Op::I32GeU),
        Op::I64GeS => other(Fault::UnsignedCompare, Op::I64GeU),
        Op::I32Rotl => other(Fault::RotateDirection, Op::I32Rotr),
        Op::I64Rotl => other(Fault::RotateDirection, Op::I64Rotr),
        Op::I32TruncSatF32S => other(Fault::TruncSatTraps, Op::I32TruncF32S),
        Op::I64Load { memarg } => {
            let memarg = MemArg { offset: 0, ..memarg };
            other(Fault::LoadOffsetDropped, Op::I64Load { memarg })
        }
        Op::I32Store16 { memarg } => other(Fault::StoreWidth, Op::I32Store8 { memarg }),
        Op::I64Store16 { memarg } => other(Fault::StoreWidth, Op::I64Store8 { memarg }),
        Op::I32Load8S { memarg } => other(Fault::LoadSignLost, Op::I32Load8U { memarg }),
        Op::I64Load8S { memarg } => other(Fault::LoadSignLost, Op::I64Load8U { memarg }),
        Op::I8x16AddSatS => other(Fault::SaturationLost, Op::I8x16Add),
        Op::I8x16Shuffle { lanes } => {
            let lanes = lanes.map(|lane| lane ^ 16);
            other(Fault::ShuffleSwapped, Op::I8x16Shuffle { lanes })
        }
        Op::I32x4ExtractLane { lane } => {
            other(Fault::LaneOrder, Op::I32x4ExtractLane { lane: 3 - lane })
        }
        Op::V128Load8Lane { memarg, .. } => {
            other(Fault::LoadLaneIgnored, Op::V128Load8Lane { memarg, lane: 0 })
        }
        Op::V128Load32Lane { memarg, .. } => {
            other(Fault::LoadLaneIgnored, Op::V128Load32Lane { memarg, lane: 0 })
        }
        _ => None,
    }
}

/// Whether a faulty compiler has no translation of this operator.
pub(super) fn is_unknown(op: &Operator<'_>) -> bool {
    matches!(op, Operator::I32x4Add) && Fault::OperatorUnknown.is_seeded()
}

impl Translator<'_> {
    /// Translates an operator with the seeded fault; false if the fault is not in this operator.
    pub(super) fn faulty(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        let fault = match op {
            Op::I32ShrU if self.shifts_out() => Fault::ConstantShift,
            Op::I64Shl => Fault::ShiftUnmasked,
            Op::I64Extend32S => Fault::ExtendSignLost,
            Op::I64Mul => Fault::MulTruncated,
            Op::I32DivS | Op::I64DivS => Fault::DivideOverflow,
            Op::I32Clz | Op::I64Clz => Fault::ClzOfZero,
            Op::F32Sqrt => Fault::WrongNan,
            Op::F32DemoteF64 => Fault::DemoteNan,
            Op::F32Min | Op::F64Min => Fault::MinZeroSign,
            Op::F32Max | Op::F64Max => Fault::MaxZeroSign,
            Op::F32Nearest | Op::F64Nearest => Fault::NearestHalf,
            Op::F32Copysign | Op::F64Copysign => Fault::CopysignIgnored,
            Op::I64MulWideU => Fault::WideHighLost,
            Op::V128Bitselect => Fault::BitselectSwapped,
            Op::Select | Op::TypedSelect { .. } => Fault::SelectSwapped,
            Op::RefFunc { .. } => Fault::RefFuncNull,
            _ => return false,
        };
        if !fault.is_seeded() {
            return false;
        }
        let value = match fault {
            Fault::SelectSwapped | Fault::BitselectSwapped => self.swapped(fault),
            Fault::RefFuncNull => self.zero(types::I64),
            Fault::WrongNan | Fault::DemoteNan | Fault::NearestHalf => self.faulty_float(fault),
            Fault::MinZeroSign | Fault::MaxZeroSign => self.faulty_extremum(fault),
            Fault::CopysignIgnored => self.pop2().0,
            _ => self.faulty_integer(fault),
        };
        self.push(value);
        if fault == Fault::WideHighLost {
            let high = self.zero(types::I64);
            self.push(high);
        }
        true
    }

    fn swapped(&mut self, fault: Fault) -> Value {
        let condition = self.pop();
        let (first, second) = self.pop2();
        match fault {
            Fault::SelectSwapped => self.ins().select(condition, second, first),
            _ => self.ins().bitselect(condition, second, first),
        }
    }

    fn faulty_integer(&mut self, fault: Fault) -> Value {
        const LOW: i64 = 0xffff_ffff;
        match fault {
            Fault::ExtendSignLost => {
                let value = self.pop();
                return self.ins().band_imm_u(value, LOW);
            }
            Fault::ClzOfZero => {
                let value = self.pop();
                let ty = self.type_of(value);
                let zeros = self.ins().clz(value);
                let is_zero = self.ins().icmp_imm_u(IntCC::Equal, value, 0);
                let is_zero = self.ins().uextend(ty, is_zero);
                return self.ins().isub(zeros, is_zero);
            }
            _ => {}
        }
        let (left, right) = self.pop2();
        match fault {
            Fault::ConstantShift => self.zero(types::I32),
            Fault::ShiftUnmasked => {
                let shifted = self.ins().ishl(left, right);
                let out = self.ins().icmp_imm_u(IntCC::UnsignedGreaterThanOrEqual, right, 64);
                let zero = self.zero(types::I64);
                self.ins().select(out, zero, shifted)
            }
            Fault::DivideOverflow => {
                let ty = self.type_of(left);
                let negates = self.ins().iadd_imm_u(right, 1);
                let one = self.ins().iconst(ty, 1);
                let divisor = self.ins().select(negates, right, one);
                let quotient = self.ins().sdiv(left, divisor);
                let negated = self.ins().ineg(left);
                self.ins().select(negates, quotient, negated)
            }
            Fault::MulTruncated => {
                let product = self.ins().imul(left, right);
                self.ins().band_imm_u(product, LOW)
            }
            _ => self.ins().imul(left, right),
        }
    }

    fn faulty_float(&mut self, fault: Fault) -> Value {
        let value = self.pop();
        if fault == Fault::NearestHalf {
            let ty = self.type_of(value);
            let half = self.float(ty, 0.5);
            let above = self.ins().fadd(value, half);
            return self.ins().floor(above);
        }
        let (result, bits) = match fault {
            Fault::WrongNan => (self.ins().sqrt(value), 0x7fc0_0001),
            _ => (self.ins().fdemote(types::F32, value), 0x7fa0_0000),
        };
        let nan = self.ins().f32const(Ieee32::with_bits(bits));
        let is_nan = self.ins().fcmp(FloatCC::Unordered, result, result);
        self.ins().select(is_nan, nan, result)
    }

    fn faulty_extremum(&mut self, fault: Fault) -> Value {
        let (left, right) = self.pop2();
        if fault == Fault::MinZeroSign {
            let ty = self.type_of(left);
            let zero = self.float(ty, 0.0);
            let least = self.ins().fmin(left, right);
            return self.ins().fadd(least, zero);
        }
        let most = self.ins().fmax(left, right);
        let equal = self.ins().fcmp(FloatCC::Equal, left, right);
        self.ins().select(equal, right, most)
    }

    fn float(&mut self, ty: Type, value: f32) -> Value {
        match ty {
            types::F32 => self.ins().f32const(Ieee32::with_float(value)),
            _ => self.ins().f64const(Ieee64::with_float(f64::from(value))),
        }
    }

    /// Whether the top operand is a constant that exceeds the width of an `i32`.
    fn shifts_out(&self) -> bool {
        let amount = self.stack.last().and_then(|amount| self.constant_bits(*amount));
        amount.is_some_and(|amount| amount.cast_unsigned() >= 32)
    }

    /// Whether calls through a table may be cached: nothing but its segments writes it, and its first
    /// element is null. A module that may write it has a passive segment or exports it.
    pub(super) fn is_cached(&self, table: TableIndex) -> bool {
        let module = self.env.module;
        let mut starts = module.elements.iter().filter_map(|segment| match &segment.mode {
            ElementMode::Active { table: own, offset } if *own == table => Some(&offset.0[..]),
            _ => None,
        });
        let is_private = table.0 >= module.imported.tables
            && !module.exports.iter().any(|export| export.item == ExternIndex::Table(table))
            && !module.elements.iter().any(|segment| segment.mode == ElementMode::Passive);
        let is_later = |start: &[ConstOp]| matches!(start, [ConstOp::I32Const(1..)]);
        is_private && starts.clone().next().is_some() && starts.all(is_later)
    }

    /// The reference, or the first element of the table if it is null.
    pub(super) fn or_second_element(&mut self, reference: Value, table: TableIndex) -> Value {
        let definition = self.table_definition(table);
        let base = self.load_mutable(POINTER, definition, table_def::BASE);
        let flags = self.flags(Region::Table);
        let second = self.ins().load(POINTER, flags, base, 8);
        self.ins().select(reference, reference, second)
    }

    /// The canonical type that this index has in the module of the callee. Functions of the host
    /// have no module.
    pub(super) fn canonical_type_of_callee(
        &mut self,
        callee: &mut FuncRef,
        ty: TypeIndex,
    ) -> Value {
        let context = self.load_func_ref(POINTER, callee, func_ref::VMCTX);
        let flags = self.flags(Region::Context);
        let theirs = self.ins().load(POINTER, flags, context, vmctx::TYPE_IDS.offset());
        let ours = self.load_fixed(self.vmctx, vmctx::TYPE_IDS).value();
        let ids = self.ins().select(theirs, theirs, ours);
        self.ins().load(types::I32, flags, ids, vmctx::type_id(ty).offset())
    }

    /// Swaps the last two of these values, if they have one type.
    pub(super) fn swap_last_two(&self, values: &mut [Value]) {
        if let [.., first, second] = values
            && self.type_of(*first) == self.type_of(*second)
        {
            std::mem::swap(first, second);
        }
    }
}
