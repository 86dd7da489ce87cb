//! What the embedder does itself: takes the annotations `(@wassay...)`; drops instances, collects,
//! takes references out of instances, puts them into others and calls them; gives judgements. Sees
//! no process.

use super::lost::Holder;
use super::names::Bound;
use super::sessions::Key;
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::{Assertion, Judgement, Response};
use crate::script::{Annotation, Call, Place, Source};
use wassay_engine::{Extern, Fault, Global, Module, Ref, Table, Value};
use wassay_record::Expected;

/// Something that the embedder keeps.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) item: Item,
    /// The session that it came from.
    pub(super) key: Key,
    /// The state that it came from.
    from: Vec<Holder>,
}

/// What can be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Item {
    Reference(Ref),
    /// An export other than a function.
    Export(Extern),
    Module(Module),
}

impl Stage<'_, '_> {
    /// `(@wassay.... ...)`
    pub(super) fn embed(&mut self, annotation: Annotation<'_>) -> Judgement {
        match annotation {
            Annotation::Drop { id } => {
                let dropped = self.drop_named(id);
                self.done(dropped, Expected::Dropped)
            }
            Annotation::Collect => {
                let collected = self.session.collect().map_err(Stop::Fault);
                self.done(collected, Expected::Collected)
            }
            Annotation::Take { id, from } => {
                let taken = self.take(from);
                let kept = match &taken {
                    Ok(item) => {
                        Ok(Kept { item: *item, key: self.key.clone(), from: self.holders.clone() })
                    }
                    Err(stop) => Err(stop.missing(self.line())),
                };
                self.embedder.kept.insert(id.to_string(), kept);
                self.done(taken.map(drop), Expected::Taken)
            }
            Annotation::Put { into, id } => {
                let put = self.put(&into, id);
                self.done(put, Expected::Stored)
            }
            Annotation::Instance { id, module } => match self.kept_module(module) {
                Ok(module) => self.instantiate_as(Some(id), module),
                Err(stop) => {
                    self.names.instantiate(Some(id), Err(stop.missing(self.line())));
                    self.done(Err(stop), Expected::Accepted)
                }
            },
            Annotation::Session { id } => {
                let entered = self.enter_session(id);
                self.done(entered, Expected::Session)
            }
            Annotation::Engine { id } => {
                let entered = self.enter_engine(id);
                self.done(entered, Expected::Engine)
            }
            Annotation::AssertRefused { attempt } => self.refused(attempt),
            Annotation::AssertReturn { call, expected } => {
                let tried = self.try_call(call);
                self.judge(&Assertion::Results(&expected), tried.as_ref())
            }
            Annotation::AssertTrap { call, message } => {
                let tried = self.try_call(call);
                self.judge(&Assertion::Trap(message), tried.as_ref())
            }
        }
    }

    /// The judgement of something that must succeed and has no result.
    pub(super) fn done(&mut self, tried: Result<(), Stop>, expected: Expected) -> Judgement {
        match tried {
            Ok(()) => Judgement::Passed,
            Err(stop) => {
                self.leave(&stop);
                stop.judge(Some(expected))
            }
        }
    }

    /// Drops the instance and the module with this id, and every handle of the instance's exports.
    fn drop_named(&mut self, id: &str) -> Result<(), Stop> {
        let (instance, module) = match self.names.named(id) {
            Ok((Some(Bound::Externs(_)), _)) | Err(None) => {
                return Err(Stop::Script(format!("no instance or module `${id}`")));
            }
            Ok((Some(Bound::Instance(instance, _)), module)) => (Some(*instance), module),
            Ok((None, module)) => (None, module),
            Err(Some(missing)) => return Err(Stop::Missing(missing.clone())),
        };
        self.names.unbind(instance, module);
        let mut dropped = Ok(());
        if let Some(instance) = instance {
            dropped = self.touch(Holder::Instance(instance));
            let exports = self.exports.remove(&instance).unwrap_or_default();
            for item in exports.into_values().flatten() {
                dropped = dropped.and(self.session.drop_extern(item).map_err(Stop::Fault));
            }
            dropped = dropped.and(self.session.drop_instance(instance).map_err(Stop::Fault));
        }
        if let Some(module) = module {
            self.modules.retain(|it| *it != module);
            let is_module = |kept: &Kept| kept.item == Item::Module(module);
            self.embedder.kept.retain(|_, kept| !kept.as_ref().is_ok_and(is_module));
            let gone = self.setting.engine.drop_module(module).map_err(Stop::Fault);
            dropped = dropped.and(gone);
        }
        dropped
    }

