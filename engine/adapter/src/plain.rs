//! The trait that an adapter implements: an engine in its own terms. Handles, owner tags and records
//! of host calls never appear in it.

use crate::host::Host;
use crate::imports::Imports;
use crate::value::{Item, Stop, Val};
use wassay_engine::*;

/// A store of an engine, with the engine's own types; functions without `self` belong to the
/// engine. Handles passed to a method belong to this store and were not dropped.
///
/// An associated type that the engine does not have is [`std::convert::Infallible`]. Handles are
/// dropped before their store, and a store before its engine. `Clone` of a handle,
/// [`Plain::external`] and [`Plain::number`] must not call a host function.
#[allow(missing_docs)]
pub trait Plain: Sized + 'static {
    /// Compiles modules and opens stores.
    type Engine: Send + Sync + 'static;
    /// A compiled module; the module's bytes if the engine's modules belong to a store.
    type Module: Clone + Send + Sync + 'static;
    type Instance: Clone + 'static;
    /// A value of any type; [`Val<Self>`](Val) if the engine needs the store to convert its values,
    /// which the methods below then do.
    type Value: Clone + 'static;
    /// The adapter calls [`Plain::item_type`] before each call. If the engine's functions do not
    /// have their type, keep it here.
    type Func: Clone + 'static;
    type Table: Clone + 'static;
    type Memory: Clone + 'static;
    type Global: Clone + 'static;
    type Tag: Clone + 'static;
    /// A host value, which wasm sees as `externref`.
    type External: Clone + 'static;
    /// A struct, an array, an exception or an externalized reference, kept alive by this value.
    type Object: Clone + 'static;

    /// All proposals that the engine can support.
    const FEATURES: Features;

    /// The engine's name and version.
    ///
    /// # Errors
    /// `Internal` if they are unknown.
    fn identity() -> Result<Identity, Fault>;

    /// What the engine can do besides running modules; nothing by default. Without
    /// [`Capabilities::stages`], thousands of `assert_invalid` and `assert_malformed` are
    /// unsupported.
    fn capabilities() -> Capabilities {
        Capabilities::default()
    }

    /// Starts an engine. [`Plain::FEATURES`] and [`Plain::capabilities`] cover everything in the
    /// config: the adapter rejects the rest before.
    fn start(config: &Config) -> Result<Self::Engine, Fault>;

    /// Decodes, validates and compiles a binary module. Returns [`Fault::Unsupported`] for a valid
    /// module that the engine cannot compile, for example because of a limit or a missing operator:
    /// a rejection would pass `assert_invalid`.
    fn compile(engine: &Self::Engine, wasm: &[u8])
    -> Result<Result<Self::Module, Rejected>, Fault>;

    /// The module's imports; those of one kind in the order of the import section.
    fn imports(module: &Self::Module) -> Result<Vec<ImportType>, Fault>;

    /// The module's exports, in any order.
    fn exports(module: &Self::Module) -> Result<Vec<ExportType>, Fault> {
        let _ = module;
        lacks("export types")
    }

    /// Opens a store. An engine that allocates memories and tables at full size needs limits here:
    /// scripts declare some that are larger than the machine.
    fn open(engine: &Self::Engine) -> Result<Self, Fault>;

    /// Instantiates a module and runs its start function. The number of imports is right; the
    /// engine checks whether they match.
    fn instantiate(
        &mut self,
        module: &Self::Module,
        imports: &Imports<'_, Self>,
    ) -> Result<Self::Instance, Stop<Self>>;

    /// The instance's export of this name.
    fn export(
        &mut self,
        instance: &Self::Instance,
        name: &str,
    ) -> Result<Option<Item<Self>>, Fault>;

    /// Calls a function. The arguments have the right number and the right types, except that
    /// defined heap types are not checked.
    fn call(
        &mut self,
        func: &Self::Func,
        args: &[Self::Value],
    ) -> Result<Vec<Self::Value>, Stop<Self>>;

    /// The actual type of an item. The minimum of a table or memory is not used: sizes are those of
    /// [`Plain::table_size`] and [`Plain::memory_size`].
    fn item_type(&mut self, item: &Item<Self>) -> Result<ExternType, Fault>;

    /// The [`Val`] for a value of the engine.
    fn lift(value: &Self::Value) -> Result<Val<Self>, Fault>;

    /// The engine's value for a [`Val`]; [`Fault::Unsupported`] for a type that the engine lacks.
    fn lower(value: Val<Self>) -> Result<Self::Value, Fault>;

    /// Makes a host value that carries a number. The adapter calls it once per store for each
    /// number, so equal numbers are the same reference.
    fn external(&mut self, number: u32) -> Result<Self::External, Fault> {
        let _ = number;
        lacks("host values")
    }
    /// The number that a host value carries; `None` for a value that the engine made itself.
    fn number(&mut self, external: &Self::External) -> Option<u32> {
        let _ = external;
        None
    }

    /// Makes a function that performs the result of [`Host::called`] each time it is called.
    fn host_func(&mut self, ty: &FuncType, host: Host<Self>) -> Result<Self::Func, Fault> {
        let _ = (ty, host);
        lacks("host functions")
    }

    /// Whether two items of one kind are identical. The adapter compares functions, and for an
    /// engine that takes its imports by name, items of all kinds.
    fn same_item(&mut self, a: &Item<Self>, b: &Item<Self>) -> Result<bool, Fault> {
        let _ = (a, b);
        lacks("comparing items")
    }

    /// Whether two objects are identical.
    fn same_object(&mut self, a: &Self::Object, b: &Self::Object) -> Result<bool, Fault> {
        let _ = (a, b);
        lacks("comparing objects")
    }

    /// Makes a global with a value of its type.
    fn global_new(&mut self, ty: GlobalType, value: Self::Value) -> Result<Self::Global, Fault> {
        let _ = (ty, value);
        lacks("globals of the host")
    }
    /// The global's value.
    fn global_get(&mut self, global: &Self::Global) -> Result<Self::Value, Fault> {
        let _ = global;
        lacks("reading globals")
    }
    /// Sets a mutable global to a value of its type.
    fn global_set(&mut self, global: &Self::Global, value: Self::Value) -> Result<(), Fault> {
        let _ = (global, value);
        lacks("writing globals")
    }

    /// Makes a table, filled with `init`, of a type that the engine's features allow.
    fn table_new(&mut self, ty: TableType, init: Self::Value) -> Result<Self::Table, Fault> {
        let _ = (ty, init);
        lacks("tables of the host")
    }
    /// The table's size in elements.
    fn table_size(&mut self, table: &Self::Table) -> Result<u64, Fault> {
        let _ = table;
        lacks("sizes of tables")
    }
    /// An element; the index is in bounds.
    fn table_get(&mut self, table: &Self::Table, index: u64) -> Result<Self::Value, Fault> {
        let _ = (table, index);
        lacks("table access")
    }
    /// Sets an element; the index is in bounds.
    fn table_set(
        &mut self,
        table: &Self::Table,
        index: u64,
        value: Self::Value,
    ) -> Result<(), Fault> {
        let _ = (table, index, value);
        lacks("table access")
    }
    /// Grows by `delta` elements and returns the old size; `None` if it cannot.
    fn table_grow(
        &mut self,
        table: &Self::Table,
        delta: u64,
        init: Self::Value,
    ) -> Result<Option<u64>, Fault> {
        let _ = (table, delta, init);
        lacks("table access")
    }

    /// Makes a memory, of a type that the engine's features allow.
    fn memory_new(&mut self, ty: MemoryType) -> Result<Self::Memory, Fault> {
        let _ = ty;
        lacks("memories of the host")
    }
    /// The memory's size in pages.
    fn memory_size(&mut self, memory: &Self::Memory) -> Result<u64, Fault> {
        let _ = memory;
        lacks("sizes of memories")
    }
    /// All bytes of the memory. An engine that cannot return them implements [`Plain::memory_read`]
    /// and [`Plain::memory_write`] instead.
    fn memory_bytes(&mut self, memory: &Self::Memory) -> Result<&mut [u8], Fault> {
        let _ = memory;
        lacks("memory access")
    }
    /// Fills the buffer from this address on; the range is in bounds.
    fn memory_read(
        &mut self,
        memory: &Self::Memory,
        at: usize,
        buffer: &mut [u8],
    ) -> Result<(), Fault> {
        buffer.copy_from_slice(part(self.memory_bytes(memory)?, at, buffer.len())?);
        Ok(())
    }
    /// Writes the bytes from this address on; the range is in bounds.
    fn memory_write(
        &mut self,
        memory: &Self::Memory,
        at: usize,
        bytes: &[u8],
    ) -> Result<(), Fault> {
        part(self.memory_bytes(memory)?, at, bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }
    /// Grows by `delta` pages and returns the old size; `None` if it cannot.
    fn memory_grow(&mut self, memory: &Self::Memory, delta: u64) -> Result<Option<u64>, Fault> {
        let _ = (memory, delta);
        lacks("memory access")
    }

    /// Makes a tag; `ty` has no results.
    fn tag_new(&mut self, ty: &FuncType) -> Result<Self::Tag, Fault> {
        let _ = ty;
        lacks("tags")
    }

    /// Runs a full garbage collection now.
    fn collect(&mut self) -> Result<(), Fault> {
        lacks("forced collection")
    }
}

/// The answer of an optional method that the engine does not implement.
fn lacks<T>(what: &str) -> Result<T, Fault> {
    Err(Fault::unsupported(what))
}

/// This many bytes of a memory from this address on.
fn part(memory: &mut [u8], at: usize, length: usize) -> Result<&mut [u8], Fault> {
    let size = memory.len();
    memory.get_mut(at..).and_then(|rest| rest.get_mut(..length)).ok_or_else(|| {
        Fault::Internal(format!("the engine shows {size} bytes of a memory that is larger"))
    })
}
