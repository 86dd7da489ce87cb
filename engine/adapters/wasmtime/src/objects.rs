//! Globals, tables, memories and references of a session. Types are checked before wasmtime sees
//! them.

use crate::engine::fault;
use crate::names::{AnyMemory, State};
use crate::raw;
use crate::session::Opened;
use crate::types::lower_memory;
use crate::value::{lift, lower, lower_any};
use wasmtime as wt;
use wasmtime::{AsContextMut, RootScope, Rooted, Val};
use wassay_engine::*;

impl Opened {
    pub fn type_of(&mut self, item: Extern) -> Result<ExternType, Fault> {
        let item = self.store.data().names.item(item)?;
        let mut ty = self.shared.types.lift_extern(&item.ty(&self.store))?;
        match (&item, &mut ty) {
            (wt::Extern::Table(table), ExternType::Table(ty)) => {
                ty.minimum = table.size(&self.store);
            }
            (wt::Extern::Memory(memory), ExternType::Memory(ty)) => {
                ty.minimum = memory.size(&self.store);
            }
            (wt::Extern::SharedMemory(memory), ExternType::Memory(ty)) => {
                ty.minimum = memory.size();
            }
            _ => {}
        }
        Ok(ty)
    }

    pub fn make_global(&mut self, ty: GlobalType, value: Value) -> Result<Global, Fault> {
        ty.check(self.shared.features)?;
        let content = self.shared.types.lower_val(&ty.content)?;
        let mutability = if ty.mutable { wt::Mutability::Var } else { wt::Mutability::Const };
        let mut scope = RootScope::new(&mut self.store);
        let value = lower(&mut scope, value, &content)?;
        let ty = wt::GlobalType::new(content, mutability);
        let made = wt::Global::new(&mut scope, ty, value).map_err(fault)?;
        drop(scope);
        let names = &mut self.store.data_mut().names;
        Ok(Global::new(names.owner, names.globals.add(made)?))
    }

    pub fn read_global(&mut self, global: Global) -> Result<Value, Fault> {
        let global = self.store.data().names.global(global)?;
        let mut scope = RootScope::new(&mut self.store);
        let value = global.get(&mut scope);
        lift(&mut scope, &value)
    }

    pub fn write_global(&mut self, global: Global, value: Value) -> Result<(), Fault> {
        let global = self.store.data().names.global(global)?;
        let ty = global.ty(&self.store);
        if ty.mutability().is_const() {
            return Err(Fault::misuse("writing an immutable global"));
        }
        let mut scope = RootScope::new(&mut self.store);
        let value = lower(&mut scope, value, ty.content())?;
        global.set(&mut scope, value).map_err(fault)
    }

    pub fn make_table(&mut self, ty: TableType, init: Ref) -> Result<Table, Fault> {
        ty.check(self.shared.features)?;
        let ty = self.shared.types.lower_table(&ty)?;
        let mut scope = RootScope::new(&mut self.store);
        let init = element(&mut scope, init, ty.element())?;
        let made = wt::Table::new(&mut scope, ty, init);
        drop(scope);
        let State { names, bounds } = self.store.data_mut();
        let made = made.map_err(|error| match bounds.refused() {
            Some(what) => Fault::Unsupported(what),
            None => fault(error),
        })?;
        Ok(Table::new(names.owner, names.tables.add(made)?))
    }

    pub fn size_of_table(&mut self, table: Table) -> Result<u64, Fault> {
        Ok(self.store.data().names.table(table)?.size(&self.store))
    }

    pub fn read_table(&mut self, table: Table, index: u64) -> Result<Option<Ref>, Fault> {
        let table = self.store.data().names.table(table)?;
        let mut scope = RootScope::new(&mut self.store);
        let Some(element) = table.get(&mut scope, index) else { return Ok(None) };
        match lift(&mut scope, &Val::from(element))? {
            Value::Ref(reference) => Ok(Some(reference)),
            other => Err(Fault::Internal(format!("an element {other}"))),
        }
    }

    pub fn write_table(&mut self, table: Table, index: u64, value: Ref) -> Result<bool, Fault> {
        let table = self.store.data().names.table(table)?;
        let ty = table.ty(&self.store);
        let mut scope = RootScope::new(&mut self.store);
        let value = element(&mut scope, value, ty.element())?;
        if index >= table.size(&scope) {
            return Ok(false);
        }
        table.set(&mut scope, index, value).map(|()| true).map_err(fault)
    }

    pub fn grow_table(
        &mut self,
        table: Table,
        delta: u64,
        init: Ref,
    ) -> Result<Option<u64>, Fault> {
        let table = self.store.data().names.table(table)?;
        let ty = table.ty(&self.store);
        let mut scope = RootScope::new(&mut self.store);
        let init = element(&mut scope, init, ty.element())?;
        Ok(table.grow(&mut scope, delta, init).ok())
    }

