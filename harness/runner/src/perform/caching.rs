//! Modules that were compiled before: takes the annotations about caches and serialized modules;
//! gives judgements. Knows the engine's statistics, and nothing about its files.

use super::functions::TextPlace;
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::{Judgement, Response};
use crate::script::{Caching, Count};
use wassay_engine::{CacheStats, Deserialized, Engine, Fault, Module, Provenance, Rejected};
use wassay_record::{Expected, Observed};

impl Stage<'_, '_> {
    /// `(@wassay.compile ...)` and the like.
    pub(super) fn cache(&mut self, asked: Caching<'_>) -> Judgement {
        match asked {
            Caching::Compile { id, kept } => {
                let compiled = self.compile_kept(kept);
                let place = self.kept_text(kept).ok();
                let compiled = compiled.map(|made| made.map_err(Response::Rejected));
                self.define_as(id, place, compiled)
            }
            Caching::Reload { id } => {
                let place = self.defined(Some(id)).ok().and_then(|it| self.texts.place(it));
                let reloaded = self.reload(id);
                self.define_as(id, place, reloaded.map(Ok))
            }
            Caching::Expect { counts } => self.expect(&counts),
            Caching::AssertMiss { kept } => self.miss(kept),
            Caching::AssertRejected { kept } => match self.compile_kept(kept) {
                Ok(Err(_)) => Judgement::Passed,
                Ok(Ok(_)) => failed(Expected::Rejected, Observed::Accepted, "should be rejected"),
                Err(stop) => self.done(Err(stop), Expected::Rejected),
            },
            Caching::Serialize { id, module } => {
                let module = self.defined(Some(module));
                let bytes = module.and_then(|module| Ok(self.engine()?.serialize(module)?));
                let (slot, done) = match bytes {
                    Ok(bytes) => (Ok(bytes), Ok(())),
                    Err(stop) => (Err(stop.missing(self.line())), Err(stop)),
                };
                self.embedder.serialized.insert(id.to_string(), slot);
                self.done(done, Expected::Taken)
            }
            Caching::Deserialize { id, bytes } => {
                let module =
                    self.deserialize(bytes).and_then(|done| loaded(done).map_err(Stop::from));
                self.define_as(id, None, module.map(Ok))
            }
            Caching::AssertIncompatible { bytes } => self.incompatible(bytes),
            Caching::Backtrace { id, call } => self.keep_trap(id, call),
            Caching::AssertBacktrace { id, call } => self.compare_trap(id, call),
        }
    }

    /// Binds a module that has just been made, as `(module definition $M ...)` does.
    fn define_as(
        &mut self,
        id: &str,
        place: Option<TextPlace>,
        made: Result<Result<Module, Response>, Stop>,
    ) -> Judgement {
        if let Err(stop @ Stop::Missing(_)) = &made {
            let missing = stop.missing(self.line());
            self.embedder.uncounted.entry(self.key.engine.clone()).or_insert(missing);
        }
        let (module, judgement) = self.settle(made);
        if let (Ok(module), Some(place)) = (&module, place) {
            self.texts.define(*module, place);
        }
        self.define(Some(id), module);
        judgement
    }

    /// The place of a kept module's text.
    fn kept_text(&mut self, id: &str) -> Result<TextPlace, Stop> {
        let no_text = || Stop::Script(format!("`${id}` is no module with a text"));
        self.kept(id)?.text.ok_or_else(no_text)
    }

    /// The bytes of the module at this place.
    fn wasm(&mut self, place: TextPlace) -> Result<Vec<u8>, Stop> {
        let encoded = self.encoded_at(place);
        encoded.map(|it| it.wasm.clone()).ok_or_else(|| {
            Stop::Script("the text of the module cannot be encoded again".to_string())
        })
    }

    fn compile_kept(&mut self, id: &str) -> Result<Result<Module, Rejected>, Stop> {
        let place = self.kept_text(id)?;
        let wasm = self.wasm(place)?;
        Ok(self.engine()?.compile(&wasm)?)
    }

    /// Drops a module and gets it again: from the cache that the script gave the engine, else from its
    /// serialized bytes.
    fn reload(&mut self, id: &str) -> Result<Module, Stop> {
        let engine = self.engine()?;
        let module = self.defined(Some(id))?;
        let stored = match self.setting.own_cache {
            true => {
                let place = self.texts.place(module);
                let what = || Stop::Script(format!("`${id}` has no text to compile again"));
                Stored::Wasm(self.wasm(place.ok_or_else(what)?)?)
            }
            false => Stored::Serialized(engine.serialize(module)?),
        };
        match self.drop_module(module) {
            // An engine that cannot drop a module keeps it; no verdict depends on that.
            Ok(()) | Err(Stop::Fault(Fault::Unsupported(_))) => {}
            Err(stop) => return Err(stop),
        }
        Ok(match stored {
            Stored::Wasm(wasm) => found(&*engine, &wasm)?,
            Stored::Serialized(bytes) => loaded(engine.deserialize(&bytes)?)?,
        })
    }

    /// The statistics of an engine to which the script gave a cache: those of others depend on the
    /// way of the run.
    fn own_stats(&self) -> Result<CacheStats, Stop> {
        if !self.setting.own_cache {
            let what = "what the cache of this engine does depends on the way of the run: start an \
                        engine with `(cache $directory)` or `(cache memory)`";
            return Err(Stop::Script(what.to_string()));
        }
        Ok(self.engine()?.cache_stats()?)
    }

