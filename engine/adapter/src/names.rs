//! Maps an engine's own handles to the trait's handles, and back. A handle is a number that is
//! never reused, with the tag of its session. Never calls the engine, except to clone its handles and
//! for its host values.

use crate::Plain;
use crate::host::Ended;
use crate::value::{Item, Val};
use std::collections::HashMap;
use wassay_engine::*;

/// A copy of the object with this number.
pub(super) fn get<T: Clone>(numbered: &Numbered<T>, number: u32) -> Result<T, Fault> {
    numbered.get(number).cloned().ok_or_else(|| stale(number))
}

/// Frees the number. The caller drops the object once the names are unlocked.
pub(super) fn remove<T>(numbered: &mut Numbered<T>, number: u32) -> Result<T, Fault> {
    numbered.remove(number).ok_or_else(|| stale(number))
}

fn stale(number: u32) -> Fault {
    Fault::Dropped(format!("handle {number}"))
}

/// All objects that a session's handles name, and the calls of its host functions.
pub(super) struct Names<P: Plain> {
    pub owner: Owner,
    pub instances: Numbered<P::Instance>,
    pub funcs: Numbered<P::Func>,
    pub tables: Numbered<P::Table>,
    pub memories: Numbered<P::Memory>,
    pub globals: Numbered<P::Global>,
    pub tags: Numbered<P::Tag>,
    pub objects: Numbered<P::Object>,
    /// Host values by number: equal numbers are the same reference.
    externals: HashMap<u32, P::External>,
    /// The number of recorded host calls, and of lost ones.
    pub log: HostLog,
    /// The recorded calls, with the engine's values.
    pub calls: Vec<(Func, Vec<Val<P>>)>,
    /// The number of marked ends of host functions.
    pub marks: u64,
    /// The last of them in the current call.
    pub ended: Option<Ended<P>>,
}

