//! Takes what a host function is to do; gives a wasmi function that records the call and does it.

use crate::handles::Handles;
use crate::outcome::HostEnd;
use crate::types::{lift_func, lower_func};
use crate::value::{lift_all, lower_all};
use wasmi::{AsContextMut, Caller, Error, Store, Val};
use wassay_engine::{Fault, Func, FuncType, HostAction, HostCall};

/// How deep host functions may call back: each level takes native stack, which overflows without
/// mercy.
const MAX_CALLBACKS: u32 = 100;

enum Deed {
    Return(Vec<Val>),
    Trap(String),
    Call(wasmi::Func),
}

/// Makes the host function. A `Return` of other types than the function's, or a `Call` of a
/// function of another type, is a misuse.
pub fn host_func(
    store: &mut Store<Handles>,
    ty: &FuncType,
    action: HostAction,
) -> Result<Func, Fault> {
    let lowered = lower_func(ty)?;
    let deed = deed(store, ty, &lowered, action)?;
    // The function is to record its own handle, which exists once wasmi has made it.
    let own = store.data().funcs.next();
    let owner = store.data().owner;
    let func = wasmi::Func::new(&mut *store, lowered, move |mut caller, args, results| {
        if caller.data_mut().host_calls.admits(args.len()) {
            let args = lift_all(&mut caller, args).map_err(fault)?;
            let call = HostCall { func: Func::new(owner, own), args };
            caller.data_mut().host_calls.push(call);
        }
        perform(&mut caller, &deed, args, results)
    });
    Ok(store.data_mut().name_func(func))
}

fn deed(
    store: &mut Store<Handles>,
    ty: &FuncType,
    lowered: &wasmi::FuncType,
    action: HostAction,
) -> Result<Deed, Fault> {
    match action {
        HostAction::Return(values) => {
            let values = lower_all(store, &values)?;
            let fits = values.iter().map(Val::ty).eq(lowered.results().iter().copied());
            if fits {
                Ok(Deed::Return(values))
            } else {
                Err(Fault::Misuse("a host function that returns other types".to_string()))
            }
        }
        HostAction::Trap(message) => Ok(Deed::Trap(message)),
        HostAction::Throw(..) => Err(Fault::Unsupported("exceptions".to_string())),
        HostAction::Call(func) => {
            let func = store.data().func(func)?;
            if lift_func(&func.ty(&*store)) == *ty {
                Ok(Deed::Call(func))
            } else {
                Err(Fault::Misuse("a host function that calls another type".to_string()))
            }
        }
    }
}

fn perform(
    caller: &mut Caller<'_, Handles>,
    deed: &Deed,
    args: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    match deed {
        Deed::Return(values) => {
            results.clone_from_slice(values);
            Ok(())
        }
        Deed::Trap(message) => Err(Error::host(HostEnd::Trap(message.clone()))),
        Deed::Call(func) => {
            if caller.data().callbacks >= MAX_CALLBACKS {
                let message = "host functions call back too deeply".to_string();
                return Err(Error::host(HostEnd::Exhausted(message)));
            }
            caller.data_mut().callbacks += 1;
            let ended = func.call(caller.as_context_mut(), args, results);
            caller.data_mut().callbacks -= 1;
            ended
        }
    }
}

fn fault(fault: Fault) -> Error {
    Error::host(HostEnd::Fault(fault))
}
