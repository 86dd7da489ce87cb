//! A validated module without its code: everything that the runtime needs to link and instantiate
//! it.

use crate::index::*;
use crate::types::*;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A module's types, spaces and segments. Every vector of a space is in whole-space order, imports
/// first; `imported` holds where the defined ones begin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// From the name section.
    pub name: Option<String>,
    /// Every type, recursion groups one after another.
    pub types: Vec<SubType<TypeIndex>>,
    /// The lengths of the recursion groups; they add up to the number of types.
    pub rec_groups: Vec<u32>,
    /// In the order of the import section: the order of positional imports.
    pub imports: Vec<Import>,
    /// How many of each space are imported.
    pub imported: ImportCounts,
    /// The type of each function.
    pub functions: Vec<TypeIndex>,
    /// Each table.
    pub tables: Vec<TableType<TypeIndex>>,
    /// Each memory.
    pub memories: Vec<MemoryType>,
    /// Each global.
    pub globals: Vec<GlobalType<TypeIndex>>,
    /// The function type of each tag.
    pub tags: Vec<TypeIndex>,
    /// The initial value of each *defined* table; `None` is null.
    pub table_inits: Vec<Option<ConstExpr>>,
    /// The value of each *defined* global.
    pub global_inits: Vec<ConstExpr>,
    /// In the order of the export section.
    pub exports: Vec<Export>,
    /// The start function.
    pub start: Option<FuncIndex>,
    /// Element segments.
    pub elements: Vec<ElementSegment>,
    /// Data segments.
    pub data: Vec<DataSegment>,
    /// The defined functions that can be referenced (exported, in a segment, `ref.func`),
    /// ascending. Each has a function reference in the VM context, in this order.
    pub escaping: Vec<DefinedFuncIndex>,
}

/// One entry of the import section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Import {
    pub module: String,
    pub name: String,
    /// The item's index in its space.
    pub item: ExternIndex,
}

/// One entry of the export section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Export {
    pub name: String,
    pub item: ExternIndex,
}

/// A constant expression as stack code (specification, *Constant Expressions*).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConstExpr(pub Vec<ConstOp>);

impl ConstExpr {
    /// The offset of a segment, if it is one constant.
    pub fn constant_offset(&self) -> Option<u64> {
        match self.0[..] {
            [ConstOp::I32Const(offset)] => Some(offset.into()),
            [ConstOp::I64Const(offset)] => Some(offset),
            _ => None,
        }
    }
}

/// One operator of a constant expression; floats as bits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ConstOp {
    I32Const(u32),
    I64Const(u64),
    F32Const(u32),
    F64Const(u64),
    V128Const(u128),
    I32Add,
    I32Sub,
    I32Mul,
    I64Add,
    I64Sub,
    I64Mul,
    GlobalGet(GlobalIndex),
    RefNull(HeapType<TypeIndex>),
    RefFunc(FuncIndex),
    RefI31,
    StructNew(TypeIndex),
    StructNewDefault(TypeIndex),
    ArrayNew(TypeIndex),
    ArrayNewDefault(TypeIndex),
    ArrayNewFixed(TypeIndex, u32),
    AnyConvertExtern,
    ExternConvertAny,
}

/// An element segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ElementSegment {
    pub ty: RefType<TypeIndex>,
    pub items: ElementItems,
    pub mode: ElementMode,
}

/// The items of an element segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ElementItems {
    Functions(Vec<FuncIndex>),
    Expressions(Vec<ConstExpr>),
}

/// When an element segment is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ElementMode {
    Passive,
    Declared,
    Active { table: TableIndex, offset: ConstExpr },
}

/// A data segment: its bytes are a range of the artifact's data section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct DataSegment {
    pub bytes: Range<u32>,
    pub mode: DataMode,
}

/// When a data segment is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum DataMode {
    Passive,
    Active { memory: MemoryIndex, offset: ConstExpr },
}

impl Module {
    /// The function type at a type index; `None` if it is a type of another kind.
    pub fn func_type(&self, ty: TypeIndex) -> Option<&FuncType<TypeIndex>> {
        match &self.types.get(ty.at())?.composite {
            CompositeType::Func(ty) => Some(ty),
            _ => None,
        }
    }

    /// The slot of a defined function's reference in the VM context.
    pub fn func_ref_slot(&self, func: DefinedFuncIndex) -> Option<u32> {
        self.escaping.binary_search(&func).ok().map(|slot| slot as u32)
    }
}
