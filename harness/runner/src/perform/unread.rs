//! Takes a directive that did not run because it is unreadable or unsupported, or depends on such a
//! directive; records its effect on names and instances. Performs nothing.
//!
//! A name that it may have bound is unbound, and directives that use the name are *blocked*. State
//! that it may have changed stays in use, and verdicts stand; a failure there names the directive
//! that did not run.

use super::embed::Kept;
use super::features;
use super::lost::Holder;
use super::names::{Bound, Cause, Missing};
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::Lacks;
use crate::script::{
    Annotation, Caching, Defined, Foreign, Hidden, Proposal, Step, is_directive, meant,
};
use wassay_engine::Feature;

impl Stage<'_, '_> {
    /// Records that a top-level directive cannot be read, or be run by any engine.
    pub(super) fn leave_unread(&mut self, step: &Step, missing: Missing) {
        let script = self.setting.script;
        let kind = meant(&step.kind);
        match kind {
            Some("module" | "component") => match script.defined(step) {
                Defined::Module(id) => self.leave_unknown(id.as_deref(), &missing),
                Defined::Definition(id) => self.define(id.as_deref(), Err(missing)),
                Defined::Instance(id) => self.names.instantiate(id.as_deref(), Err(missing)),
                Defined::Anything => self.lose_names(&missing),
            },
            Some("register") => self.leave_register(step, &missing),
            Some("thread") => match script.own_id(step) {
                Some(id) => self.threads.lose(&id, missing),
                None => self.threads.lose_all(missing),
            },
            // These run other scripts.
            Some("script" | "input") => _ = self.all_lost.get_or_insert(missing),
            // An action uses the instance that it names first, if any.
            Some("invoke" | "get") => self.leave_first(step, &missing),
            _ if kind.unwrap_or(&step.kind).starts_with("assert") => {
                self.leave_assertion(step, &missing);
            }
            Some(_) => {}
            None if !script.has_words(step) => {}
            // Text without the parentheses of a form may have been any number of directives.
            None if step.is_broken() && step.kind == "unreadable" => {
                self.all_lost.get_or_insert(missing);
            }
            // The embedder might have done anything.
            None if step.kind.strip_prefix('@').is_some_and(is_directive) => {
                self.all_lost.get_or_insert(missing);
            }
            // Another annotation binds nothing, unless a directive hides in it.
            None if step.kind.starts_with('@') => {}
            None => self.leave_any(step, &missing),
        }
    }

    /// Records that other directives may hide in a directive that cannot be read.
    pub(super) fn leave_hidden(&mut self, step: &Step, missing: Missing) {
        match self.setting.script.hidden(step) {
            Hidden::Nothing => {}
            Hidden::Names => self.lose_names(&missing),
            Hidden::Scripts => _ = self.all_lost.get_or_insert(missing),
        }
    }

    /// An assertion binds nothing, unless another directive hides in it.
    fn leave_assertion(&mut self, step: &Step, missing: &Missing) {
        let script = self.setting.script;
        let inner = script.inner_keyword(step);
        match meant(inner) {
            Some("invoke" | "get") => self.leave_first(step, missing),
            Some("module" | "component") => {}
            None if inner.is_empty() => self.leave_first(step, missing),
            _ => self.leave_any(step, missing),
        }
    }

    /// The text may have bound every name in it.
    fn leave_any(&mut self, step: &Step, missing: &Missing) {
        let script = self.setting.script;
        let ids: Option<Vec<_>> = script.ids(step).collect();
        let Some(ids) = ids else { return self.lose_names(missing) };
        self.leave_unknown(None, missing);
        ids.iter().for_each(|id| self.leave_unknown(Some(id.as_ref()), missing));
        script.strings(step).for_each(|name| self.unregister(name, missing));
        self.threads.lose_all(missing.clone());
    }

    /// Any string of a `register` may be the name that it gives. If another word is in its place,
    /// that may be any name.
    fn leave_register(&mut self, step: &Step, missing: &Missing) {
        let script = self.setting.script;
        match script.begins_with_string(step) {
            true => script.strings(step).for_each(|name| self.unregister(name, missing)),
            false => self.names.register_unknown(missing),
        }
    }

    /// Something may have been registered by this name, or by any name.
    fn unregister(&mut self, name: Option<&str>, missing: &Missing) {
        match name {
            Some(name) => self.names.register(name, Err(missing.clone())),
            None => self.names.register_unknown(missing),
        }
    }

