//! wasmi, with what the ways need and it lacks, and with one defect. Its serialized modules are the
//! bytes that it compiled, and so are the entries of its cache directory, which is a map.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use wassay_engine::*;

/// What is wrong with the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    None,
    /// Deserializing returns the module that was serialized first.
    OtherCode,
    /// Its own bytes are of another version.
    Incompatible,
    /// Its own bytes are damaged.
    Corrupt,
    /// It claims to serialize modules, but does not.
    CannotSerialize,
    /// It does not drop modules.
    CannotDrop,
    /// A module is dropped, but remains.
    DropFails,
    /// Both sessions have the same instances.
    SharedInstances,
    /// The second session accepts every type in an indirect call.
    OtherTypes,
    /// The second session numbers its calls and returns that number.
    OtherResults,
    /// There is no second session.
    OneSession,
    /// It compiles what the directory has.
    Recompiles,
    /// It compiles what the directory has, and only its count of functions shows that.
    RecompilesInSecret,
    /// It finds no module, and only its count of hits shows that.
    MissesInSecret,
    /// It does not say where modules come from.
    NoProvenance,
    /// It neither says where modules come from nor counts functions.
    NoStatistics,
    /// A reloaded module returns other results.
    OtherAfterReload,
    /// A reloaded module has no backtraces.
    NoBacktraceAfterReload,
    /// It compiles although every module must come from the cache.
    IgnoresDemand,
    /// It compiles what must come from the cache, and refuses then.
    CompilesOnDemand,
    /// It breaks where a module must come from the cache, after it counted a miss.
    BreaksOnDemand,
    /// It compiles what the directory has, and only its count of misses shows that.
    CountsMissesOnly,
    /// It has no backtraces.
    NoBacktraces,
    /// Its entries are the same for all settings.
    IgnoresSettings,
}

/// The entries of a cache directory.
pub type Entries = Arc<Mutex<HashSet<Vec<u8>>>>;

pub struct Twisted {
    inner: Arc<dyn Engine>,
    defect: Defect,
    entries: Entries,
    /// The settings, as part of the keys of entries.
    settings: Vec<u8>,
    demand_hits: bool,
    shared: Arc<Mutex<State>>,
}

/// Starts such engines. Those with the same cache directory share its entries.
pub struct Twister {
    pub defect: Defect,
    directories: Mutex<HashMap<PathBuf, Entries>>,
}

impl Twister {
    pub fn new(defect: Defect) -> Twister {
        Twister { defect, directories: Mutex::default() }
    }
}

impl Provider for Twister {
    fn identity(&self) -> Result<Identity, Fault> {
        Ok(Identity::here("twisted", "1"))
    }

    fn features(&self) -> Features {
        wassay_wasmi::provider().features()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { disk_cache: true, demand_hits: true, ..Twisted::capabilities() }
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        let mut directories = self.directories.lock().unwrap();
        let entries = match &config.cache {
            Cache::Directory(path) => directories.entry(path.clone()).or_default().clone(),
            Cache::Memory | Cache::Off => Entries::default(),
        };
        let settings = match self.defect {
            Defect::IgnoresSettings => String::new(),
            _ => format!("{:?} {:?}", config.opt, config.features),
        };
        Ok(Arc::new(Twisted {
            settings: settings.into_bytes(),
            demand_hits: config.demand_hits && self.defect != Defect::IgnoresDemand,
            ..Twisted::new(self.defect, config.features, &entries)
        }))
    }
}

#[derive(Default)]
struct State {
    bytes: HashMap<Module, Vec<u8>>,
    first: Option<Vec<u8>>,
    reloaded: HashSet<Module>,
    deserialized: HashSet<Module>,
    stats: CacheStats,
    sessions: u32,
    /// The first session, if the second one is the same.
    session: Option<Arc<Mutex<Box<dyn Session>>>>,
    instances: HashMap<Module, Instance>,
}

impl Twisted {
    /// An engine with this cache directory.
    pub fn new(defect: Defect, features: Features, entries: &Entries) -> Twisted {
        let inner = wassay_wasmi::provider().start(&Config::new(features)).unwrap();
        Twisted {
            inner,
            defect,
            entries: entries.clone(),
            settings: Vec::new(),
            demand_hits: false,
            shared: Arc::default(),
        }
    }

