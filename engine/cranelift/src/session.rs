//! A session is the runtime's store, with the modules and shared memories of its engine.

use crate::engine::Shared;
use std::sync::Arc;
use wassay_engine::*;
use wassay_runtime::Store;

pub(crate) struct CraneliftSession {
    engine: Arc<Shared>,
    store: Store,
}

impl CraneliftSession {
    pub fn new(engine: Arc<Shared>) -> CraneliftSession {
        let store = Store::new(&engine.runtime);
        CraneliftSession { engine, store }
    }
}

/// The methods that the store implements itself.
macro_rules! delegate {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $result:ty;)*) => {$(
        fn $name(&mut self, $($arg: $ty),*) -> Result<$result, Fault> {
            self.store.$name($($arg),*)
        }
    )*};
}

impl Session for CraneliftSession {
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
        let module = self.engine.module(module)?;
        self.store.instantiate(&module, imports)
    }

    fn take_host_calls(&mut self) -> Result<HostCalls, Fault> {
        Ok(self.store.take_host_calls())
    }

    fn share_memory(&mut self, memory: Memory) -> Result<SharedMemory, Fault> {
        let shared = self.store.share_memory(memory)?;
        self.engine.keep_memory(&shared)
    }

    fn adopt_memory(&mut self, memory: SharedMemory) -> Result<Memory, Fault> {
        let shared = self.engine.kept_memory(memory)?;
        self.store.adopt_memory(&shared)
    }

    delegate! {
        export(instance: Instance, name: &str) -> Option<Extern>;
        drop_instance(instance: Instance) -> ();
        drop_extern(item: Extern) -> ();
        drop_ref(reference: Ref) -> ();
        collect() -> ();
        call(func: Func, args: &[Value]) -> Outcome;
        extern_type(item: Extern) -> ExternType;
        host_func(ty: &FuncType, action: HostAction) -> Func;
        global_new(ty: GlobalType, value: Value) -> Global;
        global_get(global: Global) -> Value;
        global_set(global: Global, value: Value) -> ();
        table_new(ty: TableType, init: Ref) -> Table;
        table_size(table: Table) -> u64;
        table_get(table: Table, index: u64) -> Option<Ref>;
        table_set(table: Table, index: u64, value: Ref) -> bool;
        table_grow(table: Table, delta: u64, init: Ref) -> Option<u64>;
        memory_new(ty: MemoryType) -> Memory;
        memory_size(memory: Memory) -> u64;
        memory_read(memory: Memory, at: u64, buffer: &mut [u8]) -> bool;
        memory_write(memory: Memory, at: u64, bytes: &[u8]) -> bool;
        memory_grow(memory: Memory, delta: u64) -> Option<u64>;
        tag_new(ty: &FuncType) -> Tag;
        same(a: Ref, b: Ref) -> bool;
    }
}
