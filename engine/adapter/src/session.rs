//! Takes calls of the trait's session; performs them on a [`Plain`] store: instances, calls and
//! host functions. Sees no threads.

use crate::Plain;
use crate::engine::State;
use crate::host::{Action, Ended, Host, Shared};
use crate::imports::Imports;
use crate::names::{Names, remove};
use crate::value::{Item, Stop, Val};
use std::sync::Arc;
use wassay_engine::*;

/// A session of an engine. It can leave its thread if the engine's store and handles can.
///
/// Its handles are dropped first, then the store, then the engine.
pub struct Core<P: Plain> {
    pub(super) names: Shared<P>,
    pub(super) store: P,
    pub(super) state: Arc<State<P>>,
}

impl<P: Plain> Drop for Core<P> {
    /// Drops all handles. Host functions share the names, so counted handles would otherwise keep
    /// each other alive.
    fn drop(&mut self) {
        let all = std::mem::replace(&mut *self.names.lock(), Names::new());
        drop(all);
    }
}

impl<P: Plain> Core<P> {
    pub(super) fn open(state: Arc<State<P>>) -> Result<Core<P>, Fault> {
        let store = P::open(&state.engine)?;
        Ok(Core { names: Shared::new(), store, state })
    }

    pub(super) fn instantiate(
        &mut self,
        module: Module,
        imports: &[Extern],
    ) -> Result<Instantiated, Fault> {
        let compiled = self.state.module(module)?;
        let items: Result<Vec<_>, _> = {
            let names = self.names.lock();
            imports.iter().map(|item| names.item(*item)).collect()
        };
        let imports = match Imports::new(compiled.outline()?, items?) {
            Ok(imports) => imports,
            Err(error) => return Ok(Instantiated::Unlinkable(error)),
        };
        let made = self.store.instantiate(&compiled.module, &imports);
        match self.ended(made) {
            Ok(instance) => {
                let mut names = self.names.lock();
                let number = names.instances.add(instance)?;
                Ok(Instantiated::Ready(Instance::new(names.owner, number)))
            }
            Err(Stop::Unlinkable { kind, import, message }) => {
                let import = import.and_then(|(module, name)| imports.position(&module, &name));
                Ok(Instantiated::Unlinkable(LinkError { kind, import, message }))
            }
            Err(stop) => self.outcome(stop).map(Instantiated::Failed),
        }
    }

    /// Replaces the engine's error by the end of the host function that caused it, which the mark
    /// in its message identifies. The adapter's own faults are never lost.
    fn ended<T>(&mut self, answer: Result<T, Stop<P>>) -> Result<T, Stop<P>> {
        let ended = self.names.lock().ended.take();
        match (answer, ended) {
            (_, Some(Ended { stop: Stop::Fault(fault), .. })) => Err(Stop::Fault(fault)),
            (Err(error), Some(Ended { mark, stop })) if error.words().contains(&mark) => Err(stop),
            (answer, _) => answer,
        }
    }

    fn outcome(&mut self, stop: Stop<P>) -> Result<Outcome, Fault> {
        match stop {
            Stop::Trapped(trap) => Ok(Outcome::Trapped(trap)),
            Stop::Exhausted(message) => Ok(Outcome::Exhausted(message)),
            Stop::Threw(tag, values) => {
                let ty = self.tag_type(&tag)?;
                let values = self.lift_all(&values, &ty.params)?;
                let mut names = self.names.lock();
                let tag = Tag::new(names.owner, names.tags.add(tag)?);
                Ok(Outcome::Threw(Thrown { tag, values }))
            }
            Stop::Unlinkable { message, .. } => {
                Err(Fault::Internal(format!("a call that cannot be linked: {message}")))
            }
            Stop::Fault(fault) => Err(fault),
        }
    }

    pub(super) fn export(
        &mut self,
        instance: Instance,
        name: &str,
    ) -> Result<Option<Extern>, Fault> {
        let instance = self.names.lock().instance(instance)?;
        let item = self.store.export(&instance, name)?;
        item.map(|item| self.names.lock().name(item)).transpose()
    }

