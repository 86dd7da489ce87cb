//! What wasm may do is data: outcomes, traps, rejections and link errors.
//! `Fault` alone is the engine's or the adapter's own failure.

use crate::handle::{Instance, Tag};
use crate::value::Value;
use std::fmt;

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It returned these values.
    Returned(Vec<Value>),
    /// It trapped.
    Trapped(Trap),
    /// An exception left the call.
    Threw(Thrown),
    /// It used up a resource, such as the call stack.
    Exhausted(String),
}

/// How an instantiation ended. Only `Ready` leaves a handle.
#[derive(Clone, Debug, PartialEq)]
pub enum Instantiated {
    /// The instance exists, and its start function has returned.
    Ready(Instance),
    /// The imports did not match.
    Unlinkable(LinkError),
    /// Initialization or the start function trapped, threw or was exhausted; never `Returned`.
    Failed(Outcome),
}

impl fmt::Display for Outcome {
    /// What happened, in one line without the frames of a trap.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Returned(values) => list(f, "it returned", values),
            Outcome::Trapped(trap) => trap.fmt(f),
            Outcome::Threw(thrown) => list(f, "it threw an exception with", &thrown.values),
            Outcome::Exhausted(message) => write!(f, "it was exhausted: {message}"),
        }
    }
}

impl fmt::Display for Instantiated {
    /// What happened, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Instantiated::Ready(_) => f.write_str("it was instantiated"),
            Instantiated::Unlinkable(error) => {
                write!(f, "it was unlinkable: {}", error.kind.message())?;
                if let Some(at) = error.import {
                    write!(f, " at import {at}")?;
                }
                write!(f, ": {}", error.message)
            }
            Instantiated::Failed(outcome) => outcome.fmt(f),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, words: &str, values: &[Value]) -> fmt::Result {
    f.write_str(words)?;
    match values {
        [] => f.write_str(" nothing"),
        values => values.iter().try_for_each(|value| write!(f, " {value}")),
    }
}

/// An uncaught exception.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Thrown {
    pub tag: Tag,
    pub values: Vec<Value>,
}

/// A trap. Verdicts depend on the kind; the message is shown, and compared with the script's words
/// only if a user asks for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// The reason for the trap.
    pub kind: TrapKind,
    /// The kinds that the engine does not distinguish from this one: it is one of them all.
    pub or: Vec<TrapKind>,
    /// The engine's own message.
    pub message: String,
    /// Innermost first; empty if the engine reports no frames.
    pub frames: Vec<Frame>,
}

impl Trap {
    /// A trap with the specification's words and no frames.
    pub fn new(kind: TrapKind) -> Trap {
        Trap { kind, or: Vec::new(), message: kind.message().to_string(), frames: Vec::new() }
    }

    /// Whether this is the kind, as far as the engine distinguishes kinds.
    pub fn may_be(&self, kind: TrapKind) -> bool {
        self.kind == kind || self.or.contains(&kind)
    }
}

/// One function activation of a backtrace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The module's name from its name section, if it has one.
    pub module: Option<String>,
    /// The function's index in its module's whole index space, imports first.
    pub func: u32,
    /// The function's name from the name section, if it has one.
    pub name: Option<String>,
    /// Bytes from the start of the module to the instruction, if known.
    pub offset: Option<u32>,
}

impl fmt::Display for Trap {
    /// The kind, those that are not distinguished from it, and the message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it trapped: {}", self.kind.name())?;
        self.or.iter().try_for_each(|kind| write!(f, " or {}", kind.name()))?;
        let lines: Vec<&str> = self.message.lines().map(str::trim).collect();
        write!(f, ", \"{}\"", lines.join(" "))
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function {}", self.func)?;
        if let Some(name) = &self.name {
            write!(f, " ({name})")?;
        }
        if let Some(module) = &self.module {
            write!(f, " of module {module}")?;
        }
        match self.offset {
            Some(offset) => write!(f, " at byte {offset:#x}"),
            None => Ok(()),
        }
    }
}

macro_rules! trap_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $message:literal;)*) => {
        /// Why wasm trapped: one variant per trap of the specification's execution chapter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum TrapKind { $($(#[$doc])* $variant,)* }

        impl TrapKind {
            /// Every kind.
            pub const ALL: &'static [TrapKind] = &[$(TrapKind::$variant,)*];

            /// A stable name for files and pipes, for example `integer-overflow`.
            pub const fn name(self) -> &'static str {
                match self { $(TrapKind::$variant => $name,)* }
            }

            /// The message of the official suite.
            pub const fn message(self) -> &'static str {
                match self { $(TrapKind::$variant => $message,)* }
            }
        }
    };
}

