//! Functions of the host in a store: data that describes what happens when they are called.

use crate::runtime::Signature;
use crate::stable::Stable;
use crate::vm::{FuncRef, VmContext};
use std::sync::Arc;
use wassay_engine::Func;

/// A host function of a store.
pub(crate) struct HostFunc {
    /// The handle that identifies the function in records of its calls: the one from its creation,
    /// even if the host has dropped it since.
    pub handle: Func,
    pub action: Action,
    pub signature: Arc<Signature>,
    /// Generated code receives its address.
    pub _context: VmContext,
    /// The object behind the function's handle.
    pub _func_ref: Stable<FuncRef>,
}

/// The action after the call is recorded; the handles of `HostAction` are resolved.
#[derive(Clone)]
pub(crate) enum Action {
    /// Returns the values in these slots.
    Return(Arc<[u128]>),
    /// Traps with this message.
    Trap(Arc<str>),
    /// Calls this function with the same arguments, and ends as that call ends.
    Call(*mut FuncRef),
}
