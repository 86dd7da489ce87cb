//! An engine that keeps its modules in a directory as simply as it can, and makes one mistake. The
//! modules are those of the reference engine, serialized.

use super::mistake::Mistake;
use super::store::{Found, Store};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use wassay_engine::{
    Cache, CacheStats, Capabilities, Config, Deserialized, Engine, Fault, Features, Identity,
    ImportType, Module, Opt, Provenance, Provider, Rejected, Session,
};

/// The provider of engines with one mistake.
pub struct Careless {
    inner: Box<dyn Provider>,
    mistake: Mistake,
}

impl Careless {
    pub fn new(name: &str) -> Careless {
        Careless { inner: wassay_cranelift::provider(), mistake: Mistake::of(name) }
    }
}

impl Provider for Careless {
    fn identity(&self) -> Result<Identity, Fault> {
        self.inner.identity()
    }

    fn features(&self) -> Features {
        self.inner.features()
    }

    fn capabilities(&self) -> Capabilities {
        let disk_cache = self.mistake != Mistake::NoDirectory;
        Capabilities { disk_cache, ..self.inner.capabilities() }
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        let store = match &config.cache {
            Cache::Directory(directory) => {
                Some(Store::open(directory, config.cache_limit, self.mistake)?)
            }
            _ => None,
        };
        let config = Config { cache: Cache::Off, ..config.clone() };
        Ok(Arc::new(CarelessEngine {
            inner: self.inner.start(&config)?,
            settings: match self.mistake {
                Mistake::CountsSettings => differences(&config, self.features()).to_string(),
                _ => format!("{config:?} {}", self.inner.identity()?.build),
            },
            mistake: self.mistake,
            store,
            state: Mutex::default(),
        }))
    }
}

/// How many settings differ from those that the checks begin with.
fn differences(config: &Config, features: Features) -> usize {
    let plain = Config { opt: Opt::None, ..Config::new(features) };
    let differs = [
        config.opt != plain.opt,
        config.bounds != plain.bounds,
        config.relaxed != plain.relaxed,
        config.interruption != plain.interruption,
        config.features != plain.features,
        config.isa != plain.isa,
    ];
    differs.into_iter().filter(|differs| *differs).count()
}

struct CarelessEngine {
    inner: Arc<dyn Engine>,
    settings: String,
    mistake: Mistake,
    store: Option<Store>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stats: CacheStats,
    modules: Vec<(Module, PathBuf, Provenance)>,
}

/// What became of the entry of a module.
enum Loaded {
    Module(Module),
    Missing,
    Refused,
}

impl CarelessEngine {
    /// The name of a module's entry.
    fn name(&self, wasm: &[u8]) -> u64 {
        let mut hasher = DefaultHasher::new();
        match self.mistake {
            Mistake::SharesEntries => {}
            Mistake::KeyOfTheBeginning => {
                (wasm.len(), &wasm[..wasm.len().min(4096)]).hash(&mut hasher);
            }
            _ => wasm.hash(&mut hasher),
        }
        if self.mistake != Mistake::IgnoresSettings {
            self.settings.hash(&mut hasher);
        }
        hasher.finish()
    }

    fn load(&self, found: Found, wasm: &[u8]) -> Result<Loaded, Fault> {
        let bytes = match found {
            Found::Nothing => return Ok(Loaded::Missing),
            Found::Foreign => return Ok(Loaded::Refused),
            Found::Bytes(bytes) => bytes,
            Found::Unseen => {
                // It compiles again, without a look at the entry.
                let made = self.inner.compile(wasm)?;
                return Ok(made.map_or(Loaded::Refused, Loaded::Module));
            }
        };
        // The name of the module, then what was serialized.
        let own = bytes.strip_prefix(&digest(wasm)[..]);
        let any = (self.mistake == Mistake::IgnoresContents).then(|| bytes.get(8..)).flatten();
        let Some(serialized) = own.or(any) else { return Ok(Loaded::Refused) };
        match self.inner.deserialize(serialized)? {
            Deserialized::Module(module) => Ok(Loaded::Module(module)),
            _ => Ok(Loaded::Refused),
        }
    }