    /// Something with this name, or without one, may have been defined and instantiated.
    fn leave_unknown(&mut self, id: Option<&str>, missing: &Missing) {
        self.define(id, Err(missing.clone()));
        self.names.instantiate(id, Err(missing.clone()));
    }

    /// Records that an action on the instance that the text names first did not run.
    fn leave_first(&mut self, step: &Step, missing: &Missing) {
        let id = self.setting.script.ids(step).next();
        // Nothing is known about an instance whose id is unclear.
        if id != Some(None) {
            self.leave_action(id.flatten().as_deref(), missing);
        }
    }

    /// Records that an action on the instance with this id did not run.
    pub(super) fn leave_action(&mut self, instance: Option<&str>, missing: &Missing) {
        if let Ok(Ok(Bound::Instance(instance, _))) = self.names.instance(instance) {
            self.unrun.entry(*instance).or_insert_with(|| missing.clone());
        }
    }

    /// Records on the directive's instances that it did not run.
    pub(super) fn leave(&mut self, stop: &Stop) {
        // A wrong request by the script, or an internal error of the engine, is a failure.
        if matches!(stop, Stop::Script(_)) {
            return;
        }
        let missing = stop.missing(self.line());
        if missing.cause != Cause::Lost {
            for holder in &self.holders {
                if let Some(instance) = holder.instance() {
                    self.unrun.entry(instance).or_insert_with(|| missing.clone());
                }
            }
        }
    }

    /// Records that what an annotation would have kept is missing.
    pub(super) fn leave_kept(&mut self, annotation: &Annotation<'_>, stop: &Stop) {
        let (missing, embedder) = (stop.missing(self.line()), &mut self.embedder);
        match annotation {
            Annotation::Take { id, .. } | Annotation::Host { id, .. } => {
                let kept = embedder.kept.get(*id);
                if !matches!(kept, Some(Ok(Kept { dropped: false, .. }))) {
                    embedder.kept.insert(id.to_string(), Err(missing));
                }
            }
            Annotation::Caching(Caching::Serialize { id, .. }) => {
                embedder.serialized.insert(id.to_string(), Err(missing));
            }
            Annotation::Caching(Caching::Backtrace { id, .. }) => {
                embedder.traps.insert(id.to_string(), Err(missing));
            }
            _ => {}
        }
    }

    /// Records on a module's imports that the module was not instantiated.
    pub(super) fn leave_imports(&mut self, wasm: &[u8], missing: &Missing) {
        for (module, name) in features::imports(wasm) {
            for instance in self.names.behind(module, name).iter().filter_map(Holder::instance) {
                self.unrun.entry(instance).or_insert_with(|| missing.clone());
            }
        }
    }

    /// The first directive that did not run on one of this directive's instances.
    pub(super) fn first_unrun(&self) -> Option<&Missing> {
        let instances = self.holders.iter().filter_map(|holder| holder.instance());
        instances.filter_map(|instance| self.unrun.get(&instance)).min_by_key(|it| it.line)
    }

    /// Why a form of a proposal that no engine can run is not performed.
    pub(super) fn foreign(&self, foreign: &Foreign<'_>) -> Stop {
        match foreign {
            Foreign::Component => Stop::Unsupported(Feature::ComponentModel),
            Foreign::Instance { component } => match self.names.module(component.as_deref()) {
                Ok(Err(missing)) => Stop::Missing(missing.clone()),
                Ok(Ok(_)) => Stop::Script("a module is no component".to_string()),
                Err(what) => Stop::Script(what.replacen("module", "component", 1)),
            },
            // Such a value makes sense only where the instance is missing for the same reason.
            Foreign::Values { instance, proposal, refused } => {
                match self.names.instance(instance.as_deref()) {
                    Ok(Err(missing)) if explains(*proposal, &missing.cause) => {
                        Stop::Missing(missing.clone())
                    }
                    _ => Stop::Unreadable(self.describe(refused)),
                }
            }
        }
    }
}

/// Whether an instance that is missing for this cause may have used the proposal.
fn explains(proposal: Proposal, cause: &Cause) -> bool {
    match (proposal, cause) {
        (Proposal::Components, Cause::Unsupported(lacks)) => {
            *lacks == Lacks::Feature(Feature::ComponentModel)
        }
        // A module with continuations uses other proposals, too, and is named by one of them.
        (Proposal::StackSwitching, Cause::Unsupported(_)) => true,
        _ => false,
    }
}
