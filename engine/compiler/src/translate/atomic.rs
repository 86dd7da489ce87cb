//! Atomic accesses of the threads proposal. Each traps on an address that is not a multiple of its
//! width before it checks the memory's bounds. Memories need not be shared.
//!
//! In guard mode the page tables check the bounds here, too: the code generator records the trap at
//! every instruction that accesses memory, also in the loops that it emits if the target has no
//! single instruction.

use super::state::{Translator, trap_code};
use cranelift_codegen::ir::{AtomicRmwOp as Rmw, InstBuilder, MemFlagsData, Type, Value, types};
use wasmparser::{MemArg, Operator};
use wassay_artifact::abi::{Builtin, TrapCode};
use wassay_artifact::fault::Fault;
use wassay_artifact::index::MemoryIndex;
use wassay_artifact::target::Arch;

/// How many bits an atomic operator accesses, and the type of its operands and result. Narrow
/// operators wrap their operands and zero-extend their result.
#[derive(Clone, Copy)]
struct Shape {
    memory: Type,
    value: Type,
}

const I32: Shape = Shape { memory: types::I32, value: types::I32 };
const I64: Shape = Shape { memory: types::I64, value: types::I64 };
const I32_8: Shape = Shape { memory: types::I8, value: types::I32 };
const I32_16: Shape = Shape { memory: types::I16, value: types::I32 };
const I64_8: Shape = Shape { memory: types::I8, value: types::I64 };
const I64_16: Shape = Shape { memory: types::I16, value: types::I64 };
const I64_32: Shape = Shape { memory: types::I32, value: types::I64 };

