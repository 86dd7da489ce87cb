//! Takes wasmi's errors; gives outcomes, link errors, or a fault that is nobody's fault but ours.
//! Knows neither store nor engine.

use std::fmt;
use wasmi::TrapCode;
use wasmi::errors::{ErrorKind, HostError, InstantiationError, MemoryError, TableError};
use wassay_engine::{Fault, LinkError, LinkErrorKind, Outcome, Trap, TrapKind};

/// How a host function ends other than by returning.
#[derive(Debug)]
pub enum HostEnd {
    /// It was told to trap.
    Trap(String),
    /// It called back too deeply.
    Exhausted(String),
    /// The adapter failed.
    Fault(Fault),
}

impl fmt::Display for HostEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostEnd::Trap(message) | HostEnd::Exhausted(message) => f.write_str(message),
            HostEnd::Fault(fault) => fault.fmt(f),
        }
    }
}

impl HostError for HostEnd {}

/// How a call or an initialisation ended that did not return.
pub fn ended(error: &wasmi::Error) -> Result<Outcome, Fault> {
    if let Some(end) = error.downcast_ref::<HostEnd>() {
        return match end {
            HostEnd::Trap(message) => Ok(trapped(TrapKind::Host, message.clone())),
            HostEnd::Exhausted(message) => Ok(Outcome::Exhausted(message.clone())),
            HostEnd::Fault(fault) => Err(fault.clone()),
        };
    }
    match error.kind() {
        ErrorKind::TrapCode(code) => return Ok(ended_with(*code)),
        ErrorKind::Func(mismatch) => return Err(Fault::Misuse(mismatch.to_string())),
        ErrorKind::Instantiation(error) => {
            if let Some(outcome) = not_instantiated(error) {
                return Ok(outcome);
            }
        }
        ErrorKind::Memory(MemoryError::OutOfSystemMemory)
        | ErrorKind::Table(TableError::OutOfSystemMemory) => {
            return Ok(Outcome::Exhausted(error.to_string()));
        }
        _ => {}
    }
    match error.as_trap_code() {
        Some(code) => Ok(ended_with(code)),
        None => Err(Fault::Internal(error.to_string())),
    }
}

/// The import that did not fit, if that is what went wrong. `position` finds an import by its
/// names; wasmi tells no more.
pub fn unlinkable(
    error: &wasmi::Error,
    position: impl Fn(&str, &str) -> Option<usize>,
) -> Option<LinkError> {
    use InstantiationError as E;
    let ErrorKind::Instantiation(cause) = error.kind() else {
        return None;
    };
    let (kind, import) = match cause {
        E::MismatchedNumberOfImports { .. } => (LinkErrorKind::UnknownImport, None),
        E::ImportTypeMismatch { name, .. }
        | E::GlobalTypeMismatch { name, .. }
        | E::FuncTypeMismatch { name, .. }
        | E::TableTypeMismatch { name, .. }
        | E::MemoryTypeMismatch { name, .. } => {
            (LinkErrorKind::IncompatibleImport, position(name.module(), name.name()))
        }
        _ => return None,
    };
    Some(LinkError { kind, import, message: cause.to_string() })
}

fn not_instantiated(error: &InstantiationError) -> Option<Outcome> {
    use InstantiationError as E;
    match error {
        E::ElementSegmentDoesNotFit { .. } => {
            Some(trapped(TrapKind::TableOutOfBounds, error.to_string()))
        }
        E::TooManyInstances
        | E::TooManyTables
        | E::TooManyMemories
        | E::FailedToInstantiateMemory(_)
        | E::FailedToInstantiateTable(_) => Some(Outcome::Exhausted(error.to_string())),
        _ => None,
    }
}

fn ended_with(code: TrapCode) -> Outcome {
    let kind = match code {
        TrapCode::UnreachableCodeReached => TrapKind::Unreachable,
        TrapCode::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        // wasmi has one code for `table.get` and its kin, and for `call_indirect`, which ought to
        // be `UndefinedElement`: nothing here can tell them apart.
        TrapCode::TableOutOfBounds => TrapKind::TableOutOfBounds,
        TrapCode::IndirectCallToNull => TrapKind::UninitializedElement,
        TrapCode::IntegerDivisionByZero => TrapKind::IntegerDivideByZero,
        TrapCode::IntegerOverflow => TrapKind::IntegerOverflow,
        TrapCode::BadConversionToInteger => TrapKind::InvalidConversion,
        TrapCode::BadSignature => TrapKind::IndirectCallTypeMismatch,
        TrapCode::GrowthOperationLimited | TrapCode::OutOfSystemMemory => {
            TrapKind::AllocationFailed
        }
        TrapCode::StackOverflow | TrapCode::OutOfFuel => {
            return Outcome::Exhausted(code.to_string());
        }
    };
    trapped(kind, code.to_string())
}

fn trapped(kind: TrapKind, message: String) -> Outcome {
    Outcome::Trapped(Trap { kind, message, frames: Vec::new() })
}
