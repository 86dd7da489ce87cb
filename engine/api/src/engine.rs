//! The trait, on two screens: a provider starts engines, an engine compiles modules and opens
//! sessions, and a session (the specification's *store*) holds instances and runs them.
//!
//! A method with a body is optional: it returns [`Fault::Unsupported`], and the harness reports
//! every check that needs it as *unsupported*.

use crate::config::{Capabilities, Config, Identity};
use crate::features::Features;
use crate::handle::*;
use crate::host::{HostAction, HostCalls};
use crate::inspection::{Inspected, Instruction};
use crate::keeper::CacheKeeper;
use crate::module::{CacheStats, Deserialized, Provenance};
use crate::outcome::{Fault, Instantiated, Outcome, Rejected};
use crate::types::*;
use crate::value::{Ref, Value};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The result of an optional method that the engine does not implement.
fn lacks<T>(what: &str) -> Result<T, Fault> {
    Err(Fault::unsupported(what))
}

/// Starts engines of one kind.
pub trait Provider: Send + Sync {
    /// The identity of the engines.
    ///
    /// # Errors
    /// `Internal` if the engine cannot report it, for example because its process does not answer.
    fn identity(&self) -> Result<Identity, Fault>;

    /// All proposals that the engines support.
    fn features(&self) -> Features;

    /// What the engines can do besides running modules; nothing by default.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// Starts an engine.
    ///
    /// # Errors
    /// `Unsupported` for a config that these engines do not support, `Internal` if the start fails.
    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault>;

    /// Ends what the engines run in, if that is another process. No engine is used after that.
    ///
    /// # Errors
    /// `Internal` if it does not end well: it was in any state before, too.
    fn end(&self) -> Result<(), Fault> {
        Ok(())
    }

    /// The contents of a serialized module, or of an entry of a cache directory, whatever the
    /// machine and the config that it is for. Runs none of its code, so any bytes are safe.
    fn inspect(&self, bytes: &[u8]) -> Result<Inspected, Fault> {
        let _ = bytes;
        lacks("inspecting serialized modules")
    }

    /// Disassembles functions of a serialized module: `functions` are positions in
    /// [`Inspection::functions`](crate::Inspection::functions). Calls `each` with every instruction,
    /// in order, until it returns false.
    ///
    /// # Errors
    /// `Misuse` if the bytes cannot be inspected, or if there is no such function.
    fn disassemble(
        &self,
        bytes: &[u8],
        functions: Range<usize>,
        each: &mut dyn FnMut(&Instruction) -> bool,
    ) -> Result<(), Fault> {
        let _ = (bytes, functions, each);
        lacks("disassembling serialized modules")
    }

    /// Opens an existing cache directory to look after it.
    ///
    /// # Errors
    /// `Misuse` if it cannot be opened, or if another user may write to it.
    fn cache_keeper(&self, directory: &Path) -> Result<Box<dyn CacheKeeper>, Fault> {
        let _ = directory;
        lacks("looking after a cache directory")
    }
}

/// Compiles modules and opens sessions. Shared between threads.
pub trait Engine: Send + Sync {
    /// Decodes, validates and compiles a binary module (or finds it in the cache).
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault>;

    /// The module's imports, in the order of its import section.
    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault>;

    /// The module's exports, in the order of its export section.
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

    /// Loads the bytes from [`Engine::serialize`]. This promises integrity, not authenticity:
    /// damaged bytes are refused, but forged bytes may pass every check, and then their code runs
    /// with the rights of the process. The caller is responsible for the origin of the bytes, as
    /// for a shared library.
    fn deserialize(&self, bytes: &[u8]) -> Result<Deserialized, Fault> {
        let _ = bytes;
        lacks("serialized modules")
    }

    /// Loads a file that holds the bytes from [`Engine::serialize`], with the same verdicts. The
    /// engine may map the file instead of reading it, and may rely on its times to recognize a file
    /// that it has checked before. So nobody may write to the file as long as the module lives;
    /// renaming another file over it is safe.
    ///
    /// # Errors
    /// `Internal` if the file cannot be read.
    fn deserialize_file(&self, path: &Path) -> Result<Deserialized, Fault> {
        let _ = path;
        lacks("serialized modules in files")
    }

    /// What the cache has done so far; `functions_compiled` counts without a cache, too.
    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        lacks("cache statistics")
    }

    /// The file in the cache directory where the engine looks for this module's code, for tests that
    /// damage it; `None` if the engine has no cache directory, or the module does not come from
    /// [`Engine::compile`]. The file may not exist: storing an entry can fail, and others may remove
    /// it.
    fn cache_entry(&self, module: Module) -> Result<Option<PathBuf>, Fault> {
        let _ = module;
        lacks("locating cache entries")
    }

    /// Starts another engine with the same config. The two share nothing except a cache directory,
    /// and each refuses the handles of the other.
    fn another(&self) -> Result<Arc<dyn Engine>, Fault> {
        lacks("a second engine")
    }

    /// Opens a session.
    fn session(&self) -> Result<Box<dyn Session>, Fault>;

    /// Waits until the engine has done everything that it was asked to do before: an engine in another
    /// process may not have closed a session or dropped a module yet when that method returns.
    fn settle(&self) -> Result<(), Fault> {
        Ok(())
    }

    /// A handle that stops all running calls of this engine from another thread. Each call traps
    /// with [`TrapKind::Interrupted`](crate::TrapKind::Interrupted).
    fn interrupter(&self) -> Result<Arc<dyn Interrupter>, Fault> {
        lacks("interruption")
    }
}

