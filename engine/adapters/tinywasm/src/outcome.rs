//! Maps tinywasm's errors to rejections, traps, link errors and faults. Never sees a store.

use crate::engine::Tinywasm;
use tinywasm::parser::ParseError;
use tinywasm::{Error, LinkingError, Trap};
use wassay_adapter::Stop;
use wassay_engine::{Fault, LinkErrorKind, Rejected, TrapKind};
use wassay_rejection::{Message, is_limit};

/// Why a module cannot be compiled: tinywasm lacks something, or rejects the module. Its parser has
/// one error for malformed and invalid, so the stage is not known.
pub fn rejection(wasm: &[u8], error: ParseError) -> Result<Rejected, Fault> {
    let message = error.to_string();
    let offset = match &error {
        ParseError::InvalidType | ParseError::UnsupportedOperator(_) => {
            return Err(Fault::Unsupported(message));
        }
        // The other errors of this name are about malformed sections.
        ParseError::UnsupportedSection(text) if text.starts_with("Unsupported") => {
            return Err(Fault::Unsupported(message));
        }
        ParseError::Other(text) if text.contains("too many") || text.contains("too large") => {
            return Err(Fault::Unsupported(message));
        }
        // The offset is one module's.
        ParseError::ParseError { message: text, offset }
            if names_a_feature(text) || is_limit(wasm, Message { text, offset: *offset }) =>
        {
            return Err(Fault::unsupported(text));
        }
        ParseError::ParseError { offset, .. } => Some(*offset),
        _ => None,
    };
    Ok(Rejected { stage: None, message, offset })
}

/// Whether the validator rejects a module because a feature is off: tinywasm turns on those that it
/// has, and cannot run the others. Not for "shared globals require the shared-everything-threads
/// proposal": without that proposal, the flag of a shared global is a malformed mutability.
fn names_a_feature(message: &str) -> bool {
    // A name of the module may stand in the message, between backquotes, and have any words.
    let own = [message.split('`').next(), message.rsplit('`').next()];
    let mut own = own.into_iter().flatten();
    own.any(|text| ["enabled", "disabled", " feature"].iter().any(|words| text.contains(words)))
}

/// Why a call did not return, or an instantiation made no instance.
pub fn stop(error: Error) -> Stop<Tinywasm> {
    let message = error.to_string();
    match error {
        Error::Trap(cause) => trap(cause, message),
        Error::Linker(LinkingError::UnknownImport { module, name }) => Stop::Unlinkable {
            kind: LinkErrorKind::UnknownImport,
            import: Some((module, name)),
            message,
        },
        Error::Linker(LinkingError::IncompatibleImportType { module, name }) => {
            Stop::incompatible(&module, &name, message)
        }
        Error::UnsupportedFeature(_) => Fault::Unsupported(message).into(),
        _ => Fault::Internal(message).into(),
    }
}

fn trap(trap: Trap, message: String) -> Stop<Tinywasm> {
    let kind = match trap {
        Trap::Unreachable => TrapKind::Unreachable,
        Trap::MemoryOutOfBounds { .. } => TrapKind::MemoryOutOfBounds,
        Trap::TableOutOfBounds { .. } => TrapKind::TableOutOfBounds,
        Trap::DivisionByZero => TrapKind::IntegerDivideByZero,
        Trap::InvalidConversionToInt => TrapKind::InvalidConversion,
        Trap::IntegerOverflow => TrapKind::IntegerOverflow,
        Trap::UndefinedElement { .. } => TrapKind::UndefinedElement,
        Trap::UninitializedElement { .. } => TrapKind::UninitializedElement,
        Trap::IndirectCallTypeMismatch { .. } => TrapKind::IndirectCallTypeMismatch,
        Trap::CallStackOverflow | Trap::ValueStackOverflow | Trap::OutOfMemory => {
            return Stop::Exhausted(message);
        }
        // wasm called the host function; the error is the one that it returned.
        Trap::HostFunction(cause) => {
            return match cause.downcast::<Error>() {
                Ok(error) => stop(*error),
                Err(_) => Fault::Internal(message).into(),
            };
        }
        _ => return Fault::Internal(message).into(),
    };
    Stop::trapped(kind, message)
}