    /// `(@wassay.expect ...)`
    fn expect(&mut self, counts: &[(Count, u64)]) -> Judgement {
        let missing = self.embedder.uncounted.get(&self.key.engine).cloned();
        let stats = match missing.filter(|_| self.setting.own_cache) {
            Some(missing) => Err(Stop::Missing(missing)),
            None => self.own_stats(),
        };
        let stats = match stats {
            Ok(stats) => stats,
            Err(stop) => return self.done(Err(stop), Expected::Counts(listed(counts))),
        };
        let actual: Vec<(Count, u64)> =
            counts.iter().map(|(count, _)| (*count, number(&stats, *count))).collect();
        match actual == counts {
            true => Judgement::Passed,
            false => failed(
                Expected::Counts(listed(counts)),
                Observed::Counts(listed(&actual)),
                &format!("the counts differ{}", self.started_with()),
            ),
        }
    }

    /// `(@wassay.assert_miss ...)`
    fn miss(&mut self, kept: &str) -> Judgement {
        let failed = |actual| failed(Expected::Miss, actual, "should not be in the cache");
        let before = match self.own_stats() {
            Ok(stats) => stats,
            Err(stop) => return self.done(Err(stop), Expected::Miss),
        };
        let fault = match self.compile_kept(kept) {
            Err(Stop::Fault(fault @ Fault::Missing(_))) => fault,
            Ok(Ok(_)) => return failed(Observed::Accepted),
            Ok(Err(rejected)) => return failed(Response::Rejected(rejected).record()),
            Err(stop) => return self.done(Err(stop), Expected::Miss),
        };
        // An engine may compile, and refuse then.
        let missed = |before: CacheStats| CacheStats { misses: before.misses + 1, ..before };
        match self.own_stats() {
            Ok(after) if after == missed(before) => Judgement::Passed,
            Ok(after) => {
                let message = format!("{fault}; counted: {}", changes(&before, &after));
                let actual = Observed::Broke { message };
                self::failed(Expected::Miss, actual, "something else than one miss")
            }
            Err(stop) => self.done(Err(stop), Expected::Miss),
        }
    }

    fn deserialize(&mut self, id: &str) -> Result<Deserialized, Stop> {
        match self.embedder.serialized.get(id) {
            Some(Ok(bytes)) => Ok(self.engine()?.deserialize(bytes)?),
            Some(Err(missing)) => Err(Stop::Missing(missing.clone())),
            None => Err(Stop::Script(format!("no module was serialized as `${id}`"))),
        }
    }

    /// `(@wassay.assert_incompatible ...)`
    fn incompatible(&mut self, bytes: &str) -> Judgement {
        let failed = |actual, message| failed(Expected::Incompatible, actual, message);
        match self.deserialize(bytes) {
            Ok(Deserialized::Incompatible(_)) => Judgement::Passed,
            Ok(Deserialized::Module(_)) => failed(Observed::Accepted, "should be refused"),
            Ok(Deserialized::Corrupt(message)) => {
                failed(Observed::Broke { message }, "is refused as damaged")
            }
            Err(stop) => self.done(Err(stop), Expected::Incompatible),
        }
    }
}

/// What a module is made of again.
enum Stored {
    Wasm(Vec<u8>),
    Serialized(Vec<u8>),
}

/// Compiles a module that the engine's cache must have. In the second of two sessions the engine is
/// not asked, and counts nothing.
fn found(engine: &dyn Engine, wasm: &[u8]) -> Result<Module, Fault> {
    let before = engine.cache_stats()?;
    let module = match engine.compile(wasm)? {
        Ok(module) => module,
        Err(rejected) => {
            let what = format!("it rejects a module that it has compiled: {}", rejected.message);
            return Err(Fault::Internal(what));
        }
    };
    let after = engine.cache_stats()?;
    // A module without functions is compiled in secret.
    let missed = |stats: &CacheStats| [stats.misses, stats.stale, stats.corrupt];
    if after.functions_compiled == before.functions_compiled
        && missed(&after) == missed(&before)
        && engine.provenance(module) != Ok(Provenance::Fresh)
    {
        return Ok(module);
    }
    let what = "the cache does not have the module any more: the engine compiled it again";
    Err(Fault::Missing(what.to_string()))
}

/// A module that must be intact.
pub(super) fn loaded(done: Deserialized) -> Result<Module, Fault> {
    let refused = |why: &str, what: String| {
        Err(Fault::Internal(format!("its own serialized module is {why}: {what}")))
    };
    match done {
        Deserialized::Module(module) => Ok(module),
        Deserialized::Incompatible(what) => refused("incompatible", what),
        Deserialized::Corrupt(what) => refused("corrupt", what),
    }
}

fn failed(expected: Expected, actual: Observed, message: &str) -> Judgement {
    Judgement::Failed { expected: Some(expected), actual, message: message.to_string() }
}

/// What an engine has counted between two statistics.
fn changes(before: &CacheStats, after: &CacheStats) -> String {
    let change = |count: Count| (count, number(after, count).saturating_sub(number(before, count)));
    let changes = Count::ALL.map(change).into_iter().filter(|(_, number)| *number > 0);
    match changes.collect::<Vec<_>>() {
        none if none.is_empty() => "nothing".to_string(),
        changes => listed(&changes),
    }
}

fn number(stats: &CacheStats, count: Count) -> u64 {
    match count {
        Count::Compiled => stats.functions_compiled,
        Count::Hits => stats.memory_hits.saturating_add(stats.disk_hits),
        Count::Misses => stats.misses,
        Count::Stores => stats.stores,
        Count::Stale => stats.stale,
        Count::Corrupt => stats.corrupt,
    }
}

/// Counts as a report shows them, for example `compiled 0, hits 2`.
fn listed(counts: &[(Count, u64)]) -> String {
    let counts: Vec<String> =
        counts.iter().map(|(count, number)| format!("{} {number}", count.name())).collect();
    counts.join(", ")
}
