//! An engine that misbehaves on request: the name of the called export selects what it does. It
//! runs no wasm; it proves that the harness survives engines.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use wassay_engine::*;

/// Starts the engine.
pub fn provider() -> Box<dyn Provider> {
    Box::new(Hostile)
}

struct Hostile;

impl Provider for Hostile {
    fn identity(&self) -> Result<Identity, Fault> {
        // As if it had been built for seeded faults.
        let notice = std::env::var("WASSAY_NOTICE").unwrap_or_default();
        Ok(Identity { target: "test".to_string(), notice, ..Identity::here("hostile", "0") })
    }

    fn features(&self) -> Features {
        // As if a feature had been switched off.
        match std::env::var("WASSAY_LACKS").map(|name| name.parse()) {
            Ok(Ok(feature)) => Features::WASM2.minus(Features::of(&[feature])),
            _ => Features::WASM2,
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { disk_cache: cached().is_some(), ..Capabilities::default() }
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        match config.opt {
            Opt::None => Err(Fault::Internal("this engine does not start without opt".into())),
            Opt::Speed => Ok(Arc::new(HostileEngine {
                owner: Owner::fresh(),
                modules: AtomicU32::new(0),
                sessions: AtomicU32::new(0),
                directory: match &config.cache {
                    Cache::Directory(path) => Some(path.clone()),
                    _ => None,
                },
                compiled: AtomicU64::new(0),
                hits: Arc::default(),
            })),
        }
    }
}

struct HostileEngine {
    owner: Owner,
    modules: AtomicU32,
    sessions: AtomicU32,
    directory: Option<PathBuf>,
    compiled: AtomicU64,
    /// The modules found in the directory.
    hits: Arc<AtomicU64>,
}

/// How well the engine uses a cache directory: `sound`, `recompiles` what it finds, returns `other`
/// values from what it finds, or is `silent` about it. `None` for an engine without a cache.
fn cached() -> Option<String> {
    std::env::var("WASSAY_CACHED").ok()
}

fn lacking<T>(what: &str) -> Result<T, Fault> {
    Err(Fault::Unsupported(what.to_string()))
}

impl Engine for HostileEngine {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        // A module with a custom section of this name ends its worker during compilation.
        if wasm.windows(13).any(|bytes| bytes == b"crash-compile") {
            std::process::abort();
        }
        if let Some(directory) = &self.directory {
            let name = wasm.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let entry = directory.join(name);
            let is_hit = entry.exists() && cached().as_deref() != Some("recompiles");
            std::fs::create_dir_all(directory).map_err(Fault::of)?;
            std::fs::write(entry, b"").map_err(Fault::of)?;
            let count = if is_hit { &*self.hits } else { &self.compiled };
            count.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Ok(Module::new(self.owner, self.modules.fetch_add(1, Ordering::Relaxed))))
    }
    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        if cached().is_none_or(|how| how == "silent") {
            return lacking("cache statistics");
        }
        Ok(CacheStats {
            disk_hits: self.hits.load(Ordering::Relaxed),
            functions_compiled: self.compiled.load(Ordering::Relaxed),
            ..CacheStats::default()
        })
    }
    fn imports(&self, _: Module) -> Result<Vec<ImportType>, Fault> {
        Ok(Vec::new())
    }
    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        let number = self.sessions.fetch_add(1, Ordering::Relaxed) + 1;
        let (owner, names) = (Owner::fresh(), Vec::new());
        let hits = self.hits.clone();
        Ok(Box::new(HostileSession { owner, number, names, instances: 0, hits }))
    }
}

struct HostileSession {
    owner: Owner,
    /// From 1.
    number: u32,
    names: Vec<String>,
    instances: u32,
    hits: Arc<AtomicU64>,
}

impl Session for HostileSession {
    fn instantiate(&mut self, _: Module, _: &[Extern]) -> Result<Instantiated, Fault> {
        self.instances += 1;
        Ok(Instantiated::Ready(Instance::new(self.owner, self.instances)))
    }
    fn export(&mut self, _: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        if name == "hidden" {
            return Ok(None);
        }
        self.names.push(name.to_string());
        Ok(Some(Extern::Func(Func::new(self.owner, self.names.len() as u32 - 1))))
    }
    fn call(&mut self, func: Func, _: &[Value]) -> Result<Outcome, Fault> {
        let name = &self.names[func.index() as usize];
        // Only on a lane whose environment has this variable.
        let is_odd = std::env::var_os("WASSAY_ODD").is_some();
        match &**name {
            "odd-crash" if is_odd => std::process::abort(),
            "value" => {
                let is_other = cached().as_deref() == Some("other");
                let is_reloaded = self.hits.load(Ordering::Relaxed) > 0;
                return Ok(Outcome::Returned(vec![Value::I32((is_other && is_reloaded).into())]));
            }
            "trap-in-second-session" if self.number == 2 => {
                return Ok(Outcome::Trapped(Trap::new(TrapKind::Unreachable)));
            }
            "hang-in-second-session" if self.number == 2 => misbehave("hang"),
            "odd-lacking" if is_odd => return lacking("gc"),
            name => misbehave(name),
        }
        Ok(Outcome::Returned(Vec::new()))
    }
    fn host_func(&mut self, _: &FuncType, _: HostAction) -> Result<Func, Fault> {
        Ok(Func::new(self.owner, 0))
    }
    fn global_new(&mut self, _: GlobalType, _: Value) -> Result<Global, Fault> {
        Ok(Global::new(self.owner, 0))
    }
    fn table_new(&mut self, _: TableType, _: Ref) -> Result<Table, Fault> {
        Ok(Table::new(self.owner, 0))
    }
    fn memory_new(&mut self, _: MemoryType) -> Result<Memory, Fault> {
        Ok(Memory::new(self.owner, 0))
    }
}

/// A session that was asked for one of these exports misbehaves when it is closed.
impl Drop for HostileSession {
    fn drop(&mut self) {
        let how = self.names.iter().find_map(|name| name.strip_prefix("closing-"));
        how.into_iter().for_each(misbehave);
    }
}

fn misbehave(how: &str) {
    match how {
        "crash" => std::process::abort(),
        "segv" => signal(rustix::process::Signal::SEGV),
        "kill" => signal(rustix::process::Signal::KILL),
        "exit" => std::process::exit(7),
        "panic" => panic!("a deliberate panic"),
        "overflow" => _ = overflow(1),
        "hang" => std::thread::sleep(Duration::from_secs(3600)),
        "doze" => std::thread::sleep(Duration::from_millis(20)),
        "oom" => hoard(),
        "print" => println!("this is no event"),
        _ => {}
    }
}

fn signal(signal: rustix::process::Signal) {
    // Rust's handler ignores the first SIGSEGV, because a real one would recur.
    for _ in 0..2 {
        let _ = rustix::process::kill_process(rustix::process::getpid(), signal);
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_secs(3600));
}

#[expect(unconditional_recursion, reason = "this is what it is for")]
fn overflow(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    overflow(depth + 1) + frame[depth as usize % 64]
}

fn hoard() {
    static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
    loop {
        let chunk = vec![1; 16 << 20];
        KEPT.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(chunk);
    }
}
