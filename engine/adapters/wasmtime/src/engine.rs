//! Compiles, loads and lists modules, and opens sessions. What sessions share is in [`Shared`].

use crate::provider;
use crate::session::Opened;
use crate::stored;
use crate::strategy::Strategy;
use crate::types::Types;
use crate::{raw, stage};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wasmtime::Cache;
use wassay_engine::*;

/// An engine, for its sessions.
pub struct Shared {
    pub engine: wasmtime::Engine,
    pub features: Features,
    pub interruption: bool,
    pub types: Types,
    pub owner: Owner,
    strategy: &'static Strategy,
    modules: Mutex<Numbered<Loaded>>,
    memories: Mutex<Numbered<wasmtime::SharedMemory>>,
    cache: Option<Cache>,
    stats: Mutex<CacheStats>,
}

/// A module.
#[derive(Clone)]
struct Loaded {
    module: wasmtime::Module,
    provenance: Provenance,
}

pub struct Started {
    shared: Arc<Shared>,
    config: Config,
}

/// The contents of a mutex: a panic ends the process, so nothing is left half done.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn stale() -> Fault {
    Fault::dropped("a handle that was dropped")
}

impl Started {
    pub fn new(strategy: &'static Strategy, config: &Config) -> Result<Started, Fault> {
        let cache = provider::cache(config)?;
        let mut settings = strategy.config(config)?;
        settings.cache(cache.clone());
        let engine = wasmtime::Engine::new(&settings).map_err(fault)?;
        let owner = Owner::fresh();
        let shared = Shared {
            engine,
            features: config.features,
            interruption: config.interruption,
            types: Types::new(owner),
            owner,
            strategy,
            modules: Mutex::default(),
            memories: Mutex::default(),
            cache,
            stats: Mutex::default(),
        };
        Ok(Started { shared: Arc::new(shared), config: config.clone() })
    }
}

/// wasmtime's error with its causes.
pub fn fault(error: wasmtime::Error) -> Fault {
    Fault::Internal(format!("{error:#}"))
}

impl Shared {
    /// The module with this handle.
    pub fn module(&self, module: Module) -> Result<wasmtime::Module, Fault> {
        self.loaded(module).map(|loaded| loaded.module)
    }

    fn loaded(&self, module: Module) -> Result<Loaded, Fault> {
        let number = module.index_in(self.owner)?;
        lock(&self.modules).get(number).cloned().ok_or_else(stale)
    }

    fn add(&self, module: wasmtime::Module, provenance: Provenance) -> Result<Module, Fault> {
        let number = lock(&self.modules).add(Loaded { module, provenance })?;
        Ok(Module::new(self.owner, number))
    }

    pub fn keep_memory(&self, memory: wasmtime::SharedMemory) -> Result<SharedMemory, Fault> {
        Ok(SharedMemory::new(self.owner, lock(&self.memories).add(memory)?))
    }

    pub fn kept_memory(&self, memory: SharedMemory) -> Result<wasmtime::SharedMemory, Fault> {
        let number = memory.index_in(self.owner)?;
        lock(&self.memories).get(number).cloned().ok_or_else(stale)
    }

    /// Compiles a module and counts. Only wasmtime's counters show whether it found the module in
    /// its cache, so modules are compiled one after another.
    fn compile(&self, wasm: &[u8]) -> wasmtime::Result<(wasmtime::Module, Provenance)> {
        let mut stats = lock(&self.stats);
        let counters = || {
            self.cache.as_ref().map_or((0, 0), |cache| (cache.cache_hits(), cache.cache_misses()))
        };
        let (hits, misses) = counters();
        let module = wasmtime::Module::from_binary(&self.engine, wasm)?;
        let (more_hits, more_misses) = counters();
        if more_hits > hits {
            stats.disk_hits += 1;
            return Ok((module, Provenance::Disk));
        }
        if self.cache.is_some() {
            stats.misses += 1;
        }
        // wasmtime counts a miss once it has stored the module.
        stats.stores += (more_misses - misses) as u64;
        stats.functions_compiled += module.functions().len() as u64;
        Ok((module, Provenance::Fresh))
    }
}

