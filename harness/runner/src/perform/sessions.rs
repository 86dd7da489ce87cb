//! Several sessions and engines in one script: takes `(@wassay.session $B)` and
//! `(@wassay.engine $B)`; makes another stage the current one, and closes sessions and engines. Each
//! session has names of its own; what the embedder keeps is the same in all. Sees no process.

use super::caches::has_cache;
use super::embed::{Item, Kept};
use super::names::{Missing, Slot};
use super::stage::{Setting, Stage};
use super::stop::Stop;
use super::whose::Started;
use crate::script::EngineSetting;
use std::collections::HashMap;
use std::sync::Arc;
use wassay_engine::{Engine, Fault, ImportType, Module, Rejected, Session, Trap};

/// The ids of a session's engine and of the session; the first ones have none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) engine: Option<String>,
    pub(super) session: Option<String>,
}

/// What belongs to the script and to none of its sessions. The current stage has it.
#[derive(Default)]
pub(super) struct Embedder<'scope, 'env> {
    /// What was taken, by its id.
    pub(super) kept: HashMap<String, Slot<Kept>>,
    /// The bytes of compiled modules.
    pub(super) serialized: HashMap<String, Slot<Vec<u8>>>,
    /// Traps to compare others with.
    pub(super) traps: HashMap<String, Slot<Trap>>,
    /// The first directive that should have compiled a module in an engine and did not run: what the
    /// engine has counted since says nothing.
    pub(super) uncounted: HashMap<Option<String>, Missing>,
    /// The stages of the other sessions.
    pub(super) stages: HashMap<Key, Stage<'scope, 'env>>,
    /// The engines that the script started, in its order.
    pub(super) started: Vec<Started>,
    /// The line of the directive that entered the current session; 0 for the first one.
    pub(super) entered: u32,
    /// The engines; `None` for one that was dropped.
    engines: HashMap<Option<String>, Slot<Option<Setting<'scope, 'env>>>>,
    /// The session that the script entered if it could not be opened, and why: nothing runs in it.
    away: Option<(Key, Missing)>,
}

impl Stage<'_, '_> {
    /// `(@wassay.session $B)`
    pub(super) fn enter_session(&mut self, id: Option<&str>) -> Result<(), Stop> {
        let at = self.embedder.away.as_ref().map_or(&self.key, |(key, _)| key);
        let engine = at.engine.clone();
        self.enter(Key { engine, session: id.map(str::to_string) }, &[])
    }

