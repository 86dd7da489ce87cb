//! Instantiates a module (specification, *Instantiation*): link, allocate, evaluate, write the
//! active segments, start. Writes before a trap are kept.

use crate::call::call;
use crate::const_expr::evaluate;
use crate::error::AllocError;
use crate::extern_type::{ExternType, matches};
use crate::ids::*;
use crate::instance::Instance;
use crate::memory::Memory;
use crate::module::LoadedModule;
use crate::outcome::trapped;
use crate::raise::Raise;
use crate::seeded::type_in_store;
use crate::stable::Stable;
use crate::store::{FuncPtr, Store, StoreInner};
use crate::table::Table;
use crate::vm::{ContextHeader, ContextOwner, FuncRef, GlobalCell};
use std::mem::ManuallyDrop;
use std::sync::Arc;
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::index::*;
use wassay_artifact::types::ExternIndex;
use wassay_engine::{Extern, Fault, Instantiated, LinkError, LinkErrorKind, Outcome};

impl Store {
    /// Instantiates a module of the same runtime; `imports` are positional.
    ///
    /// # Errors
    /// [`Fault::Foreign`] for a module of another runtime or an extern of another store.
    pub fn instantiate(
        &mut self,
        module: &Arc<LoadedModule>,
        imports: &[Extern],
    ) -> Result<Instantiated, Fault> {
        if !module.is_of(self.runtime().types()) {
            return Err(Fault::foreign("the module belongs to another runtime"));
        }
        let store = self.inner();
        let _begun = store.runtime.begin(&store.context);
        if let Err(error) = store.link(module, imports)? {
            return Ok(Instantiated::Unlinkable(error));
        }
        let instance = match store.with_room(|store| store.allocate(module, imports)) {
            Ok(instance) => instance,
            Err(AllocError::Resources(limit)) => {
                return Ok(Instantiated::Failed(Outcome::Exhausted(limit)));
            }
            Err(AllocError::Fault(fault)) => return Err(fault),
        };
        match self.initialize(instance)? {
            None => self.inner().give_instance(instance).map(Instantiated::Ready),
            Some(outcome) => {
                if Seeded::FailedElementsUndone.is_seeded() {
                    self.inner().empty_tables(|owner| owner == ContextOwner::Instance(instance.0));
                }
                self.inner().garbage()?;
                Ok(Instantiated::Failed(outcome))
            }
        }
    }

    /// Evaluates, writes the active segments and runs the start function; returns the failure, if
    /// any.
    fn initialize(&mut self, instance: InstanceId) -> Result<Option<Outcome>, Fault> {
        let store = self.inner();
        store.evaluate_all(instance.at())?;
        match store.write_segments(instance.at()) {
            Ok(()) => {}
            Err(Raise::Trap(code)) => return Ok(Some(trapped(code, Vec::new()))),
            Err(Raise::Outcome(outcome)) => return Ok(Some(outcome)),
            Err(Raise::Fault(fault)) => return Err(fault),
            Err(Raise::Host(message)) => return Err(Fault::Internal(message)),
        }
        let mut own = None;
        match store.start(instance.at(), &mut own)? {
            None => Ok(None),
            // SAFETY: the start function belongs to this store and has no parameters or results, as
            // validation ensured; the slot is for shims that need an address. No reference into the
            // store is held.
            Some(start) => unsafe { call(self.as_ptr(), start, &mut 0) },
        }
    }
}

impl StoreInner {
    /// Checks the imports against the module's declarations.
    fn link(
        &mut self,
        module: &LoadedModule,
        imports: &[Extern],
    ) -> Result<Result<(), LinkError>, Fault> {
        let wanted = &module.module().imports;
        if wanted.len() != imports.len() {
            return Ok(Err(LinkError {
                kind: LinkErrorKind::UnknownImport,
                import: Some(wanted.len().min(imports.len())),
                message: format!("got {} imports, expected {}", imports.len(), wanted.len()),
            }));
        }
        for (at, (import, item)) in wanted.iter().zip(imports).enumerate() {
            let actual = self.extern_type(*item)?;
            let declared = module
                .extern_type(import.item)
                .ok_or_else(|| Fault::internal("an import has an unknown type"))?;
            if let Err(why) = matches(&actual, &declared, self.runtime.types()) {
                return Ok(Err(LinkError {
                    kind: LinkErrorKind::IncompatibleImport,
                    import: Some(at),
                    message: format!("{}.{}: {why}", import.module, import.name),
                }));
            }
        }
        Ok(Ok(()))
    }

