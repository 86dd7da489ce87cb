//! The short way to join: what adapters of most engines have in common, written once.
//!
//! An engine that is a Rust library has modules, stores and handles of its own. Its author
//! implements [`Plain`] in the engine's own terms, and [`Adapter`] makes a [`Provider`] of it.
//! The adapter
//! - gives out handles with owner tags, and refuses foreign, dropped and stale ones;
//! - checks arguments, initial values and types before the engine sees them;
//! - puts imports and exports into the order of their sections, and offers an engine its imports
//!   by position, by kind or by name ([`Imports`]);
//! - records calls of host functions within the bounds of a [`HostLog`], and
//!   carries the end of a host function around the engine, whatever error it knows ([`Host`]);
//! - runs a store with its caller ([`Adapter::direct`]), or, if it cannot leave its thread, on one
//!   of its own ([`Adapter::threaded`]).
//!
//! # Panics
//! Let them through. The worker that runs the engine ends then, and the harness blames the
//! directive that was running and goes on in a fresh worker. An engine that goes on after a panic
//! is in a state that nobody has thought of, and so are its answers.
//!
//! # What it leaves out
//! Serialized modules, caches, shared memories and interruption need the engine's own ways: an
//! engine that has them implements [`Engine`] and [`Session`] itself.

#![forbid(unsafe_code)]

mod engine;
mod host;
mod imports;
mod names;
mod objects;
mod outline;
mod place;
mod placed;
mod session;
mod value;

pub use engine::Adapter;
pub use host::{Deed, Depth, Host};
pub use imports::{Import, Imports};
pub use session::Core;
pub use value::{Item, Stop, Val};

use wassay_engine::*;

/// What an optional method answers that an engine does not have.
fn lacks<T>(what: &str) -> Result<T, Fault> {
    Err(Fault::unsupported(what))
}

/// A store of an engine, in the engine's own terms; the functions without `self` are the engine's.
/// The methods are given no handle of another store and none that was dropped.
///
/// The associated types are what the engine itself calls so. A type that it does not have is
/// [`std::convert::Infallible`].
#[allow(missing_docs)]
pub trait Plain: Sized + 'static {
    /// What compiles modules and opens stores.
    type Engine: Send + Sync + 'static;
    /// A compiled module. An engine whose modules belong to a store has the bytes here.
    type Module: Clone + Send + Sync + 'static;
    type Instance: Clone + 'static;
    type Func: Clone + 'static;
    type Table: Clone + 'static;
    type Memory: Clone + 'static;
    type Global: Clone + 'static;
    type Tag: Clone + 'static;
    /// A struct, an array, an exception or an externalized reference, kept alive by this value.
    type Object: Clone + 'static;

    /// The proposals that the engine has at best.
    const FEATURES: Features;

    /// Who the engine is.
    ///
    /// # Errors
    /// `Internal` if it cannot tell.
    fn identity() -> Result<Identity, Fault>;

    /// What the engine can do besides running modules: nothing, if left out.
    fn capabilities() -> Capabilities {
        Capabilities::default()
    }

    /// Starts an engine. What the config asks for is in [`Plain::FEATURES`] and
    /// [`Plain::capabilities`]: anything else was refused before.
    fn start(config: &Config) -> Result<Self::Engine, Fault>;

    /// Decodes, validates and compiles a binary module.
    fn compile(engine: &Self::Engine, wasm: &[u8])
    -> Result<Result<Self::Module, Rejected>, Fault>;

    /// What the module wants; those of one kind in the order of the import section.
    fn imports(module: &Self::Module) -> Result<Vec<ImportType>, Fault>;

    /// What the module offers, in any order.
    fn exports(module: &Self::Module) -> Result<Vec<ExportType>, Fault> {
        let _ = module;
        lacks("export types")
    }

    /// Opens a store.
    fn open(engine: &Self::Engine) -> Result<Self, Fault>;

    /// Instantiates a module and runs its start function. There are as many imports as the module
    /// has, and each is of the right kind.
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

    /// Calls a function with as many arguments as it has parameters, of their types but for
    /// defined heap types.
    fn call(&mut self, func: &Self::Func, args: &[Val<Self>])
    -> Result<Vec<Val<Self>>, Stop<Self>>;

    /// The actual type of an item; sizes are the current ones.
    fn item_type(&mut self, item: &Item<Self>) -> Result<ExternType, Fault>;

    /// Makes a function that does what `host` tells it, each time that it is called.
    fn host_func(&mut self, ty: &FuncType, host: Host<Self>) -> Result<Self::Func, Fault> {
        let _ = (ty, host);
        lacks("host functions")
    }

    /// Whether two items of one kind are one: asked of functions, and of all kinds by an engine
    /// that takes its imports by name.
    fn same_item(&mut self, a: &Item<Self>, b: &Item<Self>) -> Result<bool, Fault> {
        let _ = (a, b);
        lacks("comparing items")
    }

    /// Whether two objects are one.
    fn same_object(&mut self, a: &Self::Object, b: &Self::Object) -> Result<bool, Fault> {
        let _ = (a, b);
        lacks("comparing objects")
    }

    /// Makes a global with a value of its type.
    fn global_new(&mut self, ty: GlobalType, value: Val<Self>) -> Result<Self::Global, Fault> {
        let _ = (ty, value);
        lacks("globals of the host")
    }
    /// The global's value.
    fn global_get(&mut self, global: &Self::Global) -> Result<Val<Self>, Fault> {
        let _ = global;
        lacks("reading globals")
    }
    /// Sets a mutable global to a value of its type.
    fn global_set(&mut self, global: &Self::Global, value: Val<Self>) -> Result<(), Fault> {
        let _ = (global, value);
        lacks("writing globals")
    }

    /// Makes a table, filled with `init`.
    fn table_new(&mut self, ty: TableType, init: Val<Self>) -> Result<Self::Table, Fault> {
        let _ = (ty, init);
        lacks("tables of the host")
    }
    /// An element; `None` outside the table.
    fn table_get(&mut self, table: &Self::Table, index: u64) -> Result<Option<Val<Self>>, Fault> {
        let _ = (table, index);
        lacks("table access")
    }
    /// Sets an element; false outside the table.
    fn table_set(
        &mut self,
        table: &Self::Table,
        index: u64,
        value: Val<Self>,
    ) -> Result<bool, Fault> {
        let _ = (table, index, value);
        lacks("table access")
    }
    /// Grows by `delta` elements and gives the old size; `None` if it cannot.
    fn table_grow(
        &mut self,
        table: &Self::Table,
        delta: u64,
        init: Val<Self>,
    ) -> Result<Option<u64>, Fault> {
        let _ = (table, delta, init);
        lacks("table access")
    }

    /// Makes a memory.
    fn memory_new(&mut self, ty: MemoryType) -> Result<Self::Memory, Fault> {
        let _ = ty;
        lacks("memories of the host")
    }
    /// Fills the buffer from this address on; all of it lies in the memory.
    fn memory_read(
        &mut self,
        memory: &Self::Memory,
        at: usize,
        buffer: &mut [u8],
    ) -> Result<(), Fault> {
        let _ = (memory, at, buffer);
        lacks("memory access")
    }
    /// Writes the bytes from this address on; all of them lie in the memory.
    fn memory_write(
        &mut self,
        memory: &Self::Memory,
        at: usize,
        bytes: &[u8],
    ) -> Result<(), Fault> {
        let _ = (memory, at, bytes);
        lacks("memory access")
    }
    /// Grows by `delta` pages and gives the old size; `None` if it cannot.
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