    /// `(@wassay.engine $B ...)`
    pub(super) fn enter_engine(
        &mut self,
        id: Option<&str>,
        settings: &[EngineSetting<'_>],
    ) -> Result<(), Stop> {
        let engine = id.map(str::to_string);
        let is_new = !self.embedder.engines.contains_key(&engine);
        if let (Some(id), false, false) = (id, settings.is_empty(), is_new) {
            let what = format!("there is an engine `${id}` already: its settings are fixed");
            return Err(Stop::Script(what));
        }
        let entered = self.enter(Key { engine, session: None }, settings);
        if let (Some(id), true) = (id, is_new) {
            let started = Started::new(id, settings, self.line(), self.source());
            self.embedder.started.push(started);
        }
        entered
    }

    /// Why no directive can run in the session that the script entered.
    pub(super) fn away(&self) -> Option<Stop> {
        self.embedder.away.as_ref().map(|(_, missing)| Stop::Missing(missing.clone()))
    }

    fn enter(&mut self, key: Key, settings: &[EngineSetting<'_>]) -> Result<(), Stop> {
        self.embedder.away = None;
        if key == self.key {
            return Ok(());
        }
        let current = self.setting.clone();
        self.embedder.engines.entry(self.key.engine.clone()).or_insert(Ok(Some(current)));
        match self.stage(&key, settings) {
            Ok(mut next) => {
                (next.step, next.offset, next.lost_calls) = (self.step, self.offset, 0);
                next.embedder = std::mem::take(&mut self.embedder);
                let before = std::mem::replace(self, next);
                self.embedder.entered = self.line();
                self.embedder.stages.insert(before.key.clone(), before);
                Ok(())
            }
            Err(stop) => {
                let missing = stop.missing(self.line());
                let engine = self.embedder.engines.entry(key.engine.clone());
                engine.or_insert(Err(missing.clone()));
                self.embedder.away = Some((key, missing));
                Err(stop)
            }
        }
    }

    /// `(@wassay.drop (sessions $B))`. Their modules stay if the embedder keeps them.
    pub(super) fn drop_sessions(&mut self, id: &str) -> Result<(), Stop> {
        let engine = Some(id.to_string());
        if self.key.engine == engine {
            let what = format!("`${id}` is the current engine: enter another one first");
            return Err(Stop::Script(what));
        }
        let stages = &self.embedder.stages;
        let keys: Vec<Key> = stages.keys().filter(|key| key.engine == engine).cloned().collect();
        match self.embedder.engines.get(&engine) {
            Some(Err(missing)) => return Err(Stop::Missing(missing.clone())),
            _ if keys.is_empty() => {
                return Err(Stop::Script(format!("engine `${id}` has no session")));
            }
            _ => {}
        }
        for key in keys {
            let Some(mut stage) = self.embedder.stages.remove(&key) else { continue };
            stage.modules.retain(|module| !self.keeps(*module));
            stage.close();
        }
        Ok(())
    }

    /// `(@wassay.drop (engine $B))`. Its modules go with it, and its sessions stay.
    pub(super) fn drop_engine(&mut self, id: &str) -> Result<(), Stop> {
        let engine = Some(id.to_string());
        match self.embedder.engines.get_mut(&engine) {
            Some(Ok(running @ Some(_))) => *running = None,
            Some(Err(missing)) => return Err(Stop::Missing(missing.clone())),
            Some(Ok(None)) => return Err(Stop::Script(format!("engine `${id}` was dropped"))),
            None => return Err(Stop::Script(format!("no engine `${id}`"))),
        }
        let stages =
            self.embedder.stages.values_mut().map(|stage| (&stage.key, &mut stage.setting));
        for (key, setting) in stages.chain([(&self.key, &mut self.setting)]) {
            if key.engine == engine {
                setting.engine = Arc::new(Dropped);
            }
        }
        for kept in self.embedder.kept.values_mut().flatten() {
            kept.dropped |= kept.key.engine == engine && matches!(kept.item, Item::Module(_));
        }
        Ok(())
    }
}

impl<'scope, 'env> Stage<'scope, 'env> {
    /// The engine, which runs.
    pub(super) fn engine(&self) -> Result<Arc<dyn Engine + 'scope>, Stop> {
        match (&self.key.engine, self.embedder.engines.get(&self.key.engine)) {
            (Some(id), Some(Ok(None))) => Err(Stop::Script(format!("engine `${id}` was dropped"))),
            _ => Ok(self.setting.engine.clone()),
        }
    }

    /// The stage of a session, which is opened if it is new.
    fn stage(
        &mut self,
        key: &Key,
        settings: &[EngineSetting<'_>],
    ) -> Result<Stage<'scope, 'env>, Stop> {
        if let Some(stage) = self.embedder.stages.remove(key) {
            return Ok(stage);
        }
        let engine = key.engine.as_deref().unwrap_or_default();
        let setting = match self.embedder.engines.get(&key.engine) {
            Some(Ok(Some(setting))) => setting.clone(),
            Some(Err(missing)) => return Err(Stop::Missing(missing.clone())),
            Some(Ok(None)) => return Err(Stop::Script(format!("engine `${engine}` was dropped"))),
            None => self.start(settings)?,
        };
        self.embedder.engines.insert(key.engine.clone(), Ok(Some(setting.clone())));
        let stage = Stage::open(setting)?;
        Ok(Stage { key: key.clone(), ..stage })
    }

    /// Starts an engine like the first one, except for these settings.
    fn start(&self, settings: &[EngineSetting<'_>]) -> Result<Setting<'scope, 'env>, Fault> {
        let first = self.running(&None).unwrap_or(&self.setting);
        let engine = match settings {
            [] => first.engine.another()?,
            settings => first.starts.start(settings)?,
        };
        Ok(Setting { engine, own_cache: has_cache(settings), ..first.clone() })
    }

    /// The setting of an engine, if it runs and the script has left it before.
    pub(super) fn running(&self, engine: &Option<String>) -> Option<&Setting<'scope, 'env>> {
        self.embedder.engines.get(engine)?.as_ref().ok()?.as_ref()
    }

    /// Ends all other sessions.
    pub(super) fn close_others(&mut self) {
        self.embedder.stages.drain().for_each(|(_, stage)| stage.close());
    }
}

/// The engine of sessions that outlive their engine: it has no modules, and no room for others.
struct Dropped;

impl Dropped {
    fn refuses<T>() -> Result<T, Fault> {
        Err(Fault::dropped("the engine was dropped"))
    }
}

impl Engine for Dropped {
    fn compile(&self, _: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        Dropped::refuses()
    }

    fn imports(&self, _: Module) -> Result<Vec<ImportType>, Fault> {
        Dropped::refuses()
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        Dropped::refuses()
    }
}
