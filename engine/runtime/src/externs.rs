//! Globals, tables, memories and tags of the host, and what the host does with those of wasm.

use crate::error::Error;
use crate::extern_type::ExternType;
use crate::ids::*;
use crate::instance::Instance;
use crate::memory::{Memory, SharedMemory};
use crate::stable::Stable;
use crate::store::{Global, Store, StoreInner, Tag};
use crate::table::Table;
use crate::value::{Ref, Val};
use crate::vm::GlobalCell;
use wassay_artifact::types::*;

impl Store {
    /// The instance's export of this name.
    ///
    /// # Errors
    /// [`Error::Misuse`] for an unknown instance.
    pub fn export(&mut self, instance: InstanceId, name: &str) -> Result<Option<Extern>, Error> {
        let store = self.inner();
        let Some(item) = store.named_instance(instance)?.module.export(name) else {
            return Ok(None);
        };
        let item = store.item(instance.at(), item);
        item.map(Some).ok_or_else(|| Error::internal("an exported function has no reference"))
    }

    /// Gives up an instance's handle. What it shares with others, and its memory, lives on: an
    /// instance is freed with its store.
    ///
    /// # Errors
    /// [`Error::Misuse`] for an unknown or already dropped instance.
    pub fn drop_instance(&mut self, instance: InstanceId) -> Result<(), Error> {
        self.inner().named_instance(instance)?.dropped = true;
        Ok(())
    }

    /// The actual type of an extern; sizes are the current ones.
    ///
    /// # Errors
    /// [`Error::Misuse`] for an unknown id, as everywhere below.
    pub fn extern_type(&mut self, item: Extern) -> Result<ExternType, Error> {
        self.inner().extern_type(item)
    }

    /// Makes a global.
    ///
    /// # Errors
    /// [`Error::Misuse`] for a value of another type.
    pub fn global_new(
        &mut self,
        ty: GlobalType<CanonicalType>,
        value: Val,
    ) -> Result<GlobalId, Error> {
        let store = self.inner();
        let slot = store.lower(value, ty.content)?;
        Ok(store.add_global(ty, slot))
    }

    /// The global's value.
    ///
    /// # Errors
    /// See [`Store::extern_type`].
    pub fn global_get(&mut self, global: GlobalId) -> Result<Val, Error> {
        let store = self.inner();
        let Global { cell, ty } = store.global(global)?;
        // SAFETY: the cell lives as long as the store, and generated code stands still.
        let (slot, content) = (unsafe { (*cell.as_ptr()).0 }, ty.content);
        store.lift(slot, content)
    }

    /// Sets a mutable global.
    ///
    /// # Errors
    /// [`Error::Misuse`], also for an immutable global or a value of another type.
    pub fn global_set(&mut self, global: GlobalId, value: Val) -> Result<(), Error> {
        let store = self.inner();
        let Global { cell, ty } = store.global(global)?;
        let (cell, ty) = (cell.as_ptr(), *ty);
        if !ty.mutable {
            return Err(Error::misuse("an immutable global cannot be set"));
        }
        let slot = store.lower(value, ty.content)?;
        // SAFETY: as in `global_get`.
        unsafe { (*cell).0 = slot };
        Ok(())
    }

    /// Makes a table filled with `init`.
    ///
    /// # Errors
    /// [`Error::Misuse`] for a reference of another type, [`Error::Resources`] if there is no room.
    pub fn table_new(&mut self, ty: TableType<CanonicalType>, init: Ref) -> Result<TableId, Error> {
        let store = self.inner();
        let init = store.lower_ref(init, ty.element)?;
        store.tables.push(Table::new(ty, init)?);
        Ok(TableId(store.tables.len() as u32 - 1))
    }

    /// The table's size in elements.
    ///
    /// # Errors
    /// See [`Store::extern_type`].
    pub fn table_size(&mut self, table: TableId) -> Result<u64, Error> {
        Ok(self.inner().table_of(table)?.len())
    }

    /// An element; `None` outside the table.
    ///
    /// # Errors
    /// See [`Store::extern_type`].
    pub fn table_get(&mut self, table: TableId, index: u64) -> Result<Option<Ref>, Error> {
        let store = self.inner();
        let table = store.table_of(table)?;
        let (bits, ty) = (table.get(index), table.ty());
        bits.map(|bits| store.lift_ref(bits, ty.element)).transpose()
    }

    /// Sets an element; false outside the table.
    ///
    /// # Errors
    /// [`Error::Misuse`], also for a reference of another type.
    pub fn table_set(&mut self, table: TableId, index: u64, value: Ref) -> Result<bool, Error> {
        let store = self.inner();
        let ty = store.table_of(table)?.ty();
        let bits = store.lower_ref(value, ty.element)?;
        Ok(store.table_of(table)?.set(index, bits).is_ok())
    }

    /// Grows by `delta` elements and gives the old size; `None` if it cannot.
    ///
    /// # Errors
    /// [`Error::Misuse`], also for a reference of another type.
    pub fn table_grow(
        &mut self,
        table: TableId,
        delta: u64,
        init: Ref,
    ) -> Result<Option<u64>, Error> {
        let store = self.inner();
        let ty = store.table_of(table)?.ty();
        let bits = store.lower_ref(init, ty.element)?;
        Ok(store.table_of(table)?.grow(delta, bits))
    }

