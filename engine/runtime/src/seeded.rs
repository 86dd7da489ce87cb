//! Functions and instances as seeded faults confuse them. Takes the right function; returns the one
//! that the faulty engine finds. Every operation here is of no effect without its fault.

use crate::ids::*;
use crate::instance::Instance;
use crate::module::LoadedModule;
use crate::store::{FuncPtr, StoreInner};
use crate::vm::{ContextOwner, FuncRef};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use wassay_artifact::abi::{TrapCode, func_ref};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::index::{DefinedFuncIndex, FuncIndex};
use wassay_artifact::module::{ConstExpr, ConstOp};
use wassay_artifact::types::CanonicalType;
use wassay_engine::{Extern, Owner};

impl StoreInner {
    /// The owner of a function of this store. The function is live and not null.
    fn owner_of(&self, func: FuncPtr) -> ContextOwner {
        // SAFETY: functions of live handles, tables and instances are live, and so is the context
        // of each; the callers have `func` from one of these.
        unsafe { ContextOwner::of((*func).vmctx) }
    }

    /// Whether it is a function of the host.
    pub(crate) fn is_host_func(&self, func: FuncPtr) -> bool {
        matches!(self.owner_of(func), ContextOwner::Host(_))
    }

    /// The instance that defines a function, and its index there.
    fn definition(&self, func: FuncPtr) -> Option<(&Instance, DefinedFuncIndex)> {
        let ContextOwner::Instance(at) = self.owner_of(func) else { return None };
        let instance = self.instances.get(at as usize)?;
        let layout = instance.module.layout();
        let place = |slot| instance.context.address(layout.func_ref(slot), func_ref::SIZE as usize);
        let escaping = (0..).zip(&instance.module.module().escaping);
        let mut found = escaping.filter(|(slot, _)| place(*slot) == func.cast());
        found.next().map(|(_, defined)| (instance, *defined))
    }

    /// The function that has, among all functions of its instance, the index that this one has
    /// among the defined ones.
    pub(crate) fn at_local_index(&self, func: FuncPtr) -> FuncPtr {
        let found = self.definition(func);
        let other = found.and_then(|(instance, at)| instance.func_ref(FuncIndex(at.0)));
        other.unwrap_or(func)
    }

    /// What an importer of this function refers to.
    pub(crate) fn imported_func(&self, func: FuncPtr) -> FuncPtr {
        if !Seeded::ImporterTypeId.is_seeded() {
            return func;
        }
        let ty = self.definition(func).and_then(|(instance, at)| {
            let module = instance.module.module();
            Some(instance.module.canonical(*module.functions.get(at.at())?))
        });
        // SAFETY: the caller has `func` from a live handle, so it is live; nothing writes it but the
        // host's first call, and no call is running.
        let right = unsafe { &*func };
        match ty {
            Some(ty) if ty.0 != right.type_id => {
                let FuncRef { code, vmctx, .. } = *right;
                let entry = std::ptr::null();
                let wrong = FuncRef { code, entry, vmctx, type_id: ty.0, padding: 0 };
                // Never freed: only a test of a suite runs this.
                Box::leak(Box::new(wrong))
            }
            _ => func,
        }
    }

    /// The import that a faulty engine takes for the one at this position.
    pub(crate) fn import_taken(imports: &[Extern], at: usize) -> Extern {
        if !Seeded::ImportOrdinal.is_seeded() {
            return imports[at];
        }
        let functions = imports[..at].iter().filter(|import| matches!(import, Extern::Func(_)));
        match (imports[at], imports[functions.count()]) {
            (Extern::Func(_), Extern::Func(other)) => Extern::Func(other),
            (right, _) => right,
        }
    }

    /// What the instance refers to in place of an imported global.
    pub(crate) fn imported_global(&mut self, global: GlobalId) -> GlobalId {
        if !Seeded::ImportedGlobalCopied.is_seeded() {
            return global;
        }
        let original = &self.globals[global.at()];
        // SAFETY: the cell lives as long as the global, and no generated code runs.
        let (ty, value) = (original.ty, unsafe { (*original.cell.as_ptr()).0 });
        self.add_global(ty, value)
    }

    /// Clears the memories that an instance imports.
    pub(crate) fn clear_imports(&mut self, instance: InstanceId) {
        let Some(instance) = self.instances.get(instance.at()) else { return };
        let imported = instance.module.module().imported.memories as usize;
        for memory in &instance.memories[..imported] {
            let memory = &mut self.memories[memory.at()];
            let zeros = vec![0; (memory.pages() << memory.ty().page_size_log2) as usize];
            // The whole memory is in bounds.
            let _ = memory.write(0, &zeros);
        }
    }

    /// Makes null of the elements of tables whose function has such an owner.
    pub(crate) fn empty_tables(&mut self, is_gone: impl Fn(ContextOwner) -> bool) {
        for table in 0..self.tables.places() {
            let Some(elements) = self.tables.get(table) else { continue };
            if !elements.ty().element.heap.is_func() {
                continue;
            }
            let is_gone = |bits: u64| {
                let func = std::ptr::with_exposed_provenance_mut(bits as usize);
                bits != 0 && is_gone(self.owner_of(func))
            };
            let kept: Vec<u64> =
                elements.elements().map(|bits| if is_gone(bits) { 0 } else { bits }).collect();
            // A range over the whole table is in bounds.
            let _ = self.tables[table].init(0, &kept);
        }
    }
}

/// The canonical types of a module's functions in a store: in another order in every store but the
/// first that has instantiated the module.
pub(crate) fn type_in_store(module: &Arc<LoadedModule>, store: Owner, at: usize) -> CanonicalType {
    static FIRST: Mutex<Vec<(Weak<LoadedModule>, Owner)>> = Mutex::new(Vec::new());
    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    first.retain(|(module, _)| module.strong_count() > 0);
    let known = first.iter().find(|(known, _)| known.as_ptr() == Arc::as_ptr(module));
    let owner = known.map(|(_, owner)| *owner).unwrap_or_else(|| {
        first.push((Arc::downgrade(module), store));
        store
    });
    let ids = module.type_ids();
    CanonicalType(if owner == store { ids[at] } else { ids[(at + 1) % ids.len()] })
}

/// The trap of a segment that does not fit, unless the check of its offset is lost.
pub(crate) fn unchecked(offset: &ConstExpr, trap: TrapCode) -> Result<(), TrapCode> {
    let is_global = matches!(offset.0[..], [ConstOp::GlobalGet(_)]);
    if Seeded::SegmentOffsetUnchecked.is_seeded() && is_global { Ok(()) } else { Err(trap) }
}