    /// A reference or an export with a handle of its own, or a module.
    fn take(&mut self, from: Source<'_>) -> Result<Item, Stop> {
        let value = match from {
            Source::Place(Place::Element { instance, name, index }) => {
                let table = self.table(instance, name)?;
                let element = self.session.table_get(table, index)?;
                Value::Ref(element.ok_or_else(|| no_element(index))?)
            }
            Source::Place(Place::Global { instance, name }) => {
                let global = self.global(instance, name)?;
                self.session.global_get(global)?
            }
            Source::Export { instance, name } => {
                return Ok(match self.own(instance, name)? {
                    Extern::Func(func) => Item::Reference(Ref::Func(func)),
                    other => Item::Export(other),
                });
            }
            Source::Module { id } => return self.defined(Some(id)).map(Item::Module),
            Source::Result(action) => match self.try_action(action)? {
                Response::Returned(values) if values.len() == 1 => values[0],
                _ => return Err(Stop::Script("the call returns no single value".to_string())),
            },
        };
        match value {
            Value::Ref(Ref::Null(_)) => Err(Stop::Script("the reference is null".to_string())),
            Value::Ref(reference) => Ok(Item::Reference(reference)),
            _ => Err(Stop::Script("the value is no reference".to_string())),
        }
    }

    /// A handle of an export that dropping the instance does not drop.
    fn own(&mut self, instance: Option<&str>, name: &str) -> Result<Extern, Stop> {
        let known = self.exported(instance, name)?;
        match self.names.instance(instance) {
            Ok(Ok(Bound::Instance(instance, _))) => {
                self.session.export(*instance, name)?.ok_or_else(|| Stop::Hidden(name.to_string()))
            }
            _ => Ok(known),
        }
    }

    pub(super) fn put(&mut self, into: &Place<'_>, id: &str) -> Result<(), Stop> {
        let kept = self.kept(id)?;
        match *into {
            Place::Element { instance, name, index } => {
                let table = self.table(instance, name)?;
                if !self.session.table_set(table, index, kept)? {
                    return Err(no_element(index));
                }
            }
            Place::Global { instance, name } => {
                let global = self.global(instance, name)?;
                self.session.global_set(global, Value::Ref(kept))?;
            }
        }
        self.links.link(&self.holders);
        Ok(())
    }

    pub(super) fn try_call(&mut self, call: Call<'_>) -> Result<Response, Stop> {
        let (id, args) = match call {
            Call::Kept { id, args } => (id, args),
            Call::Export(action) => return self.try_action(action),
        };
        let Ref::Func(func) = self.kept(id)? else {
            return Err(Stop::Script(format!("`${id}` is no function")));
        };
        let outcome = self.session.call(func, &args);
        self.drain()?;
        match outcome {
            Err(Fault::Misuse(what)) => Err(self.miscalled(func, id, &args, what)),
            outcome => Ok(Response::from(outcome?)),
        }
    }

    /// The reference with this id.
    fn kept(&mut self, id: &str) -> Result<Ref, Stop> {
        match self.item(id)?.item {
            Item::Reference(reference) => Ok(reference),
            _ => Err(Stop::Script(format!("`${id}` is no reference"))),
        }
    }

    fn kept_module(&mut self, id: &str) -> Result<Module, Stop> {
        match self.item(id)?.item {
            Item::Module(module) => Ok(module),
            _ => Err(Stop::Script(format!("`${id}` is no module"))),
        }
    }

    /// What was taken as this id.
    pub(super) fn item(&mut self, id: &str) -> Result<Kept, Stop> {
        let kept = match self.embedder.kept.get(id) {
            Some(Ok(kept)) => kept.clone(),
            Some(Err(missing)) => return Err(Stop::Missing(missing.clone())),
            None => return Err(Stop::Script(format!("nothing was taken as `${id}`"))),
        };
        kept.from.iter().try_for_each(|holder| self.touch(*holder))?;
        Ok(kept)
    }

    fn table(&mut self, instance: Option<&str>, name: &str) -> Result<Table, Stop> {
        match self.exported(instance, name)? {
            Extern::Table(table) => Ok(table),
            other => Err(other_kind(name, other, "a table")),
        }
    }

    fn global(&mut self, instance: Option<&str>, name: &str) -> Result<Global, Stop> {
        match self.exported(instance, name)? {
            Extern::Global(global) => Ok(global),
            other => Err(other_kind(name, other, "a global")),
        }
    }
}

fn no_element(index: u64) -> Stop {
    Stop::Script(format!("the table has no element {index}"))
}

fn other_kind(name: &str, item: Extern, wanted: &str) -> Stop {
    Stop::Script(format!("the export {name:?} is a {}, not {wanted}", item.kind()))
}