    pub fn capabilities() -> Capabilities {
        Capabilities { serialize: true, ..wassay_wasmi::provider().capabilities() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.lock().unwrap()
    }
}

impl Engine for Twisted {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let compiled = self.inner.compile(wasm)?;
        if let Ok(module) = compiled {
            let mut state = self.state();
            state.bytes.insert(module, wasm.to_vec());
            let key = [wasm, &self.settings].concat();
            let mut entries = self.entries.lock().unwrap();
            if self.demand_hits && !entries.contains(&key) {
                state.stats.misses += 1;
                if self.defect == Defect::BreaksOnDemand {
                    return Err(Fault::Internal("index out of bounds".to_string()));
                }
                state.stats.functions_compiled +=
                    u64::from(self.defect == Defect::CompilesOnDemand);
                return Err(Fault::Missing("there is no such entry".to_string()));
            }
            let is_miss = entries.insert(key);
            let secret =
                [Defect::RecompilesInSecret, Defect::MissesInSecret].contains(&self.defect);
            if is_miss || self.defect == Defect::Recompiles {
                state.stats.functions_compiled += 1;
            } else {
                state.reloaded.insert(module);
                state.stats.functions_compiled +=
                    u64::from(self.defect == Defect::RecompilesInSecret);
                state.stats.disk_hits += u64::from(!secret);
                state.stats.misses += u64::from(self.defect == Defect::CountsMissesOnly);
            }
        }
        Ok(compiled)
    }

    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
        match self.defect {
            Defect::NoProvenance | Defect::NoStatistics | Defect::CountsMissesOnly => {
                Err(Fault::unsupported("provenance"))
            }
            _ if self.state().reloaded.contains(&module) => Ok(Provenance::Disk),
            _ if self.state().deserialized.contains(&module) => Ok(Provenance::Deserialized),
            _ => Ok(Provenance::Fresh),
        }
    }

    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        match self.defect {
            Defect::NoStatistics => Err(Fault::unsupported("cache statistics")),
            _ => Ok(self.state().stats),
        }
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        self.inner.imports(module)
    }

    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        self.inner.exports(module)
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        match self.defect {
            Defect::CannotDrop => Err(Fault::unsupported("dropping modules")),
            Defect::DropFails => Err(Fault::Internal("it is in use".to_string())),
            _ => self.inner.drop_module(module),
        }
    }

    fn serialize(&self, module: Module) -> Result<Vec<u8>, Fault> {
        if self.defect == Defect::CannotSerialize {
            return Err(Fault::unsupported("modules with sections"));
        }
        let mut state = self.state();
        let bytes = state.bytes[&module].clone();
        state.first.get_or_insert_with(|| bytes.clone());
        Ok(bytes)
    }

    fn deserialize(&self, bytes: &[u8]) -> Result<Deserialized, Fault> {
        let bytes = match self.defect {
            Defect::Incompatible => return Ok(Deserialized::Incompatible("version 0".to_string())),
            Defect::Corrupt => return Ok(Deserialized::Corrupt("byte 0".to_string())),
            Defect::OtherCode => self.state().first.clone().unwrap_or_default(),
            _ => bytes.to_vec(),
        };
        let module = self.inner.compile(&bytes)?.expect("it was accepted before");
        let mut state = self.state();
        state.bytes.insert(module, bytes);
        state.deserialized.insert(module);
        Ok(Deserialized::Module(module))
    }

    fn another(&self) -> Result<Arc<dyn Engine>, Fault> {
        let inner = self.inner.another()?;
        let (defect, entries, settings) =
            (self.defect, self.entries.clone(), self.settings.clone());
        let (demand_hits, shared) = (self.demand_hits, Arc::default());
        Ok(Arc::new(Twisted { inner, defect, entries, settings, demand_hits, shared }))
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        let mut state = self.state();
        state.sessions += 1;
        let is_second = state.sessions == 2;
        if is_second && self.defect == Defect::OneSession {
            return Err(Fault::unsupported("several stores"));
        }
        let kept = state.session.clone().filter(|_| self.defect == Defect::SharedInstances);
        let inner = match kept {
            Some(session) => session,
            None => Arc::new(Mutex::new(self.inner.session()?)),
        };
        state.session = Some(inner.clone());
        let (defect, shared) = (self.defect, self.shared.clone());
        Ok(Box::new(TwistedSession { inner, defect, shared, is_second, calls: 0 }))
    }
}

