//! Creates functions of the host, and performs their actions when they are called.

use crate::call::call;
use crate::host_func::{Action, HostFunc};
use crate::raise::Raise;
use crate::stable::Stable;
use crate::store::{Store, StoreInner};
use crate::vm::{ContextHeader, ContextOwner, FuncRef, VmContext};
use std::sync::Arc;
use wassay_artifact::abi::vmctx;
use wassay_artifact::types::{CanonicalType, FuncType};
use wassay_engine::{DefinedType, Fault, Func, HostAction, HostCall, HostCalls};

impl Store {
    /// Creates a function of the host.
    ///
    /// # Errors
    /// [`Fault::Misuse`] if the action does not match the type.
    pub fn host_func(
        &mut self,
        ty: &FuncType<DefinedType>,
        action: HostAction,
    ) -> Result<Func, Fault> {
        let store = self.inner();
        let types = store.runtime.types();
        let ty = ty.try_map(|kind, ty| types.canonical(kind, ty))?;
        store.safe_point()?;
        let action = store.resolve(&ty, action)?;
        let ty = store.runtime.types().intern_func(&ty);
        store.add_host(ty, action)
    }

    /// The calls that host functions received since the last request, oldest first.
    pub fn take_host_calls(&mut self) -> HostCalls {
        self.inner().calls.take()
    }
}

impl StoreInner {
    /// A function of the host of this type, with its handle.
    pub(crate) fn add_host(&mut self, ty: CanonicalType, action: Action) -> Result<Func, Fault> {
        let signature = self.runtime.signature(ty)?;
        let owner = ContextOwner::Host(self.hosts.next());
        let header = ContextHeader {
            store: self.context.as_ptr(),
            builtins: self.builtins,
            type_ids: std::ptr::null(),
            owner,
        };
        let context = VmContext::new(vmctx::HEADER, header);
        let func_ref = Stable::new(FuncRef {
            code: signature.shims.exit,
            entry: signature.shims.entry,
            vmctx: context.as_ptr(),
            type_id: ty.0,
            padding: 0,
        });
        let handle = self.give_func(func_ref.as_ptr())?;
        self.hosts.insert(HostFunc {
            handle,
            action,
            signature,
            _context: context,
            _func_ref: func_ref,
        });
        Ok(handle)
    }

    /// Checks that an action matches the type, and resolves its handles.
    fn resolve(
        &mut self,
        ty: &FuncType<CanonicalType>,
        action: HostAction,
    ) -> Result<Action, Fault> {
        match action {
            HostAction::Return(values) => {
                self.lower_all(&values, &ty.results).map(|slots| Action::Return(slots.into()))
            }
            HostAction::Trap(message) => Ok(Action::Trap(message.into())),
            HostAction::Throw(..) => Err(Fault::unsupported("exceptions")),
            HostAction::Call(func) => {
                let types = self.runtime.types();
                let callee = types.func(self.func_type(func)?);
                let callee = callee.ok_or_else(|| Fault::internal("the function has no type"))?;
                let fits = |subs: &[_], sups: &[_]| {
                    subs.len() == sups.len()
                        && subs.iter().zip(sups).all(|(sub, sup)| types.val_matches(*sub, *sup))
                };
                if fits(&ty.params, &callee.params) && fits(&callee.results, &ty.results) {
                    self.func(func).map(Action::Call)
                } else {
                    Err(Fault::misuse(
                        "a host function cannot call a function with a different type",
                    ))
                }
            }
        }
    }
}

/// Performs the action of a host function. `values` holds its arguments, and then its results.
///
/// # Safety
/// The store is live and used by this thread alone, with no reference into it; `values` has the
/// slots that the host function's signature needs, with its arguments.
pub(crate) unsafe fn dispatch(
    store: *mut StoreInner,
    host: usize,
    values: *mut u128,
) -> Result<u64, Raise> {
    let action = {
        // SAFETY: the store is live and no other code has a reference into it, as the caller
        // upholds; the reference ends with this block.
        let store = unsafe { &mut *store };
        let host = store.hosts.get(host).ok_or_else(|| Fault::internal("unknown host function"));
        let HostFunc { handle, action, signature, .. } = host?;
        let (func, action, signature) = (*handle, action.clone(), Arc::clone(signature));
        let params = &signature.ty.params;
        // Arguments that are not recorded need no handles.
        if store.calls.admits(params.len()) {
            // SAFETY: the exit shim has filled one slot per parameter.
            let slots = unsafe { std::slice::from_raw_parts(values, params.len()) };
            let args = store.lift_all(slots, params)?;
            store.calls.push(HostCall { func, args });
        }
        action
    };
    match action {
        Action::Return(slots) => {
            for (at, slot) in slots.iter().enumerate() {
                // SAFETY: the exit shim has room for one slot per result, and `resolve` created as
                // many.
                unsafe { values.add(at).write(*slot) };
            }
            Ok(0)
        }
        Action::Trap(message) => Err(Raise::Host(message.to_string())),
        // SAFETY: the callee's signature is this host function's, as `resolve` checked: subtypes
        // have the same machine types.
        Action::Call(callee) => match unsafe { call(store, callee, values) }? {
            None => Ok(0),
            Some(outcome) => Err(Raise::Outcome(outcome)),
        },
    }
}
