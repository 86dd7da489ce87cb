//! The contract catches an engine that lies: wasmi behind a provider that breaks one rule at a
//! time, and the checks that must fail then.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use wassay_engine::*;

/// What the engine does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lie {
    /// Takes other sessions' handles of this kind for its own with the same index.
    Adopts(Kind),
    /// Claims a feature that it does not have.
    Claims(Feature),
    /// Starts with all features, whatever it is asked for.
    IgnoresSwitches,
    /// Resolves imports by name: two of one name are the same.
    ByName,
    /// Records every host call, and says that none was lost.
    LosesCalls,
    /// Does not say who it is.
    Nameless,
    /// Is itself the other engine that it should start.
    StartsNone,
    /// Takes modules of another engine that it started for its own with the same index.
    AdoptsModules,
    /// Starts another engine with all features.
    ForgetsConfig,
    /// Counts what another engine compiles, too.
    SharesCounter,
    /// Runs nothing on another engine.
    StartsBroken,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Func,
    Table,
    Memory,
    Global,
    Instance,
    DroppedInstance,
}

const FOREIGN_ENGINE: &str = "handles of another engine with the same config are refused";

const FOREIGN_MODULE: &str = "modules of another engine with the same config are refused";

const COUNTS: &str = "another engine counts only its own functions";

const FOREIGN: &str = "handles of another session are refused";

/// Every lie, and the check that finds it.
const LIES: &[(Lie, &str)] = &[
    (Lie::Adopts(Kind::Func), FOREIGN),
    (Lie::Adopts(Kind::Table), FOREIGN),
    (Lie::Adopts(Kind::Memory), FOREIGN),
    (Lie::Adopts(Kind::Global), FOREIGN),
    (Lie::Adopts(Kind::Instance), FOREIGN),
    (Lie::Adopts(Kind::DroppedInstance), FOREIGN),
    (Lie::Claims(Feature::Gc), "a claimed feature is there"),
    (Lie::Claims(Feature::Threads), "a claimed feature is there"),
    (Lie::IgnoresSwitches, "a feature that is off is rejected"),
    (Lie::ByName, "imports go by position, not by name"),
    (Lie::LosesCalls, "a record of millions of host calls is cut, and says so"),
    (Lie::Nameless, "the engine says who it is"),
    (Lie::Adopts(Kind::Func), FOREIGN_ENGINE),
    (Lie::Adopts(Kind::Memory), FOREIGN_ENGINE),
    (Lie::StartsNone, FOREIGN_MODULE),
    (Lie::StartsNone, COUNTS),
    (Lie::AdoptsModules, FOREIGN_MODULE),
    (Lie::ForgetsConfig, "another engine accepts what the first accepts"),
    (Lie::SharesCounter, COUNTS),
    (Lie::StartsBroken, "another engine runs beside the first"),
];

#[test]
fn every_lie_is_found() {
    let honest: Vec<_> = failed(None);
    for &(lie, check) in LIES {
        let found = failed(Some(lie));
        assert!(found.contains(&check), "{lie:?} was not found: {found:?}");
        assert!(!honest.contains(&check), "{check} fails without a lie");
    }
}

fn failed(lie: Option<Lie>) -> Vec<&'static str> {
    let liar = Liar { inner: wassay_wasmi::provider(), lie };
    contract::check(&liar).failed().map(|check| check.name).collect()
}

struct Liar {
    inner: Box<dyn Provider>,
    lie: Option<Lie>,
}

impl Provider for Liar {
    fn identity(&self) -> Result<Identity, Fault> {
        match self.lie {
            Some(Lie::Nameless) => Err(Fault::internal("no answer")),
            _ => self.inner.identity(),
        }
    }
    fn features(&self) -> Features {
        match self.lie {
            Some(Lie::Claims(feature)) => self.inner.features().with(feature),
            _ => self.inner.features(),
        }
    }
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        let had = self.inner.features();
        let features = match self.lie {
            Some(Lie::Claims(feature)) => config.features.minus(Features::of(&[feature])),
            Some(Lie::IgnoresSwitches) if had.contains(config.features) => had,
            _ => config.features,
        };
        let inner = self.inner.start(&Config { features, ..config.clone() })?;
        Ok(Arc::new(LyingEngine::new(inner, self.lie)))
    }
}

/// What the modules import.
type Imports = Arc<Mutex<Vec<(Module, Vec<ImportType>)>>>;

struct LyingEngine {
    inner: Arc<dyn Engine>,
    lie: Option<Lie>,
    imports: Imports,
    /// How many functions it compiled, at least.
    compiled: Arc<AtomicU64>,
    /// Whether it runs nothing.
    is_broken: bool,
}

impl LyingEngine {
    fn new(inner: Arc<dyn Engine>, lie: Option<Lie>) -> LyingEngine {
        let (imports, compiled) = Default::default();
        LyingEngine { inner, lie, imports, compiled, is_broken: false }
    }
}