    /// What a mistake makes of an entry that is refused.
    fn refuse(&self) -> Result<Option<Rejected>, Fault> {
        match self.mistake {
            Mistake::Panics => panic!("a damaged entry"),
            Mistake::LacksDamaged => Err(Fault::unsupported("damaged entries")),
            Mistake::RejectsDamaged => {
                let message = "damaged".to_string();
                Ok(Some(Rejected { stage: None, message, offset: None }))
            }
            _ => Ok(None),
        }
    }
}

/// What begins the entry of a module.
fn digest(wasm: &[u8]) -> [u8; 8] {
    let mut hasher = DefaultHasher::new();
    wasm.hash(&mut hasher);
    hasher.finish().to_le_bytes()
}

impl Engine for CarelessEngine {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let Some(store) = &self.store else { return self.inner.compile(wasm) };
        let path = store.path(self.name(wasm));
        let found = match self.mistake {
            Mistake::ReadsNothing => Found::Nothing,
            _ => store.load(&path),
        };
        let mut rejected = None;
        let (loaded, is_refused) = match self.load(found, wasm)? {
            Loaded::Module(module) => (Some(module), false),
            Loaded::Missing => (None, false),
            Loaded::Refused => {
                rejected = self.refuse()?;
                (None, true)
            }
        };
        let provenance = if loaded.is_some() { Provenance::Disk } else { Provenance::Fresh };
        let (module, stored) = match loaded {
            Some(module) => (module, false),
            None => match self.inner.compile(wasm)? {
                Ok(module) => {
                    let skips = self.mistake == Mistake::Forgets
                        || self.mistake == Mistake::DoesNotHeal && path.exists()
                        || self.mistake == Mistake::ReadsNothing && path.exists();
                    let entry = [&digest(wasm)[..], &self.inner.serialize(module)?].concat();
                    let stored = !skips && store.store(&path, &entry);
                    if !stored && self.mistake == Mistake::NeedsToStore {
                        return Err(Fault::internal("the entry cannot be stored"));
                    }
                    (module, stored)
                }
                Err(rejected) => return Ok(Err(rejected)),
            },
        };
        if let Some(rejected) = rejected {
            return Ok(Err(rejected));
        }
        let mut state = self.state.lock().map_err(Fault::of)?;
        let all = &mut state.stats;
        match provenance {
            Provenance::Disk => all.disk_hits += 1,
            _ if is_refused => all.corrupt += u64::from(self.mistake != Mistake::CountsNothing),
            _ => all.misses += 1,
        }
        all.stores += u64::from(stored);
        all.functions_compiled += u64::from(provenance == Provenance::Fresh);
        state.modules.push((module, path, provenance));
        Ok(Ok(module))
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        self.inner.imports(module)
    }

    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
        if matches!(self.mistake, Mistake::Silent | Mistake::ReadsNothing) {
            return Err(Fault::unsupported("provenance"));
        }
        let state = self.state.lock().map_err(Fault::of)?;
        let found = state.modules.iter().rev().find(|(it, ..)| *it == module);
        Ok(found.map_or(Provenance::Fresh, |(_, _, provenance)| *provenance))
    }

    fn cache_entry(&self, module: Module) -> Result<Option<PathBuf>, Fault> {
        let state = self.state.lock().map_err(Fault::of)?;
        let found = state.modules.iter().rev().find(|(it, ..)| *it == module);
        Ok(found.map(|(_, path, _)| path.clone()))
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        if self.mistake == Mistake::KeepsModules {
            return Ok(());
        }
        let mut state = self.state.lock().map_err(Fault::of)?;
        state.modules.retain(|(it, ..)| *it != module);
        self.inner.drop_module(module)
    }

    fn serialize(&self, module: Module) -> Result<Vec<u8>, Fault> {
        self.inner.serialize(module)
    }

    fn deserialize(&self, bytes: &[u8]) -> Result<Deserialized, Fault> {
        self.inner.deserialize(bytes)
    }

    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        match self.mistake {
            Mistake::Silent | Mistake::ReadsNothing | Mistake::CountsNothingAtAll => {
                Err(Fault::unsupported("cache statistics"))
            }
            _ => Ok(self.state.lock().map_err(Fault::of)?.stats),
        }
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        self.inner.session()
    }
}
