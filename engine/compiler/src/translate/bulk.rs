//! Operators on whole ranges of memories and tables: calls of the runtime.

use super::state::Translator;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use wasmparser::Operator;
use wassay_artifact::abi::Builtin;
use wassay_artifact::index::{MemoryIndex, TableIndex};

impl Translator<'_> {
    /// Translates an operator of this family; false if it is none.
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
                self.range(Builtin::MemoryCopy, dst_mem, src_mem);
            }
            Operator::MemoryFill { mem } => {
                let len = self.pop();
                let (start, value) = self.pop2();
                let (start, len) = (self.extend_index(start), self.extend_index(len));
                let memory = self.number(mem);
                self.call_builtin(Builtin::MemoryFill, &[memory, start, value, len]);
            }
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
        self.ins().iconst(types::I32, i64::from(index))
    }

    /// What a `grow` returned, in the index type of what grew.
    fn push_size(&mut self, size: Option<Value>, wide: bool) {
        let size = size.expect("growing builtins return the old size");
        let size = if wide { size } else { self.ins().ireduce(types::I32, size) };
        self.push(size);
    }
}