impl<P: Plain> Names<P> {
    pub fn new() -> Names<P> {
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
            calls: Vec::new(),
            marks: 0,
            ended: None,
        }
    }

    pub fn name(&mut self, item: Item<P>) -> Result<Extern, Fault> {
        let owner = self.owner;
        Ok(match item {
            Item::Func(func) => Extern::Func(Func::new(owner, self.funcs.add(func)?)),
            Item::Table(table) => Extern::Table(Table::new(owner, self.tables.add(table)?)),
            Item::Memory(memory) => Extern::Memory(Memory::new(owner, self.memories.add(memory)?)),
            Item::Global(global) => Extern::Global(Global::new(owner, self.globals.add(global)?)),
            Item::Tag(tag) => Extern::Tag(Tag::new(owner, self.tags.add(tag)?)),
        })
    }

    pub fn item(&self, item: Extern) -> Result<Item<P>, Fault> {
        Ok(match item {
            Extern::Func(func) => Item::Func(self.func(func)?),
            Extern::Table(table) => Item::Table(self.table(table)?),
            Extern::Memory(memory) => Item::Memory(self.memory(memory)?),
            Extern::Global(global) => Item::Global(self.global(global)?),
            Extern::Tag(tag) => Item::Tag(self.tag(tag)?),
        })
    }

    pub fn func(&self, func: Func) -> Result<P::Func, Fault> {
        get(&self.funcs, func.index_in(self.owner)?)
    }

    pub fn table(&self, table: Table) -> Result<P::Table, Fault> {
        get(&self.tables, table.index_in(self.owner)?)
    }

    pub fn memory(&self, memory: Memory) -> Result<P::Memory, Fault> {
        get(&self.memories, memory.index_in(self.owner)?)
    }

    pub fn global(&self, global: Global) -> Result<P::Global, Fault> {
        get(&self.globals, global.index_in(self.owner)?)
    }

    pub fn tag(&self, tag: Tag) -> Result<P::Tag, Fault> {
        get(&self.tags, tag.index_in(self.owner)?)
    }

    pub fn instance(&self, instance: Instance) -> Result<P::Instance, Fault> {
        get(&self.instances, instance.index_in(self.owner)?)
    }

    fn object(&self, object: Object) -> Result<P::Object, Fault> {
        get(&self.objects, object.index_in(self.owner)?)
    }

    /// Frees the handle. The caller drops the item once the names are unlocked.
    pub fn drop_extern(&mut self, item: Extern) -> Result<Item<P>, Fault> {
        let owner = self.owner;
        Ok(match item {
            Extern::Func(func) => Item::Func(remove(&mut self.funcs, func.index_in(owner)?)?),
            Extern::Table(table) => Item::Table(remove(&mut self.tables, table.index_in(owner)?)?),
            Extern::Memory(memory) => {
                Item::Memory(remove(&mut self.memories, memory.index_in(owner)?)?)
            }
            Extern::Global(global) => {
                Item::Global(remove(&mut self.globals, global.index_in(owner)?)?)
            }
            Extern::Tag(tag) => Item::Tag(remove(&mut self.tags, tag.index_in(owner)?)?),
        })
    }

    /// Frees the handle in a reference, if it has one; as [`Names::drop_extern`].
    pub fn drop_ref(&mut self, reference: Ref) -> Result<Option<Val<P>>, Fault> {
        let owner = self.owner;
        let mut object = |object: Object| remove(&mut self.objects, object.index_in(owner)?);
        Ok(Some(match reference {
            Ref::Null(_) | Ref::Extern(_) | Ref::Host(_) | Ref::I31(_) => return Ok(None),
            Ref::Func(func) => Val::Func(remove(&mut self.funcs, func.index_in(owner)?)?),
            Ref::Struct(it) => Val::Struct(object(it)?),
            Ref::Array(it) => Val::Array(object(it)?),
            Ref::Exn(it) => Val::Exn(object(it)?),
            Ref::Externalized(it) => Val::Externalized(object(it)?),
        }))
    }

    /// The engine's host value with this number.
    fn external(&mut self, store: &mut P, number: u32) -> Result<P::External, Fault> {
        if let Some(known) = self.externals.get(&number) {
            return Ok(known.clone());
        }
        let made = store.external(number)?;
        self.externals.insert(number, made.clone());
        Ok(made)
    }

    /// The [`Val`] for our value.
    pub fn lower(&mut self, store: &mut P, value: Value) -> Result<Val<P>, Fault> {
        Ok(match value {
            Value::I32(value) => Val::I32(value),
            Value::I64(value) => Val::I64(value),
            Value::F32(bits) => Val::F32(bits),
            Value::F64(bits) => Val::F64(bits),
            Value::V128(bits) => Val::V128(bits),
            Value::Ref(reference) => self.lower_ref(store, reference)?,
        })
    }

    pub fn lower_ref(&mut self, store: &mut P, reference: Ref) -> Result<Val<P>, Fault> {
        Ok(match reference {
            Ref::Null(hierarchy) => Val::Null(hierarchy),
            Ref::Func(func) => Val::Func(self.func(func)?),
            Ref::Extern(number) => Val::Extern(self.external(store, number)?),
            Ref::Host(number) => Val::Host(self.external(store, number)?),
            Ref::I31(bits) => Val::I31(bits),
            Ref::Struct(object) => Val::Struct(self.object(object)?),
            Ref::Array(object) => Val::Array(self.object(object)?),
            Ref::Exn(object) => Val::Exn(self.object(object)?),
            Ref::Externalized(object) => Val::Externalized(self.object(object)?),
        })
    }

    /// Our value for a [`Val`]; a reference gets a handle.
    pub fn lift(&mut self, store: &mut P, value: Val<P>) -> Result<Value, Fault> {
        let owner = self.owner;
        let mut number = |external| {
            let number = store.number(external);
            number.ok_or_else(|| Fault::internal("the engine has a host value without a number"))
        };
        let mut object = |object| Ok(Object::new(owner, self.objects.add(object)?));
        Ok(match value {
            Val::I32(value) => Value::I32(value),
            Val::I64(value) => Value::I64(value),
            Val::F32(bits) => Value::F32(bits),
            Val::F64(bits) => Value::F64(bits),
            Val::V128(bits) => Value::V128(bits),
            Val::Null(hierarchy) => Value::Ref(Ref::Null(hierarchy)),
            Val::Func(func) => Value::Ref(Ref::Func(Func::new(owner, self.funcs.add(func)?))),
            Val::Extern(it) => Value::Ref(Ref::Extern(number(&it)?)),
            Val::Host(it) => Value::Ref(Ref::Host(number(&it)?)),
            Val::I31(bits) => Value::Ref(Ref::I31(bits)),
            Val::Struct(it) => Value::Ref(Ref::Struct(object(it)?)),
            Val::Array(it) => Value::Ref(Ref::Array(object(it)?)),
            Val::Exn(it) => Value::Ref(Ref::Exn(object(it)?)),
            Val::Externalized(it) => Value::Ref(Ref::Externalized(object(it)?)),
        })
    }

    pub fn lift_all(&mut self, store: &mut P, values: Vec<Val<P>>) -> Result<Vec<Value>, Fault> {
        values.into_iter().map(|value| self.lift(store, value)).collect()
    }

    /// Takes the record of host calls; their references get handles.
    pub fn take_calls(&mut self, store: &mut P) -> Result<HostCalls, Fault> {
        for (func, args) in std::mem::take(&mut self.calls) {
            let args = self.lift_all(store, args)?;
            self.log.push(HostCall { func, args });
        }
        Ok(self.log.take())
    }
}