impl Shared {
    /// The rejection of a module that wasmtime did not compile.
    ///
    /// # Errors
    /// `Unsupported` for a valid module.
    fn refused(&self, wasm: &[u8], error: &wasmtime::Error) -> Result<Rejected, Fault> {
        let flags = self.strategy.flags(self.features);
        if let Some(rejected) = stage::rejected(wasm, flags, error)? {
            return Ok(rejected);
        }
        // Errors in function bodies come as text.
        let invalid = wasmtime::Module::validate(&self.engine, wasm).err();
        let rejected = invalid.map(|error| stage::rejected(wasm, flags, &error)).transpose()?;
        match rejected.flatten() {
            Some(rejected) => Ok(rejected),
            None => Err(Fault::Unsupported(error.root_cause().to_string())),
        }
    }
}

impl Engine for Started {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let shared = &self.shared;
        match shared.compile(wasm) {
            Ok((module, provenance)) => shared.add(module, provenance).map(Ok),
            Err(error) => shared.refused(wasm, &error).map(Err),
        }
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        let types = &self.shared.types;
        let import = |import: wasmtime::ImportType<'_>| {
            Ok(ImportType::new(import.module(), import.name(), types.lift_extern(&import.ty())?))
        };
        self.shared.module(module)?.imports().map(import).collect()
    }

    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        let types = &self.shared.types;
        let export = |export: wasmtime::ExportType<'_>| {
            Ok(ExportType::new(export.name(), types.lift_extern(&export.ty())?))
        };
        self.shared.module(module)?.exports().map(export).collect()
    }

    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
        self.shared.loaded(module).map(|loaded| loaded.provenance)
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        let number = module.index_in(self.shared.owner)?;
        let removed = lock(&self.shared.modules).remove(number);
        removed.map(drop).ok_or_else(stale)
    }

    fn serialize(&self, module: Module) -> Result<Vec<u8>, Fault> {
        let bytes = self.shared.module(module)?.serialize().map_err(fault)?;
        Ok(stored::wrap(&bytes))
    }

    fn deserialize(&self, bytes: &[u8]) -> Result<Deserialized, Fault> {
        let intact = match stored::unwrap(bytes) {
            Ok(intact) => intact,
            Err(why) => return Ok(Deserialized::Corrupt(why.to_string())),
        };
        match raw::load(&self.shared.engine, &intact) {
            Ok(module) => {
                self.shared.add(module, Provenance::Deserialized).map(Deserialized::Module)
            }
            Err(error) => Ok(Deserialized::Incompatible(format!("{error:#}"))),
        }
    }

    fn deserialize_file(&self, path: &Path) -> Result<Deserialized, Fault> {
        let bytes = std::fs::read(path)
            .map_err(|error| Fault::Internal(format!("{}: {error}", path.display())))?;
        self.deserialize(&bytes)
    }

    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        Ok(*lock(&self.shared.stats))
    }

    fn another(&self) -> Result<Arc<dyn Engine>, Fault> {
        Ok(Arc::new(Started::new(self.shared.strategy, &self.config)?))
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(Box::new(Opened::new(Arc::clone(&self.shared))?))
    }

    fn interrupter(&self) -> Result<Arc<dyn Interrupter>, Fault> {
        if !self.shared.interruption {
            return Err(Fault::misuse("the engine was started without interruption"));
        }
        Ok(Arc::new(Epoch(self.shared.engine.clone())))
    }
}

/// Ends the epoch that running calls may not outlive.
struct Epoch(wasmtime::Engine);

impl Interrupter for Epoch {
    fn interrupt(&self) {
        self.0.increment_epoch();
    }
}