struct TwistedSession {
    inner: Arc<Mutex<Box<dyn Session>>>,
    defect: Defect,
    shared: Arc<Mutex<State>>,
    is_second: bool,
    calls: u32,
}

impl TwistedSession {
    fn inner(&self) -> MutexGuard<'_, Box<dyn Session>> {
        self.inner.lock().unwrap()
    }
}

impl Session for TwistedSession {
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
        let shares = self.defect == Defect::SharedInstances;
        let before = self.shared.lock().unwrap().instances.get(&module).copied();
        if let Some(instance) = before.filter(|_| shares) {
            return Ok(Instantiated::Ready(instance));
        }
        let made = self.inner().instantiate(module, imports)?;
        if let Instantiated::Ready(instance) = made {
            self.shared.lock().unwrap().instances.insert(module, instance);
        }
        Ok(made)
    }

    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        self.inner().export(instance, name)
    }

    fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        let outcome = self.inner().call(func, args)?;
        self.calls += 1;
        let is_reloaded = !self.shared.lock().unwrap().reloaded.is_empty();
        Ok(match (self.defect, outcome) {
            (Defect::OtherTypes, Outcome::Trapped(trap))
                if self.is_second && trap.kind == TrapKind::IndirectCallTypeMismatch =>
            {
                Outcome::Returned(vec![Value::I32(0)])
            }
            (Defect::OtherResults, Outcome::Returned(values))
                if self.is_second && values.len() == 1 =>
            {
                Outcome::Returned(vec![Value::I32(self.calls)])
            }
            (Defect::OtherAfterReload, Outcome::Returned(values))
                if is_reloaded && values.len() == 1 =>
            {
                Outcome::Returned(vec![Value::I32(7)])
            }
            (defect, Outcome::Trapped(trap)) => {
                let has_frames = match defect {
                    Defect::NoBacktraces => false,
                    Defect::NoBacktraceAfterReload => !is_reloaded,
                    _ => true,
                };
                let frame = Frame { module: None, func: 1, name: None, offset: Some(2) };
                let frames = if has_frames { vec![frame] } else { Vec::new() };
                Outcome::Trapped(Trap { frames, ..trap })
            }
            (_, outcome) => outcome,
        })
    }

    fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        self.inner().drop_instance(instance)
    }
    fn drop_extern(&mut self, item: Extern) -> Result<(), Fault> {
        self.inner().drop_extern(item)
    }
    fn extern_type(&mut self, item: Extern) -> Result<ExternType, Fault> {
        self.inner().extern_type(item)
    }
    fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        self.inner().host_func(ty, action)
    }
    fn take_host_calls(&mut self) -> Result<HostCalls, Fault> {
        self.inner().take_host_calls()
    }
    fn global_new(&mut self, ty: GlobalType, value: Value) -> Result<Global, Fault> {
        self.inner().global_new(ty, value)
    }
    fn global_get(&mut self, global: Global) -> Result<Value, Fault> {
        self.inner().global_get(global)
    }
    fn global_set(&mut self, global: Global, value: Value) -> Result<(), Fault> {
        self.inner().global_set(global, value)
    }
    fn table_new(&mut self, ty: TableType, init: Ref) -> Result<Table, Fault> {
        self.inner().table_new(ty, init)
    }
    fn table_size(&mut self, table: Table) -> Result<u64, Fault> {
        self.inner().table_size(table)
    }
    fn table_get(&mut self, table: Table, index: u64) -> Result<Option<Ref>, Fault> {
        self.inner().table_get(table, index)
    }
    fn table_set(&mut self, table: Table, index: u64, value: Ref) -> Result<bool, Fault> {
        self.inner().table_set(table, index, value)
    }
    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        self.inner().memory_new(ty)
    }
    fn memory_size(&mut self, memory: Memory) -> Result<u64, Fault> {
        self.inner().memory_size(memory)
    }
    fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        self.inner().same(a, b)
    }
    fn collect(&mut self) -> Result<(), Fault> {
        self.inner().collect()
    }
}