    pub fn make_memory(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        ty.check(self.shared.features)?;
        let lowered = lower_memory(ty)?;
        let made = if ty.shared {
            let made = wt::SharedMemory::new(&self.shared.engine, lowered).map_err(fault)?;
            AnyMemory::Shared(made)
        } else {
            AnyMemory::Own(wt::Memory::new(&mut self.store, lowered).map_err(fault)?)
        };
        self.store.data_mut().names.name_memory(made)
    }

    pub fn size_of_memory(&mut self, memory: Memory) -> Result<u64, Fault> {
        Ok(match self.store.data().names.memory(memory)? {
            AnyMemory::Own(memory) => memory.size(&self.store),
            AnyMemory::Shared(memory) => memory.size(),
        })
    }

    pub fn read_memory(
        &mut self,
        memory: Memory,
        at: u64,
        buffer: &mut [u8],
    ) -> Result<bool, Fault> {
        Ok(match self.store.data().names.memory(memory)? {
            AnyMemory::Own(memory) => match usize::try_from(at) {
                Ok(at) => memory.read(&self.store, at, buffer).is_ok(),
                Err(_) => false,
            },
            AnyMemory::Shared(memory) => raw::read(&memory, at, buffer),
        })
    }

    pub fn write_memory(&mut self, memory: Memory, at: u64, bytes: &[u8]) -> Result<bool, Fault> {
        Ok(match self.store.data().names.memory(memory)? {
            AnyMemory::Own(memory) => match usize::try_from(at) {
                Ok(at) => memory.write(&mut self.store, at, bytes).is_ok(),
                Err(_) => false,
            },
            AnyMemory::Shared(memory) => raw::write(&memory, at, bytes),
        })
    }

    pub fn grow_memory(&mut self, memory: Memory, delta: u64) -> Result<Option<u64>, Fault> {
        Ok(match self.store.data().names.memory(memory)? {
            AnyMemory::Own(memory) => memory.grow(&mut self.store, delta).ok(),
            AnyMemory::Shared(memory) => memory.grow(delta).ok(),
        })
    }

    pub fn share(&mut self, memory: Memory) -> Result<SharedMemory, Fault> {
        match self.store.data().names.memory(memory)? {
            AnyMemory::Own(_) => Err(Fault::misuse("sharing a memory that is not shared")),
            AnyMemory::Shared(memory) => self.shared.keep_memory(memory),
        }
    }

    pub fn adopt(&mut self, memory: SharedMemory) -> Result<Memory, Fault> {
        let memory = self.shared.kept_memory(memory)?;
        self.store.data_mut().names.name_memory(AnyMemory::Shared(memory))
    }

    pub fn make_tag(&mut self, ty: &FuncType) -> Result<Tag, Fault> {
        if !ty.results.is_empty() {
            return Err(Fault::misuse("a tag with results"));
        }
        let ty = self.shared.types.lower_func(&self.shared.engine, ty)?;
        let made = wt::Tag::new(&mut self.store, &wt::TagType::new(ty)).map_err(fault)?;
        self.store.data_mut().names.name_tag(made)
    }

    /// Whether two references are identical.
    pub fn identical(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        // Equal numbers are the same host value.
        if let (Ref::Extern(a), Ref::Extern(b)) | (Ref::Host(a), Ref::Host(b)) = (a, b) {
            return Ok(a == b);
        }
        let mut scope = RootScope::new(&mut self.store);
        let a = lower_any(&mut scope, Value::Ref(a))?;
        let b = lower_any(&mut scope, Value::Ref(b))?;
        match (a, b) {
            (Val::FuncRef(Some(a)), Val::FuncRef(Some(b))) => {
                Ok(raw::identity(&a, &mut scope) == raw::identity(&b, &mut scope))
            }
            (Val::AnyRef(Some(a)), Val::AnyRef(Some(b))) => Rooted::ref_eq(&scope, &a, &b),
            (Val::ExternRef(Some(a)), Val::ExternRef(Some(b))) => Rooted::ref_eq(&scope, &a, &b),
            (Val::ExnRef(Some(a)), Val::ExnRef(Some(b))) => Rooted::ref_eq(&scope, &a, &b),
            (Val::FuncRef(None), Val::FuncRef(None))
            | (Val::AnyRef(None), Val::AnyRef(None))
            | (Val::ExternRef(None), Val::ExternRef(None))
            | (Val::ExnRef(None), Val::ExnRef(None)) => Ok(true),
            _ => Ok(false),
        }
        .map_err(fault)
    }

    pub fn collect_garbage(&mut self) -> Result<(), Fault> {
        self.store.gc(None).map_err(fault)
    }
}

/// wasmtime's reference for an element of this type.
fn element<S>(store: &mut S, value: Ref, ty: &wt::RefType) -> Result<wt::Ref, Fault>
where
    S: AsContextMut<Data = State>,
{
    let value = lower(store, Value::Ref(value), &wt::ValType::Ref(ty.clone()))?;
    value.ref_().ok_or_else(|| Fault::misuse("an element that is no reference"))
}