impl Translator<'_> {
    /// Translates an atomic operator; false for any other operator.
    pub(super) fn atomic(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        match op {
            Op::I32AtomicLoad { memarg } => self.atomic_load(I32, memarg),
            Op::I64AtomicLoad { memarg } => self.atomic_load(I64, memarg),
            Op::I32AtomicLoad8U { memarg } => self.atomic_load(I32_8, memarg),
            Op::I32AtomicLoad16U { memarg } => self.atomic_load(I32_16, memarg),
            Op::I64AtomicLoad8U { memarg } => self.atomic_load(I64_8, memarg),
            Op::I64AtomicLoad16U { memarg } => self.atomic_load(I64_16, memarg),
            Op::I64AtomicLoad32U { memarg } => self.atomic_load(I64_32, memarg),

            Op::I32AtomicStore { memarg } => self.atomic_store(I32, memarg),
            Op::I64AtomicStore { memarg } => self.atomic_store(I64, memarg),
            Op::I32AtomicStore8 { memarg } => self.atomic_store(I32_8, memarg),
            Op::I32AtomicStore16 { memarg } => self.atomic_store(I32_16, memarg),
            Op::I64AtomicStore8 { memarg } => self.atomic_store(I64_8, memarg),
            Op::I64AtomicStore16 { memarg } => self.atomic_store(I64_16, memarg),
            Op::I64AtomicStore32 { memarg } => self.atomic_store(I64_32, memarg),

            Op::I32AtomicRmwAdd { memarg } => self.atomic_rmw(Rmw::Add, I32, memarg),
            Op::I64AtomicRmwAdd { memarg } => self.atomic_rmw(Rmw::Add, I64, memarg),
            Op::I32AtomicRmw8AddU { memarg } => self.atomic_rmw(Rmw::Add, I32_8, memarg),
            Op::I32AtomicRmw16AddU { memarg } => self.atomic_rmw(Rmw::Add, I32_16, memarg),
            Op::I64AtomicRmw8AddU { memarg } => self.atomic_rmw(Rmw::Add, I64_8, memarg),
            Op::I64AtomicRmw16AddU { memarg } => self.atomic_rmw(Rmw::Add, I64_16, memarg),
            Op::I64AtomicRmw32AddU { memarg } => self.atomic_rmw(Rmw::Add, I64_32, memarg),

            Op::I32AtomicRmwSub { memarg } => self.atomic_rmw(Rmw::Sub, I32, memarg),
            Op::I64AtomicRmwSub { memarg } => self.atomic_rmw(Rmw::Sub, I64, memarg),
            Op::I32AtomicRmw8SubU { memarg } => self.atomic_rmw(Rmw::Sub, I32_8, memarg),
            Op::I32AtomicRmw16SubU { memarg } => self.atomic_rmw(Rmw::Sub, I32_16, memarg),
            Op::I64AtomicRmw8SubU { memarg } => self.atomic_rmw(Rmw::Sub, I64_8, memarg),
            Op::I64AtomicRmw16SubU { memarg } => self.atomic_rmw(Rmw::Sub, I64_16, memarg),
            Op::I64AtomicRmw32SubU { memarg } => self.atomic_rmw(Rmw::Sub, I64_32, memarg),

            Op::I32AtomicRmwAnd { memarg } => self.atomic_rmw(Rmw::And, I32, memarg),
            Op::I64AtomicRmwAnd { memarg } => self.atomic_rmw(Rmw::And, I64, memarg),
            Op::I32AtomicRmw8AndU { memarg } => self.atomic_rmw(Rmw::And, I32_8, memarg),
            Op::I32AtomicRmw16AndU { memarg } => self.atomic_rmw(Rmw::And, I32_16, memarg),
            Op::I64AtomicRmw8AndU { memarg } => self.atomic_rmw(Rmw::And, I64_8, memarg),
            Op::I64AtomicRmw16AndU { memarg } => self.atomic_rmw(Rmw::And, I64_16, memarg),
            Op::I64AtomicRmw32AndU { memarg } => self.atomic_rmw(Rmw::And, I64_32, memarg),

            Op::I32AtomicRmwOr { memarg } => self.atomic_rmw(Rmw::Or, I32, memarg),
            Op::I64AtomicRmwOr { memarg } => self.atomic_rmw(Rmw::Or, I64, memarg),
            Op::I32AtomicRmw8OrU { memarg } => self.atomic_rmw(Rmw::Or, I32_8, memarg),
            Op::I32AtomicRmw16OrU { memarg } => self.atomic_rmw(Rmw::Or, I32_16, memarg),
            Op::I64AtomicRmw8OrU { memarg } => self.atomic_rmw(Rmw::Or, I64_8, memarg),
            Op::I64AtomicRmw16OrU { memarg } => self.atomic_rmw(Rmw::Or, I64_16, memarg),
            Op::I64AtomicRmw32OrU { memarg } => self.atomic_rmw(Rmw::Or, I64_32, memarg),

            Op::I32AtomicRmwXor { memarg } => self.atomic_rmw(Rmw::Xor, I32, memarg),
            Op::I64AtomicRmwXor { memarg } => self.atomic_rmw(Rmw::Xor, I64, memarg),
            Op::I32AtomicRmw8XorU { memarg } => self.atomic_rmw(Rmw::Xor, I32_8, memarg),
            Op::I32AtomicRmw16XorU { memarg } => self.atomic_rmw(Rmw::Xor, I32_16, memarg),
            Op::I64AtomicRmw8XorU { memarg } => self.atomic_rmw(Rmw::Xor, I64_8, memarg),
            Op::I64AtomicRmw16XorU { memarg } => self.atomic_rmw(Rmw::Xor, I64_16, memarg),
            Op::I64AtomicRmw32XorU { memarg } => self.atomic_rmw(Rmw::Xor, I64_32, memarg),

            Op::I32AtomicRmwXchg { memarg } => self.atomic_rmw(Rmw::Xchg, I32, memarg),
            Op::I64AtomicRmwXchg { memarg } => self.atomic_rmw(Rmw::Xchg, I64, memarg),
            Op::I32AtomicRmw8XchgU { memarg } => self.atomic_rmw(Rmw::Xchg, I32_8, memarg),
            Op::I32AtomicRmw16XchgU { memarg } => self.atomic_rmw(Rmw::Xchg, I32_16, memarg),
            Op::I64AtomicRmw8XchgU { memarg } => self.atomic_rmw(Rmw::Xchg, I64_8, memarg),
            Op::I64AtomicRmw16XchgU { memarg } => self.atomic_rmw(Rmw::Xchg, I64_16, memarg),
            Op::I64AtomicRmw32XchgU { memarg } => self.atomic_rmw(Rmw::Xchg, I64_32, memarg),

            Op::I32AtomicRmwCmpxchg { memarg } => self.atomic_compare_exchange(I32, memarg),
            Op::I64AtomicRmwCmpxchg { memarg } => self.atomic_compare_exchange(I64, memarg),
            Op::I32AtomicRmw8CmpxchgU { memarg } => self.atomic_compare_exchange(I32_8, memarg),
            Op::I32AtomicRmw16CmpxchgU { memarg } => self.atomic_compare_exchange(I32_16, memarg),
            Op::I64AtomicRmw8CmpxchgU { memarg } => self.atomic_compare_exchange(I64_8, memarg),
            Op::I64AtomicRmw16CmpxchgU { memarg } => self.atomic_compare_exchange(I64_16, memarg),
            Op::I64AtomicRmw32CmpxchgU { memarg } => self.atomic_compare_exchange(I64_32, memarg),

            Op::AtomicFence { .. } => {
                self.ins().fence();
            }
            Op::MemoryAtomicNotify { memarg } => {
                let count = self.pop();
                let (memory, address) = self.pop_effective_address(memarg);
                self.call_i32(Builtin::AtomicNotify, &[memory, address, count]);
            }
            Op::MemoryAtomicWait32 { memarg } => self.wait(Builtin::AtomicWait32, memarg),
            Op::MemoryAtomicWait64 { memarg } => self.wait(Builtin::AtomicWait64, memarg),
            _ => return false,
        }
        true
    }

    fn atomic_load(&mut self, shape: Shape, memarg: &MemArg) {
        let (address, flags) = self.pop_atomic_address(shape, memarg);
        let value = self.ins().atomic_load(shape.memory, flags, address);
        self.push_atomic(shape, value);
    }

    fn atomic_store(&mut self, shape: Shape, memarg: &MemArg) {
        let value = self.pop_atomic(shape);
        let (address, flags) = self.pop_atomic_address(shape, memarg);
        self.ins().atomic_store(flags, value, address);
        if self.env.target.arch == Arch::Aarch64 {
            // The architecture keeps a store-release before a later load-acquire, but QEMU does not
            // on a host that reorders stores behind loads. C programs are affected, too.
            self.ins().fence();
        }
    }

    fn atomic_rmw(&mut self, op: Rmw, shape: Shape, memarg: &MemArg) {
        let value = self.pop_atomic(shape);
        let (address, flags) = self.pop_atomic_address(shape, memarg);
        let mut old = self.ins().atomic_rmw(shape.memory, flags, op, address, value);
        if Fault::AtomicNew.is_seeded() && op == Rmw::Add {
            old = self.ins().iadd(old, value);
        }
        self.push_atomic(shape, old);
    }

    fn atomic_compare_exchange(&mut self, shape: Shape, memarg: &MemArg) {
        let replacement = self.pop_atomic(shape);
        let expected = self.pop_atomic(shape);
        let (address, flags) = self.pop_atomic_address(shape, memarg);
        let old = self.ins().atomic_cas(flags, address, expected, replacement);
        self.push_atomic(shape, old);
    }

    fn pop_atomic(&mut self, shape: Shape) -> Value {
        let value = self.pop();
        if shape.memory == shape.value { value } else { self.ins().ireduce(shape.memory, value) }
    }

    fn push_atomic(&mut self, shape: Shape, value: Value) {
        let value = if shape.memory == shape.value {
            value
        } else {
            self.ins().uextend(shape.value, value)
        };
        self.push(value);
    }

    /// Pops an index; checks alignment, then bounds. Atomic instructions of CLIF have no offset.
    fn pop_atomic_address(&mut self, shape: Shape, memarg: &MemArg) -> (Value, MemFlagsData) {
        let index = self.pop();
        let width = shape.memory.bytes();
        self.check_alignment(index, memarg.offset, width);
        let address = self.address(index, memarg, width);
        let place = match address.offset {
            0 => address.base,
            offset => self.ins().iadd_imm_u(address.base, i64::from(offset)),
        };
        (place, address.flags)
    }

    /// Traps unless index plus offset is a multiple of the width. Only their lowest bits count, so
    /// it does not matter whether the sum overflows.
    fn check_alignment(&mut self, index: Value, offset: u64, width: u32) {
        let mask = u64::from(width) - 1;
        if mask == 0 || Fault::AtomicUnaligned.is_seeded() {
            return;
        }
        let index = match (offset & mask).cast_signed() {
            0 => index,
            offset => self.ins().iadd_imm_u(index, offset),
        };
        let low = self.ins().band_imm_u(index, mask.cast_signed());
        self.ins().trapnz(low, trap_code(TrapCode::UnalignedAtomic));
    }

    fn wait(&mut self, builtin: Builtin, memarg: &MemArg) {
        let (expected, timeout) = self.pop2();
        let (memory, address) = self.pop_effective_address(memarg);
        self.call_i32(builtin, &[memory, address, expected, timeout]);
    }

    /// Pops an index; returns the memory's number and index plus offset, both as arguments. The
    /// runtime checks alignment, bounds and sharedness; this code checks only what the runtime
    /// cannot see.
    fn pop_effective_address(&mut self, memarg: &MemArg) -> (Value, Value) {
        let index = self.pop();
        let index = self.extend_index(index);
        let MemoryIndex(memory) = self.memory_of(memarg);
        let memory64 = self.env.module.memories[memory as usize].memory64;
        let memory = self.number(memory);
        let offset = self.constant(types::I64, memarg.offset.cast_signed());
        let address = if memory64 {
            let code = trap_code(TrapCode::MemoryOutOfBounds);
            self.ins().uadd_overflow_trap(index, offset, code)
        } else {
            self.ins().iadd(index, offset)
        };
        (memory, address)
    }

    /// Calls a builtin whose result is an `i32`.
    fn call_i32(&mut self, builtin: Builtin, args: &[Value]) {
        let result = self.call_builtin(builtin, args).expect("atomic builtins return a number");
        let result = self.ins().ireduce(types::I32, result);
        self.push(result);
    }
}
