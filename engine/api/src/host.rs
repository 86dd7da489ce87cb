//! Host functions are data, not closures: an engine in another process can be given them.

use crate::handle::{Func, Tag};
use crate::value::Value;

/// What a host function does when it is called, after the call was recorded.
#[derive(Clone, Debug, PartialEq)]
pub enum HostAction {
    /// Returns these values.
    Return(Vec<Value>),
    /// Traps, with [`TrapKind::Host`](crate::TrapKind::Host) and this message.
    Trap(String),
    /// Throws an exception.
    Throw(Tag, Vec<Value>),
    /// Calls this function of the same session with the arguments it was given, and ends as that
    /// call ends.
    Call(Func),
}

/// A call that a host function saw.
#[derive(Clone, Debug, PartialEq)]
pub struct HostCall {
    /// The host function.
    pub func: Func,
    /// What it was called with.
    pub args: Vec<Value>,
}
