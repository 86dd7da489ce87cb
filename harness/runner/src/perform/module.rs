//! Modules: takes the directives about modules; gives instances, names and judgements. Sees no
//! process.

use super::custom;
use super::listed;
use super::lost::{Holder, is_mutable};
use super::names::{Bound, Cause, Missing, Slot};
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::{Assertion, Judgement, Response};
use crate::script::{ModuleText, Wasm};
use wassay_engine::{
    Extern, Fault, ImportType, Instance, Instantiated, LinkError, LinkErrorKind, Module, Outcome,
};

/// The result of making something: the thing itself, or the observation that replaced it.
type Made<T> = Result<T, Response>;

impl Stage<'_, '_> {
    /// `(module ...)`
    pub(super) fn module(&mut self, mut text: ModuleText<'_>) -> Judgement {
        let compiled = self.compile(&mut text, true);
        let (module, judgement) = self.settle(compiled);
        if let Ok(module) = &module {
            self.texts.define(*module, (self.step, self.offset));
        }
        self.define(text.id, module.clone());
        if text.definition {
            return judgement;
        }
        match module {
            Ok(module) => self.instantiate_as(text.id, module),
            Err(missing) => {
                self.names.instantiate(text.id, Err(missing));
                judgement
            }
        }
    }

    /// `(module instance $I $M)`
    pub(super) fn instance(&mut self, id: Option<&str>, module: Option<&str>) -> Judgement {
        match self.defined(module) {
            Ok(module) => self.instantiate_as(id, module),
            Err(stop) => {
                let (slot, judgement) = self.settle::<Bound>(Err(stop));
                self.names.instantiate(id, slot);
                judgement
            }
        }
    }

    /// The module with this id, or the one defined last.
    pub(super) fn defined(&self, id: Option<&str>) -> Result<Module, Stop> {
        match self.names.module(id) {
            Ok(Ok(module)) => Ok(*module),
            Ok(Err(missing)) => Err(Stop::Missing(missing.clone())),
            Err(what) => Err(self.unknown(id, what)),
        }
    }

    /// `(module instance ...)` in an action: only its effects stay.
    pub(super) fn try_instance(&mut self, module: Option<&str>) -> Result<Response, Stop> {
        let module = self.defined(module)?;
        Ok(match self.instantiate(module)? {
            Ok(_) => Response::Accepted,
            Err(observed) => observed,
        })
    }

    /// `(register "name" $I)`
    pub(super) fn register(&mut self, name: &str, instance: Option<&str>) -> Judgement {
        let (slot, judgement) = match self.names.instance(instance) {
            Ok(Ok(bound)) => (Ok(bound.clone()), Judgement::Passed),
            Ok(Err(missing)) => self.settle(Err(Stop::Missing(missing.clone()))),
            Err(what) => self.settle(Err(self.unknown(instance, what))),
        };
        self.names.register(name, slot);
        judgement
    }

    /// `(assert_malformed ...)` and `(assert_invalid ...)`
    pub(super) fn reject(
        &mut self,
        expected: &Assertion<'_>,
        mut text: ModuleText<'_>,
    ) -> Judgement {
        let tried = self.compile(&mut text, false).map(|made| match made {
            Ok(module) => {
                self.forget(module);
                Response::Accepted
            }
            Err(observed) => observed,
        });
        self.judge(expected, tried.as_ref())
    }

    /// `(assert_malformed_custom ...)` and `(assert_invalid_custom ...)`: the harness decides
    /// without the engine.
    pub(super) fn refuse(
        &mut self,
        expected: &Assertion<'_>,
        mut text: ModuleText<'_>,
    ) -> Judgement {
        let observed = match text.encode() {
            Wasm::Refused(why) => Response::Refused(self.describe(&why)),
            Wasm::Unresolved(why) => Response::Unresolved(self.describe(&why)),
            Wasm::Bytes(wasm) => match custom::check(&wasm) {
                Ok(()) => Response::Accepted,
                Err(why) => Response::Refused(why),
            },
        };
        self.judge(expected, Ok(&observed))
    }

    /// A module in an action: it is instantiated, and only its effects stay.
    pub(super) fn try_module(&mut self, text: &mut ModuleText<'_>) -> Result<Response, Stop> {
        let module = match self.compile(text, true)? {
            Ok(module) => module,
            Err(observed) => return Ok(observed),
        };
        let made = self.instantiate(module);
        self.forget(module);
        Ok(match made? {
            Ok(_) => Response::Accepted,
            Err(observed) => observed,
        })
    }

    /// Binds a module, and drops the one that can no longer be named.
    pub(super) fn define(&mut self, id: Option<&str>, module: Slot<Module>) {
        if let (Some(_), Ok(module)) = (id, &module) {
            self.modules.push(*module);
        }
        if let Some(unnamed) = self.names.define(id, module) {
            self.forget(unnamed);
        }
    }

    /// Records that any name may have been bound.
    pub(super) fn lose_names(&mut self, missing: &Missing) {
        if let Some(unnamed) = self.names.lose(missing) {
            self.forget(unnamed);
        }
        self.threads.lose_all(missing.clone());
    }

    fn forget(&self, module: Module) {
        // An engine that cannot drop a module keeps it; no verdict depends on that.
        let _ = self.setting.engine.drop_module(module);
    }

