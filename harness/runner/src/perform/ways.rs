//! The ways to run a script: takes an engine and a way; gives the engine as the script sees it,
//! once for each session that the script runs in, and starts others that are seen the same way. Sees
//! no script.

use super::caching::loaded;
use super::sharing::{Sharing, Side};
use crate::absent::Absent;
use crate::limit;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use wassay_engine::{
    CacheStats, Capabilities, Deserialized, Engine, ExportType, Fault, ImportType, Interrupter,
    Module, Provenance, Rejected, Session,
};
use wassay_record::Way;

/// The engine for each session of a script that is run in this way, and how it is seen: two for
/// `sessions`, else one. An engine that lacks what the way needs is replaced by one that reports this.
pub(super) fn engines<'a>(
    way: Way,
    engine: &'a dyn Engine,
    has: Capabilities,
) -> Vec<(Arc<dyn Engine + 'a>, How)> {
    let seen = |how: How| {
        let engine: Arc<dyn Engine + 'a> =
            Arc::new(Seen { inner: Inner::Borrowed(engine), how: how.clone() });
        (engine, how)
    };
    match way {
        Way::Fresh => vec![seen(How::Fresh)],
        Way::Serialized if !has.serialize => {
            vec![(Arc::new(Absent("serialized modules".to_string())), How::Fresh)]
        }
        Way::Serialized => vec![seen(How::Serialized)],
        Way::Reloaded => vec![seen(How::Reloaded(Arc::default()))],
        Way::Sessions => {
            let sharing = Arc::new(Sharing::default());
            [Side::First, Side::Second].map(|side| seen(How::Shared(sharing.clone(), side))).into()
        }
    }
}

/// An engine whose modules have gone through what the way asks for.
struct Seen<'a> {
    inner: Inner<'a>,
    how: How,
}

enum Inner<'a> {
    Borrowed(&'a dyn Engine),
    Owned(Arc<dyn Engine>),
}

/// What happens to a module between its compilation and its use.
#[derive(Clone)]
pub(super) enum How {
    Fresh,
    Serialized,
    /// Compiles one module at a time, so that a miss belongs to a module.
    Reloaded(Arc<Mutex<()>>),
    Shared(Arc<Sharing>, Side),
}

impl How {
    /// Starts another engine for a stage whose first engine is seen like this. One with a cache of
    /// its own has not been filled by an earlier run.
    pub(super) fn start(
        &self,
        own_cache: bool,
        start: impl FnOnce() -> Result<Arc<dyn Engine>, Fault>,
    ) -> Result<Arc<dyn Engine>, Fault> {
        let (inner, how) = match self {
            How::Fresh => return start(),
            How::Reloaded(_) if own_cache => return start(),
            How::Serialized => (start()?, How::Serialized),
            How::Reloaded(one) => (start()?, How::Reloaded(one.clone())),
            How::Shared(sharing, side) => {
                let (inner, sharing) = sharing.start(*side, start)?;
                (inner, How::Shared(sharing, *side))
            }
        };
        Ok(Arc::new(Seen { inner: Inner::Owned(inner), how }))
    }
}

impl Seen<'_> {
    fn inner(&self) -> &dyn Engine {
        match &self.inner {
            Inner::Borrowed(engine) => *engine,
            Inner::Owned(engine) => &**engine,
        }
    }
}

impl Engine for Seen<'_> {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        match &self.how {
            How::Fresh => self.inner().compile(wasm),
            How::Serialized => store(self.inner(), wasm),
            How::Reloaded(one) => {
                let _one = one.lock().unwrap_or_else(PoisonError::into_inner);
                reload(self.inner(), wasm)
            }
            How::Shared(sharing, side) => sharing.compile(self.inner(), *side, wasm),
        }
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        self.inner().imports(module)
    }

    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        self.inner().exports(module)
    }

    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
        self.inner().provenance(module)
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        match &self.how {
            How::Shared(sharing, _) => sharing.drop_module(self.inner(), module),
            _ => self.inner().drop_module(module),
        }
    }

    fn serialize(&self, module: Module) -> Result<Vec<u8>, Fault> {
        self.inner().serialize(module)
    }

    fn deserialize(&self, bytes: &[u8]) -> Result<Deserialized, Fault> {
        self.inner().deserialize(bytes)
    }

    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        self.inner().cache_stats()
    }

    fn cache_entry(&self, module: Module) -> Result<Option<PathBuf>, Fault> {
        self.inner().cache_entry(module)
    }

    fn another(&self) -> Result<Arc<dyn Engine>, Fault> {
        self.how.start(false, || self.inner().another())
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        match (&self.how, self.inner().session()) {
            (How::Shared(_, Side::Second), Err(Fault::Unsupported(_))) => {
                Err(Fault::unsupported(limit::SECOND_SESSION))
            }
            (_, session) => session,
        }
    }

    fn settle(&self) -> Result<(), Fault> {
        self.inner().settle()
    }

    fn interrupter(&self) -> Result<Arc<dyn Interrupter>, Fault> {
        self.inner().interrupter()
    }
}

impl Drop for Seen<'_> {
    fn drop(&mut self) {
        if let How::Shared(sharing, _) = &self.how {
            sharing.leave(self.inner());
        }
    }
}

/// Compiles a module and returns it as it is after it was serialized and dropped.
fn store(engine: &dyn Engine, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
    let compiled = match engine.compile(wasm)? {
        Ok(compiled) => compiled,
        Err(rejected) => return Ok(Err(rejected)),
    };
    let bytes = claimed(engine.serialize(compiled))?;
    match engine.drop_module(compiled) {
        // An engine that cannot drop a module keeps it; no verdict depends on that.
        Ok(()) | Err(Fault::Unsupported(_)) => {}
        Err(broken) => return Err(broken),
    }
    loaded(claimed(engine.deserialize(&bytes))?).map(Ok)
}

/// Fails an engine that lacks what it claims.
fn claimed<T>(done: Result<T, Fault>) -> Result<T, Fault> {
    done.map_err(|fault| match fault {
        Fault::Unsupported(what) => {
            Fault::Internal(format!("it claims `serialize`, but does not support {what}"))
        }
        fault => fault,
    })
}

/// Compiles a module that must come from the cache.
fn reload(engine: &dyn Engine, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
    let before = optional(engine.cache_stats())?;
    let module = match engine.compile(wasm)? {
        Ok(module) => module,
        Err(rejected) => return Ok(Err(rejected)),
    };
    let provenance = optional(engine.provenance(module))?;
    let found = match provenance {
        Some(Provenance::Memory | Provenance::Disk) => Some(true),
        Some(Provenance::Fresh | Provenance::Deserialized) => Some(false),
        None => None,
    };
    let counted = match (before, optional(engine.cache_stats())?) {
        (Some(before), Some(after)) => {
            let hits = |stats: &CacheStats| stats.memory_hits.saturating_add(stats.disk_hits);
            Some(
                after.functions_compiled == before.functions_compiled
                    && hits(&after) > hits(&before),
            )
        }
        _ => None,
    };
    match (found, counted) {
        (None, None) => Err(Fault::unsupported(limit::STATISTICS)),
        (Some(false), _) | (_, Some(false)) => Err(Fault::Missing(
            "the module was not loaded from the cache directory: the engine compiled it again"
                .to_string(),
        )),
        _ => Ok(Ok(module)),
    }
}

/// `None` for what the engine does not support.
fn optional<T>(asked: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(Fault::Unsupported(_)) => Ok(None),
        Err(broken) => Err(broken),
    }
}
