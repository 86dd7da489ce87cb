//! The agreement between generated code and the runtime: memory layouts, signatures, trap codes,
//! builtins. All offsets are in bytes, all pointers 64 bits wide.

mod layout;

pub use layout::{
    ConstantField, Layout, MutableField, func_ref, memory_def, store_context, table_def, vmctx,
};

use crate::types::{FuncType, ValType};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// Nothing is ever mapped below this address, so that a load through a null reference faults there.
/// The runtime treats a fault below it as a trap if the recorded code is
/// [`TrapCode::NullReference`] or [`TrapCode::UninitializedElement`].
pub const NULL_PAGE: u64 = 4096;

/// The alignment of libcall slots: they begin at the text's length, rounded up to this. It is the
/// largest page size of the supported systems.
pub const SLOT_PAGE: usize = 64 << 10;

/// The machine type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum AbiType {
    I32,
    I64,
    F32,
    F64,
    V128,
    /// A pointer to a function reference, or 0.
    FuncRef,
    /// A 32-bit reference into the collected heap, or 0.
    GcRef,
}

impl AbiType {
    /// The machine type that holds a value of this type.
    pub const fn of<T>(ty: &ValType<T>) -> AbiType {
        match ty {
            ValType::I32 => AbiType::I32,
            ValType::I64 => AbiType::I64,
            ValType::F32 => AbiType::F32,
            ValType::F64 => AbiType::F64,
            ValType::V128 => AbiType::V128,
            ValType::Ref(ty) if ty.heap.is_func() => AbiType::FuncRef,
            ValType::Ref(_) => AbiType::GcRef,
        }
    }
}

impl AbiType {
    /// The name of the type in wasm's text; of references, that of the most common one.
    fn name(self) -> &'static str {
        match self {
            AbiType::I32 => "i32",
            AbiType::I64 => "i64",
            AbiType::F32 => "f32",
            AbiType::F64 => "f64",
            AbiType::V128 => "v128",
            AbiType::FuncRef => "funcref",
            AbiType::GcRef => "externref",
        }
    }
}

/// A function's machine signature. Functions with equal signatures share their shims.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AbiSignature {
    pub params: Vec<AbiType>,
    pub results: Vec<AbiType>,
}

impl AbiSignature {
    /// The signature of functions of this type.
    pub fn of<T>(ty: &FuncType<T>) -> AbiSignature {
        AbiSignature {
            params: ty.params.iter().map(AbiType::of).collect(),
            results: ty.results.iter().map(AbiType::of).collect(),
        }
    }

    /// How many slots of [`VALUE_SIZE`] a call through a shim needs. Arguments and results share
    /// the slots.
    pub fn slots(&self) -> usize {
        self.params.len().max(self.results.len())
    }
}

impl Display for AbiSignature {
    /// The types of values, for example `(i32 funcref) -> (f64)`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let listed = |types: &[AbiType]| {
            let names: Vec<&str> = types.iter().map(|ty| ty.name()).collect();
            names.join(" ")
        };
        write!(f, "({}) -> ({})", listed(&self.params), listed(&self.results))
    }
}

/// The size of a slot in the value arrays of shims, and of a global's cell. A value is at the start
/// of its slot, little-endian.
pub const VALUE_SIZE: u32 = 16;

