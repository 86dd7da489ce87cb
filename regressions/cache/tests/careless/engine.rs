//! An engine that keeps its modules in a directory as simply as it can, and makes one mistake. The
//! modules are those of the reference engine, serialized.

use rustix::process::geteuid;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wassay_engine::{
    Cache, CacheStats, Capabilities, Config, Deserialized, Engine, Fault, Features, Identity,
    ImportType, Module, Provenance, Provider, Rejected, Session,
};

/// What the engine does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// Stores nothing.
    Forgets,
    /// Does not count entries that it refuses.
    CountsNothing,
    /// Compiles again, and stores nothing in the place of a refused entry.
    DoesNotHeal,
    /// Panics at an entry that it refuses.
    Panics,
    /// Reports one entry for all modules.
    SharesEntries,
    /// Loads whatever lies under a module's name.
    IgnoresContents,
    /// Looks entries up without the settings.
    IgnoresSettings,
    /// Writes entries where others look for them.
    WritesInPlace,
    /// Does not remove what could not be written.
    LeavesTemporaries,
    /// Does not ask who may write to the directory.
    UsesAnyDirectory,
    /// Panics if it cannot write.
    FailsWithoutRoom,
    /// Never frees a module.
    KeepsModules,
}

const ALL: &[Mistake] = &[
    Mistake::Forgets,
    Mistake::CountsNothing,
    Mistake::DoesNotHeal,
    Mistake::Panics,
    Mistake::SharesEntries,
    Mistake::IgnoresContents,
    Mistake::IgnoresSettings,
    Mistake::WritesInPlace,
    Mistake::LeavesTemporaries,
    Mistake::UsesAnyDirectory,
    Mistake::FailsWithoutRoom,
    Mistake::KeepsModules,
];

/// The provider of engines with one mistake.
pub struct Careless {
    inner: Box<dyn Provider>,
    mistake: Mistake,
}

impl Careless {
    pub fn new(name: &str) -> Careless {
        let mistake = ALL.iter().find(|mistake| format!("{mistake:?}") == name).copied();
        let mistake = mistake.expect("the name of a mistake");
        Careless { inner: wassay_cranelift::provider(), mistake }
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
        self.inner.capabilities()
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        let directory = match &config.cache {
            Cache::Directory(directory) => Some(directory.clone()),
            _ => None,
        };
        if let Some(directory) = &directory {
            open(directory, self.mistake)?;
        }
        Ok(Arc::new(CarelessEngine {
            inner: self.inner.start(&Config { cache: Cache::Off, ..config.clone() })?,
            settings: format!("{:?}", Config { cache: Cache::Off, ..config.clone() }),
            mistake: self.mistake,
            directory,
            state: Mutex::default(),
        }))
    }
}

/// Creates the directory, and checks that it is private. Temporary files of the dead stay.
fn open(directory: &Path, mistake: Mistake) -> Result<(), Fault> {
    fs::create_dir_all(directory).map_err(Fault::of)?;
    let metadata = fs::metadata(directory).map_err(Fault::of)?;
    let private = metadata.mode() & 0o022 == 0 && metadata.uid() == geteuid().as_raw();
    if !private && mistake != Mistake::UsesAnyDirectory {
        return Err(Fault::internal("others may write to the directory"));
    }
    Ok(())
}

struct CarelessEngine {
    inner: Arc<dyn Engine>,
    settings: String,
    mistake: Mistake,
    directory: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stats: CacheStats,
    modules: Vec<(Module, PathBuf, Provenance)>,
}

impl CarelessEngine {
    fn path(&self, wasm: &[u8]) -> Option<PathBuf> {
        let mut hasher = DefaultHasher::new();
        if self.mistake != Mistake::SharesEntries {
            wasm.hash(&mut hasher);
        }
        if self.mistake != Mistake::IgnoresSettings {
            self.settings.hash(&mut hasher);
        }
        Some(self.directory.as_ref()?.join(format!("{:016x}", hasher.finish())))
    }

    /// The module in an entry; `None` if it is to be compiled.
    fn load(
        &self,
        path: &Path,
        wasm: &[u8],
        stats: &mut CacheStats,
    ) -> Result<Option<Module>, Fault> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                stats.misses += 1;
                return Ok(None);
            }
            Err(_) => Vec::new(),
        };
        // The name of the module, then what was serialized.
        let own = bytes.strip_prefix(&name(wasm)[..]);
        let any = (self.mistake == Mistake::IgnoresContents).then(|| bytes.get(8..)).flatten();
        let loaded = match own.or(any) {
            Some(serialized) => self.inner.deserialize(serialized)?,
            None => Deserialized::Corrupt("of another module".to_string()),
        };
        if let Deserialized::Module(module) = loaded {
            stats.disk_hits += 1;
            return Ok(Some(module));
        }
        assert!(self.mistake != Mistake::Panics, "a damaged entry");
        stats.corrupt += u64::from(self.mistake != Mistake::CountsNothing);
        Ok(None)
    }

    fn store(&self, path: &Path, wasm: &[u8], module: Module) -> Result<bool, Fault> {
        let skips = self.mistake == Mistake::DoesNotHeal && path.exists();
        if skips || self.mistake == Mistake::Forgets {
            return Ok(false);
        }
        let bytes = [&name(wasm)[..], &self.inner.serialize(module)?].concat();
        let in_place = self.mistake == Mistake::WritesInPlace;
        let temporary = match in_place {
            true => path.to_path_buf(),
            false => path.with_extension(std::process::id().to_string()),
        };
        let write = || -> std::io::Result<()> {
            let (first, second) = bytes.split_at(bytes.len() / 2);
            let mut file = fs::File::create(&temporary)?;
            file.write_all(first)?;
            // Most of the time is spent here.
            std::thread::sleep(Duration::from_millis(1));
            file.write_all(second)?;
            if in_place { Ok(()) } else { fs::rename(&temporary, path) }
        };
        let written = write();
        assert!(written.is_ok() || self.mistake != Mistake::FailsWithoutRoom, "{written:?}");
        if written.is_err() && self.mistake != Mistake::LeavesTemporaries {
            // It may not exist.
            let _ = fs::remove_file(temporary);
        }
        Ok(written.is_ok())
    }
}

/// What begins the entry of a module.
fn name(wasm: &[u8]) -> [u8; 8] {
    let mut hasher = DefaultHasher::new();
    wasm.hash(&mut hasher);
    hasher.finish().to_le_bytes()
}

impl Engine for CarelessEngine {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let Some(path) = self.path(wasm) else { return self.inner.compile(wasm) };
        let mut stats = CacheStats::default();
        let found = self.load(&path, wasm, &mut stats)?;
        let provenance = if found.is_some() { Provenance::Disk } else { Provenance::Fresh };
        let module = match found {
            Some(module) => module,
            None => match self.inner.compile(wasm)? {
                Ok(module) => {
                    stats.functions_compiled += 1;
                    stats.stores += u64::from(self.store(&path, wasm, module)?);
                    module
                }
                Err(rejected) => return Ok(Err(rejected)),
            },
        };
        let mut state = self.state.lock().map_err(Fault::of)?;
        let all = &mut state.stats;
        all.disk_hits += stats.disk_hits;
        all.misses += stats.misses;
        all.corrupt += stats.corrupt;
        all.stores += stats.stores;
        all.functions_compiled += stats.functions_compiled;
        state.modules.push((module, path, provenance));
        Ok(Ok(module))
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        self.inner.imports(module)
    }

    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
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
        Ok(self.state.lock().map_err(Fault::of)?.stats)
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        self.inner.session()
    }
}
