//! Functions and instances as seeded faults confuse them. Takes the right function; returns the one
//! that the faulty engine finds. Every operation here is of no effect without its fault.

use crate::host_func::Action;
use crate::ids::*;
use crate::instance::Instance;
use crate::module::LoadedModule;
use crate::store::{FuncPtr, StoreInner};
use crate::table::Table;
use crate::vm::{ContextOwner, FuncRef};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use wassay_artifact::abi::{TrapCode, func_ref};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::index::{DefinedFuncIndex, FuncIndex};
use wassay_artifact::module::{ConstExpr, ConstOp};
use wassay_artifact::types::CanonicalType;
use wassay_engine::{Extern, Fault, Func, Owner, TableType};

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

    /// The first function that the definer of this import defines.
    pub(crate) fn first_of_definer(&self, func: FuncPtr) -> FuncPtr {
        // SAFETY: the caller has `func` from a live table, so it is live; no call is running.
        let mark = unsafe { (*func).padding };
        let ContextOwner::Instance(at) = self.owner_of(func) else { return func };
        let first = self.instances.get(at as usize).and_then(|instance| {
            let first = instance.module.module().imported.functions;
            instance.func_ref(FuncIndex(first))
        });
        if mark == IMPORTED { first.unwrap_or(func) } else { func }
    }

    /// What an importer of this function refers to.
    pub(crate) fn imported_func(&mut self, func: Func) -> Result<FuncPtr, Fault> {
        let func = self.func(func)?;
        if Seeded::ImporterTypeId.is_seeded() {
            return Ok(self.with_lower_type(func));
        }
        if Seeded::TakenFunctionIndex.is_seeded() && !self.is_host_func(func) {
            return Ok(copy(func, |func| func.padding = IMPORTED));
        }
        // SAFETY: the caller has `func` from a live handle, so it is live; no call is running.
        let (mark, ty) = unsafe { ((*func).padding, CanonicalType((*func).type_id)) };
        if Seeded::ReexportPlaceholder.is_seeded() && mark == REEXPORTED {
            let trap = Action::Trap("the placeholder of a re-export".into());
            let placeholder = self.add_host(ty, trap)?;
            return self.func(placeholder);
        }
        Ok(func)
    }

    /// Refuses a start function of the host.
    pub(crate) fn check_start(&self, func: FuncPtr) -> Result<(), Fault> {
        match Seeded::HostStart.is_seeded() && self.is_host_func(func) {
            true => Err(Fault::internal("a function of the host has no entry")),
            false => Ok(()),
        }
    }

    /// What an export that is an import refers to.
    pub(crate) fn reexported_func(
        &self,
        instance: &Instance,
        at: FuncIndex,
        right: FuncPtr,
    ) -> FuncPtr {
        let other = |at| instance.func_ref(FuncIndex(at)).unwrap_or(right);
        match () {
            () if Seeded::ReexportLocalIndex.is_seeded() => self.at_local_index(right),
            () if Seeded::ReexportFirstImport.is_seeded() => other(0),
            () if Seeded::ReexportOwnFunction.is_seeded() => {
                other(instance.module.module().imported.functions + at.0)
            }
            () if Seeded::ReexportPlaceholder.is_seeded() => {
                copy(right, |func| func.padding = REEXPORTED)
            }
            () => right,
        }
    }

    /// The function with the type of the one that is K lower in its definer, K being its imports. Its
    /// own type stays beside, for linking and for calls by the host.
    fn with_lower_type(&self, func: FuncPtr) -> FuncPtr {
        let ty = self.definition(func).and_then(|(instance, at)| {
            let module = instance.module.module();
            Some(instance.module.canonical(*module.functions.get(at.at())?))
        });
        match ty {
            Some(ty) => copy(func, |func| (func.padding, func.type_id) = (func.type_id + 1, ty.0)),
            None => func,
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

    /// What the instance refers to in place of an imported table.
    pub(crate) fn imported_table(&mut self, table: TableId, module: &LoadedModule) -> TableId {
        let module = module.module();
        if !Seeded::ImportedTableOwn.is_seeded()
            || module.tables.len() > module.imported.tables as usize
        {
            return table;
        }
        let ty =
            TableType { minimum: self.tables[table.at()].len(), ..self.tables[table.at()].ty() };
        match Table::new(ty, 0) {
            Ok(own) => self.add_table(own),
            Err(_) => table,
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
            let _ = self.tables[table].init(0, kept.into_iter());
        }
    }
}

/// The marks of copies, in their padding.
const IMPORTED: u32 = 1;
const REEXPORTED: u32 = 2;

/// A changed copy of a function. It is never freed: only a test of a suite makes one.
fn copy(func: FuncPtr, change: impl FnOnce(&mut FuncRef)) -> FuncPtr {
    // SAFETY: the callers have `func` from a live handle, so it is live; nothing writes it but the
    // host's first call, and no call is running.
    let FuncRef { code, vmctx, type_id, .. } = *unsafe { &*func };
    let mut copy = FuncRef::new(code, type_id, vmctx);
    change(&mut copy);
    Box::leak(Box::new(copy))
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

/// The trap of a segment whose offset has no value yet.
pub(crate) fn early(module: &LoadedModule, offset: &ConstExpr) -> Result<(), TrapCode> {
    let imported = module.module().imported.globals;
    let is_early = matches!(offset.0[..], [ConstOp::GlobalGet(global)] if global.0 < imported);
    match Seeded::SegmentOffsetEarly.is_seeded() && is_early {
        true => Err(TrapCode::MemoryOutOfBounds),
        false => Ok(()),
    }
}

/// The trap of a segment that does not fit, unless the check of its offset is lost.
pub(crate) fn unchecked(offset: &ConstExpr, trap: TrapCode) -> Result<(), TrapCode> {
    let is_global = matches!(offset.0[..], [ConstOp::GlobalGet(_)]);
    if Seeded::SegmentOffsetUnchecked.is_seeded() && is_global { Ok(()) } else { Err(trap) }
}
