//! Defined types and their names: `TypeIndex` in a module, `CanonicalType` in the runtime. A
//! structure with one kind of name cannot hold the other. The types of values and externs are those
//! of `wassay-engine`.

use crate::index::{FuncIndex, GlobalIndex, MemoryIndex, TableIndex, TagIndex};
use serde::{Deserialize, Serialize};
use std::fmt;

pub use wassay_engine::{
    CompositeKind, ExternType, FuncType, GlobalType, HeapType, MemoryType, RefType, TableType,
    ValType,
};

/// An engine-wide number of a defined type: equal numbers are equal types (specification, *Type
/// Equivalence*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CanonicalType(pub u32);

impl fmt::Display for CanonicalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "type#{}", self.0)
    }
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

/// An item of one of the five index spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ExternIndex {
    Func(FuncIndex),
    Table(TableIndex),
    Memory(MemoryIndex),
    Global(GlobalIndex),
    Tag(TagIndex),
}

impl<T> CompositeType<T> {
    /// The kind of the item.
    pub const fn kind(&self) -> CompositeKind {
        match self {
            CompositeType::Func(_) => CompositeKind::Func,
            CompositeType::Struct(_) => CompositeKind::Struct,
            CompositeType::Array(_) => CompositeKind::Array,
        }
    }
}

impl<T: Copy> FieldType<T> {
    /// The same type with a different name for its defined type.
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
    /// The same type with different names for its defined types.
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
