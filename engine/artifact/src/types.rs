//! Types, generic in how a defined type is named: by its `TypeIndex` in a module, by its
//! `CanonicalType` in the runtime. Nothing that holds one kind of name can hold the other.

use crate::index::{FuncIndex, GlobalIndex, MemoryIndex, TableIndex, TagIndex};
use serde::{Deserialize, Serialize};

/// An engine-wide number of a defined type: equal numbers are equal types
/// (specification, *Type Equivalence*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CanonicalType(pub u32);

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ValType<T> {
    I32,
    I64,
    F32,
    F64,
    V128,
    Ref(RefType<T>),
}

/// The type of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct RefType<T> {
    pub nullable: bool,
    pub heap: HeapType<T>,
}

/// What a reference refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum HeapType<T> {
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
    /// A defined type; `CompositeKind` tells its hierarchy without a look at the type itself.
    Concrete(CompositeKind, T),
}

/// Which kind of composite type a defined type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum CompositeKind {
    Func,
    Struct,
    Array,
}

/// The type of a function; of a tag, with no results.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct FuncType<T> {
    pub params: Vec<ValType<T>>,
    pub results: Vec<ValType<T>>,
}

/// The type of a field or an array element in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum StorageType<T> {
    I8,
    I16,
    Val(ValType<T>),
}

/// A field of a struct, or the element of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct FieldType<T> {
    pub storage: StorageType<T>,
    pub mutable: bool,
}

/// The structure of a defined type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum CompositeType<T> {
    Func(FuncType<T>),
    Struct(Vec<FieldType<T>>),
    Array(FieldType<T>),
}

/// A defined type: its structure and its place among its supertypes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SubType<T> {
    pub is_final: bool,
    pub supertype: Option<T>,
    pub composite: CompositeType<T>,
}

/// The type of a table; sizes in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct TableType<T> {
    pub element: RefType<T>,
    pub minimum: u64,
    pub maximum: Option<u64>,
    pub table64: bool,
}

/// The type of a memory; sizes in pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct MemoryType {
    pub minimum: u64,
    pub maximum: Option<u64>,
    pub memory64: bool,
    pub shared: bool,
    /// The page size in bytes is two to this power.
    pub page_size_log2: u8,
}

/// The type of a global.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct GlobalType<T> {
    pub content: ValType<T>,
    pub mutable: bool,
}

/// Something of one of the five index spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ExternIndex {
    Func(FuncIndex),
    Table(TableIndex),
    Memory(MemoryIndex),
    Global(GlobalIndex),
    Tag(TagIndex),
}

impl<T> HeapType<T> {
    /// Whether references of this type are pointers to function references; all others are
    /// 32-bit references into the collected heap.
    pub const fn is_func(&self) -> bool {
        matches!(
            self,
            HeapType::Func | HeapType::NoFunc | HeapType::Concrete(CompositeKind::Func, _)
        )
    }

    /// The same type with its defined type named in another way.
    pub fn map<U>(self, name: impl FnOnce(T) -> U) -> HeapType<U> {
        match self {
            HeapType::Func => HeapType::Func,
            HeapType::NoFunc => HeapType::NoFunc,
            HeapType::Extern => HeapType::Extern,
            HeapType::NoExtern => HeapType::NoExtern,
            HeapType::Any => HeapType::Any,
            HeapType::Eq => HeapType::Eq,
            HeapType::I31 => HeapType::I31,
            HeapType::Struct => HeapType::Struct,
            HeapType::Array => HeapType::Array,
            HeapType::None => HeapType::None,
            HeapType::Exn => HeapType::Exn,
            HeapType::NoExn => HeapType::NoExn,
            HeapType::Concrete(kind, index) => HeapType::Concrete(kind, name(index)),
        }
    }
}

impl<T> RefType<T> {
    /// The same type with its defined type named in another way.
    pub fn map<U>(self, name: impl FnOnce(T) -> U) -> RefType<U> {
        RefType { nullable: self.nullable, heap: self.heap.map(name) }
    }
}

impl<T> ValType<T> {
    /// The same type with its defined type named in another way.
    pub fn map<U>(self, name: impl FnOnce(T) -> U) -> ValType<U> {
        match self {
            ValType::I32 => ValType::I32,
            ValType::I64 => ValType::I64,
            ValType::F32 => ValType::F32,
            ValType::F64 => ValType::F64,
            ValType::V128 => ValType::V128,
            ValType::Ref(ty) => ValType::Ref(ty.map(name)),
        }
    }
}

impl<T: Copy> FuncType<T> {
    /// The same type with its defined types named in another way.
    pub fn map<U>(&self, mut name: impl FnMut(T) -> U) -> FuncType<U> {
        FuncType {
            params: self.params.iter().map(|ty| ty.map(&mut name)).collect(),
            results: self.results.iter().map(|ty| ty.map(&mut name)).collect(),
        }
    }
}

impl<T: Copy> FieldType<T> {
    /// The same type with its defined type named in another way.
    pub fn map<U>(&self, name: impl FnOnce(T) -> U) -> FieldType<U> {
        let storage = match self.storage {
            StorageType::I8 => StorageType::I8,
            StorageType::I16 => StorageType::I16,
            StorageType::Val(ty) => StorageType::Val(ty.map(name)),
        };
        FieldType { storage, mutable: self.mutable }
    }
}

impl<T: Copy> SubType<T> {
    /// The same type with its defined types named in another way.
    pub fn map<U>(&self, mut name: impl FnMut(T) -> U) -> SubType<U> {
        SubType {
            is_final: self.is_final,
            supertype: self.supertype.map(&mut name),
            composite: match &self.composite {
                CompositeType::Func(ty) => CompositeType::Func(ty.map(name)),
                CompositeType::Struct(fields) => {
                    CompositeType::Struct(fields.iter().map(|field| field.map(&mut name)).collect())
                }
                CompositeType::Array(field) => CompositeType::Array(field.map(name)),
            },
        }
    }
}
