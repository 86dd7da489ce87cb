//! Makes a provider of an engine in its own terms: keeps its modules by number, opens sessions.

use crate::Plain;
use crate::names::Slots;
use crate::outline::Outline;
use crate::place::{Here, Thread};
use crate::placed::Placed;
use crate::session::Core;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wassay_engine::{
    CacheStats, Capabilities, Config, Engine, ExportType, Fault, Features, Identity, ImportType,
    Module, Owner, Provenance, Provider, Rejected, Session,
};

/// A provider of engines of the kind `P`.
pub struct Adapter<P: Plain> {
    open: Open<P>,
}

/// How a session is opened: where it is, and the thread that it may need.
type Open<P> = fn(Arc<State<P>>) -> Result<Box<dyn Session>, Fault>;

impl<P: Plain> Adapter<P> {
    /// For an engine whose store and handles may go from thread to thread.
    pub const fn direct() -> Adapter<P>
    where
        Core<P>: Send,
    {
        Adapter { open: |state| Ok(Box::new(Placed::new(Here(Core::open(state)?)))) }
    }

    /// For any engine: each session has a thread, which its store never leaves.
    pub const fn threaded() -> Adapter<P> {
        Adapter { open: |state| Ok(Box::new(Placed::new(Thread::start(|| Core::open(state))?))) }
    }
}

impl<P: Plain> Provider for Adapter<P> {
    fn identity(&self) -> Result<Identity, Fault> {
        P::identity()
    }

    fn features(&self) -> Features {
        P::FEATURES
    }

    fn capabilities(&self) -> Capabilities {
        P::capabilities()
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        if let Some(lacking) = P::capabilities().lacking(P::FEATURES, config) {
            return Err(Fault::Unsupported(lacking));
        }
        let state = State {
            engine: P::start(config)?,
            features: config.features,
            owner: Owner::fresh(),
            modules: Mutex::default(),
            functions_compiled: AtomicU64::new(0),
        };
        Ok(Arc::new(Started { state: Arc::new(state), open: self.open }))
    }
}

/// An engine; its sessions share it.
pub(super) struct State<P: Plain> {
    pub engine: P::Engine,
    pub features: Features,
    owner: Owner,
    modules: Mutex<Slots<Compiled<P>>>,
    functions_compiled: AtomicU64,
}

/// A module, and what engines do not tell of it.
pub(super) struct Compiled<P: Plain> {
    pub module: P::Module,
    pub outline: Arc<Outline>,
}

impl<P: Plain> Clone for Compiled<P> {
    fn clone(&self) -> Compiled<P> {
        Compiled { module: self.module.clone(), outline: Arc::clone(&self.outline) }
    }
}

impl<P: Plain> State<P> {
    pub fn module(&self, module: Module) -> Result<Compiled<P>, Fault> {
        self.modules().get(module.index_in(self.owner)?)
    }

    fn modules(&self) -> MutexGuard<'_, Slots<Compiled<P>>> {
        self.modules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Started<P: Plain> {
    state: Arc<State<P>>,
    open: Open<P>,
}

impl<P: Plain> Engine for Started<P> {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let module = match P::compile(&self.state.engine, wasm)? {
            Ok(module) => module,
            Err(rejected) => return Ok(Err(rejected)),
        };
        let outline = Arc::new(Outline::read(wasm)?);
        self.state.functions_compiled.fetch_add(outline.functions, Ordering::Relaxed);
        let number = self.state.modules().add(Compiled { module, outline })?;
        Ok(Ok(Module::new(self.state.owner, number)))
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        let compiled = self.state.module(module)?;
        compiled.outline.order_imports(P::imports(&compiled.module)?)
    }

    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        let compiled = self.state.module(module)?;
        compiled.outline.order_exports(P::exports(&compiled.module)?)
    }

    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
        self.state.module(module).map(|_| Provenance::Fresh)
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        self.state.modules().remove(module.index_in(self.state.owner)?)
    }

    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        let functions_compiled = self.state.functions_compiled.load(Ordering::Relaxed);
        Ok(CacheStats { functions_compiled, ..CacheStats::default() })
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        (self.open)(Arc::clone(&self.state))
    }
}
