//! What may depend on a directive that ended its worker. The worker that goes on leaves it out, so
//! its session is in a state that the script never has. Whatever may see the difference is
//! *blocked* and not performed, even if it would pass. That is:
//!
//! - what uses a name that the directive would have bound: the `$id` of a module or an instance,
//!   the current instance, a registered name, a thread;
//! - what acts on an instance that the directive may have changed, or imports from one. A call may
//!   change the instance that it calls; a module may change what it imports, by its segments and
//!   its start function; a thread may change the memories that it shares. A change may reach every
//!   instance that is linked by imports, and the tables and memories of `spectest` link all that
//!   import them;
//! - in turn, what a blocked directive may have bound or changed.
//!
//! All else goes on: other instances, modules that are only defined, modules that must be rejected.
//! `get` and the assertions about invalid and malformed modules change nothing when they are lost.
//! If the lost directive cannot be read here either, the whole rest of the script is blocked.

use super::features;
use super::names::{Bound, Cause, Missing};
use super::stage::Stage;
use crate::judge::Judgement;
use crate::script::{Action, Directive, ModuleText, Step, Wasm};
use wassay_engine::Instance;

/// Something with state that directives share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    /// An instance.
    Instance(Instance),
    /// The tables and memories of `spectest`.
    Spectest,
}

impl Holder {
    /// The instance that it is, if it is one.
    pub(super) fn instance(&self) -> Option<Instance> {
        match self {
            Holder::Instance(instance) => Some(*instance),
            Holder::Spectest => None,
        }
    }
}

/// Whether an import from `spectest` can be changed.
pub(super) fn is_mutable(name: &str) -> bool {
    name.contains("table") || name.contains("memory")
}

impl Stage<'_, '_> {
    /// Leaves out a top-level directive that ended a worker.
    pub(super) fn poison(&mut self, step: &Step) {
        (self.step, self.offset) = (step.index as usize, 0);
        let missing = Missing { line: step.line, cause: Cause::Lost };
        self.setting.script.read(step, |directive| match directive {
            Ok(directive) => self.lose(directive, &missing),
            Err(_) => _ = self.all_lost.get_or_insert(missing),
        });
    }

    /// What is said of every directive after one that may have done anything.
    pub(super) fn after_all_lost(&self) -> Option<Judgement> {
        self.all_lost.as_ref().map(Missing::judge)
    }

    fn lose(&mut self, directive: Directive<'_>, missing: &Missing) {
        match directive {
            Directive::Module(mut text) => {
                self.lose_imports(&mut text, missing);
                self.define(text.id, Err(missing.clone()));
                if !text.definition {
                    self.names.instantiate(text.id, Err(missing.clone()));
                }
            }
            Directive::Instance { instance, module } => {
                self.lose_imports_of(module, missing);
                self.names.instantiate(instance, Err(missing.clone()));
            }
            Directive::Register { name, .. } => self.names.register(name, Err(missing.clone())),
            Directive::Invoke(action)
            | Directive::AssertReturn { action, .. }
            | Directive::AssertTrap { action, .. }
            | Directive::AssertExhaustion { action, .. }
            | Directive::AssertException { action }
            | Directive::AssertSuspension { action }
            | Directive::AssertUnlinkable { action, .. } => self.lose_action(action, missing),
            Directive::Thread { thread, shared, .. } => {
                self.lose_thread(thread, &shared, missing);
            }
            Directive::Foreign(_) => _ = self.all_lost.get_or_insert_with(|| missing.clone()),
            // Its thread is left out, too.
            Directive::Wait { .. }
            | Directive::AssertMalformed { .. }
            | Directive::AssertInvalid { .. }
            | Directive::AssertMalformedCustom { .. }
            | Directive::AssertInvalidCustom { .. } => {}
        }
    }

    fn lose_action(&mut self, action: Action<'_>, missing: &Missing) {
        match action {
            Action::Invoke { instance, .. } => {
                if let Ok(Ok(Bound::Instance(instance, _))) = self.names.instance(instance) {
                    self.links.lose(&[Holder::Instance(*instance)], missing);
                }
            }
            Action::Get { .. } => {}
            Action::Module(mut text) => self.lose_imports(&mut text, missing),
            Action::Instance { module } => self.lose_imports_of(module, missing),
        }
    }

    /// Says that a thread did not run, or not to its end.
    pub(super) fn lose_thread(&mut self, thread: &str, shared: &[&str], missing: &Missing) {
        for id in shared {
            if let Ok(Ok(Bound::Instance(instance, _))) = self.names.instance(Some(id)) {
                self.links.lose(&[Holder::Instance(*instance)], missing);
            }
        }
        self.threads.lose(thread, missing.clone());
    }

    fn lose_imports(&mut self, text: &mut ModuleText<'_>, missing: &Missing) {
        if let Wasm::Bytes(wasm) = text.encode() {
            for (module, name) in features::imports(&wasm) {
                self.lose_import(module, name, missing);
            }
        }
    }

    /// The imports of a module that was defined before.
    fn lose_imports_of(&mut self, module: Option<&str>, missing: &Missing) {
        if let Ok(Ok(module)) = self.names.module(module)
            && let Ok(imports) = self.setting.engine.imports(*module)
        {
            for import in imports {
                self.lose_import(&import.module, &import.name, missing);
            }
        }
    }

    fn lose_import(&mut self, module: &str, name: &str, missing: &Missing) {
        match self.names.registered(module) {
            Some(Ok(Bound::Instance(instance, _))) => {
                self.links.lose(&[Holder::Instance(*instance)], missing);
            }
            None if module == "spectest" && is_mutable(name) => {
                self.links.lose(&[Holder::Spectest], missing);
            }
            _ => {}
        }
    }
}
