//! Values as they cross the trait: plain data, floats as bits, references as handles.

use crate::handle::{Func, Object};
use std::fmt;

/// A WebAssembly value. Floats and vectors are bits, so that no conversion changes a NaN. `==`
/// compares bits, and references as described at [`Ref`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Value {
    I32(u32),
    I64(u64),
    /// An IEEE 754 single, as bits.
    F32(u32),
    /// An IEEE 754 double, as bits.
    F64(u64),
    /// A vector, lane 0 in the least significant bits.
    V128(u128),
    Ref(Ref),
}

/// A reference. `==` compares handles and numbers, and is only a partial equality. Equal ones are
/// the same reference; unequal ones may still be the same, since one object may have several
/// handles. So there is neither `Eq` nor `Hash`; [`Session::same`](crate::Session::same) checks
/// identity.
///
/// ```compile_fail
/// let seen = std::collections::HashSet::from([wassay_engine::Ref::I31(1)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ref {
    /// The null of a hierarchy.
    Null(Hierarchy),
    /// A function.
    Func(Func),
    /// A host value that is opaque to WebAssembly, with a number that the embedder chooses:
    /// `(ref.extern N)` of the script language.
    Extern(u32),
    /// A host value that `any.convert_extern` moved into the `any` hierarchy: `(ref.host N)`.
    Host(u32),
    /// An unboxed 31-bit integer; the reader decides whether to sign-extend it, and the upper bit
    /// is 0.
    I31(u32),
    /// A struct.
    Struct(Object),
    /// An array.
    Array(Object),
    /// An exception.
    Exn(Object),
    /// An `any` reference that `extern.convert_any` made external.
    Externalized(Object),
}

/// The four trees of heap types; a null belongs to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Hierarchy {
    Func,
    Extern,
    Any,
    Exn,
}

impl Hierarchy {
    /// The name of the hierarchy's top type.
    pub const fn name(self) -> &'static str {
        match self {
            Hierarchy::Func => "func",
            Hierarchy::Extern => "extern",
            Hierarchy::Any => "any",
            Hierarchy::Exn => "exn",
        }
    }
}

impl Value {
    /// A single, from a Rust float.
    pub const fn f32(value: f32) -> Value {
        Value::F32(value.to_bits())
    }

    /// A double, from a Rust float.
    pub const fn f64(value: f64) -> Value {
        Value::F64(value.to_bits())
    }
}

impl fmt::Display for Value {
    /// The value in the script language, for example `(i32.const -1)`; floats include their bits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::I32(value) => write!(f, "(i32.const {})", value.cast_signed()),
            Value::I64(value) => write!(f, "(i64.const {})", value.cast_signed()),
            Value::F32(bits) => {
                write!(f, "(f32.const {:?} (; {bits:#010x} ;))", f32::from_bits(*bits))
            }
            Value::F64(bits) => {
                write!(f, "(f64.const {:?} (; {bits:#018x} ;))", f64::from_bits(*bits))
            }
            Value::V128(bits) => {
                f.write_str("(v128.const i32x4")?;
                for lane in 0..4 {
                    write!(f, " {:#010x}", (bits >> (32 * lane)) as u32)?;
                }
                f.write_str(")")
            }
            Value::Ref(reference) => reference.fmt(f),
        }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ref::Null(hierarchy) => write!(f, "(ref.null {})", hierarchy.name()),
            Ref::Func(_) => f.write_str("(ref.func)"),
            Ref::Extern(number) => write!(f, "(ref.extern {number})"),
            Ref::Host(number) => write!(f, "(ref.host {number})"),
            Ref::I31(bits) => write!(f, "(ref.i31 {bits})"),
            Ref::Struct(_) => f.write_str("(ref.struct)"),
            Ref::Array(_) => f.write_str("(ref.array)"),
            Ref::Exn(_) => f.write_str("(ref.exn)"),
            Ref::Externalized(_) => f.write_str("(ref.extern)"),
        }
    }
}
