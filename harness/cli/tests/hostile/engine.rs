//! An engine that misbehaves on request: what it does depends on the name of the export that is
//! called. It runs no wasm; it proves that the harness survives engines.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use wassay_engine::*;

/// Starts the engine.
pub fn provider() -> Box<dyn Provider> {
    Box::new(Hostile)
}

struct Hostile;

impl Provider for Hostile {
    fn identity(&self) -> Identity {
        Identity {
            name: "hostile".to_string(),
            version: "0".to_string(),
            target: "test".to_string(),
            build: String::new(),
        }
    }

    fn features(&self) -> Features {
        Features::WASM2
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        match config.opt {
            Opt::None => Err(Fault::Internal("this engine does not start without opt".into())),
            Opt::Speed => Ok(Arc::new(HostileEngine { owner: Owner::fresh() })),
        }
    }
}

struct HostileEngine {
    owner: Owner,
}

fn lacking<T>(what: &str) -> Result<T, Fault> {
    Err(Fault::Unsupported(what.to_string()))
}

impl Engine for HostileEngine {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        // A module with a custom section of this name ends its worker while it is compiled.
        if wasm.windows(13).any(|bytes| bytes == b"crash-compile") {
            std::process::abort();
        }
        Ok(Ok(Module::new(self.owner, 0)))
    }
    fn imports(&self, _: Module) -> Result<Vec<ImportType>, Fault> {
        Ok(Vec::new())
    }
    fn exports(&self, _: Module) -> Result<Vec<ExportType>, Fault> {
        Ok(Vec::new())
    }
    fn provenance(&self, _: Module) -> Result<Provenance, Fault> {
        Ok(Provenance::Fresh)
    }
    fn drop_module(&self, _: Module) -> Result<(), Fault> {
        Ok(())
    }
    fn serialize(&self, _: Module) -> Result<Vec<u8>, Fault> {
        lacking("serialize")
    }
    fn deserialize(&self, _: &[u8]) -> Result<Deserialized, Fault> {
        lacking("deserialize")
    }
    fn cache_stats(&self) -> CacheStats {
        CacheStats::default()
    }
    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(Box::new(HostileSession { owner: Owner::fresh(), names: Vec::new() }))
    }
}

struct HostileSession {
    owner: Owner,
    names: Vec<String>,
}

impl Session for HostileSession {
    fn instantiate(&mut self, _: Module, _: &[Extern]) -> Result<Instantiated, Fault> {
        Ok(Instantiated::Ready(Instance::new(self.owner, 0)))
    }
    fn export(&mut self, _: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        self.names.push(name.to_string());
        Ok(Some(Extern::Func(Func::new(self.owner, self.names.len() as u32 - 1))))
    }
    fn drop_instance(&mut self, _: Instance) -> Result<(), Fault> {
        Ok(())
    }
    fn call(&mut self, func: Func, _: &[Value]) -> Result<Outcome, Fault> {
        let name = &self.names[func.index() as usize];
        // On one lane only: what its environment has in it.
        let is_odd = std::env::var_os("WASSAY_ODD").is_some();
        match &**name {
            "odd-crash" if is_odd => std::process::abort(),
            "odd-lacking" if is_odd => return lacking("what other lanes have"),
            name => misbehave(name),
        }
        Ok(Outcome::Returned(Vec::new()))
    }
    fn extern_type(&mut self, _: Extern) -> Result<ExternType, Fault> {
        Ok(ExternType::Func(FuncType::default()))
    }
    fn host_func(&mut self, _: &FuncType, _: HostAction) -> Result<Func, Fault> {
        Ok(Func::new(self.owner, 0))
    }
    fn take_host_calls(&mut self) -> Vec<HostCall> {
        Vec::new()
    }
    fn global_new(&mut self, _: GlobalType, _: Value) -> Result<Global, Fault> {
        Ok(Global::new(self.owner, 0))
    }
    fn global_get(&mut self, _: Global) -> Result<Value, Fault> {
        lacking("globals")
    }
    fn global_set(&mut self, _: Global, _: Value) -> Result<(), Fault> {
        lacking("globals")
    }
    fn table_new(&mut self, _: TableType, _: Ref) -> Result<Table, Fault> {
        Ok(Table::new(self.owner, 0))
    }
    fn table_size(&mut self, _: Table) -> Result<u64, Fault> {
        lacking("tables")
    }
    fn table_get(&mut self, _: Table, _: u64) -> Result<Option<Ref>, Fault> {
        lacking("tables")
    }
    fn table_set(&mut self, _: Table, _: u64, _: Ref) -> Result<bool, Fault> {
        lacking("tables")
    }
    fn table_grow(&mut self, _: Table, _: u64, _: Ref) -> Result<Option<u64>, Fault> {
        lacking("tables")
    }
    fn memory_new(&mut self, _: MemoryType) -> Result<Memory, Fault> {
        Ok(Memory::new(self.owner, 0))
    }
    fn memory_size(&mut self, _: Memory) -> Result<u64, Fault> {
        lacking("memories")
    }
    fn memory_read(&mut self, _: Memory, _: u64, _: &mut [u8]) -> Result<bool, Fault> {
        lacking("memories")
    }
    fn memory_write(&mut self, _: Memory, _: u64, _: &[u8]) -> Result<bool, Fault> {
        lacking("memories")
    }
    fn memory_grow(&mut self, _: Memory, _: u64) -> Result<Option<u64>, Fault> {
        lacking("memories")
    }
    fn same(&mut self, _: Ref, _: Ref) -> Result<bool, Fault> {
        lacking("references")
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
    // Rust's own handler lets the first SIGSEGV pass: a real one would come again.
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
