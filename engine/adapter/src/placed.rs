//! Implements the trait's session by running each method where the session lives. Sees no engine.

use crate::Plain;
use crate::place::Place;
use std::marker::PhantomData;
use wassay_engine::*;

/// A session and the place where it lives.
pub(super) struct Placed<P, L> {
    place: L,
    engine: PhantomData<fn() -> P>,
}

impl<P: Plain, L: Place<P>> Placed<P, L> {
    pub const fn new(place: L) -> Placed<P, L> {
        Placed { place, engine: PhantomData }
    }
}

/// Methods that pass their arguments unchanged.
macro_rules! pass {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $result:ty;)*) => {$(
        fn $name(&mut self, $($arg: $ty),*) -> Result<$result, Fault> {
            self.place.run(move |core| core.$name($($arg),*))
        }
    )*};
}

impl<P: Plain, L: Place<P>> Session for Placed<P, L> {
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
        let imports = imports.to_vec();
        self.place.run(move |core| core.instantiate(module, &imports))
    }

    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        let name = name.to_string();
        self.place.run(move |core| core.export(instance, &name))
    }

    fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        let args = args.to_vec();
        self.place.run(move |core| core.call(func, &args))
    }

    fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        let ty = ty.clone();
        self.place.run(move |core| core.host_func(&ty, action))
    }

    fn memory_read(&mut self, memory: Memory, at: u64, buffer: &mut [u8]) -> Result<bool, Fault> {
        let length = buffer.len();
        let bytes = self.place.run(move |core| core.memory_read(memory, at, length))?;
        if let Some(bytes) = &bytes {
            buffer.copy_from_slice(bytes);
        }
        Ok(bytes.is_some())
    }

    fn memory_write(&mut self, memory: Memory, at: u64, bytes: &[u8]) -> Result<bool, Fault> {
        let bytes = bytes.to_vec();
        self.place.run(move |core| core.memory_write(memory, at, &bytes))
    }

    fn tag_new(&mut self, ty: &FuncType) -> Result<Tag, Fault> {
        let ty = ty.clone();
        self.place.run(move |core| core.tag_new(&ty))
    }

    pass! {
        drop_instance(instance: Instance) -> ();
        drop_extern(item: Extern) -> ();
        drop_ref(reference: Ref) -> ();
        extern_type(item: Extern) -> ExternType;
        take_host_calls() -> HostCalls;
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
        memory_grow(memory: Memory, delta: u64) -> Option<u64>;
        same(a: Ref, b: Ref) -> bool;
        collect() -> ();
    }
}
