//! Functions of the host: data that says what happens when they are called.

use crate::builtins::Raise;
use crate::call::call;
use crate::error::Error;
use crate::ids::FuncId;
use crate::runtime::Signature;
use crate::stable::Stable;
use crate::store::{Store, StoreInner};
use crate::value::Val;
use crate::vm::{FuncRef, VmContext};
use std::sync::Arc;
use wassay_artifact::abi::vmctx;
use wassay_artifact::types::{CanonicalType, FuncType};

/// What a host function does, after the call was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostAction {
    /// Returns these values.
    Return(Vec<Val>),
    /// Traps with this message.
    Trap(String),
    /// Calls this function with the arguments it was given, and ends as that call ends.
    Call(FuncId),
}

/// A call that a host function saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCall {
    /// The host function.
    pub func: FuncId,
    /// What it was called with.
    pub args: Vec<Val>,
}

/// A host function of a store.
pub(crate) struct HostFunc {
    id: FuncId,
    action: Arc<HostAction>,
    signature: Arc<Signature>,
    /// Generated code is handed its address.
    _context: VmContext,
    /// What the function's id stands for.
    _func_ref: Stable<FuncRef>,
}

impl Store {
    /// Makes a function of the host.
    ///
    /// # Errors
    /// [`Error::Misuse`] if the action does not fit the type.
    pub fn host_func(
        &mut self,
        ty: &FuncType<CanonicalType>,
        action: HostAction,
    ) -> Result<FuncId, Error> {
        let store = self.inner();
        store.check_action(ty, &action)?;
        let ty = store.runtime.types().intern_func(ty);
        let signature = store.runtime.signature(ty)?;
        let owner = store.hosts.len() as u32;
        let context =
            VmContext::new(vmctx::HEADER, store.context.as_ptr(), std::ptr::null(), owner);
        let func_ref = Stable::new(FuncRef {
            code: signature.shims.exit,
            entry: signature.shims.entry,
            vmctx: context.as_ptr(),
            type_id: ty.0,
            padding: 0,
        });
        let id = store.func_id(func_ref.as_ptr());
        let action = Arc::new(action);
        store.hosts.push(HostFunc {
            id,
            action,
            signature,
            _context: context,
            _func_ref: func_ref,
        });
        Ok(id)
    }

    /// The calls that host functions saw since this was last asked, oldest first.
    pub fn take_host_calls(&mut self) -> Vec<HostCall> {
        std::mem::take(&mut self.inner().calls)
    }
}

impl StoreInner {
    fn check_action(
        &mut self,
        ty: &FuncType<CanonicalType>,
        action: &HostAction,
    ) -> Result<(), Error> {
        match action {
            HostAction::Return(values) => self.lower_all(values, &ty.results).map(drop),
            HostAction::Trap(_) => Ok(()),
            HostAction::Call(func) => {
                let types = self.runtime.types();
                let callee = types.func(self.func_type(*func)?);
                let callee = callee.ok_or_else(|| Error::internal("a function of no type"))?;
                let fits = |subs: &[_], sups: &[_]| {
                    subs.len() == sups.len()
                        && subs.iter().zip(sups).all(|(sub, sup)| types.val_matches(*sub, *sup))
                };
                if fits(&ty.params, &callee.params) && fits(&callee.results, &ty.results) {
                    Ok(())
                } else {
                    Err(Error::misuse("a host function cannot call a function of another type"))
                }
            }
        }
    }
}

/// Does what a host function does, with its arguments and then its results in `values`.
///
/// # Safety
/// The store is live and used by this thread alone, with no reference into it; `values` has the
/// slots that the host function's signature needs, with its arguments.
pub(crate) unsafe fn dispatch(
    store: *mut StoreInner,
    host: usize,
    values: *mut u128,
) -> Result<u64, Raise> {
    let (action, signature) = {
        // SAFETY: the caller's promise; the reference ends with this block.
        let store = unsafe { &mut *store };
        let host = store.hosts.get(host).ok_or_else(|| Error::internal("an unknown host function"));
        let HostFunc { id, action, signature, .. } = host?;
        let (func, action, signature) = (*id, Arc::clone(action), Arc::clone(signature));
        // SAFETY: the exit shim has filled one slot per parameter.
        let slots = unsafe { std::slice::from_raw_parts(values, signature.ty.params.len()) };
        let args = store.lift_all(slots, &signature.ty.params)?;
        store.calls.push(HostCall { func, args });
        (action, signature)
    };
    match &*action {
        HostAction::Return(results) => {
            // SAFETY: as above.
            let slots = unsafe { (*store).lower_all(results, &signature.ty.results) }?;
            for (at, slot) in slots.into_iter().enumerate() {
                // SAFETY: the exit shim has room for one slot per result.
                unsafe { values.add(at).write(slot) };
            }
            Ok(0)
        }
        HostAction::Trap(message) => Err(Raise::Host(message.clone())),
        HostAction::Call(func) => {
            // SAFETY: as above.
            let callee = unsafe { (*store).func(*func) }?;
            // SAFETY: the callee's signature is ours, as `host_func` checked: subtypes have the
            // same machine types.
            match unsafe { call(store, callee, values) }? {
                None => Ok(0),
                Some(outcome) => Err(Raise::Outcome(outcome)),
            }
        }
    }
}