macro_rules! numbered {
    ($(#[$enum_doc:meta])* $enum:ident { $($(#[$doc:meta])* $variant:ident = $number:literal,)* }) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $enum { $($(#[$doc])* $variant = $number,)* }

        impl $enum {
            /// Every variant.
            pub const ALL: &'static [$enum] = &[$($enum::$variant,)*];

            /// The variant with this number.
            pub const fn from_number(number: u8) -> Option<$enum> {
                match number { $($number => Some($enum::$variant),)* _ => None }
            }

            /// Its number in artifacts.
            pub const fn number(self) -> u8 {
                self as u8
            }
        }
    };
}

numbered! {
    /// Why code traps, as recorded for the trapping instruction.
    TrapCode {
        /// The `unreachable` operator.
        Unreachable = 1,
        /// Division by zero.
        IntegerDivideByZero = 2,
        /// A result does not fit.
        IntegerOverflow = 3,
        /// Truncation of a NaN.
        InvalidConversion = 4,
        /// An access outside a memory. Every access that relies on guard pages records this code,
        /// too.
        MemoryOutOfBounds = 5,
        /// An access outside a table.
        TableOutOfBounds = 6,
        /// An access outside an array.
        ArrayOutOfBounds = 7,
        /// An indirect call outside the table.
        UndefinedElement = 8,
        /// An indirect call through a null element.
        UninitializedElement = 9,
        /// An indirect call of a function with a different type.
        IndirectCallTypeMismatch = 10,
        /// A null reference.
        NullReference = 11,
        /// A failed cast.
        CastFailure = 12,
        /// An atomic access that is not aligned.
        UnalignedAtomic = 13,
        /// A wait on an unshared memory.
        ExpectedSharedMemory = 14,
        /// The call reached the stack limit: exhaustion, not a trap of the specification.
        StackOverflow = 15,
        /// An allocation failed for lack of room.
        AllocationFailed = 16,
        /// Interrupted from outside.
        Interrupted = 17,
    }
}

numbered! {
    /// Routines that Cranelift calls where the target lacks an instruction. All use the C
    /// convention.
    Libcall {
        /// `fn(f32) -> f32`
        CeilF32 = 0,
        /// `fn(f64) -> f64`
        CeilF64 = 1,
        /// `fn(f32) -> f32`
        FloorF32 = 2,
        /// `fn(f64) -> f64`
        FloorF64 = 3,
        /// `fn(f32) -> f32`
        TruncF32 = 4,
        /// `fn(f64) -> f64`
        TruncF64 = 5,
        /// `fn(f32) -> f32`, ties to even
        NearestF32 = 6,
        /// `fn(f64) -> f64`, ties to even
        NearestF64 = 7,
        /// `fn(f32, f32, f32) -> f32`
        FmaF32 = 8,
        /// `fn(f64, f64, f64) -> f64`
        FmaF64 = 9,
        /// `fn(i8x16, i8x16) -> i8x16`: byte shuffle with the semantics of the x86 instruction
        X86Pshufb = 10,
    }
}

macro_rules! builtins {
    ($($(#[$doc:meta])* $variant:ident($($param:ident),*) $(-> $result:ident)?;)*) => {
        /// Routines of the runtime that generated code calls through the VM context's table with
        /// the C convention: (vmctx, parameters). Each returns normally or not at all: a trap or an
        /// exception continues at the store context's resume point.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Builtin { $($(#[$doc])* $variant,)* }

        impl Builtin {
            /// Every builtin, in the order of the table.
            pub const ALL: &'static [Builtin] = &[$(Builtin::$variant,)*];

            /// The parameters after the VM context.
            pub const fn params(self) -> &'static [AbiType] {
                match self { $(Builtin::$variant => &[$(AbiType::$param,)*],)* }
            }

            /// Whether it returns an `I64`; no builtin returns anything else.
            pub const fn returns(self) -> bool {
                match self { $(Builtin::$variant => builtins!(@returns $($result)?),)* }
            }
        }
    };
    (@returns) => { false };
    (@returns I64) => { true };
}

builtins! {
    /// (values): calls the host function that owns the context; arguments and results in `values`.
    HostCall(I64);
    /// (memory, delta in pages): the old size in pages, or -1.
    MemoryGrow(I32, I64) -> I64;
    /// (memory, segment, destination, source, length)
    MemoryInit(I32, I32, I64, I64, I64);
    /// (destination, source, length): copies bytes as if through a buffer. Both are host addresses
    /// of ranges that generated code has checked, so the copy cannot trap.
    MemoryCopy(I64, I64, I64);
    /// The same, if either memory is shared.
    MemoryCopyShared(I64, I64, I64);
    /// (destination, value, length): sets bytes. The destination is the host address of a range
    /// that generated code has checked, so the fill cannot trap.
    MemoryFill(I64, I32, I64);
    /// The same for a shared memory.
    MemoryFillShared(I64, I32, I64);
    /// (segment)
    DataDrop(I32);
    /// (table, delta, initial element zero-extended): the old size, or -1.
    TableGrow(I32, I64, I64) -> I64;
    /// (table, destination, element zero-extended, length)
    TableFill(I32, I64, I64, I64);
    /// (table, segment, destination, source, length)
    TableInit(I32, I32, I64, I64, I64);
    /// (destination table, source table, destination, source, length)
    TableCopy(I32, I32, I64, I64, I64);
    /// (segment)
    ElemDrop(I32);
    /// (actual, expected): 1 if the first canonical type is the second or a subtype of it.
    IsSubtype(I32, I32) -> I64;
    /// (memory, address with offset, expected, timeout in ns or negative): 0, 1 or 2.
    AtomicWait32(I32, I64, I32, I64) -> I64;
    /// (memory, address with offset, expected, timeout in ns or negative): 0, 1 or 2.
    AtomicWait64(I32, I64, I64, I64) -> I64;
    /// (memory, address with offset, count): the number of woken threads.
    AtomicNotify(I32, I64, I32) -> I64;
    /// Traps; called when the code sees the interrupt flag.
    Interrupt();
}
