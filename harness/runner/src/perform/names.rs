//! The names of a script: registered names, `$ids` of modules and `$ids` of instances, three
//! separate namespaces. A name can also stand for something that was never made. Takes bindings;
//! resolves references. Calls no engine.

use super::lost::{Holder, is_mutable};
use crate::judge::Lacks;
use std::collections::HashMap;
use std::rc::Rc;
use wassay_engine::{Extern, Instance, Module};

/// Why something is missing: directives that depend on it cannot be checked either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The line of the cause.
    pub(super) line: u32,
    /// What happened to the cause.
    pub(super) cause: Cause,
}

/// How the cause was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// It failed: what it did instead.
    Failed(String),
    /// It ended a worker, or was not performed because it may depend on one that did.
    Lost,
    /// It cannot be read.
    Unreadable,
    /// It is unsupported.
    Unsupported(Lacks),
}

/// What a name stands for.
pub(super) type Slot<T> = Result<T, Missing>;

/// A source of exports.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    /// An instance of the session, and its module if it is still known.
    Instance(Instance, Option<Module>),
    /// Externs without an instance: the memories that a thread received, or what the embedder
    /// registered.
    Externs(Rc<HashMap<String, Given>>),
}

/// An extern without an instance.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) item: Extern,
    /// The state that it belongs to.
    pub(super) from: Vec<Holder>,
    /// Whether its handle was dropped.
    pub(super) dropped: bool,
}

/// The names of one kind.
struct Space<T> {
    bound: HashMap<String, Slot<T>>,
    /// A directive that may have bound any name.
    unknown: Option<Slot<T>>,
}

impl<T> Default for Space<T> {
    fn default() -> Self {
        Space { bound: HashMap::new(), unknown: None }
    }
}

impl<T> Space<T> {
    fn bind(&mut self, name: &str, slot: Slot<T>) {
        self.bound.insert(name.to_string(), slot);
    }

    fn lose(&mut self, missing: &Missing) {
        *self = Space { bound: HashMap::new(), unknown: Some(Err(missing.clone())) };
    }

    fn get(&self, name: &str) -> Option<&Slot<T>> {
        self.bound.get(name).or(self.unknown.as_ref())
    }
}

/// The three namespaces, and the meaning of an unnamed reference.
#[derive(Default)]
pub(super) struct Names {
    registered: Space<Bound>,
    instances: Space<Bound>,
    modules: Space<Module>,
    current: Option<Slot<Bound>>,
    /// The module defined last, and whether it has an id.
    last_module: Option<(Slot<Module>, bool)>,
}

impl Names {
    /// Binds a module; returns the unnamed one that can no longer be referred to.
    pub(super) fn define(&mut self, id: Option<&str>, module: Slot<Module>) -> Option<Module> {
        let before = self.last_module.replace((module.clone(), id.is_some()));
        if let Some(id) = id {
            self.modules.bind(id, module);
        }
        match before {
            Some((Ok(unnamed), false)) => Some(unnamed),
            _ => None,
        }
    }

    /// The module defined last, if it has no id.
    pub(super) fn last_unnamed(&self) -> Option<Module> {
        match self.last_module {
            Some((Ok(unnamed), false)) => Some(unnamed),
            _ => None,
        }
    }

    /// Binds an instance and makes it the current one.
    pub(super) fn instantiate(&mut self, id: Option<&str>, instance: Slot<Bound>) {
        if let Some(id) = id {
            self.instances.bind(id, instance.clone());
        }
        self.current = Some(instance);
    }

    /// Gives an instance a name to import from.
    pub(super) fn register(&mut self, name: &str, instance: Slot<Bound>) {
        self.registered.bind(name, instance);
    }

    /// Records that any name may have been registered.
    pub(super) fn register_unknown(&mut self, missing: &Missing) {
        self.registered.lose(missing);
    }

