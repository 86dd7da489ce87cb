//! Takes a [`Plain`] store; implements provider and engine for it: keeps modules by number, opens
//! sessions. Runs no wasm.

use crate::Plain;
use crate::names::{get, remove};
use crate::outline::Outline;
use crate::place::{Here, Thread};
use crate::placed::Placed;
use crate::session::Core;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wassay_engine::{
    Capabilities, Config, Engine, ExportType, Fault, Features, Identity, ImportType, Module,
    Numbered, Owner, Provider, Rejected, Session,
};

/// A provider of engines of the kind `P`.
pub struct Adapter<P: Plain> {
    open: Open<P>,
}

/// Opens a session, on the caller's thread or on its own.
type Open<P> = fn(Arc<State<P>>) -> Result<Box<dyn Session>, Fault>;

impl<P: Plain> Adapter<P> {
    /// For an engine whose store and handles can move between threads.
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
        };
        Ok(Arc::new(Started { state: Arc::new(state), open: self.open, config: config.clone() }))
    }
}

/// An engine; its sessions share it.
pub(super) struct State<P: Plain> {
    pub engine: P::Engine,
    pub features: Features,
    owner: Owner,
    modules: Mutex<Numbered<Compiled<P>>>,
}

/// A module, and the order of its sections, which engines do not report.
pub(super) struct Compiled<P: Plain> {
    pub module: P::Module,
    outline: Arc<Result<Outline, Fault>>,
}

impl<P: Plain> Clone for Compiled<P> {
    fn clone(&self) -> Compiled<P> {
        Compiled { module: self.module.clone(), outline: Arc::clone(&self.outline) }
    }
}

impl<P: Plain> Compiled<P> {
    /// The order of imports and exports; `Unsupported` if wasmparser cannot read the module.
    pub fn outline(&self) -> Result<&Outline, Fault> {
        Result::as_ref(&self.outline).map_err(Clone::clone)
    }
}

impl<P: Plain> State<P> {
    pub fn module(&self, module: Module) -> Result<Compiled<P>, Fault> {
        get(&self.modules(), module.index_in(self.owner)?)
    }

    fn modules(&self) -> MutexGuard<'_, Numbered<Compiled<P>>> {
        self.modules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Started<P: Plain> {
    state: Arc<State<P>>,
    open: Open<P>,
    config: Config,
}

impl<P: Plain> Engine for Started<P> {
    fn another(&self) -> Result<Arc<dyn Engine>, Fault> {
        Adapter::<P> { open: self.open }.start(&self.config)
    }

    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let module = match P::compile(&self.state.engine, wasm)? {
            Ok(module) => module,
            Err(rejected) => return Ok(Err(rejected)),
        };
        // The engine decides whether the module is valid.
        let outline = Arc::new(Outline::read(wasm));
        let number = self.state.modules().add(Compiled { module, outline })?;
        Ok(Ok(Module::new(self.state.owner, number)))
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        let compiled = self.state.module(module)?;
        compiled.outline()?.order_imports(P::imports(&compiled.module)?)
    }

    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        let compiled = self.state.module(module)?;
        compiled.outline()?.order_exports(P::exports(&compiled.module)?)
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        let removed = remove(&mut self.state.modules(), module.index_in(self.state.owner)?);
        removed.map(drop)
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        (self.open)(Arc::clone(&self.state))
    }
}
