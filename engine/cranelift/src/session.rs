//! A session is the runtime's store behind handles that carry its tag.

use crate::convert::{self, fault};
use crate::engine::Shared;
use std::sync::Arc;
use wassay_engine::*;
use wassay_runtime as rt;

pub(crate) struct CraneliftSession {
    owner: Owner,
    engine: Arc<Shared>,
    store: rt::Store,
}

impl CraneliftSession {
    pub fn new(engine: Arc<Shared>) -> CraneliftSession {
        let store = rt::Store::new(&engine.runtime);
        CraneliftSession { owner: Owner::fresh(), engine, store }
    }

    fn memory(&self, memory: Memory) -> Result<rt::MemoryId, Fault> {
        memory.index_in(self.owner).map(rt::MemoryId)
    }

    fn table(&self, table: Table) -> Result<rt::TableId, Fault> {
        table.index_in(self.owner).map(rt::TableId)
    }

    fn global(&self, global: Global) -> Result<rt::GlobalId, Fault> {
        global.index_in(self.owner).map(rt::GlobalId)
    }

    fn types(&self) -> &rt::TypeRegistry {
        self.engine.runtime.types()
    }
}

impl Session for CraneliftSession {
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
        let module = self.engine.module(module)?;
        let imports = imports
            .iter()
            .map(|item| convert::own_item(*item, self.owner))
            .collect::<Result<Vec<_>, _>>()?;
        let instantiated = self.store.instantiate(&module, &imports).map_err(fault)?;
        Ok(match instantiated {
            rt::Instantiated::Ready(id) => Instantiated::Ready(Instance::new(self.owner, id.0)),
            rt::Instantiated::Unlinkable(error) => {
                Instantiated::Unlinkable(convert::link_error(error))
            }
            rt::Instantiated::Failed(outcome) => {
                Instantiated::Failed(convert::outcome(outcome, self.owner))
            }
        })
    }

    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        let instance = rt::InstanceId(instance.index_in(self.owner)?);
        let item = self.store.export(instance, name).map_err(fault)?;
        Ok(item.map(|item| convert::item(item, self.owner)))
    }

    fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        let instance = rt::InstanceId(instance.index_in(self.owner)?);
        self.store.drop_instance(instance).map_err(fault)
    }

    fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        let func = rt::FuncId(func.index_in(self.owner)?);
        let args = convert::own_values(args, self.owner)?;
        let outcome = self.store.call(func, &args).map_err(fault)?;
        Ok(convert::outcome(outcome, self.owner))
    }

    fn extern_type(&mut self, item: Extern) -> Result<ExternType, Fault> {
        let item = convert::own_item(item, self.owner)?;
        let ty = self.store.extern_type(item).map_err(fault)?;
        Ok(convert::extern_type(&ty, self.types()))
    }

    fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        let ty = ty.try_map(|kind, ty| self.types().canonical(kind, ty))?;
        let action = match action {
            HostAction::Return(values) => {
                rt::HostAction::Return(convert::own_values(&values, self.owner)?)
            }
            HostAction::Trap(message) => rt::HostAction::Trap(message),
            HostAction::Call(func) => rt::HostAction::Call(rt::FuncId(func.index_in(self.owner)?)),
            HostAction::Throw(..) => {
                return Err(Fault::Unsupported("exceptions".to_string()));
            }
        };
        let func = self.store.host_func(&ty, action).map_err(fault)?;
        Ok(Func::new(self.owner, func.0))
    }

    fn take_host_calls(&mut self) -> Vec<HostCall> {
        let owner = self.owner;
        let calls = self.store.take_host_calls().into_iter();
        calls
            .map(|call| HostCall {
                func: Func::new(owner, call.func.0),
                args: convert::values(call.args, owner),
            })
            .collect()
    }

    fn global_new(&mut self, ty: GlobalType, value: Value) -> Result<Global, Fault> {
        let ty = ty.try_map(|kind, ty| self.types().canonical(kind, ty))?;
        let value = convert::own_value(value, self.owner)?;
        let global = self.store.global_new(ty, value).map_err(fault)?;
        Ok(Global::new(self.owner, global.0))
    }

    fn global_get(&mut self, global: Global) -> Result<Value, Fault> {
        let value = self.store.global_get(self.global(global)?).map_err(fault)?;
        Ok(convert::value(value, self.owner))
    }

    fn global_set(&mut self, global: Global, value: Value) -> Result<(), Fault> {
        let value = convert::own_value(value, self.owner)?;
        self.store.global_set(self.global(global)?, value).map_err(fault)
    }

    fn table_new(&mut self, ty: TableType, init: Ref) -> Result<Table, Fault> {
        let ty = ty.try_map(|kind, ty| self.types().canonical(kind, ty))?;
        let init = convert::own_reference(init, self.owner)?;
        let table = self.store.table_new(ty, init).map_err(fault)?;
        Ok(Table::new(self.owner, table.0))
    }

    fn table_size(&mut self, table: Table) -> Result<u64, Fault> {
        self.store.table_size(self.table(table)?).map_err(fault)
    }

    fn table_get(&mut self, table: Table, index: u64) -> Result<Option<Ref>, Fault> {
        let element = self.store.table_get(self.table(table)?, index).map_err(fault)?;
        Ok(element.map(|element| convert::reference(element, self.owner)))
    }

    fn table_set(&mut self, table: Table, index: u64, value: Ref) -> Result<bool, Fault> {
        let value = convert::own_reference(value, self.owner)?;
        self.store.table_set(self.table(table)?, index, value).map_err(fault)
    }

    fn table_grow(&mut self, table: Table, delta: u64, init: Ref) -> Result<Option<u64>, Fault> {
        let init = convert::own_reference(init, self.owner)?;
        self.store.table_grow(self.table(table)?, delta, init).map_err(fault)
    }

    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        let memory = self.store.memory_new(ty).map_err(fault)?;
        Ok(Memory::new(self.owner, memory.0))
    }

    fn memory_size(&mut self, memory: Memory) -> Result<u64, Fault> {
        self.store.memory_size(self.memory(memory)?).map_err(fault)
    }

    fn memory_read(&mut self, memory: Memory, at: u64, buffer: &mut [u8]) -> Result<bool, Fault> {
        self.store.memory_read(self.memory(memory)?, at, buffer).map_err(fault)
    }

    fn memory_write(&mut self, memory: Memory, at: u64, bytes: &[u8]) -> Result<bool, Fault> {
        self.store.memory_write(self.memory(memory)?, at, bytes).map_err(fault)
    }

    fn memory_grow(&mut self, memory: Memory, delta: u64) -> Result<Option<u64>, Fault> {
        self.store.memory_grow(self.memory(memory)?, delta).map_err(fault)
    }

    fn share_memory(&mut self, memory: Memory) -> Result<SharedMemory, Fault> {
        let shared = self.store.share_memory(self.memory(memory)?).map_err(fault)?;
        self.engine.keep_memory(shared)
    }

    fn adopt_memory(&mut self, memory: SharedMemory) -> Result<Memory, Fault> {
        let shared = self.engine.kept_memory(memory)?;
        let memory = self.store.adopt_memory(&shared).map_err(fault)?;
        Ok(Memory::new(self.owner, memory.0))
    }

    fn tag_new(&mut self, ty: &FuncType) -> Result<Tag, Fault> {
        let ty = ty.try_map(|kind, ty| self.types().canonical(kind, ty))?;
        let tag = self.store.tag_new(&ty).map_err(fault)?;
        Ok(Tag::new(self.owner, tag.0))
    }

    fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        let a = convert::own_reference(a, self.owner)?;
        let b = convert::own_reference(b, self.owner)?;
        self.store.same(a, b).map_err(fault)
    }
}
