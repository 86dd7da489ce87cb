//! The types of values, functions and externs, generic in the name of a defined type: an engine's
//! handle across the trait, a module's index or a canonical number inside an engine. Never sees a
//! module: the structure of a defined type stays with its engine.

use crate::handle::DefinedType;
use crate::value::Hierarchy;
use std::fmt;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub enum ValType<T = DefinedType> {
    I32,
    I64,
    F32,
    F64,
    V128,
    Ref(RefType<T>),
}

/// The type of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RefType<T = DefinedType> {
    /// Whether null belongs to the type.
    pub nullable: bool,
    /// The type of the referenced object.
    pub heap: HeapType<T>,
}

/// The type of the object that a reference refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub enum HeapType<T = DefinedType> {
    Func,
    NoFunc,
    Extern,
    NoExtern,
    Any,
    Eq,
    I31,
    Struct,
    Array,
    None,
    Exn,
    NoExn,
    /// A defined type; the kind gives its hierarchy without a lookup of the type itself.
    Concrete(CompositeKind, T),
}

/// The kind of composite type that a defined type has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub enum CompositeKind {
    Func,
    Struct,
    Array,
}

impl<T> HeapType<T> {
    /// Whether references of this type refer to functions.
    pub const fn is_func(&self) -> bool {
        matches!(self.hierarchy(), Hierarchy::Func)
    }

    /// The hierarchy that the type belongs to (specification, *Heap Types*).
    pub const fn hierarchy(&self) -> Hierarchy {
        match self {
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

impl<T> RefType<T> {
    /// `funcref`
    pub const FUNC: RefType<T> = RefType { nullable: true, heap: HeapType::Func };
    /// `externref`
    pub const EXTERN: RefType<T> = RefType { nullable: true, heap: HeapType::Extern };
}

impl<T> ValType<T> {
    /// `funcref`
    pub const FUNCREF: ValType<T> = ValType::Ref(RefType::FUNC);
    /// `externref`
    pub const EXTERNREF: ValType<T> = ValType::Ref(RefType::EXTERN);
}

/// The type of a function or tag; a tag has no results.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub struct FuncType<T = DefinedType> {
    pub params: Vec<ValType<T>>,
    pub results: Vec<ValType<T>>,
}

impl<T> FuncType<T> {
    /// A function type.
    pub fn new(
        params: impl IntoIterator<Item = ValType<T>>,
        results: impl IntoIterator<Item = ValType<T>>,
    ) -> FuncType<T> {
        FuncType { params: params.into_iter().collect(), results: results.into_iter().collect() }
    }
}

impl<T> Default for FuncType<T> {
    /// No parameters and no results.
    fn default() -> FuncType<T> {
        FuncType { params: Vec::new(), results: Vec::new() }
    }
}

/// The type of a global.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub struct GlobalType<T = DefinedType> {
    pub content: ValType<T>,
    pub mutable: bool,
}

/// The type of a table; sizes are in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub struct TableType<T = DefinedType> {
    pub element: RefType<T>,
    pub minimum: u64,
    pub maximum: Option<u64>,
    /// Whether indices are `i64`.
    pub table64: bool,
}

/// The type of a memory; sizes are in pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub struct MemoryType {
    pub minimum: u64,
    pub maximum: Option<u64>,
    /// Whether addresses are `i64`.
    pub memory64: bool,
    pub shared: bool,
    /// The base-2 logarithm of the page size in bytes: 16, or 0 with custom page sizes.
    pub page_size_log2: u8,
}

impl MemoryType {
    /// A 32-bit, unshared memory with pages of 64 KiB.
    pub const fn new(minimum: u64, maximum: Option<u64>) -> MemoryType {
        MemoryType { minimum, maximum, memory64: false, shared: false, page_size_log2: 16 }
    }
}

/// The type of an import or export. `F` represents the type of a function or tag: its structure
/// across the trait, its name inside an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ExternType<T = DefinedType, F = FuncType<T>> {
    Func(F),
    Table(TableType<T>),
    Memory(MemoryType),
    Global(GlobalType<T>),
    Tag(F),
}

impl<T, F> ExternType<T, F> {
    /// The kind's name in the text format, for example `func`.
    pub const fn kind(&self) -> &'static str {
        match self {
            ExternType::Func(_) => "func",
            ExternType::Table(_) => "table",
            ExternType::Memory(_) => "memory",
            ExternType::Global(_) => "global",
            ExternType::Tag(_) => "tag",
        }
    }
}

/// An import of a module, in the order of its import section.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub struct ImportType {
    pub module: String,
    pub name: String,
    pub ty: ExternType,
}

impl ImportType {
    /// An import.
    pub fn new(module: &str, name: &str, ty: ExternType) -> ImportType {
        ImportType { module: module.to_string(), name: name.to_string(), ty }
    }
}

/// An export of a module, in the order of its export section.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub struct ExportType {
    pub name: String,
    pub ty: ExternType,
}

impl ExportType {
    /// An export.
    pub fn new(name: &str, ty: ExternType) -> ExportType {
        ExportType { name: name.to_string(), ty }
    }
}

impl<T: fmt::Display> fmt::Display for HeapType<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HeapType::Func => "func",
            HeapType::NoFunc => "nofunc",
            HeapType::Extern => "extern",
            HeapType::NoExtern => "noextern",
            HeapType::Any => "any",
            HeapType::Eq => "eq",
            HeapType::I31 => "i31",
            HeapType::Struct => "struct",
            HeapType::Array => "array",
            HeapType::None => "none",
            HeapType::Exn => "exn",
            HeapType::NoExn => "noexn",
            HeapType::Concrete(_, name) => return name.fmt(f),
        })
    }
}

impl<T: fmt::Display> fmt::Display for RefType<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.nullable { "null " } else { "" };
        write!(f, "(ref {null}{})", self.heap)
    }
}

impl<T: fmt::Display> fmt::Display for ValType<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValType::I32 => "i32",
            ValType::I64 => "i64",
            ValType::F32 => "f32",
            ValType::F64 => "f64",
            ValType::V128 => "v128",
            ValType::Ref(ty) => return ty.fmt(f),
        })
    }
}
