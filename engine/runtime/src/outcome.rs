//! What wasm may do, as data.

use crate::ids::InstanceId;
use crate::value::Val;
use wassay_artifact::abi::TrapCode;
use wassay_artifact::index::FuncIndex;

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// It returned these values.
    Returned(Vec<Val>),
    /// It trapped.
    Trapped(Trap),
    /// It used up a resource: the call stack.
    Exhausted(String),
}

/// How an instantiation ended. Only `Ready` gives a handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instantiated {
    /// The instance is there, its start function has returned.
    Ready(InstanceId),
    /// The imports did not fit; nothing happened.
    Unlinkable(LinkError),
    /// Initialisation or the start function failed; never `Returned`. What was written before
    /// stays written.
    Failed(CallOutcome),
}

/// A trap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// What went wrong.
    pub kind: TrapKind,
    /// The wasm functions that were active, innermost first, at most 64.
    pub frames: Vec<Frame>,
    /// For a memory access that hit a guard page: the host address.
    pub fault_address: Option<u64>,
}

/// Why it trapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrapKind {
    /// By this operator; never `StackOverflow`, which is [`CallOutcome::Exhausted`].
    Code(TrapCode),
    /// A host function trapped, with this message.
    Host(String),
}

/// One activation of a wasm function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The module's name, if it has one.
    pub module: Option<String>,
    /// The function in its module's whole space.
    pub func: FuncIndex,
    /// The function's name, if it has one.
    pub name: Option<String>,
    /// Where in the wasm module: bytes from its start, where known.
    pub offset: Option<u32>,
}

/// Imports that do not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {
    /// Why.
    pub kind: LinkErrorKind,
    /// The position in the import section; of the first missing one if there are too few.
    pub import: usize,
    /// In words.
    pub message: String,
}

/// Why imports do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum LinkErrorKind {
    /// Fewer or more than the module has.
    UnknownImport,
    /// Of another kind or type.
    IncompatibleImport,
}

impl Trap {
    pub(crate) fn of(code: TrapCode) -> Trap {
        Trap { kind: TrapKind::Code(code), frames: Vec::new(), fault_address: None }
    }
}

impl CallOutcome {
    /// The words for a used-up call stack.
    pub(crate) fn stack_exhausted() -> CallOutcome {
        CallOutcome::Exhausted("call stack exhausted".to_string())
    }
}
