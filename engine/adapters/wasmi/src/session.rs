//! A wasmi store behind the trait: handles in, wasmi's answers out.
//! A session in which wasmi panicked does nothing more.

use crate::engine::{Modules, guarded};
use crate::handles::Handles;
use crate::host;
use crate::outcome::{ended, unlinkable};
use crate::types::{lift_func, lift_global, lift_memory, lift_table, lower_memory, lower_table};
use crate::value::{lift, lift_all, lift_ref, lower, lower_all, lower_ref};
use std::sync::Arc;
use wasmi::errors::{ErrorKind, TableError};
use wasmi::{Mutability, Store, Val};
use wassay_engine::{
    Extern, ExternType, Fault, Func, FuncType, Global, GlobalType, HostAction, HostCalls, Instance,
    Instantiated, Memory, MemoryType, Module, Outcome, Ref, Session, Table, TableType, Value,
};

/// One store of wasmi.
pub struct WasmiSession {
    modules: Arc<Modules>,
    instances: Vec<Option<wasmi::Instance>>,
    store: Store<Handles>,
    broken: bool,
}

impl WasmiSession {
    pub fn new(engine: &wasmi::Engine, modules: Arc<Modules>) -> WasmiSession {
        let mut store = Store::new(engine, Handles::new());
        store.limiter(|handles| &mut handles.limits);
        WasmiSession { modules, instances: Vec::new(), store, broken: false }
    }

