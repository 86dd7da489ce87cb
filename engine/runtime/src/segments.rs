//! Writes segments: `memory.init`, `table.init`, and the active ones of an instantiation.

use crate::const_expr::evaluate;
use crate::instance::Instance;
use crate::raise::Raise;
use crate::seeded::{early, unchecked};
use crate::store::StoreInner;
use std::sync::Arc;
use wassay_artifact::abi::{TrapCode, func_ref};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::index::{FuncIndex, MemoryIndex, TableIndex};
use wassay_artifact::module::*;
use wassay_engine::Fault;

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
        let elements = elements.iter().copied();
        self.tables[table.at()].init(to, elements).map_err(|_| out_of_bounds)
    }

    /// Evaluates the element segments, except those that are written from their slots.
    pub(crate) fn evaluate_elements(&mut self, at: usize) -> Result<(), Fault> {
        let loaded = Arc::clone(&self.instances[at].module);
        for (index, segment) in loaded.module().elements.iter().enumerate() {
            let elements = match loaded.escaping().segment(index) {
                Some(_) => Box::default(),
                None => elements(&self.instances[at], segment)?,
            };
            self.instances[at].elements.push(elements);
        }
        Ok(())
    }

    /// Writes the active segments in order, elements first, and drops them.
    pub(crate) fn write_segments(&mut self, at: usize) -> Result<(), Raise> {
        if Seeded::DataBeforeElements.is_seeded() {
            self.write_data(at)?;
            return self.write_elements(at);
        }
        self.write_elements(at)?;
        self.write_data(at)
    }

    fn write_elements(&mut self, at: usize) -> Result<(), Raise> {
        let loaded = Arc::clone(&self.instances[at].module);
        for (index, segment) in (0..).zip(&loaded.module().elements) {
            if let ElementMode::Active { table, offset } = &segment.mode
                && let Err(raise) = self.write_active(at, index, *table, offset)
            {
                self.evaluate_rest(at, index as usize)?;
                return Err(raise);
            }
            // A declared segment is only a declaration.
            let is_kept = segment.mode == ElementMode::Passive
                || segment.mode == ElementMode::Declared
                    && Seeded::DeclaredElementsKept.is_seeded();
            if !is_kept {
                self.elem_drop(at, index);
            }
        }
        Ok(())
    }

    fn write_active(
        &mut self,
        at: usize,
        index: u32,
        table: TableIndex,
        offset: &ConstExpr,
    ) -> Result<(), Raise> {
        let instance = &self.instances[at];
        let loaded = Arc::clone(&instance.module);
        early(&loaded, offset)?;
        let to = evaluate(instance, offset)? as u64;
        let written = match loaded.escaping().segment(index as usize) {
            Some(slots) => {
                let table = instance.table(table.0).ok_or(TrapCode::TableOutOfBounds)?;
                let base = instance.func_refs().expose_provenance() as u64;
                let func = |slot: &u32| base + u64::from(func_ref::SIZE) * u64::from(*slot);
                let written = self.tables[table.at()].init(to, slots.iter().map(func));
                written.map_err(|_| TrapCode::TableOutOfBounds)
            }
            None => {
                let len = instance.elements[index as usize].len() as u64;
                self.table_init(at, table.0, index, to, 0, len)
            }
        };
        Ok(written.or_else(|trap| unchecked(offset, trap))?)
    }

    /// Evaluates the segments that would have been written from their slots, from this one on: an
    /// instantiation that fails leaves functions behind that can still read them.
    fn evaluate_rest(&mut self, at: usize, from: usize) -> Result<(), Fault> {
        let loaded = Arc::clone(&self.instances[at].module);
        for (index, segment) in loaded.module().elements.iter().enumerate().skip(from) {
            if loaded.escaping().segment(index).is_some() {
                self.instances[at].elements[index] = elements(&self.instances[at], segment)?;
            }
        }
        Ok(())
    }

    fn write_data(&mut self, at: usize) -> Result<(), Raise> {
        let loaded = Arc::clone(&self.instances[at].module);
        let place = |memory: MemoryIndex| self.instances[at].memories[memory.at()].at();
        let contents = loaded.contents(|memory| self.memories[place(memory)].maps_images());
        let is_mapped = contents.is_some_and(|image| {
            let memory = place(image.memory());
            self.memories[memory].map_image(image)
        });
        for (index, segment) in (0..).zip(&loaded.module().data) {
            if let DataMode::Active { memory, offset } = &segment.mode {
                early(&loaded, offset)?;
                if !is_mapped {
                    let to = evaluate(&self.instances[at], offset)? as u64;
                    let len = loaded.data(segment).len() as u64;
                    let written = self.memory_init(at, memory.0, index, to, 0, len);
                    written.or_else(|trap| unchecked(offset, trap))?;
                }
                if !Seeded::ActiveDataKept.is_seeded() {
                    self.data_drop(at, index);
                }
            }
        }
        Ok(())
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

fn elements(instance: &Instance, segment: &ElementSegment) -> Result<Box<[u64]>, Fault> {
    match &segment.items {
        // A declared segment is never read.
        _ if segment.mode == ElementMode::Declared && !Seeded::DeclaredElementsKept.is_seeded() => {
            Ok(Box::default())
        }
        ElementItems::Functions(funcs) => funcs
            .iter()
            .map(|func| {
                let func = instance.func_ref(*func).ok_or_else(|| {
                    Fault::internal(format!("function {} is not marked as escaping", func.0))
                })?;
                Ok(func.expose_provenance() as u64)
            })
            .collect(),
        ElementItems::Expressions(exprs) => {
            let is_confused = Seeded::ElementGlobalGet.is_seeded()
                && segment.mode == ElementMode::Passive
                && segment.ty.heap.is_func();
            let value = |expr: &ConstExpr| match expr.0[..] {
                [ConstOp::GlobalGet(global)] if is_confused => {
                    let func = instance.func_ref(FuncIndex(global.0));
                    Ok(func.map_or(0, |func| func.expose_provenance() as u64))
                }
                _ => Ok(evaluate(instance, expr)? as u64),
            };
            exprs.iter().map(value).collect()
        }
    }
}