trap_kinds! {
    /// The `unreachable` operator.
    Unreachable = "unreachable", "unreachable";
    /// Division or remainder by zero.
    IntegerDivideByZero = "integer-divide-by-zero", "integer divide by zero";
    /// The quotient or the truncated float is out of range.
    IntegerOverflow = "integer-overflow", "integer overflow";
    /// Truncation of a NaN.
    InvalidConversion = "invalid-conversion", "invalid conversion to integer";
    /// An access outside a memory.
    MemoryOutOfBounds = "memory-out-of-bounds", "out of bounds memory access";
    /// An access outside a table, other than by an indirect call.
    TableOutOfBounds = "table-out-of-bounds", "out of bounds table access";
    /// An access outside an array.
    ArrayOutOfBounds = "array-out-of-bounds", "out of bounds array access";
    /// An indirect call whose index is outside the table.
    UndefinedElement = "undefined-element", "undefined element";
    /// An indirect call through a null element.
    UninitializedElement = "uninitialized-element", "uninitialized element";
    /// An indirect call of a function with a different type.
    IndirectCallTypeMismatch = "indirect-call-type-mismatch", "indirect call type mismatch";
    /// A null where a non-null reference was needed.
    NullReference = "null-reference", "null reference";
    /// A reference that does not have the type that `ref.cast` requires.
    CastFailure = "cast-failure", "cast failure";
    /// An atomic access at an address that is not a multiple of its width.
    UnalignedAtomic = "unaligned-atomic", "unaligned atomic";
    /// An atomic wait on a memory that is not shared.
    ExpectedSharedMemory = "expected-shared-memory", "expected shared memory";
    /// The garbage-collected heap, or another allocation, is full.
    AllocationFailed = "allocation-failed", "allocation failed";
    /// A host function trapped.
    Host = "host", "host function trapped";
    /// The embedder interrupted the call.
    Interrupted = "interrupted", "interrupted";
}

impl fmt::Display for TrapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// The stage at which a module was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The bytes are not a module (binary format chapter).
    Malformed,
    /// The module breaks a rule of the validation chapter.
    Invalid,
}

/// A module that the engine refuses to compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// `None` if the engine does not distinguish the stages.
    pub stage: Option<Stage>,
    /// The engine's message.
    pub message: String,
    /// Bytes from the start of the module, if known.
    pub offset: Option<usize>,
}

/// A missing or incompatible import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {
    /// The reason.
    pub kind: LinkErrorKind,
    /// The import's position in the import section, if the engine reports it.
    pub import: Option<usize>,
    /// The engine's message.
    pub message: String,
}

/// Why an instantiation could not be linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkErrorKind {
    /// The number of imports is not the module's, or the embedder found no extern of that name.
    UnknownImport,
    /// The extern has a different kind or type from the one that the module imports.
    IncompatibleImport,
}

impl LinkErrorKind {
    /// The message of the official suite.
    pub const fn message(self) -> &'static str {
        match self {
            LinkErrorKind::UnknownImport => "unknown import",
            LinkErrorKind::IncompatibleImport => "incompatible import type",
        }
    }
}

/// The engine's or the adapter's own failure, never something that wasm did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The engine has no such operation; the harness counts the check as unsupported.
    Unsupported(String),
    /// The caller broke a rule, for example with a wrong number of arguments.
    Misuse(String),
    /// The caller used a handle of another engine or session.
    Foreign(String),
    /// The caller used a handle that it had dropped.
    Dropped(String),
    /// The config demands hits, and the cache does not have this.
    Missing(String),
    /// An unexpected failure: a bug, or the machine's limits.
    Internal(String),
}

impl Fault {
    /// [`Fault::Unsupported`] with this message.
    pub fn unsupported(what: impl Into<String>) -> Fault {
        Fault::Unsupported(what.into())
    }

    /// [`Fault::Misuse`] with this message.
    pub fn misuse(what: impl Into<String>) -> Fault {
        Fault::Misuse(what.into())
    }

    /// [`Fault::Foreign`] with this message.
    pub fn foreign(what: impl Into<String>) -> Fault {
        Fault::Foreign(what.into())
    }

    /// [`Fault::Dropped`] with this message.
    pub fn dropped(what: impl Into<String>) -> Fault {
        Fault::Dropped(what.into())
    }

    /// [`Fault::Internal`] with the message of an error.
    pub fn of(error: impl fmt::Display) -> Fault {
        Fault::Internal(error.to_string())
    }

    /// [`Fault::Internal`] with this message.
    pub fn internal(what: impl Into<String>) -> Fault {
        Fault::Internal(what.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unsupported(what) => write!(f, "unsupported: {what}"),
            Fault::Misuse(what) => write!(f, "misuse: {what}"),
            Fault::Foreign(what) => write!(f, "foreign handle: {what}"),
            Fault::Dropped(what) => write!(f, "dropped handle: {what}"),
            Fault::Missing(what) => write!(f, "missing from the cache: {what}"),
            Fault::Internal(what) => write!(f, "internal fault: {what}"),
        }
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_in_one_line() {
        let trap = Trap {
            or: vec![TrapKind::UninitializedElement],
            message: "wasm trap\n  at 1".to_string(),
            ..Trap::new(TrapKind::UndefinedElement)
        };
        let error = LinkError {
            kind: LinkErrorKind::IncompatibleImport,
            import: Some(2),
            message: "a memory".to_string(),
        };
        let values = vec![Value::I32(7), Value::F32(0xff80_0001)];
        for (text, expected) in [
            (Outcome::Returned(Vec::new()).to_string(), "it returned nothing"),
            (
                Outcome::Returned(values).to_string(),
                "it returned (i32.const 7) (f32.const NaN (; 0xff800001 ;))",
            ),
            (
                Instantiated::Failed(Outcome::Trapped(trap)).to_string(),
                "it trapped: undefined-element or uninitialized-element, \"wasm trap at 1\"",
            ),
            (Outcome::Exhausted("full".to_string()).to_string(), "it was exhausted: full"),
            (
                Instantiated::Unlinkable(error).to_string(),
                "it was unlinkable: incompatible import type at import 2: a memory",
            ),
        ] {
            assert_eq!(text, expected);
        }
    }
}
