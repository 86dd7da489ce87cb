//! Maps wasmi's errors to traps, link errors and faults. Never sees a store or an engine.

use crate::engine::Wasmi;
use wasmi::TrapCode;
use wasmi::errors::{ErrorKind, InstantiationError as E, MemoryError, TableError};
use wassay_adapter::Stop;
use wassay_engine::{Fault, Trap, TrapKind};

/// Why a call did not return, or an instantiation made no instance.
pub fn stop(error: wasmi::Error) -> Stop<Wasmi> {
    let message = error.to_string();
    match error.kind() {
        ErrorKind::Instantiation(
            E::ImportTypeMismatch { name, .. }
            | E::GlobalTypeMismatch { name, .. }
            | E::FuncTypeMismatch { name, .. }
            | E::TableTypeMismatch { name, .. }
            | E::MemoryTypeMismatch { name, .. },
        ) => Stop::incompatible(name.module(), name.name(), message),
        ErrorKind::Instantiation(E::ElementSegmentDoesNotFit { .. }) => {
            Stop::trapped(TrapKind::TableOutOfBounds, message)
        }
        ErrorKind::Instantiation(
            E::FailedToInstantiateMemory(_) | E::FailedToInstantiateTable(_),
        )
        | ErrorKind::Memory(MemoryError::OutOfSystemMemory)
        | ErrorKind::Table(TableError::OutOfSystemMemory) => Stop::Exhausted(message),
        kind => match kind.as_trap_code() {
            Some(code) => trap(code),
            None => Fault::Internal(message).into(),
        },
    }
}

fn trap(code: TrapCode) -> Stop<Wasmi> {
    let message = code.to_string();
    let kind = match code {
        TrapCode::UnreachableCodeReached => TrapKind::Unreachable,
        TrapCode::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        // wasmi has one code for every access outside a table, also by an indirect call.
        TrapCode::TableOutOfBounds => {
            let or = vec![TrapKind::UndefinedElement];
            let (kind, frames) = (TrapKind::TableOutOfBounds, Vec::new());
            return Stop::Trapped(Trap { kind, or, message, frames });
        }
        TrapCode::IndirectCallToNull => TrapKind::UninitializedElement,
        TrapCode::IntegerDivisionByZero => TrapKind::IntegerDivideByZero,
        TrapCode::IntegerOverflow => TrapKind::IntegerOverflow,
        TrapCode::BadConversionToInteger => TrapKind::InvalidConversion,
        TrapCode::BadSignature => TrapKind::IndirectCallTypeMismatch,
        TrapCode::GrowthOperationLimited | TrapCode::OutOfSystemMemory => {
            TrapKind::AllocationFailed
        }
        TrapCode::StackOverflow | TrapCode::OutOfFuel => return Stop::Exhausted(message),
    };
    Stop::trapped(kind, message)
}
