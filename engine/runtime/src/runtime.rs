//! The state that stores share: options, types, shims, reservations.

use crate::code::{Image, ImageKind, check_target};
use crate::error::LoadError;
use crate::memory::Pool;
use crate::module::LoadedModule;
use crate::signals;
use crate::stable::Stable;
use crate::types::TypeRegistry;
use crate::unregistered;
use crate::vm::StoreContext;
use crate::vouched::Vouched;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use wassay_artifact::abi::AbiSignature;
use wassay_artifact::index::DefinedFuncIndex;
use wassay_artifact::target::BoundsMode;
use wassay_artifact::types::{CanonicalType, FuncType};
use wassay_engine::{Fault, Features};

/// The options of a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuntimeOptions {
    /// The features that types of the host's memories, tables and globals may use.
    pub features: Features,
    /// How memory accesses are checked. `Guard` also runs code that was compiled for `Explicit`.
    pub bounds: BoundsMode,
    /// How many bytes of stack a call may use, including all nested calls.
    pub wasm_stack: usize,
    /// Whether [`Runtime::interrupt`] works; it costs a lock per outermost call.
    pub interruption: bool,
}

impl Default for RuntimeOptions {
    fn default() -> RuntimeOptions {
        RuntimeOptions {
            features: Features::all(),
            bounds: BoundsMode::Guard,
            wasm_stack: 1 << 20,
            interruption: false,
        }
    }
}

/// Provides shims when the host first calls a function of a signature, or is first called by one.
pub trait ShimSource: Send + Sync {
    /// The shims of a signature: an artifact of kind `Shims`.
    ///
    /// # Errors
    /// The fault with which the call that needs the shims fails.
    fn shims(&self, signature: &AbiSignature) -> Result<Vouched, Fault>;
}

/// Maps code, numbers types, and keeps reusable resources of stores. Shared between threads.
pub struct Runtime {
    options: RuntimeOptions,
    types: Arc<TypeRegistry>,
    pool: Arc<Pool>,
    source: Box<dyn ShimSource>,
    shims: RwLock<HashMap<AbiSignature, Arc<Shims>>>,
    signatures: RwLock<HashMap<CanonicalType, Arc<Signature>>>,
    running: Mutex<Vec<Running>>,
}

/// The code between the host and functions of one machine signature, kept for the runtime's life.
pub(crate) struct Shims {
    /// `extern "C" fn(code, vmctx, values)`
    pub entry: *const u8,
    /// The code of host functions.
    pub exit: *const u8,
    /// Keeps the code that `entry` and `exit` point to.
    _image: Image,
}

// SAFETY: the pointers lead to immutable code that `_image` keeps loaded.
unsafe impl Send for Shims {}
// SAFETY: the pointers lead to immutable code that `_image` keeps loaded.
unsafe impl Sync for Shims {}

/// A function type with everything that a call from or to the host needs.
pub(crate) struct Signature {
    pub ty: FuncType<CanonicalType>,
    pub abi: AbiSignature,
    pub shims: Arc<Shims>,
}

/// A store context that has a call on some thread.
struct Running(*mut StoreContext);

// SAFETY: other threads use only its atomic interrupt flag, while the lock of the list keeps the
// call, and so the context, from ending.
unsafe impl Send for Running {}

/// A store in the list of stores that have a call on some thread.
pub(crate) struct Begun {
    runtime: Arc<Runtime>,
    context: *mut StoreContext,
}

impl Drop for Begun {
    fn drop(&mut self) {
        let running = &self.runtime.running;
        let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|other| other.0 != self.context);
    }
}

impl Runtime {
    /// Creates a runtime. Installs the process's signal handlers if this is the first runtime.
    pub fn new(options: RuntimeOptions, source: Box<dyn ShimSource>) -> Arc<Runtime> {
        signals::install();
        Arc::new(Runtime {
            options,
            types: Arc::default(),
            pool: Arc::new(Pool::default()),
            source,
            shims: RwLock::default(),
            signatures: RwLock::default(),
            running: Mutex::default(),
        })
    }