    /// Makes a memory.
    ///
    /// # Errors
    /// [`Error::Misuse`] for an impossible type, [`Error::Resources`] if there is no room.
    pub fn memory_new(&mut self, ty: MemoryType) -> Result<MemoryId, Error> {
        let store = self.inner();
        let memory = Memory::new(ty, store.runtime.options().bounds, store.runtime.pool())?;
        Ok(store.add_memory(memory))
    }

    /// The memory's size in pages.
    ///
    /// # Errors
    /// See [`Store::extern_type`].
    pub fn memory_size(&mut self, memory: MemoryId) -> Result<u64, Error> {
        Ok(self.inner().memory_of(memory)?.pages())
    }

    /// Reads into `buffer`; false, with nothing read, if any byte is outside the memory.
    ///
    /// # Errors
    /// See [`Store::extern_type`].
    pub fn memory_read(
        &mut self,
        memory: MemoryId,
        at: u64,
        buffer: &mut [u8],
    ) -> Result<bool, Error> {
        Ok(self.inner().memory_of(memory)?.read(at, buffer).is_ok())
    }

    /// Writes; false, with nothing written, if any byte is outside the memory.
    ///
    /// # Errors
    /// See [`Store::extern_type`].
    pub fn memory_write(&mut self, memory: MemoryId, at: u64, bytes: &[u8]) -> Result<bool, Error> {
        Ok(self.inner().memory_of(memory)?.write(at, bytes).is_ok())
    }

    /// Grows by `delta` pages and gives the old size; `None` if it cannot.
    ///
    /// # Errors
    /// See [`Store::extern_type`].
    pub fn memory_grow(&mut self, memory: MemoryId, delta: u64) -> Result<Option<u64>, Error> {
        Ok(self.inner().memory_of(memory)?.grow(delta))
    }

    /// What other stores adopt.
    ///
    /// # Errors
    /// [`Error::Misuse`] for a memory that is not shared.
    pub fn share_memory(&mut self, memory: MemoryId) -> Result<SharedMemory, Error> {
        match self.inner().memory_of(memory)? {
            Memory::Shared(memory) => Ok(memory.clone()),
            Memory::Own(_) => Err(Error::misuse("the memory is not of a shared type")),
        }
    }

    /// Adopts a memory of another store of the same runtime.
    ///
    /// # Errors
    /// [`Error::Misuse`] for a memory of another runtime, whose bounds may differ.
    pub fn adopt_memory(&mut self, memory: &SharedMemory) -> Result<MemoryId, Error> {
        let store = self.inner();
        if !memory.is_of(store.runtime.pool()) {
            return Err(Error::misuse("a shared memory of another runtime"));
        }
        Ok(store.add_memory(Memory::Shared(memory.clone())))
    }

    /// Makes a tag; `ty` has no results.
    ///
    /// # Errors
    /// [`Error::Misuse`] for a type with results.
    pub fn tag_new(&mut self, ty: &FuncType<CanonicalType>) -> Result<TagId, Error> {
        if !ty.results.is_empty() {
            return Err(Error::misuse("a tag's type has no results"));
        }
        let store = self.inner();
        let ty = store.runtime.types().intern_func(ty);
        Ok(store.add_tag(ty))
    }
}

impl StoreInner {
    pub(crate) fn extern_type(&mut self, item: Extern) -> Result<ExternType, Error> {
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
            Extern::Global(global) => ExternType::Global(self.global(global)?.ty),
            Extern::Tag(tag) => {
                let tag = self.tags.get(tag.at()).ok_or_else(|| Error::misuse("unknown tag"))?;
                ExternType::Tag(tag.ty)
            }
        })
    }

    pub(crate) fn add_global(&mut self, ty: GlobalType<CanonicalType>, slot: u128) -> GlobalId {
        self.globals.push(Global { cell: Stable::new(GlobalCell(slot)), ty });
        GlobalId(self.globals.len() as u32 - 1)
    }

    pub(crate) fn add_memory(&mut self, memory: Memory) -> MemoryId {
        self.memories.push(memory);
        MemoryId(self.memories.len() as u32 - 1)
    }

    pub(crate) fn add_tag(&mut self, ty: CanonicalType) -> TagId {
        self.tags.push(Tag { identity: Stable::new(0), ty });
        TagId(self.tags.len() as u32 - 1)
    }

    fn named_instance(&mut self, instance: InstanceId) -> Result<&mut Instance, Error> {
        let named = self.instances.get_mut(instance.at()).filter(|instance| !instance.dropped);
        named.ok_or_else(|| Error::misuse("unknown instance"))
    }

    fn global(&self, global: GlobalId) -> Result<&Global, Error> {
        self.globals.get(global.at()).ok_or_else(|| Error::misuse("unknown global"))
    }

    fn table_of(&mut self, table: TableId) -> Result<&mut Table, Error> {
        self.tables.get_mut(table.at()).ok_or_else(|| Error::misuse("unknown table"))
    }

    fn memory_of(&mut self, memory: MemoryId) -> Result<&mut Memory, Error> {
        self.memories.get_mut(memory.at()).ok_or_else(|| Error::misuse("unknown memory"))
    }
}
