//! Why an operation does not return to generated code.

use wassay_artifact::abi::TrapCode;
use wassay_engine::{Fault, Outcome};

/// Why a builtin leaves generated code.
pub(crate) enum Raise {
    /// A trap of the operator.
    Trap(TrapCode),
    /// A host function trapped with this message.
    Host(String),
    /// A nested call ended with this outcome; its frames include ours.
    Outcome(Outcome),
    /// Our own failure.
    Fault(Fault),
}

impl From<TrapCode> for Raise {
    fn from(code: TrapCode) -> Raise {
        Raise::Trap(code)
    }
}

impl From<Fault> for Raise {
    fn from(fault: Fault) -> Raise {
        Raise::Fault(fault)
    }
}