/// Stops running calls from another thread.
pub trait Interrupter: Send + Sync {
    /// Stops every call that is running now.
    fn interrupt(&self);
}

/// A store: instances and the objects that they share. One thread uses it at a time. It owns its
/// handles: a handle of another session is refused with [`Fault::Foreign`], and one that was
/// dropped with [`Fault::Dropped`].
pub trait Session: Send {
    /// Instantiates a module. `imports` are positional, one per import of the module.
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault>;

    /// The instance's export of this name.
    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault>;

    /// Drops the handle; everything that the instance shares with others stays alive. The instance
    /// is freed once no handle, table, global or import reaches it.
    fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        let _ = instance;
        lacks("dropping instances")
    }

    /// Drops the handle of an extern. Every returned handle counts: one that was returned twice
    /// must be dropped twice, and is refused after that.
    fn drop_extern(&mut self, item: Extern) -> Result<(), Fault> {
        let _ = item;
        lacks("giving up handles")
    }

    /// Drops the handle in a reference in the same way, and ignores references without a handle.
    /// References are returned in results, elements, globals and the arguments of recorded host
    /// calls.
    fn drop_ref(&mut self, reference: Ref) -> Result<(), Fault> {
        let _ = reference;
        lacks("giving up handles")
    }

    /// Calls a function. Mismatched arguments are a [`Fault::Misuse`], never undefined behaviour.
    fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault>;

    /// The actual type of an extern; sizes are the current ones.
    fn extern_type(&mut self, item: Extern) -> Result<ExternType, Fault> {
        let _ = item;
        lacks("types of externs")
    }

    /// Creates a function of the host.
    fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        let _ = (ty, action);
        lacks("host functions")
    }

    /// The calls that host functions received since the last request, oldest first. A call beyond
    /// the bounds of a [`HostLog`](crate::HostLog) is only counted.
    fn take_host_calls(&mut self) -> Result<HostCalls, Fault> {
        lacks("recorded host calls")
    }

    /// Creates a global of the host.
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

    /// Creates a table of the host, filled with `init`.
    fn table_new(&mut self, ty: TableType, init: Ref) -> Result<Table, Fault> {
        let _ = (ty, init);
        lacks("tables of the host")
    }
    /// The table's size in elements.
    fn table_size(&mut self, table: Table) -> Result<u64, Fault> {
        let _ = table;
        lacks("table access")
    }
    /// Reads an element; `None` outside the table.
    fn table_get(&mut self, table: Table, index: u64) -> Result<Option<Ref>, Fault> {
        let _ = (table, index);
        lacks("table access")
    }
    /// Sets an element; false outside the table.
    fn table_set(&mut self, table: Table, index: u64, value: Ref) -> Result<bool, Fault> {
        let _ = (table, index, value);
        lacks("table access")
    }
    /// Grows by `delta` elements and returns the old size; `None` if that is impossible.
    fn table_grow(&mut self, table: Table, delta: u64, init: Ref) -> Result<Option<u64>, Fault> {
        let _ = (table, delta, init);
        lacks("table access")
    }

    /// Creates a memory of the host.
    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        let _ = ty;
        lacks("memories of the host")
    }
    /// The memory's size in pages.
    fn memory_size(&mut self, memory: Memory) -> Result<u64, Fault> {
        let _ = memory;
        lacks("memory access")
    }
    /// Reads into `buffer`; false, with nothing read, if any byte is outside the memory, or if the
    /// address is beyond its end.
    fn memory_read(&mut self, memory: Memory, at: u64, buffer: &mut [u8]) -> Result<bool, Fault> {
        let _ = (memory, at, buffer);
        lacks("memory access")
    }
    /// Writes; false, with nothing written, if any byte is outside the memory, or if the address
    /// is beyond its end.
    fn memory_write(&mut self, memory: Memory, at: u64, bytes: &[u8]) -> Result<bool, Fault> {
        let _ = (memory, at, bytes);
        lacks("memory access")
    }
    /// Grows by `delta` pages and returns the old size; `None` if that is impossible.
    fn memory_grow(&mut self, memory: Memory, delta: u64) -> Result<Option<u64>, Fault> {
        let _ = (memory, delta);
        lacks("memory access")
    }

    /// Lets other sessions of the engine, on other threads, adopt a shared memory. The memory can
    /// be adopted as long as any session has it.
    fn share_memory(&mut self, memory: Memory) -> Result<SharedMemory, Fault> {
        let _ = memory;
        lacks("shared memories")
    }
    /// Adopts a memory of another session of the same engine.
    fn adopt_memory(&mut self, memory: SharedMemory) -> Result<Memory, Fault> {
        let _ = memory;
        lacks("shared memories")
    }

    /// Creates a tag of the host; `ty` has no results.
    fn tag_new(&mut self, ty: &FuncType) -> Result<Tag, Fault> {
        let _ = ty;
        lacks("tags")
    }

    /// Whether two references are identical.
    fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        let _ = (a, b);
        lacks("comparing references")
    }

    /// Runs a full garbage collection now: frees everything that no handle reaches.
    fn collect(&mut self) -> Result<(), Fault> {
        lacks("forced collection")
    }
}
