//! Turns bytes into modules: from the cache or the compiler, and always loaded from an artifact.

use crate::cache::{ArtifactCache, EntryKind, Key};
use crate::seeded;
use crate::session::CraneliftSession;
use crate::source::{Shims, Source, vouched};
use crate::stored::Files;
use crate::target;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::target::{BoundsMode, Target};
use wassay_artifact::{Artifact, LoadError};
use wassay_compiler::{CompileError, Compiler};
use wassay_engine::{
    Cache, CacheStats, Config, Deserialized, Engine, ExportType, Fault, ImportType, Interrupter,
    Isa, Module, Numbered, Owner, Provenance, Rejected, Session, SharedMemory, Stage,
};
use wassay_runtime as rt;
use wassay_runtime::{LoadedModule, Runtime, RuntimeOptions};

/// The reference engine.
pub(crate) struct CraneliftEngine {
    shared: Arc<Shared>,
    config: Config,
}

/// State that an engine shares with its sessions.
pub(crate) struct Shared {
    pub owner: Owner,
    pub runtime: Arc<Runtime>,
    source: Arc<Source>,
    files: Files,
    modules: RwLock<Numbered<CompiledModule>>,
    /// Memories that sessions share, freed with the last session that uses them.
    memories: RwLock<Numbered<rt::WeakSharedMemory>>,
}

#[derive(Clone)]
struct CompiledModule {
    artifact: Artifact,
    code: Code,
    provenance: Provenance,
    /// Its key in the cache; `None` for a module that was deserialized.
    key: Option<Key>,
}

/// Code for another machine can be serialized, but not run.
#[derive(Clone)]
enum Code {
    Loaded(Arc<LoadedModule>),
    Foreign(String),
}

impl CraneliftEngine {
    pub fn start(config: &Config) -> Result<CraneliftEngine, Fault> {
        CraneliftEngine::with_target(target::target(config)?, config)
    }

    /// An engine for `target`, which was derived from `config`.
    pub fn with_target(target: Target, config: &Config) -> Result<CraneliftEngine, Fault> {
        let guarded = target.bounds == BoundsMode::Guard;
        let cache = ArtifactCache::open(&config.cache, target.clone())?.limited(config.cache_limit);
        let compiler =
            Compiler::new(target).map_err(|error| Fault::Unsupported(error.to_string()))?;
        let source = Arc::new(Source {
            compiler,
            cache,
            ahead: matches!((&config.isa, &config.cache), (Isa::Named { .. }, Cache::Directory(_))),
            demand_hits: config.demand_hits,
            prepared: Default::default(),
        });
        let options = RuntimeOptions {
            features: config.features,
            bounds: if guarded { BoundsMode::Guard } else { BoundsMode::Explicit },
            interruption: config.interruption,
            ..RuntimeOptions::default()
        };
        let runtime = Runtime::new(options, Box::new(Shims(Arc::clone(&source))));
        Ok(CraneliftEngine {
            config: config.clone(),
            shared: Arc::new(Shared {
                owner: Owner::fresh(),
                runtime,
                source,
                files: Files::default(),
                modules: RwLock::default(),
                memories: RwLock::default(),
            }),
        })
    }
}

