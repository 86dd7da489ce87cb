//! What the embedder does itself: takes the annotations `(@wassay...)`; collects, takes references
//! out of instances, puts them into others and calls them; gives judgements. Sees no process.

use super::functions::TextPlace;
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
    pub(super) from: Vec<Holder>,
    /// Where the text of a module is.
    pub(super) text: Option<TextPlace>,
    /// Whether the script has dropped it.
    pub(super) dropped: bool,
}

/// What can be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Item {
    Reference(Ref),
    /// An export other than a function.
    Export(Extern),
    Module(Module),
}

impl From<Extern> for Item {
    fn from(item: Extern) -> Item {
        match item {
            Extern::Func(func) => Item::Reference(Ref::Func(func)),
            other => Item::Export(other),
        }
    }
}

/// What can be imported.
pub(super) fn importable(id: &str, item: Item) -> Result<Extern, Stop> {
    match item {
        Item::Reference(Ref::Func(func)) => Ok(Extern::Func(func)),
        Item::Export(item) => Ok(item),
        _ => Err(Stop::Script(format!("`${id}` cannot be imported"))),
    }
}

impl Stage<'_, '_> {
    /// `(@wassay.... ...)`
    pub(super) fn embed(&mut self, annotation: Annotation<'_>) -> Judgement {
        match annotation {
            Annotation::Drop { what } => {
                let dropped = self.drop_target(what);
                self.essential(dropped, Expected::Dropped)
            }
            Annotation::Collect => {
                let collected = self.session.collect().map_err(Stop::Fault);
                self.essential(collected, Expected::Collected)
            }
            Annotation::Take { id, from } => self.keep(id, |stage| stage.take(from)),
            Annotation::Host { id, ty, does } => {
                self.keep(id, |stage| stage.host_func(&ty.ty(), does))
            }
            Annotation::Put { into, id } => {
                let kept = self.item(id);
                // The script chooses the types.
                let put = self.put(&into, id, kept).map_err(|stop| match stop {
                    Stop::Fault(Fault::Misuse(what)) => Stop::Script(what),
                    stop => stop,
                });
                self.done(put, Expected::Stored)
            }
            Annotation::Register { module, name, id } => {
                let registered = self.register_kept(module, name, id);
                self.done(registered, Expected::Stored)
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
            Annotation::Engine { id, settings } => {
                let entered = self.enter_engine(id, &settings);
                self.done(entered, Expected::Engine)
            }
            Annotation::Caching(asked) => self.cache(asked),
            Annotation::AssertRefused { attempt } => self.refused(&attempt),
            Annotation::AssertAccepted { attempt } => self.accepted(&attempt),
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

    /// The judgement of something without which nothing that follows is as the script wants it: if
    /// the engine does not support it, the rest of the script is unsupported, too.
    fn essential(&mut self, tried: Result<(), Stop>, expected: Expected) -> Judgement {
        if let Err(stop @ Stop::Fault(Fault::Unsupported(_))) = &tried {
            self.all_lost.get_or_insert(stop.missing(self.line()));
        }
        self.done(tried, expected)
    }

    /// Keeps something under an id.
    fn keep(&mut self, id: &str, make: impl FnOnce(&mut Self) -> Result<Item, Stop>) -> Judgement {
        if let Some(Ok(Kept { dropped: false, .. })) = self.embedder.kept.get(id) {
            let what = format!("there is a `${id}` already: (@wassay.drop (kept ${id})) first");
            return self.done(Err(Stop::Script(what)), Expected::Taken);
        }
        let made = make(self);
        let kept = match &made {
            Ok(item) => {
                let (key, from) = (self.key.clone(), self.holders.clone());
                let text = match item {
                    Item::Module(module) => self.texts.place(*module),
                    Item::Reference(_) | Item::Export(_) => None,
                };
                Ok(Kept { item: *item, key, from, text, dropped: false })
            }
            Err(stop) => Err(stop.missing(self.line())),
        };
        self.embedder.kept.insert(id.to_string(), kept);
        self.done(made.map(drop), Expected::Taken)
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
                return self.own(instance, name).map(Item::from);
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

    /// Writes what is kept. If it may depend on a lost directive, the place does from now on.
    pub(super) fn put(
        &mut self,
        into: &Place<'_>,
        id: &str,
        kept: Result<Kept, Stop>,
    ) -> Result<(), Stop> {
        let (Place::Element { instance, name, .. } | Place::Global { instance, name }) = *into;
        let place = self.exported(instance, name);
        let put = kept.and_then(|kept| place.and(self.write(into, reference(id, &kept)?)));
        self.lose_used(&put);
        put
    }

    fn write(&mut self, into: &Place<'_>, reference: Ref) -> Result<(), Stop> {
        match *into {
            Place::Element { instance, name, index } => {
                let table = self.table(instance, name)?;
                if !self.session.table_set(table, index, reference)? {
                    return Err(no_element(index));
                }
            }
            Place::Global { instance, name } => {
                let global = self.global(instance, name)?;
                self.session.global_set(global, Value::Ref(reference))?;
            }
        }
        self.links.link(&self.holders);
        Ok(())
    }

    pub(super) fn try_call(&mut self, call: Call<'_>) -> Result<Response, Stop> {
        match call {
            Call::Kept { id, args } => {
                let kept = self.item(id)?;
                self.call_kept(id, &kept, &args)
            }
            Call::Export(action) => self.try_action(action),
        }
    }

    pub(super) fn call_kept(
        &mut self,
        id: &str,
        kept: &Kept,
        args: &[Value],
    ) -> Result<Response, Stop> {
        let Ref::Func(func) = reference(id, kept)? else {
            return Err(Stop::Script(format!("`${id}` is no function")));
        };
        let outcome = self.session.call(func, args);
        self.drain()?;
        match outcome {
            Err(Fault::Misuse(what)) => Err(self.miscalled(func, id, args, what)),
            outcome => Ok(Response::from(outcome?)),
        }
    }

    fn kept_module(&mut self, id: &str) -> Result<Module, Stop> {
        match self.item(id)?.item {
            Item::Module(module) => Ok(module),
            _ => Err(Stop::Script(format!("`${id}` is no module"))),
        }
    }

    /// What is kept under this id and can be used in this session.
    pub(super) fn item(&mut self, id: &str) -> Result<Kept, Stop> {
        let kept = self.live(id)?;
        let is_here = match kept.item {
            Item::Module(_) => kept.key.engine == self.key.engine,
            Item::Reference(_) | Item::Export(_) => kept.key == self.key,
        };
        match is_here {
            true => Ok(kept),
            false => Err(Stop::Script(format!("`${id}` is of another session or engine"))),
        }
    }

    /// What is kept under this id, and was not dropped.
    pub(super) fn live(&mut self, id: &str) -> Result<Kept, Stop> {
        match self.kept(id)? {
            Kept { dropped: true, .. } => Err(was_dropped(id)),
            kept => Ok(kept),
        }
    }

    /// What was kept under this id.
    pub(super) fn kept(&mut self, id: &str) -> Result<Kept, Stop> {
        let kept = self.known(id)?;
        self.touch_all(&kept.from)?;
        Ok(kept)
    }

    /// What was kept under this id, without a use of it.
    pub(super) fn known(&self, id: &str) -> Result<Kept, Stop> {
        match self.embedder.kept.get(id) {
            Some(Ok(kept)) => Ok(kept.clone()),
            Some(Err(missing)) => Err(Stop::Missing(missing.clone())),
            None => Err(Stop::Script(format!("nothing was taken as `${id}`"))),
        }
    }

    fn table(&mut self, instance: Option<&str>, name: &str) -> Result<Table, Stop> {
        match self.exported(instance, name)? {
            Extern::Table(table) => Ok(table),
            other => Err(self.other_kind(instance, name, other, "a table")),
        }
    }

    fn global(&mut self, instance: Option<&str>, name: &str) -> Result<Global, Stop> {
        match self.exported(instance, name)? {
            Extern::Global(global) => Ok(global),
            other => Err(self.other_kind(instance, name, other, "a global")),
        }
    }
}

fn reference(id: &str, kept: &Kept) -> Result<Ref, Stop> {
    match kept.item {
        Item::Reference(reference) => Ok(reference),
        _ => Err(Stop::Script(format!("`${id}` is no reference"))),
    }
}

pub(super) fn was_dropped(id: &str) -> Stop {
    Stop::Script(format!("`${id}` was dropped"))
}

fn no_element(index: u64) -> Stop {
    Stop::Script(format!("the table has no element {index}"))
}
