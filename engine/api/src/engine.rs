//! The trait, on two screens: a provider starts engines, an engine compiles modules and opens
//! sessions, a session (the specification's *store*) holds instances and runs them.
//!
//! A method with a body is optional: it returns [`Fault::Unsupported`], and the harness reports
//! what needs it as *unsupported*.

use crate::config::{Capabilities, Config, Identity};
use crate::features::Features;
use crate::handle::*;
use crate::host::{HostAction, HostCalls};
use crate::module::{CacheStats, Deserialized, Provenance};
use crate::outcome::{Fault, Instantiated, Outcome, Rejected};
use crate::types::*;
use crate::value::{Ref, Value};
use std::sync::Arc;

/// What an optional method answers that an engine does not have.
fn lacks<T>(what: &str) -> Result<T, Fault> {
    Err(Fault::unsupported(what))
}

/// Starts engines of one kind.
pub trait Provider: Send + Sync {
    /// Who the engines are.
    ///
    /// # Errors
    /// `Internal` if the engine cannot be asked, for example because its process does not answer.
    fn identity(&self) -> Result<Identity, Fault>;

    /// The proposals that the engines have at best.
    fn features(&self) -> Features;

    /// What the engines can do besides running modules: nothing, if left out.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// Starts an engine.
    ///
    /// # Errors
    /// `Unsupported` for a config that these engines do not have, `Internal` if it cannot start.
    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault>;
}

/// Compiles modules and opens sessions. Shared between threads.
pub trait Engine: Send + Sync {
    /// Decodes, validates and compiles a binary module (or finds it in the cache).
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault>;

    /// What the module wants, in the order of its import section.
    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault>;

    /// What the module offers, in the order of its export section.
    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        let _ = module;
        lacks("export types")
    }

    /// Where the module's code came from.
    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
        let _ = module;
        lacks("provenance")
    }

    /// Forgets the module; its instances live on.
    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        let _ = module;
        lacks("dropping modules")
    }

    /// The compiled module as bytes that [`Engine::deserialize`] takes, also in another process.
    fn serialize(&self, module: Module) -> Result<Vec<u8>, Fault> {
        let _ = module;
        lacks("serialized modules")
    }

    /// Loads what [`Engine::serialize`] gave. This promises integrity, not authenticity: damaged
    /// bytes are refused, but bytes that someone made on purpose may pass every check, and then
    /// their code runs with the rights of the process. The caller answers for where the bytes come
    /// from, as for a shared library.
    fn deserialize(&self, bytes: &[u8]) -> Result<Deserialized, Fault> {
        let _ = bytes;
        lacks("serialized modules")
    }

    /// What the cache did so far; `functions_compiled` counts without a cache, too.
    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        lacks("cache statistics")
    }

    /// Opens a session.
    fn session(&self) -> Result<Box<dyn Session>, Fault>;

    /// What stops all running calls of this engine from another thread: each traps with
    /// [`TrapKind::Interrupted`](crate::TrapKind::Interrupted).
    fn interrupter(&self) -> Result<Arc<dyn Interrupter>, Fault> {
        lacks("interruption")
    }
}

/// Stops running calls from another thread.
pub trait Interrupter: Send + Sync {
    /// Stops every call that is running now.
    fn interrupt(&self);
}

/// A store: instances and what they share. Used by one thread at a time; handles are its own,
/// and a handle of another session is refused with [`Fault::Misuse`].
pub trait Session: Send {
    /// Instantiates a module. `imports` are positional, as many as the module has.
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault>;

    /// The instance's export of this name.
    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault>;

