//! Types as lines have them, with defined types as numbers; and as the trait has them.

use super::number::U64;
use crate::handles::Handles;
use serde::{Deserialize, Serialize};
use wassay_engine::{self as engine, CompositeKind, DefinedType, Fault, HeapType, RefType};

/// The type of a value. Read by hand, as serde would first build a tree of anything in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum ValType {
    Simple(Simple),
    Ref {
        #[serde(rename = "ref")]
        heap: Heap,
        null: bool,
    },
}

/// A type that is one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Simple {
    I32,
    I64,
    F32,
    F64,
    V128,
    Funcref,
    Externref,
}

/// The type of a referenced object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Heap {
    Named(HeapName),
    Defined(Defined),
}

/// The name of a heap type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum HeapName {
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
}

/// A defined type, by its handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Defined {
    Func(u32),
    Struct(u32),
    Array(u32),
}

/// The type of a function or a tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct FuncType {
    pub params: Vec<ValType>,
    pub results: Vec<ValType>,
}

/// The type of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct TableType {
    pub element: ValType,
    pub min: U64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<U64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub index: Index,
}

/// The type of a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct MemoryType {
    pub min: U64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<U64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub index: Index,
    #[serde(default, skip_serializing_if = "is_default")]
    pub shared: bool,
    /// In bytes.
    #[serde(default = "page_size", skip_serializing_if = "is_page_size")]
    pub page_size: u32,
}

/// The type of indices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Index {
    #[default]
    I32,
    I64,
}

/// The type of a global.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct GlobalType {
    #[serde(rename = "type")]
    pub content: ValType,
    #[serde(default)]
    pub mutable: bool,
}

const PAGE_SIZE: u32 = 1 << 16;

fn page_size() -> u32 {
    PAGE_SIZE
}

