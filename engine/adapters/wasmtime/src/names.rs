//! Maps a session's handles to wasmtime's objects. A handle is a number that is never reused, with
//! the tag of its session. Calls nothing of wasmtime.

use crate::bounds::Bounds;
use crate::engine::stale;
use crate::value::Kept;
use std::collections::HashMap;
use wasmtime as wt;
use wassay_engine::*;

/// What a store of wasmtime carries for its session.
pub struct State {
    pub names: Names,
    pub bounds: Bounds,
}

/// A memory, which in wasmtime has another type if it is shared.
#[derive(Clone)]
pub enum AnyMemory {
    Own(wt::Memory),
    Shared(wt::SharedMemory),
}

/// The objects of a session's handles.
pub struct Names {
    pub owner: Owner,
    pub instances: Numbered<wt::Instance>,
    pub funcs: Numbered<wt::Func>,
    pub tables: Numbered<wt::Table>,
    pub memories: Numbered<AnyMemory>,
    pub globals: Numbered<wt::Global>,
    pub tags: Numbered<wt::Tag>,
    pub objects: Numbered<Kept>,
    /// Host values by number: equal numbers are the same reference.
    pub externals: HashMap<u32, wt::OwnedRooted<wt::ExternRef>>,
    pub log: HostLog,
}

fn get<T: Clone>(numbered: &Numbered<T>, number: Result<u32, Fault>) -> Result<T, Fault> {
    numbered.get(number?).cloned().ok_or_else(stale)
}

fn remove<T>(numbered: &mut Numbered<T>, number: Result<u32, Fault>) -> Result<(), Fault> {
    numbered.remove(number?).map(drop).ok_or_else(stale)
}

impl Names {
    pub fn new() -> Names {
        Names {
            owner: Owner::fresh(),
            instances: Numbered::default(),
            funcs: Numbered::default(),
            tables: Numbered::default(),
            memories: Numbered::default(),
            globals: Numbered::default(),
            tags: Numbered::default(),
            objects: Numbered::default(),
            externals: HashMap::new(),
            log: HostLog::default(),
        }
    }

    pub fn name(&mut self, item: wt::Extern) -> Result<Extern, Fault> {
        let owner = self.owner;
        Ok(match item {
            wt::Extern::Func(it) => Extern::Func(Func::new(owner, self.funcs.add(it)?)),
            wt::Extern::Table(it) => Extern::Table(Table::new(owner, self.tables.add(it)?)),
            wt::Extern::Memory(it) => Extern::Memory(self.name_memory(AnyMemory::Own(it))?),
            wt::Extern::SharedMemory(it) => {
                Extern::Memory(self.name_memory(AnyMemory::Shared(it))?)
            }
            wt::Extern::Global(it) => Extern::Global(Global::new(owner, self.globals.add(it)?)),
            wt::Extern::Tag(it) => Extern::Tag(self.name_tag(it)?),
        })
    }

    pub fn name_memory(&mut self, memory: AnyMemory) -> Result<Memory, Fault> {
        Ok(Memory::new(self.owner, self.memories.add(memory)?))
    }

    pub fn name_tag(&mut self, tag: wt::Tag) -> Result<Tag, Fault> {
        Ok(Tag::new(self.owner, self.tags.add(tag)?))
    }

    pub fn name_object(&mut self, object: Kept) -> Result<Object, Fault> {
        Ok(Object::new(self.owner, self.objects.add(object)?))
    }

    pub fn item(&self, item: Extern) -> Result<wt::Extern, Fault> {
        Ok(match item {
            Extern::Func(func) => wt::Extern::Func(self.func(func)?),
            Extern::Table(table) => wt::Extern::Table(self.table(table)?),
            Extern::Memory(memory) => match self.memory(memory)? {
                AnyMemory::Own(memory) => wt::Extern::Memory(memory),
                AnyMemory::Shared(memory) => wt::Extern::SharedMemory(memory),
            },
            Extern::Global(global) => wt::Extern::Global(self.global(global)?),
            Extern::Tag(tag) => wt::Extern::Tag(self.tag(tag)?),
        })
    }

    pub fn instance(&self, instance: Instance) -> Result<wt::Instance, Fault> {
        get(&self.instances, instance.index_in(self.owner))
    }

    pub fn func(&self, func: Func) -> Result<wt::Func, Fault> {
        get(&self.funcs, func.index_in(self.owner))
    }

    pub fn table(&self, table: Table) -> Result<wt::Table, Fault> {
        get(&self.tables, table.index_in(self.owner))
    }

    pub fn memory(&self, memory: Memory) -> Result<AnyMemory, Fault> {
        get(&self.memories, memory.index_in(self.owner))
    }

    pub fn global(&self, global: Global) -> Result<wt::Global, Fault> {
        get(&self.globals, global.index_in(self.owner))
    }

    pub fn tag(&self, tag: Tag) -> Result<wt::Tag, Fault> {
        get(&self.tags, tag.index_in(self.owner))
    }

    pub fn object(&self, object: Object) -> Result<Kept, Fault> {
        get(&self.objects, object.index_in(self.owner))
    }

    pub fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        remove(&mut self.instances, instance.index_in(self.owner))
    }

    pub fn drop_extern(&mut self, item: Extern) -> Result<(), Fault> {
        let owner = self.owner;
        match item {
            Extern::Func(func) => remove(&mut self.funcs, func.index_in(owner)),
            Extern::Table(table) => remove(&mut self.tables, table.index_in(owner)),
            Extern::Memory(memory) => remove(&mut self.memories, memory.index_in(owner)),
            Extern::Global(global) => remove(&mut self.globals, global.index_in(owner)),
            Extern::Tag(tag) => remove(&mut self.tags, tag.index_in(owner)),
        }
    }

    pub fn drop_ref(&mut self, reference: Ref) -> Result<(), Fault> {
        let owner = self.owner;
        match reference {
            Ref::Null(_) | Ref::Extern(_) | Ref::Host(_) | Ref::I31(_) => Ok(()),
            Ref::Func(func) => remove(&mut self.funcs, func.index_in(owner)),
            Ref::Struct(it) | Ref::Array(it) | Ref::Exn(it) | Ref::Externalized(it) => {
                remove(&mut self.objects, it.index_in(owner))
            }
        }
    }
}