    /// Gives up the handle; whatever the instance shares with others lives on. The instance is
    /// freed once nothing can reach it: no handle, table, global or import leads to it.
    fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        let _ = instance;
        lacks("dropping instances")
    }

    /// Gives up the handle of an extern. Every handle that a method returns counts: one that was
    /// given twice is to be given up twice, and is refused after that.
    fn drop_extern(&mut self, item: Extern) -> Result<(), Fault> {
        let _ = item;
        lacks("giving up handles")
    }

    /// Gives up the handle in a reference, likewise; those without one are left alone. References
    /// are given out in results, elements, globals and the arguments of recorded host calls.
    fn drop_ref(&mut self, reference: Ref) -> Result<(), Fault> {
        let _ = reference;
        lacks("giving up handles")
    }

    /// Calls a function. Wrong arguments are a [`Fault::Misuse`], never undefined.
    fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault>;

    /// The actual type of an extern; sizes are the current ones.
    fn extern_type(&mut self, item: Extern) -> Result<ExternType, Fault> {
        let _ = item;
        lacks("types of externs")
    }

    /// Makes a function of the host.
    fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        let _ = (ty, action);
        lacks("host functions")
    }

    /// The calls that host functions saw since this was last asked, oldest first. What does not
    /// fit the bounds of a [`HostLog`](crate::HostLog) is counted only.
    fn take_host_calls(&mut self) -> Result<HostCalls, Fault> {
        lacks("recorded host calls")
    }

    /// Makes a global of the host.
    fn global_new(&mut self, ty: GlobalType, value: Value) -> Result<Global, Fault> {
        let _ = (ty, value);
        lacks("globals of the host")
    }
    /// The global's value.
    fn global_get(&mut self, global: Global) -> Result<Value, Fault> {
        let _ = global;
        lacks("reading globals")
    }
    /// Sets a mutable global.
    fn global_set(&mut self, global: Global, value: Value) -> Result<(), Fault> {
        let _ = (global, value);
        lacks("writing globals")
    }

    /// Makes a table of the host, filled with `init`.
    fn table_new(&mut self, ty: TableType, init: Ref) -> Result<Table, Fault> {
        let _ = (ty, init);
        lacks("tables of the host")
    }
    /// The table's size in elements.
    fn table_size(&mut self, table: Table) -> Result<u64, Fault> {
        let _ = table;
        lacks("table access")
    }
    /// An element; `None` outside the table.
    fn table_get(&mut self, table: Table, index: u64) -> Result<Option<Ref>, Fault> {
        let _ = (table, index);
        lacks("table access")
    }
    /// Sets an element; false outside the table.
    fn table_set(&mut self, table: Table, index: u64, value: Ref) -> Result<bool, Fault> {
        let _ = (table, index, value);
        lacks("table access")
    }
    /// Grows by `delta` elements and gives the old size; `None` if it cannot.
    fn table_grow(&mut self, table: Table, delta: u64, init: Ref) -> Result<Option<u64>, Fault> {
        let _ = (table, delta, init);
        lacks("table access")
    }

    /// Makes a memory of the host.
    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        let _ = ty;
        lacks("memories of the host")
    }
    /// The memory's size in pages.
    fn memory_size(&mut self, memory: Memory) -> Result<u64, Fault> {
        let _ = memory;
        lacks("memory access")
    }
    /// Reads into `buffer`; false, with nothing read, if any byte is outside the memory.
    fn memory_read(&mut self, memory: Memory, at: u64, buffer: &mut [u8]) -> Result<bool, Fault> {
        let _ = (memory, at, buffer);
        lacks("memory access")
    }
    /// Writes; false, with nothing written, if any byte is outside the memory.
    fn memory_write(&mut self, memory: Memory, at: u64, bytes: &[u8]) -> Result<bool, Fault> {
        let _ = (memory, at, bytes);
        lacks("memory access")
    }
    /// Grows by `delta` pages and gives the old size; `None` if it cannot.
    fn memory_grow(&mut self, memory: Memory, delta: u64) -> Result<Option<u64>, Fault> {
        let _ = (memory, delta);
        lacks("memory access")
    }

    /// Lets other sessions of the engine, on other threads, adopt a shared memory, as long as any
    /// session has it.
    fn share_memory(&mut self, memory: Memory) -> Result<SharedMemory, Fault> {
        let _ = memory;
        lacks("shared memories")
    }
    /// Adopts a memory of another session of the same engine.
    fn adopt_memory(&mut self, memory: SharedMemory) -> Result<Memory, Fault> {
        let _ = memory;
        lacks("shared memories")
    }

    /// Makes a tag of the host; `ty` has no results.
    fn tag_new(&mut self, ty: &FuncType) -> Result<Tag, Fault> {
        let _ = ty;
        lacks("tags")
    }

    /// Whether two references are the same one.
    fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        let _ = (a, b);
        lacks("comparing references")
    }

    /// Runs a full garbage collection now: frees everything that no handle leads to.
    fn collect(&mut self) -> Result<(), Fault> {
        lacks("forced collection")
    }
}