impl Engine for LyingEngine {
    fn another(&self) -> Result<Arc<dyn Engine>, Fault> {
        let inner = match self.lie {
            Some(Lie::StartsNone) => Arc::clone(&self.inner),
            Some(Lie::ForgetsConfig) => {
                let wasmi = wassay_wasmi::provider();
                wasmi.start(&Config::new(wasmi.features()))?
            }
            _ => self.inner.another()?,
        };
        let mut other = LyingEngine::new(inner, self.lie);
        other.is_broken = self.lie == Some(Lie::StartsBroken);
        if matches!(self.lie, Some(Lie::StartsNone | Lie::SharesCounter)) {
            other.compiled = Arc::clone(&self.compiled);
        }
        Ok(Arc::new(other))
    }
    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        let functions_compiled = self.compiled.load(Ordering::Relaxed);
        Ok(CacheStats { functions_compiled, ..CacheStats::default() })
    }
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let compiled = self.inner.compile(wasm)?;
        if let Ok(module) = &compiled {
            // No module of the contract has more functions than bytes.
            self.compiled.fetch_add(wasm.len() as u64, Ordering::Relaxed);
            let imports = self.inner.imports(*module)?;
            self.imports.lock().unwrap().push((*module, imports));
        }
        Ok(compiled)
    }
    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        let own = self.imports.lock().unwrap().first().map(|(module, _)| module.owner());
        match own {
            Some(own) if self.lie == Some(Lie::AdoptsModules) => {
                self.inner.imports(Module::new(own, module.index()))
            }
            _ => self.inner.imports(module),
        }
    }
    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        if self.is_broken {
            return Err(Fault::internal("no session"));
        }
        let mut inner = self.inner.session()?;
        // A session tells its tag by its first handle.
        let own = inner.host_func(&FuncType::default(), HostAction::Return(vec![]))?.owner();
        let imports = Arc::clone(&self.imports);
        Ok(Box::new(LyingSession { inner, own, lie: self.lie, imports }))
    }
}

struct LyingSession {
    inner: Box<dyn Session>,
    own: Owner,
    lie: Option<Lie>,
    imports: Imports,
}

impl LyingSession {
    fn owner(&self, kind: Kind, owner: Owner) -> Owner {
        if self.lie == Some(Lie::Adopts(kind)) { self.own } else { owner }
    }
    fn func(&self, func: Func) -> Func {
        Func::new(self.owner(Kind::Func, func.owner()), func.index())
    }
    fn table(&self, table: Table) -> Table {
        Table::new(self.owner(Kind::Table, table.owner()), table.index())
    }
    fn memory(&self, memory: Memory) -> Memory {
        Memory::new(self.owner(Kind::Memory, memory.owner()), memory.index())
    }
    fn global(&self, global: Global) -> Global {
        Global::new(self.owner(Kind::Global, global.owner()), global.index())
    }
    fn instance(&self, instance: Instance, kind: Kind) -> Instance {
        Instance::new(self.owner(kind, instance.owner()), instance.index())
    }
}

impl Session for LyingSession {
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
        let mut imports = imports.to_vec();
        if self.lie == Some(Lie::ByName) {
            let known = self.imports.lock().unwrap();
            let types = known.iter().find(|(known, _)| *known == module).map(|(_, types)| types);
            let types = types.cloned().unwrap_or_default();
            for at in 1..imports.len().min(types.len()) {
                let same = |ty: &&ImportType| {
                    (&ty.module, &ty.name) == (&types[at].module, &types[at].name)
                };
                if let Some(first) = types[..at].iter().position(|ty| same(&ty)) {
                    imports[at] = imports[first];
                }
            }
        }
        self.inner.instantiate(module, &imports)
    }
    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        self.inner.export(self.instance(instance, Kind::Instance), name)
    }
    fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        self.inner.drop_instance(self.instance(instance, Kind::DroppedInstance))
    }
    fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        self.inner.call(self.func(func), args)
    }
    fn extern_type(&mut self, item: Extern) -> Result<ExternType, Fault> {
        self.inner.extern_type(item)
    }
    fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        self.inner.host_func(ty, action)
    }
    fn take_host_calls(&mut self) -> Result<HostCalls, Fault> {
        let calls = self.inner.take_host_calls()?;
        let lost = if self.lie == Some(Lie::LosesCalls) { 0 } else { calls.lost };
        Ok(HostCalls { lost, ..calls })
    }
    fn global_new(&mut self, ty: GlobalType, value: Value) -> Result<Global, Fault> {
        self.inner.global_new(ty, value)
    }
    fn global_get(&mut self, global: Global) -> Result<Value, Fault> {
        self.inner.global_get(self.global(global))
    }
    fn table_new(&mut self, ty: TableType, init: Ref) -> Result<Table, Fault> {
        self.inner.table_new(ty, init)
    }
    fn table_size(&mut self, table: Table) -> Result<u64, Fault> {
        self.inner.table_size(self.table(table))
    }
    fn table_get(&mut self, table: Table, index: u64) -> Result<Option<Ref>, Fault> {
        self.inner.table_get(self.table(table), index)
    }
    fn table_set(&mut self, table: Table, index: u64, value: Ref) -> Result<bool, Fault> {
        self.inner.table_set(self.table(table), index, value)
    }
    fn table_grow(&mut self, table: Table, delta: u64, init: Ref) -> Result<Option<u64>, Fault> {
        self.inner.table_grow(table, delta, init)
    }
    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        self.inner.memory_new(ty)
    }
    fn memory_size(&mut self, memory: Memory) -> Result<u64, Fault> {
        self.inner.memory_size(self.memory(memory))
    }
    fn memory_read(&mut self, memory: Memory, at: u64, buffer: &mut [u8]) -> Result<bool, Fault> {
        self.inner.memory_read(memory, at, buffer)
    }
    fn memory_write(&mut self, memory: Memory, at: u64, bytes: &[u8]) -> Result<bool, Fault> {
        self.inner.memory_write(memory, at, bytes)
    }
    fn memory_grow(&mut self, memory: Memory, delta: u64) -> Result<Option<u64>, Fault> {
        self.inner.memory_grow(memory, delta)
    }
    fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        self.inner.same(a, b)
    }
}