    /// Its options.
    pub fn options(&self) -> &RuntimeOptions {
        &self.options
    }

    /// The types of all its modules.
    pub fn types(&self) -> &Arc<TypeRegistry> {
        &self.types
    }

    /// Maps a module's code.
    ///
    /// # Errors
    /// [`LoadError`], if the code was compiled for another machine or mode, or is not a module.
    pub fn load(self: &Arc<Self>, vouched: Vouched) -> Result<Arc<LoadedModule>, LoadError> {
        let artifact = vouched.into_artifact();
        check_target(artifact.target(), self.options.bounds)?;
        LoadedModule::new(&self.types, artifact).map(Arc::new)
    }

    /// Stops every call that is running now: each soon traps with `Interrupted`.
    pub fn interrupt(&self) {
        for running in self.running.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // SAFETY: the list's lock keeps the context alive; only the atomic is accessed, through
            // a pointer to it alone.
            let flag = unsafe { StoreContext::interrupt_flag(running.0) };
            flag.store(1, Ordering::Release);
        }
    }

    pub(crate) fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// Adds a store to the list that `interrupt` walks, with its flag cleared, until the result is
    /// dropped. The preparation before generated code counts as running, too: it may take long, for
    /// example to compile shims.
    pub(crate) fn begin(self: &Arc<Self>, store: &Stable<StoreContext>) -> Option<Begun> {
        let context = store.as_ptr();
        self.options.interruption.then(|| {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            // SAFETY: the caller's store is live, and its flag is atomic.
            unsafe { StoreContext::interrupt_flag(context) }.store(0, Ordering::Release);
            running.push(Running(context));
            Begun { runtime: Arc::clone(self), context }
        })
    }

    /// A function type with its shims.
    pub(crate) fn signature(&self, ty: CanonicalType) -> Result<Arc<Signature>, Fault> {
        unregistered::check(self.types.handle(ty))?;
        let known =
            self.signatures.read().unwrap_or_else(PoisonError::into_inner).get(&ty).cloned();
        if let Some(signature) = known {
            return Ok(signature);
        }
        let func = self
            .types
            .func(ty)
            .ok_or_else(|| Fault::misuse(format!("type {} is not a function type", ty.0)))?;
        let abi = AbiSignature::of(&func);
        let shims = self.shims(&abi)?;
        let signature = Arc::new(Signature { ty: func, abi, shims });
        let mut signatures = self.signatures.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(signatures.entry(ty).or_insert(signature)))
    }

    fn shims(&self, signature: &AbiSignature) -> Result<Arc<Shims>, Fault> {
        let known =
            self.shims.read().unwrap_or_else(PoisonError::into_inner).get(signature).cloned();
        if let Some(shims) = known {
            return Ok(shims);
        }
        // Two threads may both create them; the first to store its shims wins.
        let vouched = self.source.shims(signature)?;
        let shims = self
            .load_shims(vouched, signature)
            .map_err(|error| Fault::internal(format!("shims of {signature}: {error}")))?;
        let mut known = self.shims.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(known.entry(signature.clone()).or_insert_with(|| Arc::new(shims))))
    }

    fn load_shims(&self, vouched: Vouched, signature: &AbiSignature) -> Result<Shims, LoadError> {
        let artifact = vouched.into_artifact();
        check_target(artifact.target(), self.options.bounds)?;
        if artifact.signature()? != *signature {
            return Err(LoadError::corrupt("shims of another signature"));
        }
        let image = Image::map(artifact, ImageKind::Shims)?;
        let code = |at| {
            image.code(DefinedFuncIndex(at)).ok_or_else(|| LoadError::corrupt("too few shims"))
        };
        Ok(Shims { entry: code(0)?, exit: code(1)?, _image: image })
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").field("options", &self.options).finish_non_exhaustive()
    }
}
