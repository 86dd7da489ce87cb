//! Converts trap codes of generated code into the outcomes that the caller sees.

use wassay_artifact::abi::TrapCode;
use wassay_engine::{Frame, Outcome, Trap, TrapKind};

/// A trap of an operator.
pub(crate) fn trapped(code: TrapCode, frames: Vec<Frame>) -> Outcome {
    match kind(code) {
        Some(kind) => Outcome::Trapped(Trap { frames, ..Trap::new(kind) }),
        None => stack_exhausted(),
    }
}

/// A trap of a host function.
pub(crate) fn host_trapped(message: String, frames: Vec<Frame>) -> Outcome {
    Outcome::Trapped(Trap { message, frames, ..Trap::new(TrapKind::Host) })
}

/// The outcome of an exhausted call stack.
pub(crate) fn stack_exhausted() -> Outcome {
    Outcome::Exhausted("call stack exhausted".to_string())
}

/// The trap kind of a code; `None` for an exhausted stack, which is not a trap.
const fn kind(code: TrapCode) -> Option<TrapKind> {
    Some(match code {
        TrapCode::Unreachable => TrapKind::Unreachable,
        TrapCode::IntegerDivideByZero => TrapKind::IntegerDivideByZero,
        TrapCode::IntegerOverflow => TrapKind::IntegerOverflow,
        TrapCode::InvalidConversion => TrapKind::InvalidConversion,
        TrapCode::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds => TrapKind::TableOutOfBounds,
        TrapCode::ArrayOutOfBounds => TrapKind::ArrayOutOfBounds,
        TrapCode::UndefinedElement => TrapKind::UndefinedElement,
        TrapCode::UninitializedElement => TrapKind::UninitializedElement,
        TrapCode::IndirectCallTypeMismatch => TrapKind::IndirectCallTypeMismatch,
        TrapCode::NullReference => TrapKind::NullReference,
        TrapCode::CastFailure => TrapKind::CastFailure,
        TrapCode::UnalignedAtomic => TrapKind::UnalignedAtomic,
        TrapCode::ExpectedSharedMemory => TrapKind::ExpectedSharedMemory,
        TrapCode::AllocationFailed => TrapKind::AllocationFailed,
        TrapCode::Interrupted => TrapKind::Interrupted,
        TrapCode::StackOverflow => return None,
    })
}
