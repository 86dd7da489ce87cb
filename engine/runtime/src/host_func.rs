//! Functions of the host as a store holds them: data that says what happens when they are called.

use crate::runtime::Signature;
use crate::stable::Stable;
use crate::vm::{FuncRef, VmContext};
use std::sync::Arc;
use wassay_engine::Func;

/// A host function of a store.
pub(crate) struct HostFunc {
    /// The handle that records of its calls name it by: the one that it was made with, even if the
    /// host has given that up since.
    pub handle: Func,
    pub action: Action,
    pub signature: Arc<Signature>,
    /// Generated code is handed its address.
    pub _context: VmContext,
    /// What the function's handle stands for.
    pub _func_ref: Stable<FuncRef>,
}

/// What it does, after the call was recorded; the handles of `HostAction` are resolved.
#[derive(Clone)]
pub(crate) enum Action {
    /// Returns what these slots hold.
    Return(Arc<[u128]>),
    /// Traps with this message.
    Trap(Arc<str>),
    /// Calls this function with the arguments that it was given, and ends as that call ends.
    Call(*mut FuncRef),
}