fn is_page_size(size: &u32) -> bool {
    *size == PAGE_SIZE
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl ValType {
    /// The type for a line.
    ///
    /// # Errors
    /// If the other end cannot know a defined type.
    pub fn write(ty: engine::ValType, handles: &impl Handles) -> Result<ValType, Fault> {
        let simple = match ty {
            engine::ValType::I32 => Simple::I32,
            engine::ValType::I64 => Simple::I64,
            engine::ValType::F32 => Simple::F32,
            engine::ValType::F64 => Simple::F64,
            engine::ValType::V128 => Simple::V128,
            engine::ValType::Ref(RefType { nullable: true, heap: HeapType::Func }) => {
                Simple::Funcref
            }
            engine::ValType::Ref(RefType { nullable: true, heap: HeapType::Extern }) => {
                Simple::Externref
            }
            engine::ValType::Ref(RefType { nullable, heap }) => {
                return Ok(ValType::Ref { heap: Heap::write(heap, handles)?, null: nullable });
            }
        };
        Ok(ValType::Simple(simple))
    }

    /// The type that a line has.
    ///
    /// # Errors
    /// If there is no such defined type.
    pub fn read(self, handles: &impl Handles) -> Result<engine::ValType, Fault> {
        Ok(match self {
            ValType::Simple(Simple::I32) => engine::ValType::I32,
            ValType::Simple(Simple::I64) => engine::ValType::I64,
            ValType::Simple(Simple::F32) => engine::ValType::F32,
            ValType::Simple(Simple::F64) => engine::ValType::F64,
            ValType::Simple(Simple::V128) => engine::ValType::V128,
            ValType::Simple(Simple::Funcref) => engine::ValType::FUNCREF,
            ValType::Simple(Simple::Externref) => engine::ValType::EXTERNREF,
            ValType::Ref { heap, null } => {
                engine::ValType::Ref(RefType { nullable: null, heap: heap.read(handles)? })
            }
        })
    }
}

impl Heap {
    fn write(ty: HeapType, handles: &impl Handles) -> Result<Heap, Fault> {
        Ok(Heap::Named(match ty {
            HeapType::Func => HeapName::Func,
            HeapType::NoFunc => HeapName::NoFunc,
            HeapType::Extern => HeapName::Extern,
            HeapType::NoExtern => HeapName::NoExtern,
            HeapType::Any => HeapName::Any,
            HeapType::Eq => HeapName::Eq,
            HeapType::I31 => HeapName::I31,
            HeapType::Struct => HeapName::Struct,
            HeapType::Array => HeapName::Array,
            HeapType::None => HeapName::None,
            HeapType::Exn => HeapName::Exn,
            HeapType::NoExn => HeapName::NoExn,
            HeapType::Concrete(kind, ty) => {
                let number = handles.write(ty)?;
                return Ok(Heap::Defined(match kind {
                    CompositeKind::Func => Defined::Func(number),
                    CompositeKind::Struct => Defined::Struct(number),
                    CompositeKind::Array => Defined::Array(number),
                }));
            }
        }))
    }

    fn read(self, handles: &impl Handles) -> Result<HeapType, Fault> {
        let concrete = |kind, number| -> Result<HeapType, Fault> {
            Ok(HeapType::Concrete(kind, handles.read::<DefinedType>(number)?))
        };
        Ok(match self {
            Heap::Named(HeapName::Func) => HeapType::Func,
            Heap::Named(HeapName::NoFunc) => HeapType::NoFunc,
            Heap::Named(HeapName::Extern) => HeapType::Extern,
            Heap::Named(HeapName::NoExtern) => HeapType::NoExtern,
            Heap::Named(HeapName::Any) => HeapType::Any,
            Heap::Named(HeapName::Eq) => HeapType::Eq,
            Heap::Named(HeapName::I31) => HeapType::I31,
            Heap::Named(HeapName::Struct) => HeapType::Struct,
            Heap::Named(HeapName::Array) => HeapType::Array,
            Heap::Named(HeapName::None) => HeapType::None,
            Heap::Named(HeapName::Exn) => HeapType::Exn,
            Heap::Named(HeapName::NoExn) => HeapType::NoExn,
            Heap::Defined(Defined::Func(number)) => concrete(CompositeKind::Func, number)?,
            Heap::Defined(Defined::Struct(number)) => concrete(CompositeKind::Struct, number)?,
            Heap::Defined(Defined::Array(number)) => concrete(CompositeKind::Array, number)?,
        })
    }
}

impl FuncType {
    /// The type for a line.
    ///
    /// # Errors
    /// If the other end cannot know a defined type.
    pub fn write(ty: &engine::FuncType, handles: &impl Handles) -> Result<FuncType, Fault> {
        let list = |types: &[engine::ValType]| -> Result<Vec<ValType>, Fault> {
            types.iter().map(|ty| ValType::write(*ty, handles)).collect()
        };
        Ok(FuncType { params: list(&ty.params)?, results: list(&ty.results)? })
    }

    /// The type that a line has.
    ///
    /// # Errors
    /// If there is no such defined type.
    pub fn read(&self, handles: &impl Handles) -> Result<engine::FuncType, Fault> {
        let list = |types: &[ValType]| -> Result<Vec<engine::ValType>, Fault> {
            types.iter().map(|ty| ty.read(handles)).collect()
        };
        Ok(engine::FuncType { params: list(&self.params)?, results: list(&self.results)? })
    }
}

impl TableType {
    /// The type for a line.
    ///
    /// # Errors
    /// If the other end cannot know a defined type.
    pub fn write(ty: engine::TableType, handles: &impl Handles) -> Result<TableType, Fault> {
        Ok(TableType {
            element: ValType::write(engine::ValType::Ref(ty.element), handles)?,
            min: U64(ty.minimum),
            max: ty.maximum.map(U64),
            index: Index::of(ty.table64),
        })
    }

    /// The type that a line has.
    ///
    /// # Errors
    /// If its elements are no references, or if there is no such defined type.
    pub fn read(self, handles: &impl Handles) -> Result<engine::TableType, Fault> {
        let engine::ValType::Ref(element) = self.element.read(handles)? else {
            return Err(Fault::misuse("a table whose elements are no references"));
        };
        let (minimum, maximum) = (self.min.0, self.max.map(|max| max.0));
        Ok(engine::TableType { element, minimum, maximum, table64: self.index == Index::I64 })
    }
}

impl MemoryType {
    /// The type for a line.
    pub fn write(ty: engine::MemoryType) -> MemoryType {
        MemoryType {
            min: U64(ty.minimum),
            max: ty.maximum.map(U64),
            index: Index::of(ty.memory64),
            shared: ty.shared,
            page_size: 1u32.checked_shl(ty.page_size_log2.into()).unwrap_or_default(),
        }
    }

    /// The type that a line has.
    ///
    /// # Errors
    /// If its page size is no power of two.
    pub fn read(self) -> Result<engine::MemoryType, Fault> {
        if !self.page_size.is_power_of_two() {
            return Err(Fault::Misuse(format!("a memory with pages of {} bytes", self.page_size)));
        }
        Ok(engine::MemoryType {
            minimum: self.min.0,
            maximum: self.max.map(|max| max.0),
            memory64: self.index == Index::I64,
            shared: self.shared,
            page_size_log2: self.page_size.trailing_zeros() as u8,
        })
    }
}

impl GlobalType {
    /// The type for a line.
    ///
    /// # Errors
    /// If the other end cannot know a defined type.
    pub fn write(ty: engine::GlobalType, handles: &impl Handles) -> Result<GlobalType, Fault> {
        Ok(GlobalType { content: ValType::write(ty.content, handles)?, mutable: ty.mutable })
    }

    /// The type that a line has.
    ///
    /// # Errors
    /// If there is no such defined type.
    pub fn read(self, handles: &impl Handles) -> Result<engine::GlobalType, Fault> {
        Ok(engine::GlobalType { content: self.content.read(handles)?, mutable: self.mutable })
    }
}

impl Index {
    fn of(is_64: bool) -> Index {
        if is_64 { Index::I64 } else { Index::I32 }
    }
}
