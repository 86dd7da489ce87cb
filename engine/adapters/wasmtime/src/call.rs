//! Calls functions, and makes the functions of the host. A host function records its call in the
//! store's state, and then performs its action.

use crate::engine::fault;
use crate::names::State;
use crate::outcome::{HostTrap, ended};
use crate::session::Opened;
use crate::value::{Kept, lift_all, lower_all};
use wasmtime as wt;
use wasmtime::{AsContextMut, Caller, ExnRef, ExnRefPre, ExnType, RootScope, Val};
use wassay_engine::*;

/// The action of a host function, with wasmtime's objects.
enum Action {
    Return(Vec<Kept>),
    Trap(String),
    Throw(wt::Tag, Vec<Kept>),
    Call(wt::Func),
}

impl Opened {
    pub fn call_func(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        let func = self.store.data().names.func(func)?;
        let ty = func.ty(&self.store);
        self.begin();
        let mut scope = RootScope::new(&mut self.store);
        let args = lower_all(&mut scope, args, ty.params())?;
        let mut results = vec![Val::I32(0); ty.results().len()];
        match func.call(&mut scope, &args, &mut results) {
            Ok(()) => lift_all(&mut scope, &results).map(Outcome::Returned),
            Err(error) => ended(&mut scope, &error),
        }
    }

    /// An epoch that ended before now interrupts nothing.
    pub fn begin(&mut self) {
        if self.shared.interruption {
            self.store.set_epoch_deadline(1);
        }
    }

    pub fn make_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        let action = self.action(ty, action)?;
        let ty = self.shared.types.lower_func(&self.shared.engine, ty)?;
        let names = &mut self.store.data_mut().names;
        let func = Func::new(names.owner, names.funcs.reserve()?);
        let made = wt::Func::try_new(&mut self.store, ty, move |mut caller, args, results| {
            record(&mut caller, func, args).map_err(wt::Error::new)?;
            perform(&mut caller, &action, args, results)
        });
        let made = made.map_err(fault)?;
        self.store.data_mut().names.funcs.fill(func.index(), made);
        Ok(func)
    }

    fn action(&mut self, ty: &FuncType, action: HostAction) -> Result<Action, Fault> {
        let lowered = self.shared.types.lower_func(&self.shared.engine, ty)?;
        Ok(match action {
            HostAction::Return(values) => Action::Return(self.keep(&values, lowered.results())?),
            HostAction::Trap(message) => Action::Trap(message),
            HostAction::Throw(tag, values) => {
                let tag = self.store.data().names.tag(tag)?;
                let ty = tag.ty(&self.store);
                Action::Throw(tag, self.keep(&values, ty.ty().params())?)
            }
            HostAction::Call(func) => {
                let func = self.store.data().names.func(func)?;
                if self.shared.types.lift_func(&func.ty(&self.store))? != *ty {
                    return Err(Fault::misuse("a host function that calls another type"));
                }
                Action::Call(func)
            }
        })
    }

    fn keep(
        &mut self,
        values: &[Value],
        types: impl ExactSizeIterator<Item = wt::ValType>,
    ) -> Result<Vec<Kept>, Fault> {
        let mut scope = RootScope::new(&mut self.store);
        let values = lower_all(&mut scope, values, types)?;
        values.into_iter().map(|value| Kept::new(&mut scope, value)).collect()
    }
}

/// Records a call, if there is room.
fn record(caller: &mut Caller<'_, State>, func: Func, args: &[Val]) -> Result<(), Fault> {
    if caller.data_mut().names.log.admits(args.len()) {
        let args = lift_all(caller, args)?;
        caller.data_mut().names.log.push(HostCall { func, args });
    }
    Ok(())
}

fn perform(
    caller: &mut Caller<'_, State>,
    action: &Action,
    args: &[Val],
    results: &mut [Val],
) -> wt::Result<()> {
    match action {
        Action::Return(values) => {
            for (result, value) in results.iter_mut().zip(values) {
                *result = value.val(caller);
            }
            Ok(())
        }
        Action::Trap(message) => Err(wt::Error::new(HostTrap(message.clone()))),
        Action::Throw(tag, values) => {
            let ty = ExnType::from_tag_type(&tag.ty(&*caller))?;
            let ty = ExnRefPre::new(&mut *caller, ty);
            let fields: Vec<_> = values.iter().map(|value| value.val(caller)).collect();
            let exception = ExnRef::new(&mut *caller, &ty, tag, &fields)?;
            caller.as_context_mut().throw(exception)
        }
        Action::Call(func) => func.call(caller, args, results),
    }
}
