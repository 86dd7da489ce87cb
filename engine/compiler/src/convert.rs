//! Converts types of the validator to types of the artifact. Validation has already rejected every
//! other mistake, so a type that the compiler does not support is a `Limit` that names it.

use crate::error::CompileError;
use wassay_artifact::index::*;
use wassay_artifact::types::*;

type Result<T> = std::result::Result<T, CompileError>;

/// Converts types, and knows the kind of each defined type seen so far.
#[derive(Debug, Default)]
pub(crate) struct TypeConverter {
    /// By type index. All kinds of a recursion group are present before its first type is
    /// converted.
    pub kinds: Vec<CompositeKind>,
}

impl TypeConverter {
    pub fn rec_group(&mut self, group: &wasmparser::RecGroup) -> Result<Vec<SubType<TypeIndex>>> {
        let start = self.kinds.len() as u32;
        for ty in group.types() {
            self.kinds.push(match &ty.composite_type.inner {
                wasmparser::CompositeInnerType::Func(_) => CompositeKind::Func,
                wasmparser::CompositeInnerType::Struct(_) => CompositeKind::Struct,
                wasmparser::CompositeInnerType::Array(_) => CompositeKind::Array,
                wasmparser::CompositeInnerType::Cont(_) => return lacks("continuations"),
            });
        }
        group.types().map(|ty| self.sub_type(ty, start)).collect()
    }

    fn sub_type(&self, ty: &wasmparser::SubType, group: u32) -> Result<SubType<TypeIndex>> {
        let composite = match &ty.composite_type.inner {
            wasmparser::CompositeInnerType::Func(func) => CompositeType::Func(FuncType {
                params: self.val_types(func.params(), group)?,
                results: self.val_types(func.results(), group)?,
            }),
            wasmparser::CompositeInnerType::Struct(fields) => CompositeType::Struct(
                fields
                    .fields
                    .iter()
                    .map(|field| self.field(field, group))
                    .collect::<Result<_>>()?,
            ),
            wasmparser::CompositeInnerType::Array(array) => {
                CompositeType::Array(self.field(&array.0, group)?)
            }
            wasmparser::CompositeInnerType::Cont(_) => return lacks("continuations"),
        };
        let supertype = match ty.supertype_idxs.first() {
            Some(index) => Some(type_index(index.unpack(), group)?),
            None => None,
        };
        Ok(SubType { is_final: ty.is_final, supertype, composite })
    }

    fn field(&self, field: &wasmparser::FieldType, group: u32) -> Result<FieldType<TypeIndex>> {
        let storage = match field.element_type {
            wasmparser::StorageType::I8 => StorageType::I8,
            wasmparser::StorageType::I16 => StorageType::I16,
            wasmparser::StorageType::Val(ty) => StorageType::Val(self.val_in(ty, group)?),
        };
        Ok(FieldType { storage, mutable: field.mutable })
    }

    fn val_types(
        &self,
        types: &[wasmparser::ValType],
        group: u32,
    ) -> Result<Vec<ValType<TypeIndex>>> {
        types.iter().map(|ty| self.val_in(*ty, group)).collect()
    }

    /// Converts a value type outside the type section.
    pub fn val(&self, ty: wasmparser::ValType) -> Result<ValType<TypeIndex>> {
        self.val_in(ty, 0)
    }

    fn val_in(&self, ty: wasmparser::ValType, group: u32) -> Result<ValType<TypeIndex>> {
        Ok(match ty {
            wasmparser::ValType::I32 => ValType::I32,
            wasmparser::ValType::I64 => ValType::I64,
            wasmparser::ValType::F32 => ValType::F32,
            wasmparser::ValType::F64 => ValType::F64,
            wasmparser::ValType::V128 => ValType::V128,
            wasmparser::ValType::Ref(ty) => ValType::Ref(RefType {
                nullable: ty.is_nullable(),
                heap: self.heap_in(ty.heap_type(), group)?,
            }),
        })
    }

    pub fn reference(&self, ty: wasmparser::RefType) -> Result<RefType<TypeIndex>> {
        Ok(RefType { nullable: ty.is_nullable(), heap: self.heap(ty.heap_type())? })
    }

    /// Converts a heap type outside the type section.
    pub fn heap(&self, ty: wasmparser::HeapType) -> Result<HeapType<TypeIndex>> {
        self.heap_in(ty, 0)
    }