impl Engine for CraneliftEngine {
    fn another(&self) -> Result<Arc<dyn Engine>, Fault> {
        let target = self.shared.source.target().clone();
        Ok(Arc::new(CraneliftEngine::with_target(target, &self.config)?))
    }

    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let source = &self.shared.source;
        let key = Key::of(EntryKind::Module, wasm, source.target());
        let load = |artifact, provenance| self.shared.load(artifact, provenance, Some(key));
        let miss = match source.cache.get(&key, load)? {
            Ok(module) => {
                if source.ahead {
                    source.prepare(&self.shared.compiled(module)?.artifact)?;
                }
                return Ok(Ok(module));
            }
            Err(miss) => miss,
        };
        let artifact = match source.compiler.compile(wasm) {
            Ok(artifact) => artifact,
            Err(error) => return rejected(error).map(Err),
        };
        if source.demand_hits && !Seeded::DemandIgnored.is_seeded() {
            // This code is not used: it only shows that the module is valid.
            return Err(Fault::Missing(miss.of_demanded("this module")));
        }
        source.cache.compiled(artifact.function_count());
        source.cache.put(&key, &artifact);
        if source.ahead {
            source.prepare(&artifact)?;
        }
        let module = load(artifact, Provenance::Fresh).map_err(Fault::from)?;
        Ok(Ok(module))
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        let provenance = self.provenance(module)?;
        self.shared.module(module).map(|module| seeded::imports(module.imports(), provenance))
    }

    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        self.shared.module(module).map(|module| module.exports())
    }

    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
        self.shared.compiled(module).map(|module| module.provenance)
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        let number = module.index_in(self.shared.owner)?;
        let mut modules = self.shared.modules.write().map_err(poisoned)?;
        let removed = modules.remove(number).ok_or_else(dropped)?;
        if Seeded::EqualModulesShared.is_seeded() {
            modules.retain(|other| other.artifact.bytes() != removed.artifact.bytes());
        }
        Ok(())
    }

    fn serialize(&self, module: Module) -> Result<Vec<u8>, Fault> {
        self.shared.compiled(module).map(|module| module.artifact.bytes().to_vec())
    }

    fn deserialize(&self, bytes: &[u8]) -> Result<Deserialized, Fault> {
        self.shared.deserialized(Artifact::read(bytes))
    }

    fn deserialize_file(&self, path: &Path) -> Result<Deserialized, Fault> {
        let read = self.shared.files.read(path);
        let read = read.map_err(|error| Fault::Internal(format!("{}: {error}", path.display())));
        self.shared.deserialized(read?)
    }

    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        Ok(self.shared.source.cache.stats())
    }

    fn cache_entry(&self, module: Module) -> Result<Option<PathBuf>, Fault> {
        let key = self.shared.compiled(module)?.key;
        Ok(key.and_then(|key| self.shared.source.cache.entry(&key)))
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(Box::new(CraneliftSession::new(Arc::clone(&self.shared))))
    }

    fn interrupter(&self) -> Result<Arc<dyn Interrupter>, Fault> {
        if self.shared.source.target().interruption {
            Ok(Arc::new(Running(Arc::clone(&self.shared.runtime))))
        } else {
            Err(Fault::Unsupported("interruption: the engine was started without".to_string()))
        }
    }
}

/// Stops the running calls of the engine's sessions.
struct Running(Arc<Runtime>);

impl Interrupter for Running {
    fn interrupt(&self) {
        self.0.interrupt();
    }
}

impl Shared {
    /// The module's loaded code.
    pub fn module(&self, module: Module) -> Result<Arc<LoadedModule>, Fault> {
        match self.compiled(module)?.code {
            Code::Loaded(code) => Ok(code),
            Code::Foreign(why) => {
                Err(Fault::Misuse(format!("this is code for another machine: {why}")))
            }
        }
    }

    fn compiled(&self, module: Module) -> Result<CompiledModule, Fault> {
        let number = match Seeded::ForeignModule.is_seeded() {
            true => module.index(),
            false => module.index_in(self.owner)?,
        };
        let modules = self.modules.read().map_err(poisoned)?;
        modules.get(number).cloned().ok_or_else(dropped)
    }

    fn deserialized(&self, read: Result<Artifact, LoadError>) -> Result<Deserialized, Fault> {
        let loaded = read
            .and_then(|artifact| self.same_target(artifact))
            .map_err(rt::LoadError::Artifact)
            .and_then(|artifact| self.load(artifact, Provenance::Deserialized, None));
        match loaded {
            Ok(module) => Ok(Deserialized::Module(module)),
            Err(rt::LoadError::Artifact(LoadError::Corrupt(what))) => {
                Ok(Deserialized::Corrupt(what))
            }
            Err(rt::LoadError::Artifact(LoadError::Incompatible(what))) => {
                Ok(Deserialized::Incompatible(what))
            }
            Err(rt::LoadError::Resources(what)) => Err(Fault::Internal(what)),
        }
    }

