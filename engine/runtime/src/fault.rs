//! The signal handler's record of a fault, and the decision whether it is the trap recorded at its
//! position. The handler only records; the decision is made after generated code has been left.
//!
//! The compiler records a trap code at every instruction that may fault. A wrong address at such a
//! position is a miscompilation and must not be reported as the trap. So the fault must be one that
//! the operator can cause.

use crate::trace::Trace;
use std::fmt;
use wassay_artifact::abi::{NULL_PAGE, TrapCode};

/// The record of the signal handler.
pub(crate) struct HardwareFault {
    /// The trap code at the position; `None` if no fault was recorded.
    pub code: Option<TrapCode>,
    pub cause: Cause,
    pub trace: Trace,
}

impl HardwareFault {
    pub(crate) const fn new() -> HardwareFault {
        HardwareFault { code: None, cause: Cause::WildAccess, trace: Trace::new() }
    }
}

/// The cause that the hardware reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The code executed the instruction that the compiler uses for traps.
    TrapInstruction,
    /// The code executed another illegal instruction.
    IllegalInstruction,
    /// A division by zero, or one whose result overflows.
    Division,
    /// An access at this address is not permitted.
    Access(usize),
    /// An access failed in another way: the address is invalid (x86_64 then reports no address,
    /// which must not look like null) or unaligned.
    WildAccess,
}

impl Cause {
    /// Whether an operator with this trap code can cause it. `is_reserved` returns whether an
    /// address is in the reservation of a memory that the code may use.
    pub(crate) fn is_trap(self, code: TrapCode, is_reserved: impl FnOnce(usize) -> bool) -> bool {
        match (self, code) {
            (Cause::TrapInstruction, _) => true,
            (Cause::Division, code) => {
                matches!(code, TrapCode::IntegerDivideByZero | TrapCode::IntegerOverflow)
            }
            (Cause::Access(address), TrapCode::MemoryOutOfBounds) => is_reserved(address),
            (Cause::Access(address), code) => {
                matches!(code, TrapCode::NullReference | TrapCode::UninitializedElement)
                    && (address as u64) < NULL_PAGE
            }
            (Cause::IllegalInstruction | Cause::WildAccess, _) => false,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::TrapInstruction => f.write_str("a trap instruction"),
            Cause::IllegalInstruction => f.write_str("an illegal instruction"),
            Cause::Division => f.write_str("a failed division"),
            Cause::Access(address) => write!(f, "an access at address {address:#x}"),
            Cause::WildAccess => f.write_str("an access at an invalid or unaligned address"),
        }
    }
}
