//! Values, items and ends of calls with an engine's own handles in place of the trait's. They have
//! the same variants as the trait's types.

use crate::Plain;
use std::fmt;
use wassay_engine::{CompositeKind, Fault, HeapType, Hierarchy, LinkError, Trap, ValType};

/// A value of an engine; as [`Value`](wassay_engine::Value) and [`Ref`](wassay_engine::Ref) in one.
#[allow(missing_docs)]
pub enum Val<P: Plain> {
    I32(u32),
    I64(u64),
    /// IEEE 754 single, as bits.
    F32(u32),
    /// IEEE 754 double, as bits.
    F64(u64),
    /// Lane 0 in the least significant bits.
    V128(u128),
    Null(Hierarchy),
    Func(P::Func),
    /// A host value by its number, any `u32`. Equal numbers must be the same reference: an engine
    /// with references of its own keeps a map.
    Extern(u32),
    /// A host value in the `any` hierarchy.
    Host(u32),
    /// The upper bit is 0.
    I31(u32),
    Struct(P::Object),
    Array(P::Object),
    Exn(P::Object),
    Externalized(P::Object),
}

/// What can be imported and exported, as an engine has it.
#[allow(missing_docs)]
pub enum Item<P: Plain> {
    Func(P::Func),
    Table(P::Table),
    Memory(P::Memory),
    Global(P::Global),
    Tag(P::Tag),
}

/// Why a call did not return, or an instantiation made no instance.
#[allow(missing_docs)]
pub enum Stop<P: Plain> {
    Trapped(Trap),
    Exhausted(String),
    Threw(P::Tag, Vec<Val<P>>),
    /// The imports did not fit; only an instantiation ends so.
    Unlinkable(LinkError),
    Fault(Fault),
}

impl<P: Plain> Stop<P> {
    /// The message; an exception has none.
    pub(super) fn words(&self) -> &str {
        match self {
            Stop::Trapped(trap) => &trap.message,
            Stop::Exhausted(message) => message,
            Stop::Threw(..) => "an exception",
            Stop::Unlinkable(error) => &error.message,
            Stop::Fault(Fault::Unsupported(what) | Fault::Misuse(what) | Fault::Internal(what)) => {
                what
            }
        }
    }
}

impl<P: Plain> From<Fault> for Stop<P> {
    fn from(fault: Fault) -> Stop<P> {
        Stop::Fault(fault)
    }
}

// Derived, these would ask that the engine itself is `Clone`.
impl<P: Plain> Clone for Val<P> {
    fn clone(&self) -> Val<P> {
        match self {
            Val::I32(value) => Val::I32(*value),
            Val::I64(value) => Val::I64(*value),
            Val::F32(bits) => Val::F32(*bits),
            Val::F64(bits) => Val::F64(*bits),
            Val::V128(bits) => Val::V128(*bits),
            Val::Null(hierarchy) => Val::Null(*hierarchy),
            Val::Func(func) => Val::Func(func.clone()),
            Val::Extern(number) => Val::Extern(*number),
            Val::Host(number) => Val::Host(*number),
            Val::I31(bits) => Val::I31(*bits),
            Val::Struct(object) => Val::Struct(object.clone()),
            Val::Array(object) => Val::Array(object.clone()),
            Val::Exn(object) => Val::Exn(object.clone()),
            Val::Externalized(object) => Val::Externalized(object.clone()),
        }
    }
}

impl<P: Plain> Clone for Item<P> {
    fn clone(&self) -> Item<P> {
        match self {
            Item::Func(func) => Item::Func(func.clone()),
            Item::Table(table) => Item::Table(table.clone()),
            Item::Memory(memory) => Item::Memory(memory.clone()),
            Item::Global(global) => Item::Global(global.clone()),
            Item::Tag(tag) => Item::Tag(tag.clone()),
        }
    }
}

impl<P: Plain> Item<P> {
    /// The kind's name in the text format, as [`Extern::kind`](wassay_engine::Extern::kind) has it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Item::Func(_) => "func",
            Item::Table(_) => "table",
            Item::Memory(_) => "memory",
            Item::Global(_) => "global",
            Item::Tag(_) => "tag",
        }
    }
}

impl<P: Plain> Val<P> {
    /// What kind of value it is, in words for a message.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Val::I32(_) => "i32",
            Val::I64(_) => "i64",
            Val::F32(_) => "f32",
            Val::F64(_) => "f64",
            Val::V128(_) => "v128",
            Val::Null(_) => "a null",
            Val::Func(_) => "a function",
            Val::Extern(_) | Val::Host(_) | Val::Externalized(_) => "a host value",
            Val::I31(_) => "an i31",
            Val::Struct(_) => "a struct",
            Val::Array(_) => "an array",
            Val::Exn(_) => "an exception",
        }
    }

    /// Whether the value belongs to the type, as far as can be told without a look into the
    /// engine: a reference to a function or an object is taken for one of any defined type.
    pub fn belongs_to(&self, ty: &ValType) -> bool {
        let ValType::Ref(ty) = ty else {
            return matches!(
                (self, ty),
                (Val::I32(_), ValType::I32)
                    | (Val::I64(_), ValType::I64)
                    | (Val::F32(_), ValType::F32)
                    | (Val::F64(_), ValType::F64)
                    | (Val::V128(_), ValType::V128)
            );
        };
        use HeapType as H;
        let heap = &ty.heap;
        match self {
            Val::I32(_) | Val::I64(_) | Val::F32(_) | Val::F64(_) | Val::V128(_) => false,
            Val::Null(hierarchy) => ty.nullable && heap.hierarchy() == *hierarchy,
            Val::Func(_) => heap.is_func() && *heap != H::NoFunc,
            Val::Extern(_) | Val::Externalized(_) => *heap == H::Extern,
            Val::Host(_) => *heap == H::Any,
            Val::I31(_) => matches!(heap, H::Any | H::Eq | H::I31),
            Val::Struct(_) => {
                matches!(heap, H::Any | H::Eq | H::Struct | H::Concrete(CompositeKind::Struct, _))
            }
            Val::Array(_) => {
                matches!(heap, H::Any | H::Eq | H::Array | H::Concrete(CompositeKind::Array, _))
            }
            Val::Exn(_) => *heap == H::Exn,
        }
    }
}

/// Whether the values belong to the types, one to one.
pub(super) fn belong<P: Plain>(values: &[Val<P>], types: &[ValType]) -> bool {
    values.len() == types.len() && values.iter().zip(types).all(|(value, ty)| value.belongs_to(ty))
}

/// Shows items with commas between them, in brackets.
pub(super) fn list<T: fmt::Display>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    format!("[{}]", items.join(", "))
}
