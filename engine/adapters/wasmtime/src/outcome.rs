//! Maps wasmtime's errors to outcomes of calls. What is neither a trap nor an exception is a fault.

use crate::engine::fault;
use crate::names::State;
use crate::value::lift_all;
use std::fmt;
use wasmtime::{AsContextMut, GcHeapOutOfMemory, ThrownException, Val, WasmBacktrace};
use wassay_engine::{Fault, Frame, Outcome, Thrown, Trap, TrapKind};

/// The error of a host function that traps.
#[derive(Debug)]
pub struct HostTrap(pub String);

impl fmt::Display for HostTrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HostTrap {}

/// How a call ended.
///
/// # Errors
/// `Internal` for an error that wasm did not cause.
pub fn ended<S>(store: &mut S, error: &wasmtime::Error) -> Result<Outcome, Fault>
where
    S: AsContextMut<Data = State>,
{
    if error.is::<ThrownException>() {
        return thrown(store).map(Outcome::Threw);
    }
    if let Some(HostTrap(message)) = error.downcast_ref() {
        return Ok(trapped(TrapKind::Host, message.clone(), error));
    }
    if error.is::<GcHeapOutOfMemory<()>>() {
        return Ok(trapped(TrapKind::AllocationFailed, error.root_cause().to_string(), error));
    }
    let Some(trap) = error.downcast_ref::<wasmtime::Trap>() else {
        return match error.downcast_ref::<Fault>() {
            Some(fault) => Err(fault.clone()),
            None => Err(Fault::Internal(format!("{error:#}"))),
        };
    };
    let message = trap.to_string();
    if *trap == wasmtime::Trap::StackOverflow {
        return Ok(Outcome::Exhausted(message));
    }
    match kind(*trap) {
        Some(kind) => Ok(trapped(kind, message, error)),
        None => Err(Fault::Unsupported(message)),
    }
}

fn kind(trap: wasmtime::Trap) -> Option<TrapKind> {
    use wasmtime::Trap as T;
    Some(match trap {
        T::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        T::HeapMisaligned => TrapKind::UnalignedAtomic,
        // Also of an indirect call: see `trapped`.
        T::TableOutOfBounds => TrapKind::TableOutOfBounds,
        T::IndirectCallToNull => TrapKind::UninitializedElement,
        T::BadSignature => TrapKind::IndirectCallTypeMismatch,
        T::IntegerOverflow => TrapKind::IntegerOverflow,
        T::IntegerDivisionByZero => TrapKind::IntegerDivideByZero,
        T::BadConversionToInteger => TrapKind::InvalidConversion,
        T::UnreachableCodeReached => TrapKind::Unreachable,
        T::Interrupt => TrapKind::Interrupted,
        T::AtomicWaitNonSharedMemory => TrapKind::ExpectedSharedMemory,
        T::NullReference => TrapKind::NullReference,
        T::ArrayOutOfBounds => TrapKind::ArrayOutOfBounds,
        T::AllocationTooLarge => TrapKind::AllocationFailed,
        T::CastFailure => TrapKind::CastFailure,
        // Of components, continuations, fuel and builds for tests.
        _ => return None,
    })
}

fn trapped(kind: TrapKind, message: String, error: &wasmtime::Error) -> Outcome {
    let frame = |frame: &wasmtime::FrameInfo| Frame {
        module: frame.module().name().map(str::to_string),
        func: frame.func_index(),
        name: frame.func_name().map(str::to_string),
        offset: frame.module_offset().and_then(|offset| u32::try_from(offset).ok()),
    };
    let frames = error.downcast_ref::<WasmBacktrace>().map_or(&[][..], WasmBacktrace::frames);
    let frames = frames.iter().map(frame).collect();
    // wasmtime has one code for every access outside a table, also by an indirect call.
    let or = match kind {
        TrapKind::TableOutOfBounds => vec![TrapKind::UndefinedElement],
        _ => Vec::new(),
    };
    Outcome::Trapped(Trap { kind, or, message, frames })
}

fn thrown<S>(store: &mut S) -> Result<Thrown, Fault>
where
    S: AsContextMut<Data = State>,
{
    let pending = store.as_context_mut().take_pending_exception();
    let pending = pending.ok_or_else(|| Fault::internal("an exception that is not pending"))?;
    let tag = pending.tag(&mut *store).map_err(fault)?;
    let fields = pending.fields(store.as_context_mut()).map_err(fault)?.collect::<Vec<Val>>();
    let values = lift_all(store, &fields)?;
    let tag = store.as_context_mut().data_mut().names.name_tag(tag)?;
    Ok(Thrown { tag, values })
}
