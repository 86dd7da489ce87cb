//! Several sessions and engines in one script: takes `(@wassay.session $B)` and
//! `(@wassay.engine $B)`; makes another stage the current one. Each session has names of its own;
//! what the embedder keeps is the same in all. Sees no process.

use super::embed::Kept;
use super::names::{Missing, Slot};
use super::stage::{Setting, Stage};
use super::stop::Stop;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use wassay_engine::{Engine, Fault};

/// The ids of a session's engine and of the session; the first ones have none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) engine: Option<String>,
    pub(super) session: Option<String>,
}

/// Room for the engines that a script starts.
pub(super) type Engines = Vec<OnceLock<Arc<dyn Engine>>>;

/// What belongs to the script and to none of its sessions. The current stage has it.
#[derive(Default)]
pub(super) struct Embedder<'scope, 'env> {
    /// What was taken, by its id.
    pub(super) kept: HashMap<String, Slot<Kept>>,
    /// The stages of the other sessions.
    pub(super) stages: HashMap<Key, Stage<'scope, 'env>>,
    engines: HashMap<Option<String>, &'scope dyn Engine>,
    /// The session that the script entered if it could not be opened, and why: nothing runs in it.
    away: Option<(Key, Missing)>,
}

impl Stage<'_, '_> {
    /// `(@wassay.session $B)`
    pub(super) fn enter_session(&mut self, id: Option<&str>) -> Result<(), Stop> {
        let at = self.embedder.away.as_ref().map_or(&self.key, |(key, _)| key);
        let engine = at.engine.clone();
        self.enter(Key { engine, session: id.map(str::to_string) })
    }

    /// `(@wassay.engine $B)`
    pub(super) fn enter_engine(&mut self, id: Option<&str>) -> Result<(), Stop> {
        self.enter(Key { engine: id.map(str::to_string), session: None })
    }

    /// Why no directive can run in the session that the script entered.
    pub(super) fn away(&self) -> Option<Stop> {
        self.embedder.away.as_ref().map(|(_, missing)| Stop::Missing(missing.clone()))
    }

    fn enter(&mut self, key: Key) -> Result<(), Stop> {
        self.embedder.away = None;
        if key == self.key {
            return Ok(());
        }
        self.embedder.engines.insert(self.key.engine.clone(), self.setting.engine);
        match self.stage(&key) {
            Ok(mut next) => {
                (next.step, next.offset, next.lost_calls) = (self.step, self.offset, 0);
                next.embedder = std::mem::take(&mut self.embedder);
                let before = std::mem::replace(self, next);
                self.embedder.stages.insert(before.key.clone(), before);
                Ok(())
            }
            Err(fault) => {
                let stop = Stop::Fault(fault);
                self.embedder.away = Some((key, stop.missing(self.line())));
                Err(stop)
            }
        }
    }
}

impl<'scope, 'env> Stage<'scope, 'env> {
    /// The stage of a session, which is opened if it is new.
    fn stage(&mut self, key: &Key) -> Result<Stage<'scope, 'env>, Fault> {
        if let Some(stage) = self.embedder.stages.remove(key) {
            return Ok(stage);
        }
        let engine = match self.embedder.engines.get(&key.engine) {
            Some(engine) => *engine,
            None => {
                let another = self.setting.engine.another()?;
                let mut free = self.setting.engines.iter().filter(|room| room.get().is_none());
                let room = free.next().ok_or_else(|| Fault::Internal("too many engines".into()))?;
                &**room.get_or_init(|| another)
            }
        };
        self.embedder.engines.insert(key.engine.clone(), engine);
        let stage = Stage::open(Setting { engine, ..self.setting })?;
        Ok(Stage { key: key.clone(), ..stage })
    }

    /// Ends all other sessions.
    pub(super) fn close_others(&mut self) {
        self.embedder.stages.drain().for_each(|(_, stage)| stage.close());
    }
}
