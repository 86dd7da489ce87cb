//! Takes a module; returns the place of everything in memory that generated code accesses. The type
//! of a place determines whether a load of it may move; only this file creates such places.

use super::{Builtin, VALUE_SIZE};
use crate::index::*;
use crate::module::Module;
use crate::types::{ExternIndex, ValType};

/// The place of a field that is constant while any code that can reach its structure runs. A load
/// of it may move to any point where the structure's address is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConstantField(i32);

/// The place of a field that generated code, the runtime or another thread may change. A load of it
/// must not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MutableField(i32);

impl ConstantField {
    /// The offset in bytes from the start of its structure.
    pub const fn offset(self) -> i32 {
        self.0
    }
}

impl MutableField {
    /// The offset in bytes from the start of its structure.
    pub const fn offset(self) -> i32 {
        self.0
    }
}

/// The store's part of the context: one per session, never moved.
pub mod store_context {
    use super::MutableField;

    /// `u64`: below this stack pointer a function traps with `StackOverflow`.
    pub const STACK_LIMIT: MutableField = MutableField(0);
    /// `u64`: frame pointer of the wasm frame that last called a builtin.
    pub const EXIT_FP: MutableField = MutableField(8);
    /// `u64`: return address into that frame.
    pub const EXIT_PC: MutableField = MutableField(16);
    /// `u64`: where a builtin that does not return continues.
    pub const RESUME_PC: MutableField = MutableField(24);
    /// `u64`: the stack pointer there.
    pub const RESUME_SP: MutableField = MutableField(32);
    /// `u64`: the frame pointer there.
    pub const RESUME_FP: MutableField = MutableField(40);
    /// `u64` twice: the first two payload registers at the continuation.
    pub const RESUME_PAYLOAD: MutableField = MutableField(48);
    /// `u64`: not 0 when running code must stop.
    pub const INTERRUPT: MutableField = MutableField(64);
    /// `u64`: base of the collected heap.
    pub const HEAP_BASE: MutableField = MutableField(72);
    /// `u32`: offset of the next allocation in the heap.
    pub const HEAP_NEXT: MutableField = MutableField(80);
    /// `u32`: offset where the heap's usable part ends.
    pub const HEAP_END: MutableField = MutableField(84);
    /// The size of the structure.
    pub const SIZE: u32 = 128;
}

/// A function reference: the target of pointers in function tables.
pub mod func_ref {
    use super::{ConstantField, MutableField};

    /// Pointer to the code, called with the tail convention: (vmctx, parameters).
    pub const CODE: ConstantField = ConstantField(0);
    /// Pointer to the entry shim: `extern "C" fn(code, vmctx, values)`; null until the host first
    /// calls the function.
    pub const ENTRY: MutableField = MutableField(8);
    /// Pointer to the VM context that is passed to the code: the callee's own.
    pub const VMCTX: ConstantField = ConstantField(16);
    /// `u32`: canonical type.
    pub const TYPE_ID: ConstantField = ConstantField(24);
    /// The size of the structure.
    pub const SIZE: u32 = 32;
}

/// A memory: instances point to it.
pub mod memory_def {
    use super::MutableField;

    /// Pointer to the first byte.
    pub const BASE: MutableField = MutableField(0);
    /// `u64`: bytes that are accessible now.
    pub const LEN: MutableField = MutableField(8);
}

/// A table: instances point to it. Elements of function tables are 8 bytes (a pointer to a
/// function reference or 0), all others 4 (a heap reference).
pub mod table_def {
    use super::MutableField;

    /// Pointer to the first element.
    pub const BASE: MutableField = MutableField(0);
    /// `u64`: number of elements.
    pub const LEN: MutableField = MutableField(8);
}

/// The fixed part of every VM context, of instances and of host functions.
pub mod vmctx {
    use super::ConstantField;
    use crate::index::TypeIndex;

    /// Pointer to the store context.
    pub const STORE: ConstantField = ConstantField(0);
    /// Pointer to the table of builtins, one pointer each, by `Builtin as usize`.
    pub const BUILTINS: ConstantField = ConstantField(8);
    /// Pointer to the `u32` canonical type of each of the module's types.
    pub const TYPE_IDS: ConstantField = ConstantField(16);
    /// The owner of the context, for the runtime only.
    pub const OWNER: ConstantField = ConstantField(24);
    /// Where the variable part begins.
    pub const HEADER: u32 = 32;

    /// The canonical type of one of the module's types, in the array at [`TYPE_IDS`].
    pub const fn type_id(ty: TypeIndex) -> ConstantField {
        ConstantField(4 * ty.0 as i32)
    }
}

/// The places in a module's VM context, behind the header: an array of pointers per space in
/// whole-space order (two for each memory), then the function references of escaping functions and
/// the cells of private globals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    imported_funcs: u32,
    memories: u32,
    tables: u32,
    globals: u32,
    tags: u32,
    func_refs: u32,
    /// The offset of each global's own cell, if it is private.
    cells: Vec<Option<MutableField>>,
    size: u32,
}

