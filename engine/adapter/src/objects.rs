//! Globals, tables and memories of a session: checks types, values and bounds before the engine
//! sees them. Takes sizes from the engine's size methods, because its item types omit them.

use crate::Plain;
use crate::session::Core;
use crate::value::Item;
use wassay_engine::*;

impl<P: Plain> Core<P> {
    pub(super) fn extern_type(&mut self, item: Extern) -> Result<ExternType, Fault> {
        let item = self.names.lock().item(item)?;
        let mut ty = self.store.item_type(&item)?;
        match (&item, &mut ty) {
            (Item::Table(table), ExternType::Table(ty)) => {
                ty.minimum = self.store.table_size(table)?;
            }
            (Item::Memory(memory), ExternType::Memory(ty)) => {
                ty.minimum = self.store.memory_size(memory)?;
            }
            _ => {}
        }
        Ok(ty)
    }

    fn global_type(&mut self, global: &P::Global) -> Result<GlobalType, Fault> {
        match self.store.item_type(&Item::Global(global.clone()))? {
            ExternType::Global(ty) => Ok(ty),
            other => Err(Fault::Internal(format!("a global that is a {}", other.kind()))),
        }
    }

    fn table_type(&mut self, table: &P::Table) -> Result<TableType, Fault> {
        match self.store.item_type(&Item::Table(table.clone()))? {
            ExternType::Table(ty) => Ok(ty),
            other => Err(Fault::Internal(format!("a table that is a {}", other.kind()))),
        }
    }

    fn memory_type(&mut self, memory: &P::Memory) -> Result<MemoryType, Fault> {
        match self.store.item_type(&Item::Memory(memory.clone()))? {
            ExternType::Memory(ty) => Ok(ty),
            other => Err(Fault::Internal(format!("a memory that is a {}", other.kind()))),
        }
    }

    pub(super) fn global_new(&mut self, ty: GlobalType, value: Value) -> Result<Global, Fault> {
        ty.check(self.state.features)?;
        let value = self.lower(value, &ty.content)?;
        let global = self.store.global_new(ty, value)?;
        let mut names = self.names.lock();
        Ok(Global::new(names.owner, names.globals.add(global)?))
    }

    pub(super) fn global_get(&mut self, global: Global) -> Result<Value, Fault> {
        let global = self.names.lock().global(global)?;
        let ty = self.global_type(&global)?;
        let value = self.store.global_get(&global)?;
        self.lift(&value, &ty.content)
    }

    pub(super) fn global_set(&mut self, global: Global, value: Value) -> Result<(), Fault> {
        let global = self.names.lock().global(global)?;
        let ty = self.global_type(&global)?;
        if !ty.mutable {
            return Err(Fault::misuse("writing an immutable global"));
        }
        let value = self.lower(value, &ty.content)?;
        self.store.global_set(&global, value)
    }

    pub(super) fn table_new(&mut self, ty: TableType, init: Ref) -> Result<Table, Fault> {
        ty.check(self.state.features)?;
        let init = self.lower(Value::Ref(init), &ValType::Ref(ty.element))?;
        let table = self.store.table_new(ty, init)?;
        let mut names = self.names.lock();
        Ok(Table::new(names.owner, names.tables.add(table)?))
    }

    pub(super) fn table_size(&mut self, table: Table) -> Result<u64, Fault> {
        let table = self.names.lock().table(table)?;
        self.store.table_size(&table)
    }

    pub(super) fn table_get(&mut self, table: Table, index: u64) -> Result<Option<Ref>, Fault> {
        let table = self.names.lock().table(table)?;
        let ty = self.table_type(&table)?;
        if index >= self.store.table_size(&table)? {
            return Ok(None);
        }
        let element = self.store.table_get(&table, index)?;
        match self.lift(&element, &ValType::Ref(ty.element))? {
            Value::Ref(reference) => Ok(Some(reference)),
            other => Err(Fault::Internal(format!("an element {other}"))),
        }
    }

    pub(super) fn table_set(
        &mut self,
        table: Table,
        index: u64,
        value: Ref,
    ) -> Result<bool, Fault> {
        let (table, value) = self.element(table, value)?;
        if index >= self.store.table_size(&table)? {
            return Ok(false);
        }
        self.store.table_set(&table, index, value)?;
        Ok(true)
    }

    pub(super) fn table_grow(
        &mut self,
        table: Table,
        delta: u64,
        init: Ref,
    ) -> Result<Option<u64>, Fault> {
        let (table, init) = self.element(table, init)?;
        self.store.table_grow(&table, delta, init)
    }

    /// A table and the engine's value for the element.
    fn element(&mut self, table: Table, value: Ref) -> Result<(P::Table, P::Value), Fault> {
        let table = self.names.lock().table(table)?;
        let ty = self.table_type(&table)?;
        let value = self.lower(Value::Ref(value), &ValType::Ref(ty.element))?;
        Ok((table, value))
    }

    pub(super) fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        ty.check(self.state.features)?;
        let memory = self.store.memory_new(ty)?;
        let mut names = self.names.lock();
        Ok(Memory::new(names.owner, names.memories.add(memory)?))
    }

    pub(super) fn memory_size(&mut self, memory: Memory) -> Result<u64, Fault> {
        let memory = self.names.lock().memory(memory)?;
        self.store.memory_size(&memory)
    }

    /// Reads bytes from this address on; `None` if any is outside the memory.
    pub(super) fn memory_read(
        &mut self,
        memory: Memory,
        at: u64,
        length: usize,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let memory = self.names.lock().memory(memory)?;
        let Some(at) = self.inside(&memory, at, length)? else {
            return Ok(None);
        };
        let mut bytes = vec![0; length];
        self.store.memory_read(&memory, at, &mut bytes)?;
        Ok(Some(bytes))
    }

    pub(super) fn memory_write(
        &mut self,
        memory: Memory,
        at: u64,
        bytes: &[u8],
    ) -> Result<bool, Fault> {
        let memory = self.names.lock().memory(memory)?;
        let Some(at) = self.inside(&memory, at, bytes.len())? else {
            return Ok(false);
        };
        self.store.memory_write(&memory, at, bytes)?;
        Ok(true)
    }

    /// The address, if the memory has this many bytes from there on.
    fn inside(
        &mut self,
        memory: &P::Memory,
        at: u64,
        length: usize,
    ) -> Result<Option<usize>, Fault> {
        let page_size_log2 = self.memory_type(memory)?.page_size_log2;
        let size = u128::from(self.store.memory_size(memory)?) << page_size_log2;
        let is_inside = u128::from(at) + length as u128 <= size;
        Ok(usize::try_from(at).ok().filter(|_| is_inside))
    }

    pub(super) fn memory_grow(&mut self, memory: Memory, delta: u64) -> Result<Option<u64>, Fault> {
        let memory = self.names.lock().memory(memory)?;
        self.store.memory_grow(&memory, delta)
    }
}
