//! Operators on whole ranges of memories and tables: calls of the runtime, except for memory ranges
//! of a small constant length, which take only a few instructions.

use super::memory::Address;
use super::state::Translator;
use cranelift_codegen::ir::{InstBuilder, Type, Value, types};
use wasmparser::Operator;
use wassay_artifact::abi::Builtin;
use wassay_artifact::fault::Fault;
use wassay_artifact::index::{MemoryIndex, TableIndex};

/// The longest range, in bytes, that is copied or filled without a call.
const INLINE: u32 = 64;

impl Translator<'_> {
    /// Translates an operator of this family; false for any other operator.
    pub(super) fn bulk(&mut self, op: &Operator<'_>) -> bool {
        match *op {
            Operator::MemoryGrow { mem } => {
                let delta = self.pop();
                let delta = self.extend_index(delta);
                let memory = self.number(mem);
                let old = self.call_builtin(Builtin::MemoryGrow, &[memory, delta]);
                let memory64 = self.env.module.memories[MemoryIndex(mem).at()].memory64;
                self.push_size(old, memory64);
            }
            Operator::MemoryInit { data_index, mem } => {
                self.range(Builtin::MemoryInit, mem, data_index);
            }
            Operator::MemoryCopy { dst_mem, src_mem } => {
                self.memory_copy(MemoryIndex(dst_mem), MemoryIndex(src_mem));
            }
            Operator::MemoryFill { mem } => self.memory_fill(MemoryIndex(mem)),
            Operator::DataDrop { data_index } => {
                let segment = self.number(data_index);
                self.call_builtin(Builtin::DataDrop, &[segment]);
            }
            Operator::TableGrow { table } => {
                let (init, delta) = self.pop2();
                let (init, delta) = (self.extend_index(init), self.extend_index(delta));
                let number = self.number(table);
                let old = self.call_builtin(Builtin::TableGrow, &[number, delta, init]);
                let table64 = self.env.module.tables[TableIndex(table).at()].table64;
                self.push_size(old, table64);
            }
            Operator::TableFill { table } => {
                let len = self.pop();
                let (start, value) = self.pop2();
                let (start, len) = (self.extend_index(start), self.extend_index(len));
                let value = self.extend_index(value);
                let table = self.number(table);
                self.call_builtin(Builtin::TableFill, &[table, start, value, len]);
            }
            Operator::TableInit { elem_index, table } => {
                self.range(Builtin::TableInit, table, elem_index);
            }
            Operator::TableCopy { dst_table, src_table } => {
                self.range(Builtin::TableCopy, dst_table, src_table);
            }
            Operator::ElemDrop { elem_index } => {
                let segment = self.number(elem_index);
                self.call_builtin(Builtin::ElemDrop, &[segment]);
            }
            _ => return false,
        }
        true
    }

    fn memory_copy(&mut self, destination: MemoryIndex, source: MemoryIndex) {
        let len = self.pop();
        let (to, from) = self.pop2();
        if let Some(len) = self.inline_length(len) {
            let from = self.address_in(source, from, 0, len);
            let to = self.address_in(destination, to, 0, len);
            // All loads before all stores, since the ranges may overlap.
            let values: Vec<_> = pieces(len)
                .map(|(ty, at)| (self.ins().load(ty, from.flags, from.base, from.offset + at), at))
                .collect();
            self.store_pieces(&to, len, values);
            return;
        }
        let (to, from) = (self.extend_index(to), self.extend_index(from));
        let len = self.extend_index(len);
        let to = self.range_address(destination, to, len);
        let from = self.range_address(source, from, len);
        let builtin = match self.is_shared(destination) || self.is_shared(source) {
            true => Builtin::MemoryCopyShared,
            false => Builtin::MemoryCopy,
        };
        self.call_builtin(builtin, &[to, from, len]);
    }

    fn memory_fill(&mut self, memory: MemoryIndex) {
        let len = self.pop();
        let (start, mut value) = self.pop2();
        if Fault::FillByte.is_seeded() {
            value = self.ins().ushr_imm_u(value, 8);
        }
        if let Some(len) = self.inline_length(len) {
            let to = self.address_in(memory, start, 0, len);
            let byte = self.ins().ireduce(types::I8, value);
            let values = pieces(len).map(|(ty, at)| (self.repeat(byte, ty), at)).collect();
            self.store_pieces(&to, len, values);
            return;
        }
        let (start, len) = (self.extend_index(start), self.extend_index(len));
        let to = self.range_address(memory, start, len);
        let builtin = match self.is_shared(memory) {
            true => Builtin::MemoryFillShared,
            false => Builtin::MemoryFill,
        };
        self.call_builtin(builtin, &[to, value, len]);
    }

    /// Stores values that cover `len` bytes, all of them or none. The last value is stored first:
    /// if its last byte can be written, so can all others.
    fn store_pieces(&mut self, to: &Address, len: u32, values: Vec<(Value, i32)>) {
        self.fault_before_tearing(to, len);
        for (value, at) in values.into_iter().rev() {
            self.ins().store(to.flags, value, to.base, to.offset + at);
        }
    }

    /// The length, if it is constant and short enough to need no call.
    fn inline_length(&self, len: Value) -> Option<u32> {
        let len = u32::try_from(self.constant_bits(len)?).ok();
        len.filter(|len| (1..=INLINE).contains(len))
    }

    /// A value in which every byte is this one.
    fn repeat(&mut self, byte: Value, ty: Type) -> Value {
        if ty == types::I8X16 {
            return self.ins().splat(ty, byte);
        }
        let word = self.ins().uextend(types::I64, byte);
        let word = self.ins().imul_imm_u(word, 0x0101_0101_0101_0101);
        if ty == types::I64 { word } else { self.ins().ireduce(ty, word) }
    }

    fn is_shared(&self, memory: MemoryIndex) -> bool {
        self.env.module.memories[memory.at()].shared
    }

    /// (destination, source, length) of two spaces; each may be `i32` or `i64`.
    fn range(&mut self, builtin: Builtin, destination_space: u32, source_space: u32) {
        let len = self.pop();
        let (destination, source) = self.pop2();
        let args = [
            self.number(destination_space),
            self.number(source_space),
            self.extend_index(destination),
            self.extend_index(source),
            self.extend_index(len),
        ];
        self.call_builtin(builtin, &args);
    }

    /// An index of a space, as an argument.
    pub(super) fn number(&mut self, index: u32) -> Value {
        self.constant(types::I32, i64::from(index))
    }

    /// Pushes the result of a `grow`, in the index type of the memory or table.
    fn push_size(&mut self, size: Option<Value>, wide: bool) {
        let size = size.expect("growing builtins return the old size");
        let size = if wide { size } else { self.ins().ireduce(types::I32, size) };
        self.push(size);
    }
}

/// Types and offsets of the values that cover a range of this length, in ascending order. The last
/// value may overlap the one before it.
fn pieces(len: u32) -> impl Iterator<Item = (Type, i32)> {
    let ty = match len {
        16.. => types::I8X16,
        8.. => types::I64,
        4.. => types::I32,
        2.. => types::I16,
        _ => types::I8,
    };
    let last = len - ty.bytes();
    (0..last).step_by(ty.bytes() as usize).chain([last]).map(move |at| (ty, at as i32))
}