    pub(super) fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        let removed = {
            let mut names = self.names.lock();
            let number = instance.index_in(names.owner)?;
            remove(&mut names.instances, number)
        };
        removed.map(drop)
    }

    pub(super) fn drop_extern(&mut self, item: Extern) -> Result<(), Fault> {
        let removed = self.names.lock().drop_extern(item);
        removed.map(drop)
    }

    pub(super) fn drop_ref(&mut self, reference: Ref) -> Result<(), Fault> {
        let removed = self.names.lock().drop_ref(reference);
        removed.map(drop)
    }

    pub(super) fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        let func = self.names.lock().func(func)?;
        let ty = self.func_type(&func)?;
        let args = self.lower_all(args, &ty.params)?;
        let answer = self.store.call(&func, &args);
        match self.ended(answer) {
            Ok(results) => self.lift_all(&results, &ty.results).map(Outcome::Returned),
            Err(stop) => self.outcome(stop),
        }
    }

    fn func_type(&mut self, func: &P::Func) -> Result<FuncType, Fault> {
        match self.store.item_type(&Item::Func(func.clone()))? {
            ExternType::Func(ty) => Ok(ty),
            other => Err(Fault::Internal(format!("a function that is a {}", other.kind()))),
        }
    }

    fn tag_type(&mut self, tag: &P::Tag) -> Result<FuncType, Fault> {
        match self.store.item_type(&Item::Tag(tag.clone()))? {
            ExternType::Tag(ty) => Ok(ty),
            other => Err(Fault::Internal(format!("a tag that is a {}", other.kind()))),
        }
    }

    pub(super) fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        let action = self.action(ty, action)?;
        // The function records its own handle, so the number comes before the function.
        let (owner, number) = {
            let mut names = self.names.lock();
            (names.owner, names.funcs.reserve()?)
        };
        let func = Func::new(owner, number);
        let host = Host::new(self.names.clone(), func, ty.clone(), action);
        let made = self.store.host_func(ty, host)?;
        self.names.lock().funcs.fill(number, made);
        Ok(func)
    }

    fn action(&mut self, ty: &FuncType, action: HostAction) -> Result<Action<P>, Fault> {
        match action {
            HostAction::Return(values) => Ok(Action::Return(self.lower_all(&values, &ty.results)?)),
            HostAction::Trap(message) => Ok(Action::Trap(message)),
            HostAction::Throw(tag, values) => {
                let tag = self.names.lock().tag(tag)?;
                let ty = self.tag_type(&tag)?;
                Ok(Action::Throw(tag, self.lower_all(&values, &ty.params)?))
            }
            HostAction::Call(func) => {
                let func = self.names.lock().func(func)?;
                if self.func_type(&func)? != *ty {
                    return Err(Fault::misuse("a host function that calls another type"));
                }
                Ok(Action::Call(func))
            }
        }
    }

    pub(super) fn take_host_calls(&mut self) -> Result<HostCalls, Fault> {
        self.names.lock().take_calls(&mut self.store)
    }

    pub(super) fn tag_new(&mut self, ty: &FuncType) -> Result<Tag, Fault> {
        if !ty.results.is_empty() {
            return Err(Fault::misuse("a tag with results"));
        }
        let tag = self.store.tag_new(ty)?;
        let mut names = self.names.lock();
        Ok(Tag::new(names.owner, names.tags.add(tag)?))
    }

    pub(super) fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        // Equal numbers are the same host value.
        if let (Ref::Extern(a), Ref::Extern(b)) | (Ref::Host(a), Ref::Host(b)) = (a, b) {
            return Ok(a == b);
        }
        let (a, b) = {
            let mut names = self.names.lock();
            (names.lower_ref(&mut self.store, a)?, names.lower_ref(&mut self.store, b)?)
        };
        match (a, b) {
            (Val::Null(a), Val::Null(b)) => Ok(a == b),
            (Val::I31(a), Val::I31(b)) => Ok(a == b),
            (Val::Func(a), Val::Func(b)) => self.store.same_item(&Item::Func(a), &Item::Func(b)),
            (Val::Struct(a), Val::Struct(b))
            | (Val::Array(a), Val::Array(b))
            | (Val::Exn(a), Val::Exn(b))
            | (Val::Externalized(a), Val::Externalized(b)) => self.store.same_object(&a, &b),
            _ => Ok(false),
        }
    }

    pub(super) fn collect(&mut self) -> Result<(), Fault> {
        self.store.collect()
    }
}
