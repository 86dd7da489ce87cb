//! Trap codes of generated code to the outcomes that the caller sees.

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
    Outcome::Trapped(Trap { kind: TrapKind::Host, message, frames })
}

/// The words for a used-up call stack.
pub(crate) fn stack_exhausted() -> Outcome {
    Outcome::Exhausted("call stack exhausted".to_string())
}

/// What a code means; `None` for a used-up stack, which is exhaustion and no trap.
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
