//! Which directives may depend on one that ended its worker. The next worker skips that directive,
//! so its session is in a state that the script never has. Any directive that may see the
//! difference is *blocked* and not performed, even if it would pass. These are:
//!
//! - directives that use a name that the lost one would have bound: the `$id` of a module or an
//!   instance, the current instance, a registered name, a thread;
//! - directives that act on an instance that the lost one may have changed, or import from one. A
//!   call may change the instance that it calls; a module may change its imports through its
//!   segments and its start function; a thread may change the memories that it shares. A change may
//!   reach every instance that is linked by imports, and the tables and memories of `spectest` link
//!   all their importers;
//! - directives that use what a blocked directive may have bound or changed.
//!
//! Everything else runs: other instances, modules that are only defined, modules that must be
//! rejected. A lost `get`, or a lost assertion about an invalid or malformed module, changes
//! nothing. If the lost directive is an annotation, or cannot be read here either, the whole rest of
//! the script is blocked.

use super::features;
use super::names::{Bound, Cause, Missing};
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::Judgement;
use crate::script::{Action, Directive, ModuleText, Step, Wasm};
use wassay_engine::Instance;

/// State that directives share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    /// An instance.
    Instance(Instance),
    /// The tables and memories of `spectest`.
    Spectest,
}

impl Holder {
    /// Its instance, if it is one.
    pub(super) fn instance(&self) -> Option<Instance> {
        match self {
            Holder::Instance(instance) => Some(*instance),
            Holder::Spectest => None,
        }
    }
}

/// Whether a script can change this import from `spectest`.
pub(super) fn is_mutable(name: &str) -> bool {
    name.contains("table") || name.contains("memory")
}

impl Stage<'_, '_> {
    /// Skips a top-level directive that ended a worker.
    pub(super) fn poison(&mut self, step: &Step) {
        (self.step, self.offset) = (step.index as usize, 0);
        let missing = Missing { line: step.line, cause: Cause::Lost };
        self.setting.script.read(step, |directive| match directive {
            Ok(directive) => self.lose(directive, &missing),
            Err(_) => _ = self.all_lost.get_or_insert(missing),
        });
    }

    /// The judgement of every directive after a lost one with unknown effects.
    pub(super) fn after_all_lost(&self) -> Option<Judgement> {
        self.all_lost.as_ref().map(|missing| Stop::Missing(missing.clone()).judge(None))
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
            Directive::Foreign(_) | Directive::Annotation(_) => {
                _ = self.all_lost.get_or_insert_with(|| missing.clone())
            }
            // Its thread is skipped, too.
            Directive::Wait { .. }
            | Directive::AssertMalformed { .. }
            | Directive::AssertInvalid { .. }
            | Directive::AssertMalformedCustom { .. }
            | Directive::AssertInvalidCustom { .. } => {}
        }
    }

    /// Marks what a directive uses as possibly changed, if the directive may depend on a lost one.
    pub(super) fn lose_used<T>(&mut self, tried: &Result<T, Stop>) {
        if let Err(Stop::Missing(missing @ Missing { cause: Cause::Lost, .. })) = tried {
            self.links.lose(&self.holders, missing);
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

    /// Records that a thread did not run, or not to its end.
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

    /// Marks the imports of a module that was defined before as possibly changed.
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
        self.links.lose(&self.names.behind(module, name), missing);
    }
}
