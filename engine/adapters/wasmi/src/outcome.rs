//! Maps wasmi's errors to traps, link errors and faults. Never sees a store or an engine.

use crate::engine::Wasmi;
use wasmi::TrapCode;
use wasmi::errors::{ErrorKind, InstantiationError, MemoryError, TableError};
use wassay_adapter::Stop;
use wassay_engine::{Fault, LinkError, LinkErrorKind, Trap, TrapKind};

/// Why a call or an initialization did not return.
pub fn stop(error: &wasmi::Error) -> Stop<Wasmi> {
    match error.kind() {
        ErrorKind::TrapCode(code) => return trapped_with(*code),
        ErrorKind::Func(mismatch) => return Fault::misuse(mismatch.to_string()).into(),
        ErrorKind::Instantiation(error) => {
            if let Some(stop) = not_instantiated(error) {
                return stop;
            }
        }
        ErrorKind::Memory(MemoryError::OutOfSystemMemory)
        | ErrorKind::Table(TableError::OutOfSystemMemory) => {
            return Stop::Exhausted(error.to_string());
        }
        _ => {}
    }
    match error.as_trap_code() {
        Some(code) => trapped_with(code),
        None => Fault::internal(error.to_string()).into(),
    }
}

/// The import that did not fit, if the error is about one. `position` finds an import by its names,
/// which are all that wasmi reports.
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

fn not_instantiated(error: &InstantiationError) -> Option<Stop<Wasmi>> {
    use InstantiationError as E;
    match error {
        E::ElementSegmentDoesNotFit { .. } => {
            Some(trapped(TrapKind::TableOutOfBounds, error.to_string()))
        }
        E::TooManyInstances
        | E::TooManyTables
        | E::TooManyMemories
        | E::FailedToInstantiateMemory(_)
        | E::FailedToInstantiateTable(_) => Some(Stop::Exhausted(error.to_string())),
        _ => None,
    }
}

fn trapped_with(code: TrapCode) -> Stop<Wasmi> {
    let kind = match code {
        TrapCode::UnreachableCodeReached => TrapKind::Unreachable,
        TrapCode::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        // wasmi has one code for every access outside a table. For `call_indirect`, the kind
        // should be `UndefinedElement`.
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
            return Stop::Exhausted(code.to_string());
        }
    };
    trapped(kind, code.to_string())
}

fn trapped(kind: TrapKind, message: String) -> Stop<Wasmi> {
    Stop::Trapped(Trap { kind, message, frames: Vec::new() })
}