    fn with<T>(
        &mut self,
        run: impl FnOnce(&mut Store<Handles>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if self.broken {
            return Err(Fault::Internal("wasmi panicked earlier in this session".to_string()));
        }
        let store = &mut self.store;
        match guarded(|| run(store)) {
            Ok(result) => result,
            Err(panic) => {
                self.broken = true;
                Err(panic)
            }
        }
    }

    fn instance_slot(&mut self, instance: Instance) -> Result<&mut Option<wasmi::Instance>, Fault> {
        let index = instance.index_in(self.store.data().owner)? as usize;
        self.instances
            .get_mut(index)
            .filter(|slot| slot.is_some())
            .ok_or_else(|| Fault::Misuse("an instance that was dropped".to_string()))
    }
}

impl Session for WasmiSession {
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
        let compiled = self.modules.get(module)?;
        let made = self.with(|store| {
            let imports: Vec<_> =
                imports.iter().map(|item| store.data().item(*item)).collect::<Result<_, _>>()?;
            Ok(wasmi::Instance::new(store, &compiled.module, &compiled.reorder(&imports)))
        })?;
        let error = match made {
            Ok(instance) => {
                self.instances.push(Some(instance));
                let index = self.instances.len() as u32 - 1;
                return Ok(Instantiated::Ready(Instance::new(self.store.data().owner, index)));
            }
            Err(error) => error,
        };
        match unlinkable(&error, |module, name| compiled.only_import(module, name)) {
            Some(error) => Ok(Instantiated::Unlinkable(error)),
            None => ended(&error).map(Instantiated::Failed),
        }
    }

    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        let instance = *self.instance_slot(instance)?;
        self.with(|store| {
            let item = instance.and_then(|instance| instance.get_export(&*store, name));
            Ok(item.map(|item| store.data_mut().name_item(item)))
        })
    }

    fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        *self.instance_slot(instance)? = None;
        Ok(())
    }

    fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        self.with(|store| {
            let func = store.data().func(func)?;
            let args = lower_all(store, args)?;
            let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
            match func.call(&mut *store, &args, &mut results) {
                Ok(()) => lift_all(store, &results).map(Outcome::Returned),
                Err(error) => ended(&error),
            }
        })
    }

    fn extern_type(&mut self, item: Extern) -> Result<ExternType, Fault> {
        self.with(|store| {
            Ok(match store.data().item(item)? {
                wasmi::Extern::Func(func) => ExternType::Func(lift_func(&func.ty(&*store))),
                wasmi::Extern::Global(global) => {
                    ExternType::Global(lift_global(global.ty(&*store)))
                }
                wasmi::Extern::Table(table) => ExternType::Table(TableType {
                    minimum: table.size(&*store),
                    ..lift_table(table.ty(&*store))
                }),
                wasmi::Extern::Memory(memory) => ExternType::Memory(MemoryType {
                    minimum: memory.size(&*store),
                    ..lift_memory(memory.ty(&*store))
                }),
            })
        })
    }

    fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        self.with(|store| host::host_func(store, ty, action))
    }

    fn take_host_calls(&mut self) -> Result<HostCalls, Fault> {
        Ok(self.store.data_mut().host_calls.take())
    }

    fn global_new(&mut self, ty: GlobalType, value: Value) -> Result<Global, Fault> {
        self.with(|store| {
            let value = lower(store, value)?;
            if crate::types::lower_val(ty.content)? != value.ty() {
                return Err(Fault::Misuse("a global whose value has another type".to_string()));
            }
            let mutability = if ty.mutable { Mutability::Var } else { Mutability::Const };
            let global = wasmi::Global::new(&mut *store, value, mutability);
            Ok(store.data_mut().name_global(global))
        })
    }

    fn global_get(&mut self, global: Global) -> Result<Value, Fault> {
        self.with(|store| {
            let value = store.data().global(global)?.get(&*store);
            lift(store, &value)
        })
    }

    fn global_set(&mut self, global: Global, value: Value) -> Result<(), Fault> {
        self.with(|store| {
            let global = store.data().global(global)?;
            let value = lower(store, value)?;
            global.set(store, value).map_err(|error| Fault::Misuse(error.to_string()))
        })
    }

    fn table_new(&mut self, ty: TableType, init: Ref) -> Result<Table, Fault> {
        self.with(|store| {
            let init = lower_ref(store, init)?;
            let table = wasmi::Table::new(&mut *store, lower_table(ty)?, init);
            let table = table.map_err(|error| match error.kind() {
                ErrorKind::Table(TableError::ElementTypeMismatch) => {
                    Fault::Misuse(error.to_string())
                }
                _ => Fault::Internal(error.to_string()),
            })?;
            Ok(store.data_mut().name_table(table))
        })
    }

    fn table_size(&mut self, table: Table) -> Result<u64, Fault> {
        self.with(|store| Ok(store.data().table(table)?.size(&*store)))
    }

    fn table_get(&mut self, table: Table, index: u64) -> Result<Option<Ref>, Fault> {
        self.with(|store| {
            let element = store.data().table(table)?.get(&*store, index);
            element.map(|element| lift_ref(store, element)).transpose()
        })
    }

    fn table_set(&mut self, table: Table, index: u64, value: Ref) -> Result<bool, Fault> {
        self.with(|store| {
            let table = store.data().table(table)?;
            let value = lower_ref(store, value)?;
            match table.set(store, index, value) {
                Ok(()) => Ok(true),
                Err(TableError::SetOutOfBounds) => Ok(false),
                Err(error) => Err(Fault::Misuse(error.to_string())),
            }
        })
    }

    fn table_grow(&mut self, table: Table, delta: u64, init: Ref) -> Result<Option<u64>, Fault> {
        self.with(|store| {
            let table = store.data().table(table)?;
            let init = lower_ref(store, init)?;
            match table.grow(store, delta, init) {
                Ok(old) => Ok(Some(old)),
                Err(TableError::ElementTypeMismatch) => {
                    Err(Fault::Misuse(TableError::ElementTypeMismatch.to_string()))
                }
                Err(_) => Ok(None),
            }
        })
    }

    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        self.with(|store| {
            let memory = wasmi::Memory::new(&mut *store, lower_memory(ty)?)
                .map_err(|error| Fault::Internal(error.to_string()))?;
            Ok(store.data_mut().name_memory(memory))
        })
    }

    fn memory_size(&mut self, memory: Memory) -> Result<u64, Fault> {
        self.with(|store| Ok(store.data().memory(memory)?.size(&*store)))
    }

    fn memory_read(&mut self, memory: Memory, at: u64, buffer: &mut [u8]) -> Result<bool, Fault> {
        self.with(|store| {
            let memory = store.data().memory(memory)?;
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            Ok(buffer.is_empty() || memory.read(store, at, buffer).is_ok())
        })
    }

    fn memory_write(&mut self, memory: Memory, at: u64, bytes: &[u8]) -> Result<bool, Fault> {
        self.with(|store| {
            let memory = store.data().memory(memory)?;
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            Ok(bytes.is_empty() || memory.write(store, at, bytes).is_ok())
        })
    }

    fn memory_grow(&mut self, memory: Memory, delta: u64) -> Result<Option<u64>, Fault> {
        self.with(|store| Ok(store.data().memory(memory)?.grow(store, delta).ok()))
    }

    fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        self.with(|store| {
            // Equal references have equal handles in this adapter; lowering checks whose they are.
            lower_ref(store, a)?;
            lower_ref(store, b)?;
            Ok(a == b)
        })
    }
}