    /// Allocates the instance and everything that it refers to, not initialized yet.
    fn allocate(
        &mut self,
        loaded: &Arc<LoadedModule>,
        imports: &[Extern],
    ) -> Result<InstanceId, AllocError> {
        let module = loaded.module();
        let position = self.instances.next();
        let (context, has_func_refs) = loaded.context(ContextHeader {
            store: self.context.as_ptr(),
            builtins: self.builtins,
            type_ids: loaded.type_ids().as_ptr(),
            owner: ContextOwner::Instance(position),
        });
        let mut instance = Instance {
            module: Arc::clone(loaded),
            context: ManuallyDrop::new(context),
            has_func_refs,
            tables: Vec::with_capacity(module.tables.len()),
            memories: Vec::with_capacity(module.memories.len()),
            globals: Vec::with_capacity(module.globals.len()),
            tags: Vec::with_capacity(module.tags.len()),
            elements: Vec::with_capacity(module.elements.len()),
            dropped_data: vec![false; module.data.len()],
        };
        self.take_imports(&mut instance, imports)?;
        self.define(&mut instance)?;
        self.point(&mut instance)?;
        Ok(InstanceId(self.instances.insert(instance)))
    }

    /// Stores the imports; linking has checked the kind of each.
    fn take_imports(&mut self, instance: &mut Instance, imports: &[Extern]) -> Result<(), Fault> {
        let mut funcs = 0;
        for at in 0..imports.len() {
            match StoreInner::import_taken(imports, at) {
                Extern::Func(func) => {
                    let func = self.imported_func(func)?;
                    let offset = instance.module.layout().imported_func(FuncIndex(funcs));
                    instance.context.set_pointer(offset, func.cast());
                    funcs += 1;
                }
                Extern::Table(table) => {
                    let table = self.table(table)?;
                    instance.tables.push(self.imported_table(table, &instance.module));
                }
                Extern::Memory(memory) => instance.memories.push(self.memory(memory)?),
                Extern::Global(global) => {
                    let global = self.imported_global(self.global(global)?);
                    instance.globals.push(Some(global));
                }
                Extern::Tag(tag) => instance.tags.push(self.tag(tag)?),
            }
        }
        Ok(())
    }

    /// Allocates the items that the module defines. Tables start as null, globals as zero.
    fn define(&mut self, instance: &mut Instance) -> Result<(), AllocError> {
        let loaded = Arc::clone(&instance.module);
        let module = loaded.module();
        let unknown = || Fault::internal("a definition has an unknown type");
        for at in instance.tables.len()..module.tables.len() {
            let index = ExternIndex::Table(TableIndex(at as u32));
            let Some(ExternType::Table(ty)) = loaded.extern_type(index) else {
                return Err(unknown().into());
            };
            instance.tables.push(self.add_table(Table::new(ty, 0)?));
        }
        for ty in &module.memories[instance.memories.len()..] {
            let bounds = self.runtime.options().bounds;
            let memory = Memory::new(*ty, bounds, self.runtime.pool())?;
            instance.memories.push(self.add_memory(memory));
        }
        for at in instance.globals.len()..module.globals.len() {
            let at = GlobalIndex(at as u32);
            if loaded.layout().private_global(at).is_some() {
                instance.globals.push(None);
                continue;
            }
            let index = ExternIndex::Global(at);
            let Some(ExternType::Global(ty)) = loaded.extern_type(index) else {
                return Err(unknown().into());
            };
            instance.globals.push(Some(self.add_global(ty, 0)));
        }
        for ty in &module.tags[instance.tags.len()..] {
            instance.tags.push(self.add_tag(loaded.canonical(*ty)));
        }
        Ok(())
    }

