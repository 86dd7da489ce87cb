//! Loads and stores of linear memories, and their checks.
//!
//! In guard mode a 32-bit memory with pages of 64 KiB is in a reservation that no index plus a
//! small offset can leave: the page tables check. All other accesses compare with the length.

use super::access::{Fixed, Region};
use super::signature::POINTER;
use super::state::{Translator, trap_code};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Type, Value, types};
use wasmparser::{MemArg, MemArgTarget, Operator};
use wassay_artifact::abi::{TrapCode, memory_def};
use wassay_artifact::fault::Fault;
use wassay_artifact::index::MemoryIndex;
use wassay_artifact::target::{Arch, GUARD_SIZE};

/// A checked address: `base` plus `offset`, with the flags to access it.
pub(super) struct Address {
    pub base: Value,
    pub offset: i32,
    pub flags: MemFlagsData,
}

impl Translator<'_> {
    /// Translates a load, a store or `memory.size`; false for any other operator.
    pub(super) fn memory(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        match op {
            Op::I32Load { memarg } => self.load(types::I32, memarg),
            Op::I64Load { memarg } => self.load(types::I64, memarg),
            Op::F32Load { memarg } => self.load(types::F32, memarg),
            Op::F64Load { memarg } => self.load(types::F64, memarg),
            Op::I32Load8S { memarg } => self.load_extend(types::I8, types::I32, true, memarg),
            Op::I32Load8U { memarg } => self.load_extend(types::I8, types::I32, false, memarg),
            Op::I32Load16S { memarg } => self.load_extend(types::I16, types::I32, true, memarg),
            Op::I32Load16U { memarg } => self.load_extend(types::I16, types::I32, false, memarg),
            Op::I64Load8S { memarg } => self.load_extend(types::I8, types::I64, true, memarg),
            Op::I64Load8U { memarg } => self.load_extend(types::I8, types::I64, false, memarg),
            Op::I64Load16S { memarg } => self.load_extend(types::I16, types::I64, true, memarg),
            Op::I64Load16U { memarg } => self.load_extend(types::I16, types::I64, false, memarg),
            Op::I64Load32S { memarg } => self.load_extend(types::I32, types::I64, true, memarg),
            Op::I64Load32U { memarg } => self.load_extend(types::I32, types::I64, false, memarg),
            Op::I32Store { memarg }
            | Op::I64Store { memarg }
            | Op::F32Store { memarg }
            | Op::F64Store { memarg } => self.store(memarg),
            Op::I32Store8 { memarg } | Op::I64Store8 { memarg } => {
                self.store_low(types::I8, memarg);
            }
            Op::I32Store16 { memarg } | Op::I64Store16 { memarg } => {
                self.store_low(types::I16, memarg);
            }
            Op::I64Store32 { memarg } => self.store_low(types::I32, memarg),
            Op::MemorySize { mem } => self.memory_size(MemoryIndex(*mem)),
            _ => return false,
        }
        true
    }

    fn load(&mut self, ty: Type, memarg: &MemArg) {
        let address = self.pop_address(memarg, ty.bytes());
        let value = self.ins().load(ty, address.flags, address.base, address.offset);
        self.push(value);
    }

    fn load_extend(&mut self, narrow: Type, wide: Type, signed: bool, memarg: &MemArg) {
        let address = self.pop_address(memarg, narrow.bytes());
        let value = self.ins().load(narrow, address.flags, address.base, address.offset);
        let value =
            if signed { self.ins().sextend(wide, value) } else { self.ins().uextend(wide, value) };
        self.push(value);
    }

    fn store(&mut self, memarg: &MemArg) {
        let value = self.pop();
        self.store_value(value, memarg);
    }

    /// Pops an index and stores the value there, either all of its bytes or none.
    pub(super) fn store_value(&mut self, value: Value, memarg: &MemArg) {
        let width = self.type_of(value).bytes();
        let address = self.pop_address(memarg, width);
        self.fault_before_tearing(&address, width);
        self.ins().store(address.flags, value, address.base, address.offset);
    }

    /// On aarch64 a store across the end of the accessible pages may write the bytes before the end
    /// and then fault. A load of the last byte faults first, and writes nothing.
    pub(super) fn fault_before_tearing(&mut self, address: &Address, width: u32) {
        let may_tear = self.env.target.arch == Arch::Aarch64 && width > 1;
        if may_tear && address.flags.trap_code().is_some() {
            let last = address.offset + width as i32 - 1;
            self.ins().load(types::I8, address.flags, address.base, last);
        }
    }

    fn store_low(&mut self, ty: Type, memarg: &MemArg) {
        let value = self.pop();
        let value = self.ins().ireduce(ty, value);
        self.push(value);
        self.store(memarg);
    }

    fn memory_size(&mut self, memory: MemoryIndex) {
        let ty = self.env.module.memories[memory.at()];
        let definition = self.memory_definition(memory);
        let bytes = if ty.shared {
            // Another thread may grow the memory: an atomic load, so that no loop keeps an old
            // size.
            let flags = self.flags(Region::Context);
            let len =
                self.ins().iadd_imm_u(definition.value(), i64::from(memory_def::LEN.offset()));
            self.ins().atomic_load(types::I64, flags, len)
        } else {
            self.load_mutable(types::I64, definition, memory_def::LEN)
        };
        let log2 = if Fault::PageSizeIgnored.is_seeded() { 16 } else { ty.page_size_log2 };
        let pages = self.ins().ushr_imm_u(bytes, i64::from(log2));
        let pages = if ty.memory64 { pages } else { self.ins().ireduce(types::I32, pages) };
        self.push(pages);
    }

    /// Pops an index and checks that the `width` bytes at index plus offset are in the memory.
    pub(super) fn pop_address(&mut self, memarg: &MemArg, width: u32) -> Address {
        let index = self.pop();
        self.address(index, memarg, width)
    }

    /// The memory of an access.
    pub(super) fn memory_of(&self, memarg: &MemArg) -> MemoryIndex {
        match memarg.target {
            MemArgTarget::Memory(_) if Fault::SecondMemory.is_seeded() => MemoryIndex(0),
            MemArgTarget::Memory(memory) => MemoryIndex(memory),
            MemArgTarget::Array(_) => unreachable!("multibyte array access is never enabled"),
        }
    }

    pub(super) fn address(&mut self, index: Value, memarg: &MemArg, width: u32) -> Address {
        self.address_in(self.memory_of(memarg), index, memarg.offset, width)
    }

    /// Checks that the `width` bytes (not 0) at index plus offset are in the memory.
    pub(super) fn address_in(
        &mut self,
        memory: MemoryIndex,
        index: Value,
        offset: u64,
        width: u32,
    ) -> Address {
        let mut index = self.extend_index(index);
        if Fault::Memory64Truncated.is_seeded() {
            index = self.ins().band_imm_u(index, 0xffff_ffff);
        }
        let flags = MemFlagsData::new()
            .with_endianness(Endianness::Little)
            .with_alias_region(Some(self.region(Region::Memory)));
        let end = offset.checked_add(u64::from(width));
        if self.is_guarded(memory) && end.is_some_and(|end| end <= GUARD_SIZE) {
            let base = self.memory_base(memory);
            let base = self.sum(base, index);
            let code = trap_code(TrapCode::MemoryOutOfBounds);
            // The offset is below the guard size, so it fits.
            let offset = offset as i32;
            return Address { base, offset, flags: flags.with_trap_code(Some(code)) };
        }
        match end {
            Some(end) => {
                let end = self.constant(types::I64, end.cast_signed());
                self.check_bounds(memory, index, end);
            }
            None => {
                // No memory is that large; the access is dead code, but still needs a type.
                let always = self.ins().iconst(types::I8, 1);
                self.ins().trapnz(always, trap_code(TrapCode::MemoryOutOfBounds));
            }
        }
        let base = self.memory_base(memory);
        let base = self.sum(base, index);
        let (base, offset) = match i32::try_from(offset) {
            Ok(offset) => (base, offset),
            Err(_) => {
                let offset = self.constant(types::I64, offset.cast_signed());
                (self.ins().iadd(base, offset), 0)
            }
        };
        Address { base, offset, flags: flags.with_notrap() }
    }

    /// The host address of a range of any length, checked against the memory's length. For memories
    /// with 32-bit indices, both operands must be extended from 32 bits.
    pub(super) fn range_address(&mut self, memory: MemoryIndex, index: Value, len: Value) -> Value {
        self.check_bounds(memory, index, len);
        let base = self.memory_base(memory);
        self.sum(base, index)
    }

    /// Traps unless index plus `width` is at most the memory's length.
    fn check_bounds(&mut self, memory: MemoryIndex, index: Value, width: Value) {
        let code = TrapCode::MemoryOutOfBounds;
        let definition = self.memory_definition(memory);
        let mut length = self.load_mutable(types::I64, definition, memory_def::LEN);
        if Fault::ExplicitBoundsLate.is_seeded() {
            length = self.ins().iadd_imm_u(length, 1);
        }
        let end = if self.env.module.memories[memory.at()].memory64 {
            self.ins().uadd_overflow_trap(index, width, trap_code(code))
        } else {
            // Two numbers just above 32 bits do not overflow 64.
            self.ins().iadd(index, width)
        };
        self.trap_if(IntCC::UnsignedGreaterThan, end, length, code);
    }

    /// Whether page tables check small offsets.
    fn is_guarded(&self, memory: MemoryIndex) -> bool {
        self.env.target.bounds.guards(&self.env.module.memories[memory.at()])
    }

    /// The first byte's address. A guarded or shared memory never moves.
    fn memory_base(&mut self, memory: MemoryIndex) -> Value {
        if self.is_guarded(memory) || self.env.module.memories[memory.at()].shared {
            let field = self.env.layout.memory_base(self.place(memory));
            self.load_constant(POINTER, self.vmctx, field)
        } else {
            let definition = self.memory_definition(memory);
            self.load_mutable(POINTER, definition, memory_def::BASE)
        }
    }

    fn memory_definition(&mut self, memory: MemoryIndex) -> Fixed {
        let field = self.env.layout.memory(self.place(memory));
        self.load_fixed(self.vmctx, field)
    }

    /// Where the context has this memory: at its own index.
    fn place(&self, memory: MemoryIndex) -> MemoryIndex {
        let module = self.env.module;
        let lower = memory.0.checked_sub(module.imported.memories).map(MemoryIndex);
        let is_alike = |other: &MemoryIndex| {
            let (ours, other) = (module.memories[memory.at()], module.memories[other.at()]);
            (ours.memory64, ours.shared, ours.page_size_log2)
                == (other.memory64, other.shared, other.page_size_log2)
        };
        match lower.filter(|_| Fault::MemoryImportIndex.is_seeded()).filter(is_alike) {
            Some(lower) => lower,
            None => memory,
        }
    }
}
