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
    /// An exception left it.
    Threw(Thrown),
    /// It used up a resource, such as the call stack.
    Exhausted(String),
}

/// How an instantiation ended. Only `Ready` leaves a handle.
#[derive(Clone, Debug, PartialEq)]
pub enum Instantiated {
    /// The instance is there, its start function has returned.
    Ready(Instance),
    /// The imports did not fit.
    Unlinkable(LinkError),
    /// Initialisation or the start function trapped, threw or was exhausted; never `Returned`.
    Failed(Outcome),
}

/// An exception that nobody caught.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Thrown {
    pub tag: Tag,
    pub values: Vec<Value>,
}

/// A trap: its kind counts, its message is decoration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// What went wrong.
    pub kind: TrapKind,
    /// What the engine says of it.
    pub message: String,
    /// Innermost first; empty where the engine does not tell.
    pub frames: Vec<Frame>,
}

impl Trap {
    /// A trap with the specification's words and no frames.
    pub fn new(kind: TrapKind) -> Trap {
        Trap { kind, message: kind.message().to_string(), frames: Vec::new() }
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
    /// Where in the module: bytes from its start to the instruction, where known.
    pub offset: Option<u32>,
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

            /// The words of the official suite.
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
    /// The quotient, or the truncated float, does not fit.
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
    /// An indirect call of a null element.
    UninitializedElement = "uninitialized-element", "uninitialized element";
    /// An indirect call of a function of another type.
    IndirectCallTypeMismatch = "indirect-call-type-mismatch", "indirect call type mismatch";
    /// A null where a reference was needed.
    NullReference = "null-reference", "null reference";
    /// A reference of another type than `ref.cast` asked for.
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

/// When a module was found wanting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The bytes are not a module (binary format chapter).
    Malformed,
    /// The module breaks a rule of the validation chapter.
    Invalid,
}

/// A module that the engine will not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// `None` where the engine does not tell the two apart.
    pub stage: Option<Stage>,
    /// The engine's words.
    pub message: String,
    /// Bytes from the start of the module, where known.
    pub offset: Option<usize>,
}

/// Imports that do not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {
    /// Why.
    pub kind: LinkErrorKind,
    /// The import's position in the import section, where the engine tells.
    pub import: Option<usize>,
    /// The engine's words.
    pub message: String,
}

/// Why an instantiation could not be linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkErrorKind {
    /// Fewer or more imports were given than the module has; or the embedder found no extern of
    /// that name.
    UnknownImport,
    /// The extern is of another kind or type than the module asks for.
    IncompatibleImport,
}

impl LinkErrorKind {
    /// The words of the official suite.
    pub const fn message(self) -> &'static str {
        match self {
            LinkErrorKind::UnknownImport => "unknown import",
            LinkErrorKind::IncompatibleImport => "incompatible import type",
        }
    }
}

/// The engine's or the adapter's own failure: never something that wasm did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The engine has no such operation; the harness counts the check as unsupported.
    Unsupported(String),
    /// The caller broke a rule: a foreign handle, a wrong number of arguments.
    Misuse(String),
    /// Something broke that should not: a bug, or the machine's limits.
    Internal(String),
}

impl Fault {
    /// [`Fault::Unsupported`], in these words.
    pub fn unsupported(what: impl Into<String>) -> Fault {
        Fault::Unsupported(what.into())
    }

    /// [`Fault::Misuse`], in these words.
    pub fn misuse(what: impl Into<String>) -> Fault {
        Fault::Misuse(what.into())
    }

    /// [`Fault::Internal`], in the words of an error.
    pub fn of(error: impl fmt::Display) -> Fault {
        Fault::Internal(error.to_string())
    }

    /// [`Fault::Internal`], in these words.
    pub fn internal(what: impl Into<String>) -> Fault {
        Fault::Internal(what.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unsupported(what) => write!(f, "unsupported: {what}"),
            Fault::Misuse(what) => write!(f, "misuse: {what}"),
            Fault::Internal(what) => write!(f, "internal fault: {what}"),
        }
    }
}

impl std::error::Error for Fault {}
