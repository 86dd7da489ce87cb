//! Values, items and ends of calls, with an engine's own handles in place of the trait's. They have
//! the same variants as the trait's types. Converts nothing.

use crate::Plain;
use wassay_engine::{
    CompositeKind, Fault, HeapType, Hierarchy, LinkErrorKind, Trap, TrapKind, ValType,
};

/// A value of an engine; combines [`Value`](wassay_engine::Value) and [`Ref`](wassay_engine::Ref).
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
    /// A host value.
    Extern(P::External),
    /// A host value in the `any` hierarchy.
    Host(P::External),
    /// The upper bit is 0.
    I31(u32),
    Struct(P::Object),
    Array(P::Object),
    Exn(P::Object),
    Externalized(P::Object),
}

/// An engine's item that can be imported and exported.
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
    Threw(P::Tag, Vec<P::Value>),
    /// The imports did not match; only an instantiation ends so. `import` has the two names of the
    /// import that the engine blames, if it reports one.
    Unlinkable {
        kind: LinkErrorKind,
        import: Option<(String, String)>,
        message: String,
    },
    Fault(Fault),
}

impl<P: Plain> Stop<P> {
    /// A trap without frames, with the engine's message.
    pub const fn trapped(kind: TrapKind, message: String) -> Stop<P> {
        Stop::Trapped(Trap { kind, or: Vec::new(), message, frames: Vec::new() })
    }

    /// An import whose type does not match, with its two names and the engine's message.
    pub fn incompatible(module: &str, name: &str, message: String) -> Stop<P> {
        let import = Some((module.to_string(), name.to_string()));
        Stop::Unlinkable { kind: LinkErrorKind::IncompatibleImport, import, message }
    }

    /// The message; an exception has none.
    pub(super) fn words(&self) -> &str {
        match self {
            Stop::Trapped(trap) => &trap.message,
            Stop::Exhausted(message) => message,
            Stop::Threw(..) => "an exception",
            Stop::Unlinkable { message, .. } => message,
            Stop::Fault(
                Fault::Unsupported(what)
                | Fault::Misuse(what)
                | Fault::Foreign(what)
                | Fault::Dropped(what)
                | Fault::Missing(what)
                | Fault::Internal(what),
            ) => what,
        }
    }
}

impl<P: Plain> From<Fault> for Stop<P> {
    fn from(fault: Fault) -> Stop<P> {
        Stop::Fault(fault)
    }
}

// A derived impl would require that the engine itself is `Clone`.
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
            Val::Extern(external) => Val::Extern(external.clone()),
            Val::Host(external) => Val::Host(external.clone()),
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
    /// The kind's name in the text format, as in [`Extern::kind`](wassay_engine::Extern::kind).
    pub const fn kind(&self) -> &'static str {
        match self {
            Item::Func(_) => "func",
            Item::Table(_) => "table",
            Item::Memory(_) => "memory",
            Item::Global(_) => "global",
            Item::Tag(_) => "tag",
        }
    }

    /// The item in the engine's own type for all kinds of externs. `tag` converts a tag; an engine
    /// without tags passes `|never| match never {}`.
    pub fn into_extern<E>(self, tag: impl FnOnce(P::Tag) -> E) -> E
    where
        E: From<P::Func> + From<P::Table> + From<P::Memory> + From<P::Global>,
    {
        match self {
            Item::Func(func) => func.into(),
            Item::Table(table) => table.into(),
            Item::Memory(memory) => memory.into(),
            Item::Global(global) => global.into(),
            Item::Tag(item) => tag(item),
        }
    }
}

impl<P: Plain> Val<P> {
    /// The kind of the value, for a message.
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

    /// Whether the value belongs to the type, as far as the adapter can check without the engine: a
    /// reference to a function or an object passes for any defined type.
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
