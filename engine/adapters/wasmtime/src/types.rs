//! Maps wasmtime's types to the trait's types, and back. A defined type is a number of its engine.

use crate::engine::lock;
use std::sync::Mutex;
use wasmtime as wt;
use wassay_engine::{
    CompositeKind, DefinedType, ExternType, Fault, FuncType, GlobalType, HeapType, MemoryType,
    Owner, RefType, TableType, ValType,
};

/// The defined types of an engine that have crossed the trait.
pub struct Types {
    owner: Owner,
    known: Mutex<Vec<wt::HeapType>>,
}

impl Types {
    pub fn new(owner: Owner) -> Types {
        Types { owner, known: Mutex::default() }
    }

    /// Equal types have the same handle.
    fn name(&self, ty: &wt::HeapType) -> Result<DefinedType, Fault> {
        let mut known = lock(&self.known);
        let at = known.iter().position(|other| wt::HeapType::eq(ty, other)).unwrap_or_else(|| {
            known.push(ty.clone());
            known.len() - 1
        });
        let number = u32::try_from(at).map_err(|_| Fault::internal("too many types"))?;
        Ok(DefinedType::new(self.owner, number))
    }

    fn named(&self, kind: CompositeKind, ty: DefinedType) -> Result<wt::HeapType, Fault> {
        let at = ty.index_in(self.owner)? as usize;
        let known = lock(&self.known).get(at).cloned();
        let known = known.ok_or_else(|| Fault::dropped("a type that does not exist"))?;
        if kind_of(&known) != Some(kind) {
            return Err(Fault::misuse("a defined type of another kind"));
        }
        Ok(known)
    }

    fn lift_heap(&self, ty: &wt::HeapType) -> Result<HeapType, Fault> {
        Ok(match ty {
            wt::HeapType::Func => HeapType::Func,
            wt::HeapType::NoFunc => HeapType::NoFunc,
            wt::HeapType::Extern => HeapType::Extern,
            wt::HeapType::NoExtern => HeapType::NoExtern,
            wt::HeapType::Any => HeapType::Any,
            wt::HeapType::Eq => HeapType::Eq,
            wt::HeapType::I31 => HeapType::I31,
            wt::HeapType::Struct => HeapType::Struct,
            wt::HeapType::Array => HeapType::Array,
            wt::HeapType::None => HeapType::None,
            wt::HeapType::Exn => HeapType::Exn,
            wt::HeapType::NoExn => HeapType::NoExn,
            other => match kind_of(other) {
                Some(kind) => HeapType::Concrete(kind, self.name(other)?),
                None => return Err(Fault::Unsupported(format!("the type {other}"))),
            },
        })
    }

    pub fn lift_ref(&self, ty: &wt::RefType) -> Result<RefType, Fault> {
        Ok(RefType { nullable: ty.is_nullable(), heap: self.lift_heap(ty.heap_type())? })
    }

    pub fn lift_val(&self, ty: &wt::ValType) -> Result<ValType, Fault> {
        Ok(match ty {
            wt::ValType::I32 => ValType::I32,
            wt::ValType::I64 => ValType::I64,
            wt::ValType::F32 => ValType::F32,
            wt::ValType::F64 => ValType::F64,
            wt::ValType::V128 => ValType::V128,
            wt::ValType::Ref(ty) => ValType::Ref(self.lift_ref(ty)?),
        })
    }

    pub fn lift_func(&self, ty: &wt::FuncType) -> Result<FuncType, Fault> {
        let lift = |ty: wt::ValType| self.lift_val(&ty);
        Ok(FuncType {
            params: ty.params().map(lift).collect::<Result<_, _>>()?,
            results: ty.results().map(lift).collect::<Result<_, _>>()?,
        })
    }

