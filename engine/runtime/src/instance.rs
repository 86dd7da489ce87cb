//! An instance: a VM context for generated code, and the objects that the runtime needs to find.

use crate::ids::{GlobalId, MemoryId, TableId, TagId};
use crate::module::LoadedModule;
use crate::vm::{FuncRef, VmContext};
use std::mem::ManuallyDrop;
use std::sync::Arc;
use wassay_artifact::abi::func_ref;
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::index::FuncIndex;

pub(crate) struct Instance {
    pub module: Arc<LoadedModule>,
    pub context: ManuallyDrop<VmContext>,
    /// Whether all function references in the context are in place.
    pub has_func_refs: bool,
    pub tables: Vec<TableId>,
    pub memories: Vec<MemoryId>,
    /// `None` for private globals, whose cells are in the context.
    pub globals: Vec<Option<GlobalId>>,
    pub tags: Vec<TagId>,
    /// The evaluated elements of each segment; empty once dropped.
    pub elements: Vec<Box<[u64]>>,
    /// Which data segments are dropped.
    pub dropped_data: Vec<bool>,
}

impl Instance {
    /// The table of this index in a bulk operation.
    pub(crate) fn table(&self, index: u32) -> Option<TableId> {
        let imported = self.module.module().imported.tables;
        let index = match Seeded::BulkTableIndex.is_seeded() {
            true => index.checked_sub(imported).unwrap_or(index),
            false => index,
        };
        self.tables.get(index as usize).copied()
    }

    /// The memory of this index in a builtin.
    pub(crate) fn memory(&self, index: u32) -> Option<MemoryId> {
        let imported = self.module.module().imported.memories;
        let index = match Seeded::BulkMemoryIndex.is_seeded() {
            true => index.checked_sub(imported).unwrap_or(index),
            false => index,
        };
        self.memories.get(index as usize).copied()
    }

    /// The address of the references of all escaping functions, in the order of their slots.
    pub(crate) fn func_refs(&self) -> *mut u8 {
        let len = self.module.escaping().funcs.len() * func_ref::SIZE as usize;
        self.context.address(self.module.layout().func_ref(0), len)
    }

    /// The reference of an imported or escaping function.
    pub(crate) fn func_ref(&self, func: FuncIndex) -> Option<*mut FuncRef> {
        let module = self.module.module();
        let layout = self.module.layout();
        match module.imported.defined_func(func) {
            None => Some(self.context.pointer(layout.imported_func(func)).cast()),
            Some(defined) => {
                let offset = layout.func_ref(self.module.escaping().slot(defined)?);
                Some(self.context.address(offset, func_ref::SIZE as usize).cast())
            }
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: taken once, here, and not used again.
        let context = unsafe { ManuallyDrop::take(&mut self.context) };
        if self.has_func_refs {
            self.module.keep(context);
        }
    }
}