    fn heap_in(&self, ty: wasmparser::HeapType, group: u32) -> Result<HeapType<TypeIndex>> {
        use wasmparser::AbstractHeapType as Abstract;
        Ok(match ty {
            wasmparser::HeapType::Abstract { ty, .. } => match ty {
                Abstract::Func => HeapType::Func,
                Abstract::Extern => HeapType::Extern,
                Abstract::Any => HeapType::Any,
                Abstract::None => HeapType::None,
                Abstract::NoExtern => HeapType::NoExtern,
                Abstract::NoFunc => HeapType::NoFunc,
                Abstract::Eq => HeapType::Eq,
                Abstract::Struct => HeapType::Struct,
                Abstract::Array => HeapType::Array,
                Abstract::I31 => HeapType::I31,
                Abstract::Exn => HeapType::Exn,
                Abstract::NoExn => HeapType::NoExn,
                Abstract::Cont | Abstract::NoCont => return lacks("continuations"),
            },
            wasmparser::HeapType::Concrete(index) => {
                let index = type_index(index, group)?;
                let kind = self.kinds.get(index.at()).copied();
                HeapType::Concrete(kind.ok_or_else(|| internal("type index"))?, index)
            }
            wasmparser::HeapType::Exact(_) => return lacks("exact references"),
        })
    }

    pub fn table(&self, ty: &wasmparser::TableType) -> Result<TableType<TypeIndex>> {
        Ok(TableType {
            element: self.reference(ty.element_type)?,
            minimum: ty.initial,
            maximum: ty.maximum,
            table64: ty.table64,
        })
    }

    pub fn global(&self, ty: &wasmparser::GlobalType) -> Result<GlobalType<TypeIndex>> {
        Ok(GlobalType { content: self.val(ty.content_type)?, mutable: ty.mutable })
    }

    pub fn const_expr(&self, expr: &wasmparser::ConstExpr<'_>) -> Result<crate::decode::ConstCode> {
        use wasmparser::Operator as Op;
        use wassay_artifact::module::ConstOp;
        let mut ops = Vec::new();
        let mut reader = expr.get_operators_reader();
        while !reader.eof() {
            ops.push(match reader.read().map_err(|error| internal(error.message()))? {
                Op::I32Const { value } => ConstOp::I32Const(value.cast_unsigned()),
                Op::I64Const { value } => ConstOp::I64Const(value.cast_unsigned()),
                Op::F32Const { value } => ConstOp::F32Const(value.bits()),
                Op::F64Const { value } => ConstOp::F64Const(value.bits()),
                Op::V128Const { value } => ConstOp::V128Const(u128::from_le_bytes(*value.bytes())),
                Op::I32Add => ConstOp::I32Add,
                Op::I32Sub => ConstOp::I32Sub,
                Op::I32Mul => ConstOp::I32Mul,
                Op::I64Add => ConstOp::I64Add,
                Op::I64Sub => ConstOp::I64Sub,
                Op::I64Mul => ConstOp::I64Mul,
                Op::GlobalGet { global_index } => ConstOp::GlobalGet(GlobalIndex(global_index)),
                Op::RefNull { hty } => ConstOp::RefNull(self.heap(hty)?),
                Op::RefFunc { function_index } => ConstOp::RefFunc(FuncIndex(function_index)),
                Op::RefI31 => ConstOp::RefI31,
                Op::StructNew { struct_type_index } => {
                    ConstOp::StructNew(TypeIndex(struct_type_index))
                }
                Op::StructNewDefault { struct_type_index } => {
                    ConstOp::StructNewDefault(TypeIndex(struct_type_index))
                }
                Op::ArrayNew { array_type_index } => ConstOp::ArrayNew(TypeIndex(array_type_index)),
                Op::ArrayNewDefault { array_type_index } => {
                    ConstOp::ArrayNewDefault(TypeIndex(array_type_index))
                }
                Op::ArrayNewFixed { array_type_index, array_size } => {
                    ConstOp::ArrayNewFixed(TypeIndex(array_type_index), array_size)
                }
                Op::AnyConvertExtern => ConstOp::AnyConvertExtern,
                Op::ExternConvertAny => ConstOp::ExternConvertAny,
                Op::End => break,
                other => return lacks(&format!("{other:?} in a constant expression")),
            });
        }
        Ok(wassay_artifact::module::ConstExpr(ops))
    }
}

pub(crate) fn memory(ty: &wasmparser::MemoryType) -> MemoryType {
    MemoryType {
        minimum: ty.initial,
        maximum: ty.maximum,
        memory64: ty.memory64,
        shared: ty.shared,
        page_size_log2: ty.page_size_log2.unwrap_or(16) as u8,
    }
}

fn type_index(index: wasmparser::UnpackedIndex, group: u32) -> Result<TypeIndex> {
    match index {
        wasmparser::UnpackedIndex::Module(index) => Ok(TypeIndex(index)),
        wasmparser::UnpackedIndex::RecGroup(index) => Ok(TypeIndex(group + index)),
        wasmparser::UnpackedIndex::Id(_) => Err(internal("a canonical type in a module")),
    }
}

fn lacks<T>(what: &str) -> Result<T> {
    Err(CompileError::Limit(what.to_string()))
}

fn internal(what: &str) -> CompileError {
    CompileError::Internal(what.to_string())
}
