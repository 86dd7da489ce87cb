//! Creates globals, tables, memories and tags for the host, and gives the host access to those of
//! wasm.

use crate::extern_type::{ExternType, describe};
use crate::memory::{Memory, SharedMemory};
use crate::store::{Global, Store, StoreInner};
use crate::table::Table;
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::types::{ExternIndex, FuncType, GlobalType, MemoryType, TableType, ValType};
use wassay_engine::{DefinedType, Extern, Fault, Instance, Ref, Tag, Value};

impl Store {
    /// The instance's export of this name.
    ///
    /// # Errors
    /// [`Fault::Foreign`] for a handle of another store and [`Fault::Dropped`] for one that was
    /// dropped, as for all methods below.
    pub fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        let store = self.inner();
        let instance = store.instance(instance)?;
        let Some(item) = store.instances[instance.at()].module.export(name) else {
            return Ok(None);
        };
        store.give(instance.at(), item).map(Some)
    }

    /// Whether two references are identical.
    ///
    /// # Errors
    /// [`Fault::Foreign`] or [`Fault::Dropped`].
    pub fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        self.inner().same(a, b)
    }

    /// The actual type of an extern; sizes are the current ones.
    ///
    /// # Errors
    /// See [`Store::export`].
    pub fn extern_type(&mut self, item: Extern) -> Result<wassay_engine::ExternType, Fault> {
        let store = self.inner();
        Ok(describe(store.extern_type(item)?, store.runtime.types()))
    }

    /// Creates a global.
    ///
    /// # Errors
    /// [`Fault::Misuse`] for a value with a different type.
    pub fn global_new(
        &mut self,
        ty: GlobalType<DefinedType>,
        value: Value,
    ) -> Result<wassay_engine::Global, Fault> {
        let store = self.inner();
        ty.check(store.runtime.options().features)?;
        let ty = ty.try_map(|kind, ty| store.runtime.types().canonical(kind, ty))?;
        store.safe_point()?;
        let slot = store.lower(value, ty.content)?;
        let global = store.add_global(ty, slot);
        store.give_global(global)
    }

    /// The global's value.
    ///
    /// # Errors
    /// See [`Store::export`].
    pub fn global_get(&mut self, global: wassay_engine::Global) -> Result<Value, Fault> {
        let store = self.inner();
        let Global { cell, ty } = store.global_of(global)?;
        // SAFETY: the cell lives as long as the global, and no generated code runs.
        let (slot, content) = (unsafe { (*cell.as_ptr()).0 }, ty.content);
        store.lift(slot, content)
    }

    /// Sets a mutable global.
    ///
    /// # Errors
    /// [`Fault::Misuse`], also for an immutable global or a value with a different type.
    pub fn global_set(&mut self, global: wassay_engine::Global, value: Value) -> Result<(), Fault> {
        let store = self.inner();
        store.safe_point()?;
        let Global { cell, ty } = store.global_of(global)?;
        let (cell, ty) = (cell.as_ptr(), *ty);
        if !ty.mutable {
            return Err(Fault::misuse("an immutable global cannot be set"));
        }
        let slot = store.lower(value, ty.content)?;
        // SAFETY: the cell lives as long as the global, and no generated code runs.
        let old = unsafe { std::mem::replace(&mut (*cell).0, slot) };
        if matches!(ty.content, ValType::Ref(_)) {
            store.overwritten(old as u64);
        }
        Ok(())
    }

    /// Creates a table filled with `init`.
    ///
    /// # Errors
    /// [`Fault::Misuse`] for a reference with a different type, [`Fault::Internal`] if there is no
    /// room.
    pub fn table_new(
        &mut self,
        ty: TableType<DefinedType>,
        init: Ref,
    ) -> Result<wassay_engine::Table, Fault> {
        let store = self.inner();
        ty.check(store.runtime.options().features)?;
        let ty = ty.try_map(|kind, ty| store.runtime.types().canonical(kind, ty))?;
        store.safe_point()?;
        let table = store.with_room(|store| {
            let init = store.lower_ref(init, ty.element)?;
            Table::new(ty, init)
        })?;
        let table = store.add_table(table);
        store.give_table(table)
    }

    /// The table's size in elements.
    ///
    /// # Errors
    /// See [`Store::export`].
    pub fn table_size(&mut self, table: wassay_engine::Table) -> Result<u64, Fault> {
        Ok(self.inner().table_of(table)?.len())
    }

    /// Reads an element; `None` outside the table.
    ///
    /// # Errors
    /// See [`Store::export`].
    pub fn table_get(
        &mut self,
        table: wassay_engine::Table,
        index: u64,
    ) -> Result<Option<Ref>, Fault> {
        let store = self.inner();
        let table = store.table_of(table)?;
        let (mut bits, ty) = (table.get(index), table.ty());
        if Seeded::TakenFunctionIndex.is_seeded() && ty.element.heap.is_func() {
            let func = |bits| std::ptr::with_exposed_provenance_mut(bits as usize);
            let taken = |bits| store.first_of_definer(func(bits)).expose_provenance() as u64;
            bits = bits.map(|bits| if bits == 0 { 0 } else { taken(bits) });
        }
        bits.map(|bits| store.lift_ref(bits, ty.element)).transpose()
    }

    /// Sets an element; false outside the table.
    ///
    /// # Errors
    /// [`Fault::Misuse`], also for a reference with a different type.
    pub fn table_set(
        &mut self,
        table: wassay_engine::Table,
        index: u64,
        value: Ref,
    ) -> Result<bool, Fault> {
        let store = self.inner();
        store.safe_point()?;
        let ty = store.table_of(table)?.ty();
        let bits = store.lower_ref(value, ty.element)?;
        let table = store.table_of(table)?;
        let old = table.get(index);
        let is_inside = table.set(index, bits).is_ok();
        store.overwritten(old.unwrap_or(0));
        Ok(is_inside)
    }

    /// Grows by `delta` elements and returns the old size; `None` if that is impossible.
    ///
    /// # Errors
    /// [`Fault::Misuse`], also for a reference with a different type.
    pub fn table_grow(
        &mut self,
        table: wassay_engine::Table,
        delta: u64,
        init: Ref,
    ) -> Result<Option<u64>, Fault> {
        let store = self.inner();
        store.safe_point()?;
        let ty = store.table_of(table)?.ty();
        let bits = store.lower_ref(init, ty.element)?;
        Ok(store.table_of(table)?.grow(delta, bits))
    }

    /// Creates a memory.
    ///
    /// # Errors
    /// [`Fault::Misuse`] for an invalid type, [`Fault::Internal`] if there is no room.
    pub fn memory_new(&mut self, ty: MemoryType) -> Result<wassay_engine::Memory, Fault> {
        let store = self.inner();
        ty.check(store.runtime.options().features)?;
        let memory = store.with_room(|store| {
            Memory::new(ty, store.runtime.options().bounds, store.runtime.pool())
        })?;
        let memory = store.add_memory(memory);
        store.give_memory(memory)
    }

    /// The memory's size in pages.
    ///
    /// # Errors
    /// See [`Store::export`].
    pub fn memory_size(&mut self, memory: wassay_engine::Memory) -> Result<u64, Fault> {
        Ok(self.inner().memory_of(memory)?.pages())
    }

    /// Reads into `buffer`; false, with nothing read, if any byte is outside the memory.
    ///
    /// # Errors
    /// See [`Store::export`].
    pub fn memory_read(
        &mut self,
        memory: wassay_engine::Memory,
        at: u64,
        buffer: &mut [u8],
    ) -> Result<bool, Fault> {
        Ok(self.inner().memory_of(memory)?.read(at, buffer).is_ok())
    }

    /// Writes; false, with nothing written, if any byte is outside the memory.
    ///
    /// # Errors
    /// See [`Store::export`].
    pub fn memory_write(
        &mut self,
        memory: wassay_engine::Memory,
        at: u64,
        bytes: &[u8],
    ) -> Result<bool, Fault> {
        Ok(self.inner().memory_of(memory)?.write(at, bytes).is_ok())
    }

    /// Grows by `delta` pages and returns the old size; `None` if that is impossible.
    ///
    /// # Errors
    /// See [`Store::export`].
    pub fn memory_grow(
        &mut self,
        memory: wassay_engine::Memory,
        delta: u64,
    ) -> Result<Option<u64>, Fault> {
        Ok(self.inner().memory_of(memory)?.grow(delta))
    }

    /// The shared memory, for other stores to adopt.
    ///
    /// # Errors
    /// [`Fault::Misuse`] for a memory that is not shared.
    pub fn share_memory(&mut self, memory: wassay_engine::Memory) -> Result<SharedMemory, Fault> {
        match self.inner().memory_of(memory)? {
            Memory::Shared(memory) => Ok(memory.clone()),
            Memory::Own(_) => Err(Fault::misuse("the memory is not shared")),
        }
    }

    /// Adopts a memory of another store of the same runtime.
    ///
    /// # Errors
    /// [`Fault::Foreign`] for a memory of another runtime, whose bounds may differ.
    pub fn adopt_memory(&mut self, memory: &SharedMemory) -> Result<wassay_engine::Memory, Fault> {
        let store = self.inner();
        if !memory.is_of(store.runtime.pool()) {
            return Err(Fault::foreign("the shared memory belongs to another runtime"));
        }
        let memory = store.add_memory(Memory::Shared(memory.clone()));
        store.give_memory(memory)
    }

    /// Creates a tag; `ty` has no results.
    ///
    /// # Errors
    /// [`Fault::Misuse`] for a type with results.
    pub fn tag_new(&mut self, ty: &FuncType<DefinedType>) -> Result<Tag, Fault> {
        if !ty.results.is_empty() {
            return Err(Fault::misuse("the type of a tag must have no results"));
        }
        let store = self.inner();
        let types = store.runtime.types();
        let ty = ty.try_map(|kind, ty| types.canonical(kind, ty))?;
        let ty = types.intern_func(&ty);
        let tag = store.add_tag(ty);
        store.give_tag(tag)
    }
}