impl Layout {
    /// The layout for a module.
    pub fn of(module: &Module) -> Layout {
        let mut next = vmctx::HEADER;
        let mut space = |count: usize, size: u32| {
            let start = next;
            next += count as u32 * size;
            start
        };
        let layout = Layout {
            imported_funcs: space(module.imported.functions as usize, 8),
            memories: space(module.memories.len(), 16),
            tables: space(module.tables.len(), 8),
            globals: space(module.globals.len(), 8),
            tags: space(module.tags.len(), 8),
            func_refs: space(module.escaping.len(), func_ref::SIZE),
            cells: Vec::new(),
            size: 0,
        };
        next = next.next_multiple_of(VALUE_SIZE);
        let mut cell = |is_private| {
            let field = MutableField(next as i32);
            next += if is_private { VALUE_SIZE } else { 0 };
            is_private.then_some(field)
        };
        let cells = private_globals(module).into_iter().map(&mut cell).collect();
        Layout { cells, size: next, ..layout }
    }

    /// Offset of the pointer to an imported function's reference (see [`func_ref`]); the index
    /// must be that of an imported function.
    pub const fn imported_func(&self, func: FuncIndex) -> ConstantField {
        ConstantField((self.imported_funcs + 8 * func.0) as i32)
    }

    /// Offset of the pointer to a memory (see [`memory_def`]).
    pub const fn memory(&self, memory: MemoryIndex) -> ConstantField {
        ConstantField((self.memories + 16 * memory.0) as i32)
    }

    /// Offset of a pointer to a memory's first byte. Only for memories that never move: guarded
    /// ones and shared ones.
    pub const fn memory_base(&self, memory: MemoryIndex) -> ConstantField {
        ConstantField(self.memory(memory).0 + 8)
    }

    /// Offset of the pointer to a table (see [`table_def`]).
    pub const fn table(&self, table: TableIndex) -> ConstantField {
        ConstantField((self.tables + 8 * table.0) as i32)
    }

    /// Offset of the pointer to a global's cell of [`VALUE_SIZE`](super::VALUE_SIZE) bytes, aligned
    /// to that.
    pub const fn global(&self, global: GlobalIndex) -> ConstantField {
        ConstantField((self.globals + 8 * global.0) as i32)
    }

    /// Offset of a global's cell itself (not a pointer), if the global is private: defined here, a
    /// number, and not exported, so that only the module's own code accesses it. The pointer at
    /// [`Layout::global`] then points here.
    pub fn private_global(&self, global: GlobalIndex) -> Option<MutableField> {
        self.cells.get(global.at()).copied().flatten()
    }

    /// Offset of the pointer that is a tag's identity.
    pub const fn tag(&self, tag: TagIndex) -> ConstantField {
        ConstantField((self.tags + 8 * tag.0) as i32)
    }

    /// Offset of the function reference itself (not a pointer) in this slot; see
    /// [`Module::func_ref_slot`].
    pub const fn func_ref(&self, slot: u32) -> i32 {
        (self.func_refs + func_ref::SIZE * slot) as i32
    }

    /// The size of the context.
    pub const fn size(&self) -> u32 {
        self.size
    }
}

/// Whether each global is private.
fn private_globals(module: &Module) -> Vec<bool> {
    let imported = module.imported.globals as usize;
    let is_number = |ty| !matches!(ty, ValType::Ref(_));
    let mut private: Vec<bool> = module.globals.iter().map(|ty| is_number(ty.content)).collect();
    private.iter_mut().take(imported).for_each(|it| *it = false);
    for export in &module.exports {
        if let ExternIndex::Global(global) = export.item
            && let Some(it) = private.get_mut(global.at())
        {
            *it = false;
        }
    }
    private
}

impl Builtin {
    /// The place of the builtin's address in the table of builtins.
    pub const fn slot(self) -> ConstantField {
        ConstantField(8 * self as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::Export;
    use crate::types::{GlobalType, RefType};

    #[test]
    fn numbers_that_are_neither_imported_nor_exported_have_cells_of_their_own() {
        let global = |content| GlobalType { content, mutable: true };
        let export =
            |at| Export { name: format!("g{at}"), item: ExternIndex::Global(GlobalIndex(at)) };
        let mut module = Module {
            globals: vec![
                global(ValType::I32),
                global(ValType::I32),
                global(ValType::V128),
                global(ValType::I64),
                global(ValType::Ref(RefType::FUNC)),
            ],
            exports: vec![export(1), export(9)],
            escaping: vec![DefinedFuncIndex(0)],
            ..Module::default()
        };
        module.imported.globals = 1;
        let layout = Layout::of(&module);
        let cells = [0, 1, 2, 3, 4, 9].map(|at| layout.private_global(GlobalIndex(at)));
        let [_, _, Some(vector), Some(number), _, _] = cells else { panic!("{cells:?}") };
        assert_eq!(cells.iter().flatten().count(), 2);
        assert_eq!((vector.offset() % 16, number.offset()), (0, vector.offset() + 16));
        assert!(layout.func_ref(0) + func_ref::SIZE as i32 <= vector.offset());
        assert_eq!(layout.size(), number.offset() as u32 + VALUE_SIZE);
    }
}
