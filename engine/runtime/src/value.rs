//! Values as they cross the public API: plain data, floats as bits.

use crate::ids::FuncId;
use wassay_artifact::types::{CompositeKind, HeapType};

/// A value; floats and vectors as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Val {
    I32(u32),
    I64(u64),
    F32(u32),
    F64(u64),
    V128(u128),
    Ref(Ref),
}

/// A reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ref {
    /// The null of a hierarchy.
    Null(Hierarchy),
    /// A function.
    Func(FuncId),
    /// A host value, by a number of the embedder's choice.
    Extern(u32),
    /// A host value in the `any` hierarchy.
    Host(u32),
    /// A 31-bit integer; the upper bit is 0.
    I31(u32),
}

/// The trees of heap types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Hierarchy {
    Func,
    Extern,
    Any,
    Exn,
}

impl Hierarchy {
    /// The tree that a heap type belongs to.
    pub const fn of<T>(heap: &HeapType<T>) -> Hierarchy {
        match heap {
            HeapType::Func | HeapType::NoFunc | HeapType::Concrete(CompositeKind::Func, _) => {
                Hierarchy::Func
            }
            HeapType::Extern | HeapType::NoExtern => Hierarchy::Extern,
            HeapType::Exn | HeapType::NoExn => Hierarchy::Exn,
            HeapType::Any
            | HeapType::Eq
            | HeapType::I31
            | HeapType::Struct
            | HeapType::Array
            | HeapType::None
            | HeapType::Concrete(CompositeKind::Struct | CompositeKind::Array, _) => Hierarchy::Any,
        }
    }
}