    pub fn lift_extern(&self, ty: &wt::ExternType) -> Result<ExternType, Fault> {
        Ok(match ty {
            wt::ExternType::Func(ty) => ExternType::Func(self.lift_func(ty)?),
            wt::ExternType::Tag(ty) => ExternType::Tag(self.lift_func(ty.ty())?),
            wt::ExternType::Global(ty) => ExternType::Global(GlobalType {
                content: self.lift_val(ty.content())?,
                mutable: ty.mutability().is_var(),
            }),
            wt::ExternType::Table(ty) => ExternType::Table(TableType {
                element: self.lift_ref(ty.element())?,
                minimum: ty.minimum(),
                maximum: ty.maximum(),
                table64: ty.is_64(),
            }),
            wt::ExternType::Memory(ty) => ExternType::Memory(MemoryType {
                minimum: ty.minimum(),
                maximum: ty.maximum(),
                memory64: ty.is_64(),
                shared: ty.is_shared(),
                page_size_log2: ty.page_size_log2(),
            }),
        })
    }

    fn lower_heap(&self, ty: &HeapType) -> Result<wt::HeapType, Fault> {
        Ok(match ty {
            HeapType::Func => wt::HeapType::Func,
            HeapType::NoFunc => wt::HeapType::NoFunc,
            HeapType::Extern => wt::HeapType::Extern,
            HeapType::NoExtern => wt::HeapType::NoExtern,
            HeapType::Any => wt::HeapType::Any,
            HeapType::Eq => wt::HeapType::Eq,
            HeapType::I31 => wt::HeapType::I31,
            HeapType::Struct => wt::HeapType::Struct,
            HeapType::Array => wt::HeapType::Array,
            HeapType::None => wt::HeapType::None,
            HeapType::Exn => wt::HeapType::Exn,
            HeapType::NoExn => wt::HeapType::NoExn,
            HeapType::Concrete(kind, ty) => self.named(*kind, *ty)?,
        })
    }

    pub fn lower_ref(&self, ty: &RefType) -> Result<wt::RefType, Fault> {
        Ok(wt::RefType::new(ty.nullable, self.lower_heap(&ty.heap)?))
    }

    pub fn lower_val(&self, ty: &ValType) -> Result<wt::ValType, Fault> {
        Ok(match ty {
            ValType::I32 => wt::ValType::I32,
            ValType::I64 => wt::ValType::I64,
            ValType::F32 => wt::ValType::F32,
            ValType::F64 => wt::ValType::F64,
            ValType::V128 => wt::ValType::V128,
            ValType::Ref(ty) => wt::ValType::Ref(self.lower_ref(ty)?),
        })
    }

    pub fn lower_func(&self, engine: &wt::Engine, ty: &FuncType) -> Result<wt::FuncType, Fault> {
        let lower = |types: &[ValType]| -> Result<Vec<_>, Fault> {
            types.iter().map(|ty| self.lower_val(ty)).collect()
        };
        let (params, results) = (lower(&ty.params)?, lower(&ty.results)?);
        wt::FuncType::try_new(engine, params, results).map_err(Fault::of)
    }

    pub fn lower_table(&self, ty: &TableType) -> Result<wt::TableType, Fault> {
        let element = self.lower_ref(&ty.element)?;
        if ty.table64 {
            return Ok(wt::TableType::new64(element, ty.minimum, ty.maximum));
        }
        let narrow = |size: u64| u32::try_from(size).map_err(Fault::of);
        let maximum = ty.maximum.map(narrow).transpose()?;
        Ok(wt::TableType::new(element, narrow(ty.minimum)?, maximum))
    }
}

fn kind_of(ty: &wt::HeapType) -> Option<CompositeKind> {
    match ty {
        wt::HeapType::ConcreteFunc(_) => Some(CompositeKind::Func),
        wt::HeapType::ConcreteStruct(_) => Some(CompositeKind::Struct),
        wt::HeapType::ConcreteArray(_) => Some(CompositeKind::Array),
        _ => None,
    }
}

/// wasmtime's memory type.
///
/// # Errors
/// `Internal` if wasmtime does not have the type.
pub fn lower_memory(ty: MemoryType) -> Result<wt::MemoryType, Fault> {
    wt::MemoryTypeBuilder::new()
        .min(ty.minimum)
        .max(ty.maximum)
        .memory64(ty.memory64)
        .shared(ty.shared)
        .page_size_log2(ty.page_size_log2)
        .build()
        .map_err(Fault::of)
}
