//! Writes segments: `memory.init`, `table.init`, and the active ones of an instantiation.

use crate::store::StoreInner;
use wassay_artifact::abi::TrapCode;
use wassay_artifact::fault::Fault as Seeded;

impl StoreInner {
    /// `memory.init`; an index that does not exist in the instance is out of bounds.
    pub(crate) fn memory_init(
        &mut self,
        instance: usize,
        memory: u32,
        segment: u32,
        to: u64,
        from: u64,
        len: u64,
    ) -> Result<(), TrapCode> {
        let out_of_bounds = TrapCode::MemoryOutOfBounds;
        let instance = self.instances.get(instance).ok_or(out_of_bounds)?;
        let segment = segment as usize;
        let bytes = match instance.dropped_data.get(segment) {
            Some(false) => instance.module.data(&instance.module.module().data[segment]),
            _ => &[],
        };
        let bytes = slice(bytes, from, len).ok_or(out_of_bounds)?;
        if Seeded::EmptyDataUnchecked.is_seeded() && bytes.is_empty() {
            return Ok(());
        }
        let memory = instance.memories.get(memory as usize).ok_or(out_of_bounds)?;
        self.memories[memory.at()].write(to, bytes).map_err(|_| out_of_bounds)
    }

    /// `table.init`, with the same rule.
    pub(crate) fn table_init(
        &mut self,
        instance: usize,
        table: u32,
        segment: u32,
        to: u64,
        from: u64,
        len: u64,
    ) -> Result<(), TrapCode> {
        let out_of_bounds = TrapCode::TableOutOfBounds;
        let instance = self.instances.get(instance).ok_or(out_of_bounds)?;
        let elements = instance.elements.get(segment as usize).ok_or(out_of_bounds)?;
        let elements = slice(elements, from, len).ok_or(out_of_bounds)?;
        let table = instance.table(table).ok_or(out_of_bounds)?;
        self.tables[table.at()].init(to, elements).map_err(|_| out_of_bounds)
    }

    /// `elem.drop`
    pub(crate) fn elem_drop(&mut self, instance: usize, segment: u32) {
        let elements = self.instances.get_mut(instance).map(|instance| &mut instance.elements);
        if let Some(elements) = elements.and_then(|all| all.get_mut(segment as usize)) {
            *elements = Box::default();
        }
    }

    /// `data.drop`
    pub(crate) fn data_drop(&mut self, instance: usize, segment: u32) {
        let dropped = self.instances.get_mut(instance).map(|instance| &mut instance.dropped_data);
        if let Some(dropped) = dropped.and_then(|all| all.get_mut(segment as usize)) {
            *dropped = true;
        }
    }
}

fn slice<T>(all: &[T], from: u64, len: u64) -> Option<&[T]> {
    let end = from.checked_add(len)?;
    all.get(usize::try_from(from).ok()?..usize::try_from(end).ok()?)
}
