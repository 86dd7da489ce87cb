//! `(@wassay.drop ...)`: takes what the script drops; gives up the engine's handles, and every name in
//! every session. Sees no process.

use super::embed::{Item, Kept, importable, was_dropped};
use super::lost::Holder;
use super::names::{Bound, Missing};
use super::stage::Stage;
use super::stop::Stop;
use crate::script::Target;
use std::sync::Arc;
use wassay_engine::{Engine, Instance, Module};

impl Stage<'_, '_> {
    pub(super) fn drop_target(&mut self, target: Target<'_>) -> Result<(), Stop> {
        match target {
            Target::Named(id) => {
                let (instance, module) = self.named(id)?;
                if instance.is_none() && module.is_none() {
                    return Err(Stop::Script(format!("no instance or module `${id}`")));
                }
                let dropped = instance.map_or(Ok(()), |instance| self.drop_instance(instance));
                let module = module.map_or(Ok(()), |module| match self.keeps(module) {
                    // It lives on, without a name.
                    true => {
                        self.names.unbind(None, Some(module));
                        Ok(())
                    }
                    false => self.drop_module(module),
                });
                dropped.and(module)
            }
            Target::Instance(id) => match self.named(id)? {
                (Some(instance), _) => self.drop_instance(instance),
                (None, _) => Err(Stop::Script(format!("no instance `${id}`"))),
            },
            Target::Module(id) => match self.named(id)? {
                (_, Some(module)) => self.drop_module(module),
                (_, None) => Err(Stop::Script(format!("no module `${id}`"))),
            },
            Target::Kept(id) => self.drop_kept(id),
            Target::Sessions(id) => self.drop_sessions(id),
            Target::Engine(id) => self.drop_engine(id),
        }
    }

    /// The instance and the module with this id.
    fn named(&self, id: &str) -> Result<(Option<Instance>, Option<Module>), Stop> {
        let missing = |missing: &Missing| Stop::Missing(missing.clone());
        let (instance, module) = match self.names.named(id) {
            Ok(named) => named,
            Err(Some(why)) => return Err(missing(why)),
            Err(None) => (None, None),
        };
        let instance = match instance {
            Some(Bound::Instance(instance, _)) => Some(*instance),
            Some(Bound::Externs(_)) | None => None,
        };
        Ok((instance, module))
    }

    /// Drops an instance, and every handle of its exports.
    fn drop_instance(&mut self, instance: Instance) -> Result<(), Stop> {
        self.names.unbind(Some(instance), None);
        let mut dropped = self.touch(Holder::Instance(instance));
        let exports = self.exports.remove(&instance).unwrap_or_default();
        for item in exports.into_values().flatten() {
            dropped = dropped.and(self.session.drop_extern(item).map_err(Stop::Fault));
        }
        dropped.and(self.session.drop_instance(instance).map_err(Stop::Fault))
    }

    /// Whether the embedder keeps the module.
    pub(super) fn keeps(&self, module: Module) -> bool {
        let mut kept = self.embedder.kept.values().flatten();
        kept.any(|kept| !kept.dropped && kept.item == Item::Module(module))
    }

    /// Drops a module of this session's engine. No session knows it any more.
    pub(super) fn drop_module(&mut self, module: Module) -> Result<(), Stop> {
        let engine = Arc::clone(&self.setting.engine);
        self.drop_module_of(&*engine, module)
    }

    fn drop_module_of(&mut self, engine: &dyn Engine, module: Module) -> Result<(), Stop> {
        self.forget_module(module);
        self.embedder.stages.values_mut().for_each(|stage| stage.forget_module(module));
        for kept in self.embedder.kept.values_mut().flatten() {
            kept.dropped |= kept.item == Item::Module(module);
        }
        engine.drop_module(module).map_err(Stop::Fault)
    }

    fn forget_module(&mut self, module: Module) {
        self.names.unbind(None, Some(module));
        self.modules.retain(|it| *it != module);
    }

    fn drop_kept(&mut self, id: &str) -> Result<(), Stop> {
        let Kept { item, key, from, dropped, .. } = self.known(id)?;
        if dropped {
            return Err(was_dropped(id));
        }
        // What may depend on a lost directive is dropped as well, because its id is free then.
        let touched = self.touch_all(&from);
        if key != self.key && !matches!(item, Item::Module(_)) {
            let what = format!("`${id}` is of another session or engine: drop it there");
            return Err(Stop::Script(what));
        }
        if let Some(Ok(kept)) = self.embedder.kept.get_mut(id) {
            kept.dropped = true;
        }
        if let (Ok(registered), false) = (importable(id, item), self.is_held(item)) {
            self.names.drop_item(registered);
        }
        touched.and(match item {
            Item::Module(module) => {
                let other = self.running(&key.engine);
                let setting = other.filter(|_| key.engine != self.key.engine);
                let engine = Arc::clone(&setting.unwrap_or(&self.setting).engine);
                self.drop_module_of(&*engine, module)
            }
            Item::Export(item) => self.session.drop_extern(item).map_err(Stop::Fault),
            Item::Reference(reference) => self.session.drop_ref(reference).map_err(Stop::Fault),
        })
    }
}
