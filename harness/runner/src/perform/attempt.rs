//! `(@wassay.assert_refused (USE))` and `(@wassay.assert_accepted (USE))`: takes a use of what the
//! embedder keeps. The first passes if the engine refuses it, because a handle is of another session
//! or engine or was dropped, and for no other reason; the second if the engine performs it. Sees no
//! process.

use super::embed::{Item, importable};
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::{Judgement, Response};
use crate::script::{Attempt, Call};
use wassay_engine::{Extern, Fault, Instantiated};
use wassay_record::{Expected, Observed};

/// Why a sound engine refuses a use.
#[derive(Clone, Copy, Default)]
struct Reasons {
    /// It has a handle of another session or engine.
    foreign: bool,
    /// It has a handle that was dropped.
    dropped: bool,
}

impl Stage<'_, '_> {
    /// `(@wassay.assert_refused ...)`
    pub(super) fn refused(&mut self, attempt: &Attempt<'_>) -> Judgement {
        let reasons = match self.reasons(attempt) {
            Ok(Reasons { foreign: false, dropped: false }) => {
                let what = "nothing here is of another session or engine, or was dropped";
                return self.done(Err(Stop::Script(what.to_string())), Expected::Refused);
            }
            Ok(reasons) => reasons,
            Err(stop) => return self.done(Err(stop), Expected::Refused),
        };
        let failed = |actual, message: &str| Judgement::Failed {
            expected: Some(Expected::Refused),
            actual,
            message: message.to_string(),
        };
        match self.attempt(attempt) {
            Ok(response) => {
                failed(response.record(), &format!("should be refused, because {reasons}"))
            }
            Err(Stop::Fault(Fault::Foreign(_))) if reasons.foreign => self.refused_by_engine(),
            Err(Stop::Fault(Fault::Dropped(_))) if reasons.dropped => self.refused_by_engine(),
            Err(Stop::Fault(
                fault @ (Fault::Misuse(_) | Fault::Foreign(_) | Fault::Dropped(_)),
            )) => {
                let actual = Observed::Broke { message: fault.to_string() };
                failed(actual, &format!("is refused, but not because {reasons}"))
            }
            Err(stop) => self.done(Err(stop), Expected::Refused),
        }
    }

    /// What a refusal shows.
    fn refused_by_engine(&mut self) -> Judgement {
        if self.setting.handles {
            return Judgement::Passed;
        }
        let unknown = Fault::unsupported("refusing handles by itself");
        self.done(Err(Stop::Fault(unknown)), Expected::Refused)
    }

    /// `(@wassay.assert_accepted ...)`
    pub(super) fn accepted(&mut self, attempt: &Attempt<'_>) -> Judgement {
        match self.attempt(attempt) {
            Ok(Response::Accepted | Response::Returned(_)) => Judgement::Passed,
            Ok(response) => Judgement::Failed {
                expected: Some(Expected::Used),
                actual: response.record(),
                message: "should be accepted".to_string(),
            },
            Err(stop) => self.done(Err(stop), Expected::Used),
        }
    }

    /// Why a sound engine refuses this.
    fn reasons(&mut self, attempt: &Attempt<'_>) -> Result<Reasons, Stop> {
        let uses: Vec<&str> = match attempt {
            Attempt::Call(Call::Kept { id, .. })
            | Attempt::Put { id, .. }
            | Attempt::Read { id } => vec![id],
            Attempt::Call(Call::Export(_)) => Vec::new(),
            Attempt::Instance { module, imports } => {
                imports.iter().chain([module]).copied().collect()
            }
        };
        let mut reasons = Reasons::default();
        for id in uses {
            let kept = self.kept(id)?;
            if kept.dropped && self.is_held(kept.item) {
                let what = format!("there is another handle of `${id}`, which was not dropped");
                return Err(Stop::Script(what));
            }
            reasons.dropped |= kept.dropped;
            reasons.foreign |= match kept.item {
                // A module belongs to an engine.
                Item::Module(_) => kept.key.engine != self.key.engine,
                Item::Reference(_) | Item::Export(_) => kept.key != self.key,
            };
        }
        Ok(reasons)
    }

    /// Whether the handle of something that was dropped is still in use. An engine may return one
    /// handle several times, which then must be dropped as often.
    pub(super) fn is_held(&self, dropped: Item) -> bool {
        let known = |item: &Item| {
            let mut exports = self.exports.values().flat_map(|exports| exports.values());
            exports.any(|known| known.is_some_and(|known| Item::from(known) == *item))
        };
        let mut kept = self.embedder.kept.values().flatten();
        kept.any(|kept| !kept.dropped && kept.item == dropped) || known(&dropped)
    }

    fn attempt(&mut self, attempt: &Attempt<'_>) -> Result<Response, Stop> {
        match attempt {
            Attempt::Call(Call::Kept { id, args }) => {
                let kept = self.kept(id)?;
                self.call_kept(id, &kept, args)
            }
            Attempt::Call(Call::Export(_)) => {
                Err(Stop::Script("an export is of this session".to_string()))
            }
            Attempt::Put { into, id } => {
                let kept = self.kept(id);
                self.put(into, id, kept).map(|()| Response::Accepted)
            }
            Attempt::Read { id } => self.read(id).map(|()| Response::Accepted),
            Attempt::Instance { module, imports } => self.link(module, imports),
        }
    }

    fn read(&mut self, id: &str) -> Result<(), Stop> {
        match self.kept(id)?.item {
            Item::Export(Extern::Table(table)) => self.session.table_size(table).map(drop)?,
            Item::Export(Extern::Memory(memory)) => self.session.memory_size(memory).map(drop)?,
            Item::Export(Extern::Global(global)) => self.session.global_get(global).map(drop)?,
            _ => {
                let what = format!("`${id}` is no table, memory or global");
                return Err(Stop::Script(what));
            }
        }
        Ok(())
    }

    fn link(&mut self, module: &str, imports: &[&str]) -> Result<Response, Stop> {
        let kept = self.kept(module);
        // Continue to the last import even if one is missing, as `instantiate` does.
        let imports: Vec<Result<Extern, Stop>> = imports
            .iter()
            .map(|id| self.kept(id).and_then(|kept| importable(id, kept.item)))
            .collect();
        let linked = kept.and_then(|kept| match kept.item {
            Item::Module(module) => {
                let imports: Vec<Extern> = imports.into_iter().collect::<Result<_, _>>()?;
                Ok(self.session.instantiate(module, &imports)?)
            }
            _ => Err(Stop::Script(format!("`${module}` is no module"))),
        });
        self.links.link(&self.holders);
        self.lose_used(&linked);
        Ok(match linked? {
            Instantiated::Ready(_) => Response::Accepted,
            Instantiated::Unlinkable(error) => Response::Unlinkable(error),
            Instantiated::Failed(outcome) => Response::from(outcome),
        })
    }
}

impl std::fmt::Display for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match (self.foreign, self.dropped) {
            (true, false) => "it is of another session or engine",
            (false, true) => "it was dropped",
            _ => "it is of another session or engine, or was dropped",
        })
    }
}