    /// Compiles a module. If it should have run and cannot, its imports are marked.
    fn compile(&mut self, text: &mut ModuleText<'_>, run: bool) -> Result<Made<Module>, Stop> {
        let wasm = match text.encode() {
            Wasm::Bytes(wasm) => wasm,
            Wasm::Refused(why) => return Ok(Err(Response::Refused(self.describe(&why)))),
            Wasm::Unresolved(why) => return Ok(Err(Response::Unresolved(self.describe(&why)))),
        };
        if let Some(stop) = self.setting.gap.stop(&wasm) {
            if run {
                self.leave_imports(&wasm, &stop.missing(self.line()));
            }
            return Err(stop);
        }
        let compiled = self.setting.engine.compile(&wasm)?;
        if let (true, Err(rejected)) = (run, &compiled) {
            let cause = Cause::Failed(rejected.message.clone());
            self.leave_imports(&wasm, &Missing { line: self.line(), cause });
        }
        if let Ok(module) = &compiled
            && let Some(imports) = listed::imports(&wasm)
        {
            self.imports.insert(*module, imports);
        }
        Ok(compiled.map_err(Response::Rejected))
    }

    pub(super) fn instantiate_as(&mut self, id: Option<&str>, module: Module) -> Judgement {
        let made = self.instantiate(module);
        let (instance, judgement) = self.settle(made);
        if let Ok(instance) = &instance {
            self.texts.instantiate(*instance, module);
        }
        let bound = instance.map(|instance| Bound::Instance(instance, id.map(|_| module)));
        self.names.instantiate(id, bound);
        judgement
    }

    fn instantiate(&mut self, module: Module) -> Result<Made<Instance>, Stop> {
        let made = self.try_instantiate(module);
        if let Ok(Ok(instance)) = &made {
            self.holders.push(Holder::Instance(*instance));
        }
        // Record this even on failure: its segments may have put its functions into other
        // instances' tables.
        self.links.link(&self.holders);
        self.lose_used(&made);
        made
    }

    fn try_instantiate(&mut self, module: Module) -> Result<Made<Instance>, Stop> {
        let mut imports = Vec::new();
        let mut unknown = None;
        let mut stopped = None;
        // Continue to the last import even if one is missing: any of them may have been changed.
        let list = self.setting.engine.imports(module)?;
        let known = self.imports.get(&module);
        if let Some(how) = known.and_then(|known| listed::difference(known, &list)) {
            return Err(Stop::Fault(Fault::Internal(format!("it lists {how}"))));
        }
        for (at, import) in list.iter().enumerate() {
            match self.import(import) {
                Ok(Some(item)) => imports.push(item),
                Ok(None) => unknown = unknown.or_else(|| Some(unknown_import(at, import))),
                Err(stop) => stopped = stopped.or(Some(stop)),
            }
        }
        if let Some(stop) = stopped {
            return Err(stop);
        }
        if let Some(error) = unknown {
            return Ok(Err(Response::Unlinkable(error)));
        }
        let made = self.session.instantiate(module, &imports)?;
        self.drain()?;
        Ok(match made {
            Instantiated::Ready(instance) => Ok(instance),
            Instantiated::Unlinkable(error) => Err(Response::Unlinkable(error)),
            Instantiated::Failed(outcome) => Err(Response::from(outcome)),
        })
    }

    /// The registered export for an import.
    fn import(&mut self, import: &ImportType) -> Result<Option<Extern>, Stop> {
        match self.names.registered(&import.module) {
            Some(Ok(bound)) if !is_of_spectest(bound, import) => {
                let bound = bound.clone();
                self.export(&bound, &import.name)
            }
            Some(Err(missing)) => Err(Stop::Missing(missing.clone())),
            _ if import.module == "spectest" => {
                if is_mutable(&import.name) {
                    self.touch(Holder::Spectest)?;
                }
                Ok(self.spectest.export(&mut *self.session, &import.name).transpose()?)
            }
            _ => Ok(None),
        }
    }

    /// The slot for a name, and the judgement of the directive that binds it.
    pub(super) fn settle<T>(&mut self, made: Result<Made<T>, Stop>) -> (Slot<T>, Judgement) {
        let expected = Assertion::Accepted;
        match made {
            Ok(Ok(thing)) => (Ok(thing), Judgement::Passed),
            Ok(Err(observed)) => {
                let judgement = self.judge(&expected, Ok(&observed));
                (Err(Missing::of(&judgement, self.line())), judgement)
            }
            Err(stop) => (Err(stop.missing(self.line())), self.judge(&expected, Err(&stop))),
        }
    }
}

/// Whether the embedder has registered something in `spectest`, but not this import.
fn is_of_spectest(bound: &Bound, import: &ImportType) -> bool {
    import.module == "spectest"
        && matches!(bound, Bound::Externs(externs) if !externs.contains_key(&import.name))
}

fn unknown_import(at: usize, import: &ImportType) -> LinkError {
    let kind = LinkErrorKind::UnknownImport;
    let message = format!("{}: {:?} {:?}", kind.message(), import.module, import.name);
    LinkError { kind, import: Some(at), message }
}

impl From<Outcome> for Response {
    fn from(outcome: Outcome) -> Response {
        match outcome {
            Outcome::Returned(values) => Response::Returned(values),
            Outcome::Trapped(trap) => Response::Trapped(trap),
            Outcome::Threw(thrown) => Response::Threw(thrown),
            Outcome::Exhausted(message) => Response::Exhausted(message),
        }
    }
}