    fn load(
        &self,
        artifact: Artifact,
        provenance: Provenance,
        key: Option<Key>,
    ) -> Result<Module, rt::LoadError> {
        let code = match self.runtime.load(vouched(artifact.clone(), provenance)) {
            Ok(code) => Code::Loaded(code),
            Err(error) => match error {
                // The engine compiles for this target, but cannot run the code here.
                rt::LoadError::Artifact(LoadError::Incompatible(why))
                    if artifact.target() == self.source.target() =>
                {
                    Code::Foreign(why)
                }
                failure => return Err(failure),
            },
        };
        let Ok(mut modules) = self.modules.write() else {
            return Err(rt::LoadError::Resources("the list of modules".to_string()));
        };
        if Seeded::ArtifactLoadedOnce.is_seeded() && provenance == Provenance::Deserialized {
            seeded::first_load(&mut modules, |it| {
                it.provenance == provenance && it.artifact.bytes() == artifact.bytes()
            })?;
        }
        if Seeded::LoadedLeaks.is_seeded() {
            std::mem::forget(code.clone());
        }
        let number = modules.add(CompiledModule { artifact, code, provenance, key });
        let number = number.map_err(|fault| rt::LoadError::Resources(fault.to_string()))?;
        Ok(Module::new(self.owner, number))
    }

    /// Gives a shared memory a handle that every session of this engine accepts.
    pub fn keep_memory(&self, memory: &rt::SharedMemory) -> Result<SharedMemory, Fault> {
        let mut memories = self.memories.write().map_err(poisoned)?;
        memories.retain(|memory| memory.upgrade().is_some());
        Ok(SharedMemory::new(self.owner, memories.add(memory.downgrade())?))
    }

    /// The memory behind such a handle.
    pub fn kept_memory(&self, memory: SharedMemory) -> Result<rt::SharedMemory, Fault> {
        let number = memory.index_in(self.owner)?;
        let memories = self.memories.read().map_err(poisoned)?;
        let memory = memories.get(number).and_then(rt::WeakSharedMemory::upgrade);
        memory.ok_or_else(|| Fault::dropped("no session uses this shared memory any more"))
    }

    /// Refuses artifacts with different settings, such as another bounds mode.
    fn same_target(&self, artifact: Artifact) -> Result<Artifact, LoadError> {
        let (theirs, ours) = (artifact.target(), self.source.target());
        if theirs == ours || Seeded::ForeignArtifact.is_seeded() {
            return Ok(artifact);
        }
        let differences: Vec<String> = [
            ("architecture", theirs.arch.to_string(), ours.arch.to_string()),
            ("ISA features", theirs.isa.join(" "), ours.isa.join(" ")),
            ("optimisation", format!("{:?}", theirs.opt), format!("{:?}", ours.opt)),
            ("bounds mode", format!("{:?}", theirs.bounds), format!("{:?}", ours.bounds)),
            ("relaxed SIMD", theirs.native_relaxed.to_string(), ours.native_relaxed.to_string()),
            ("interruption", theirs.interruption.to_string(), ours.interruption.to_string()),
            ("wasm features", theirs.wasm_features.to_string(), ours.wasm_features.to_string()),
            ("Cranelift", theirs.compiler.clone(), ours.compiler.clone()),
            ("build", theirs.build.clone(), ours.build.clone()),
        ]
        .into_iter()
        .filter(|(_, theirs, ours)| theirs != ours)
        .map(|(what, theirs, ours)| format!("{what} `{theirs}`, not `{ours}`"))
        .collect();
        Err(LoadError::Incompatible(differences.join("; ")))
    }
}

fn rejected(error: CompileError) -> Result<Rejected, Fault> {
    let (stage, message, offset) = match error {
        CompileError::Malformed { message, offset } => (Stage::Malformed, message, offset),
        CompileError::Invalid { message, .. }
            if Seeded::SegmentGlobalOwn.is_seeded()
                && message.contains("constant expression required: global.get") =>
        {
            return Err(Fault::Internal(
                "the index of an imported global is too large".to_string(),
            ));
        }
        CompileError::Invalid { message, offset } => (Stage::Invalid, message, offset),
        CompileError::Limit(what) => return Err(Fault::Unsupported(what)),
        other => return Err(Fault::Internal(other.to_string())),
    };
    Ok(Rejected { stage: Some(stage), message, offset: Some(offset) })
}

fn poisoned<T>(_: std::sync::PoisonError<T>) -> Fault {
    Fault::Internal("a thread panicked while it changed a list of the engine".to_string())
}

fn dropped() -> Fault {
    Fault::dropped("the module was dropped")
}
