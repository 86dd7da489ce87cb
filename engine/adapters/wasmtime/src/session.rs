//! A session is a store of wasmtime with the handles of its objects. Implements the trait by
//! passing each operation to the file that performs it.

use crate::bounds::Bounds;
use crate::engine::{Shared, fault};
use crate::names::{Names, State};
use std::sync::Arc;
use wasmtime::Store;
use wassay_engine::*;

/// A session.
pub struct Opened {
    pub store: Store<State>,
    pub shared: Arc<Shared>,
}

impl Opened {
    pub fn new(shared: Arc<Shared>) -> Result<Opened, Fault> {
        let state = State { names: Names::new(), bounds: Bounds::default() };
        let mut store = Store::try_new(&shared.engine, state).map_err(fault)?;
        store.limiter(|state| &mut state.bounds);
        Ok(Opened { store, shared })
    }
}

/// Methods that another file implements under another name.
macro_rules! pass {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $result:ty = $to:ident;)*) => {$(
        fn $name(&mut self, $($arg: $ty),*) -> Result<$result, Fault> {
            self.$to($($arg),*)
        }
    )*};
}

impl Session for Opened {
    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        let instance = self.store.data().names.instance(instance)?;
        let item = instance.get_export(&mut self.store, name);
        item.map(|item| self.store.data_mut().names.name(item)).transpose()
    }

    fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        self.store.data_mut().names.drop_instance(instance)
    }

    fn drop_extern(&mut self, item: Extern) -> Result<(), Fault> {
        self.store.data_mut().names.drop_extern(item)
    }

    fn drop_ref(&mut self, reference: Ref) -> Result<(), Fault> {
        self.store.data_mut().names.drop_ref(reference)
    }

    fn take_host_calls(&mut self) -> Result<HostCalls, Fault> {
        Ok(self.store.data_mut().names.log.take())
    }

    pass! {
        instantiate(module: Module, imports: &[Extern]) -> Instantiated = make_instance;
        call(func: Func, args: &[Value]) -> Outcome = call_func;
        extern_type(item: Extern) -> ExternType = type_of;
        host_func(ty: &FuncType, action: HostAction) -> Func = make_func;
        global_new(ty: GlobalType, value: Value) -> Global = make_global;
        global_get(global: Global) -> Value = read_global;
        global_set(global: Global, value: Value) -> () = write_global;
        table_new(ty: TableType, init: Ref) -> Table = make_table;
        table_size(table: Table) -> u64 = size_of_table;
        table_get(table: Table, index: u64) -> Option<Ref> = read_table;
        table_set(table: Table, index: u64, value: Ref) -> bool = write_table;
        table_grow(table: Table, delta: u64, init: Ref) -> Option<u64> = grow_table;
        memory_new(ty: MemoryType) -> Memory = make_memory;
        memory_size(memory: Memory) -> u64 = size_of_memory;
        memory_read(memory: Memory, at: u64, buffer: &mut [u8]) -> bool = read_memory;
        memory_write(memory: Memory, at: u64, bytes: &[u8]) -> bool = write_memory;
        memory_grow(memory: Memory, delta: u64) -> Option<u64> = grow_memory;
        share_memory(memory: Memory) -> SharedMemory = share;
        adopt_memory(memory: SharedMemory) -> Memory = adopt;
        tag_new(ty: &FuncType) -> Tag = make_tag;
        same(a: Ref, b: Ref) -> bool = identical;
        collect() -> () = collect_garbage;
    }
}