    /// Fills in the VM context.
    fn point(&self, instance: &mut Instance) -> Result<(), Fault> {
        let loaded = Arc::clone(&instance.module);
        let (module, layout) = (loaded.module(), loaded.layout());
        let context = &mut instance.context;
        for (at, table) in (0..).map(TableIndex).zip(&instance.tables) {
            context.set_pointer(layout.table(at), self.tables[table.at()].def().cast());
        }
        for (at, memory) in (0..).map(MemoryIndex).zip(&instance.memories) {
            let memory = &self.memories[memory.at()];
            context.set_pointer(layout.memory(at), memory.def().cast());
            context.set_pointer(layout.memory_base(at), memory.base());
        }
        for (at, global) in (0..).map(GlobalIndex).zip(&instance.globals) {
            let cell = match (global, layout.private_global(at)) {
                (Some(global), _) => self.globals[global.at()].cell.as_ptr().cast(),
                (None, Some(own)) => context.address(own.offset(), size_of::<GlobalCell>()),
                (None, None) => return Err(Fault::internal("a global has no cell")),
            };
            context.set_pointer(layout.global(at), cell);
        }
        for (at, tag) in (0..).map(TagIndex).zip(&instance.tags) {
            context.set_pointer(layout.tag(at), self.tags[tag.at()].identity.as_ptr().cast());
        }
        if instance.has_func_refs && !Seeded::TypeIdsOfFirstStore.is_seeded() {
            return Ok(());
        }
        for (slot, escaping) in (0..).zip(&*loaded.escaping().funcs) {
            let code = loaded.code_at(escaping.start)?;
            let mut func = FuncRef::new(code, escaping.type_id, context.as_ptr());
            if Seeded::TypeIdsOfFirstStore.is_seeded() {
                let defined = module.imported.func(module.escaping[slot as usize]);
                let ty = module.functions[defined.at()];
                func.type_id = type_in_store(&loaded, self.owner, ty.at()).0;
            }
            context.set_func_ref(layout.func_ref(slot), func);
        }
        instance.has_func_refs = true;
        Ok(())
    }

    /// Evaluates globals, then tables' elements, then segments.
    fn evaluate_all(&mut self, at: usize) -> Result<(), Fault> {
        let loaded = Arc::clone(&self.instances[at].module);
        let module = loaded.module();
        for (global, init) in (module.imported.globals..).map(GlobalIndex).zip(&module.global_inits)
        {
            let instance = &self.instances[at];
            let value = match Seeded::GlobalInitLost.is_seeded() {
                true => 0,
                false => evaluate(instance, init)?,
            };
            let cell =
                instance.context.pointer(loaded.layout().global(global)).cast::<GlobalCell>();
            // SAFETY: `point` stored the address of the cell, which is in the context or belongs to a
            // global that the instance keeps; no generated code runs.
            unsafe { (*cell).0 = value };
        }
        let imported = module.imported.tables as usize;
        for (index, init) in module.table_inits.iter().enumerate() {
            let Some(init) = init else { continue };
            if Seeded::TableInitLost.is_seeded() {
                continue;
            }
            let instance = &self.instances[at];
            let value = evaluate(instance, init)? as u64;
            let table = &mut self.tables[instance.tables[imported + index].at()];
            let len = table.len();
            // A range over the whole table is in bounds.
            let _ = table.fill(0, value, len);
        }
        self.evaluate_elements(at)
    }

    /// The start function. If it does not escape, only this call refers to it: `own` is the place
    /// for its reference.
    fn start(
        &self,
        at: usize,
        own: &mut Option<Stable<FuncRef>>,
    ) -> Result<Option<FuncPtr>, Fault> {
        let instance = &self.instances[at];
        let loaded = Arc::clone(&instance.module);
        let module = loaded.module();
        let Some(start) = module.start else { return Ok(None) };
        let is_imported = module.imported.defined_func(start).is_none();
        if Seeded::DroppedStart.is_seeded() || Seeded::ImportedStart.is_seeded() && is_imported {
            return Ok(None);
        }
        if let Some(func) = instance.func_ref(start) {
            self.check_start(func)?;
            return Ok(Some(func));
        }
        let defined = module.imported.defined_func(start);
        let defined = defined.ok_or_else(|| Fault::internal("unknown start function"))?;
        let type_id = loaded.canonical(module.functions[start.at()]).0;
        let code = loaded.code(defined)?;
        let func = FuncRef::new(code, type_id, instance.context.as_ptr());
        Ok(Some(own.insert(Stable::new(func)).as_ptr()))
    }
}