impl StoreInner {
    /// The actual type of the extern behind a handle.
    pub(crate) fn extern_type(&mut self, item: Extern) -> Result<ExternType, Fault> {
        Ok(match item {
            Extern::Func(func) => ExternType::Func(self.func_type(func)?),
            Extern::Table(table) => {
                let table = self.table_of(table)?;
                ExternType::Table(TableType { minimum: table.len(), ..table.ty() })
            }
            Extern::Memory(memory) => {
                let memory = self.memory_of(memory)?;
                ExternType::Memory(MemoryType { minimum: memory.pages(), ..memory.ty() })
            }
            Extern::Global(global) => ExternType::Global(self.global_of(global)?.ty),
            Extern::Tag(tag) => ExternType::Tag(self.tags[self.tag(tag)?.at()].ty),
        })
    }

    /// A handle of an item in one of an instance's spaces.
    fn give(&mut self, instance: usize, item: ExternIndex) -> Result<Extern, Fault> {
        let instance = &self.instances[instance];
        let imported = instance.module.module().imported;
        let missing = || Fault::internal(format!("the instance lacks its {item:?}"));
        match item {
            ExternIndex::Func(func) if imported.defined_func(func).is_none() => {
                let right = instance.func_ref(func).ok_or_else(missing)?;
                let func = self.reexported_func(instance, func, right);
                self.give_func(func).map(Extern::Func)
            }
            ExternIndex::Func(func) => {
                let func = instance.func_ref(func).ok_or_else(missing)?;
                self.give_func(func).map(Extern::Func)
            }
            ExternIndex::Table(table) => {
                let table = *instance.tables.get(table.at()).ok_or_else(missing)?;
                self.give_table(table).map(Extern::Table)
            }
            ExternIndex::Memory(memory) => {
                let memory = *instance.memories.get(memory.at()).ok_or_else(missing)?;
                self.give_memory(memory).map(Extern::Memory)
            }
            ExternIndex::Global(global) => {
                let global =
                    instance.globals.get(global.at()).copied().flatten().ok_or_else(missing)?;
                self.give_global(global).map(Extern::Global)
            }
            ExternIndex::Tag(tag) => {
                let tag = *instance.tags.get(tag.at()).ok_or_else(missing)?;
                self.give_tag(tag).map(Extern::Tag)
            }
        }
    }

    fn global_of(&self, global: wassay_engine::Global) -> Result<&Global, Fault> {
        Ok(&self.globals[self.global(global)?.at()])
    }

    fn table_of(&mut self, table: wassay_engine::Table) -> Result<&mut Table, Fault> {
        let table = self.table(table)?;
        Ok(&mut self.tables[table.at()])
    }

    fn memory_of(&mut self, memory: wassay_engine::Memory) -> Result<&mut Memory, Fault> {
        let memory = self.memory(memory)?;
        Ok(&mut self.memories[memory.at()])
    }
}