    /// Records that any name may have been bound; returns the module that can no longer be referred
    /// to.
    pub(super) fn lose(&mut self, missing: &Missing) -> Option<Module> {
        self.registered.lose(missing);
        self.instances.lose(missing);
        self.modules.lose(missing);
        self.instantiate(None, Err(missing.clone()));
        self.define(None, Err(missing.clone()))
    }

    /// Unbinds an instance and a module, whatever names they have; instances of the module stay.
    pub(super) fn unbind(&mut self, instance: Option<Instance>, module: Option<Module>) {
        let is_instance = |slot: &Slot<Bound>| match slot {
            Ok(Bound::Instance(bound, _)) => Some(*bound) == instance,
            Ok(Bound::Externs(_)) | Err(_) => false,
        };
        let is_module =
            |slot: &Slot<Module>| slot.as_ref().ok().is_some_and(|it| Some(*it) == module);
        self.registered.bound.retain(|_, slot| !is_instance(slot));
        self.instances.bound.retain(|_, slot| !is_instance(slot));
        self.current = self.current.take().filter(|slot| !is_instance(slot));
        self.modules.bound.retain(|_, slot| !is_module(slot));
        self.last_module = self.last_module.take().filter(|(slot, _)| !is_module(slot));
        let bound = self.registered.bound.values_mut().chain(self.instances.bound.values_mut());
        for slot in bound.chain(&mut self.current) {
            if let Ok(Bound::Instance(_, known)) = slot {
                *known = known.filter(|known| Some(*known) != module);
            }
        }
    }

    /// The instance and the module with this id.
    ///
    /// # Errors
    /// If either is missing; `None` if there is neither.
    pub(super) fn named(
        &self,
        id: &str,
    ) -> Result<(Option<&Bound>, Option<Module>), Option<&Missing>> {
        let (instance, module) = (self.instances.get(id), self.modules.get(id));
        if instance.is_none() && module.is_none() {
            return Err(None);
        }
        let instance = instance.map(Slot::as_ref).transpose().map_err(Some)?;
        let module = module.map(Slot::as_ref).transpose().map_err(Some)?;
        Ok((instance, module.copied()))
    }

    /// The module with this id, or the one defined last.
    pub(super) fn module(&self, id: Option<&str>) -> Result<&Slot<Module>, String> {
        match id {
            Some(id) => self.modules.get(id).ok_or_else(|| format!("no module `${id}`")),
            None => match &self.last_module {
                Some((module, _)) => Ok(module),
                None => Err("no module so far".to_string()),
            },
        }
    }

    /// The instance with this id, or the current one.
    pub(super) fn instance(&self, id: Option<&str>) -> Result<&Slot<Bound>, String> {
        match id {
            Some(id) => self.instances.get(id).ok_or_else(|| format!("no instance `${id}`")),
            None => self.current.as_ref().ok_or_else(|| "no instance so far".to_string()),
        }
    }

    /// Records that the handle of something registered was dropped.
    pub(super) fn drop_item(&mut self, item: Extern) {
        for slot in self.registered.bound.values_mut() {
            if let Ok(Bound::Externs(externs)) = slot {
                let given = Rc::make_mut(externs).values_mut();
                given.filter(|given| given.item == item).for_each(|given| given.dropped = true);
            }
        }
    }

    /// The state that an import of this module and name would use.
    pub(super) fn behind(&self, module: &str, name: &str) -> Vec<Holder> {
        match self.registered(module) {
            Some(Ok(Bound::Instance(instance, _))) => vec![Holder::Instance(*instance)],
            Some(Ok(Bound::Externs(externs))) if externs.contains_key(name) => {
                externs[name].from.clone()
            }
            Some(Err(_)) => Vec::new(),
            _ if module == "spectest" && is_mutable(name) => vec![Holder::Spectest],
            _ => Vec::new(),
        }
    }

    /// The instance registered under this name.
    pub(super) fn registered(&self, name: &str) -> Option<&Slot<Bound>> {
        match name {
            "spectest" => self.registered.bound.get(name),
            _ => self.registered.get(name),
        }
    }
}
