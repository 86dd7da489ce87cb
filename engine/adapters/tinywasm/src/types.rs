//! Maps tinywasm's types to the trait's types, and back for externs that a host makes.
//! A type that tinywasm does not have is unsupported.

use tinywasm::types::{ExportType, ImportType, MemoryArch, WasmType};
use wassay_adapter::Types;
use wassay_engine::{
    ExternType, Fault, FuncType, GlobalType, MemoryType, RefType, TableType, ValType,
};

const TYPES: Types<WasmType, ValType> = Types(&[
    (WasmType::I32, ValType::I32),
    (WasmType::I64, ValType::I64),
    (WasmType::F32, ValType::F32),
    (WasmType::F64, ValType::F64),
    (WasmType::V128, ValType::V128),
    (WasmType::RefFunc, ValType::FUNCREF),
    (WasmType::RefExtern, ValType::EXTERNREF),
]);

const ELEMENTS: Types<WasmType, RefType> =
    Types(&[(WasmType::RefFunc, RefType::FUNC), (WasmType::RefExtern, RefType::EXTERN)]);

pub fn lift_import(ty: &ImportType<'_>) -> Result<ExternType, Fault> {
    Ok(match ty {
        ImportType::Func(ty) => ExternType::Func(lift_func(ty)?),
        ImportType::Table(ty) => ExternType::Table(lift_table(ty)?),
        ImportType::Memory(ty) => ExternType::Memory(lift_memory(**ty)),
        ImportType::Global(ty) => ExternType::Global(lift_global(ty)?),
    })
}

pub fn lift_export(ty: &ExportType<'_>) -> Result<ExternType, Fault> {
    Ok(match ty {
        ExportType::Func(ty) => ExternType::Func(lift_func(ty)?),
        ExportType::Table(ty) => ExternType::Table(lift_table(ty)?),
        ExportType::Memory(ty) => ExternType::Memory(lift_memory(**ty)),
        ExportType::Global(ty) => ExternType::Global(lift_global(ty)?),
    })
}

pub fn lift_func(ty: &tinywasm::types::FuncType) -> Result<FuncType, Fault> {
    TYPES.lift_func(ty.params(), ty.results())
}

pub fn lift_table(ty: &tinywasm::types::TableType) -> Result<TableType, Fault> {
    Ok(TableType {
        element: ELEMENTS.lift(&ty.element_type)?,
        minimum: ty.size_initial,
        maximum: ty.size_max,
        table64: ty.arch() == MemoryArch::I64,
    })
}

/// tinywasm returns the largest possible size as the maximum of a memory that has none, but the two
/// types are unequal.
pub fn lift_memory(ty: tinywasm::types::MemoryType) -> MemoryType {
    // The logarithm of a `u64`, so at most 63.
    let page_size_log2 = ty.page_size().trailing_zeros() as u8;
    let has_maximum = ty.with_page_count_max(None) != ty;
    MemoryType {
        memory64: ty.arch() == MemoryArch::I64,
        page_size_log2,
        ..MemoryType::new(ty.page_count_initial(), has_maximum.then(|| ty.page_count_max()))
    }
}

pub fn lift_global(ty: &tinywasm::types::GlobalType) -> Result<GlobalType, Fault> {
    Ok(GlobalType { content: TYPES.lift(&ty.ty)?, mutable: ty.mutable })
}

/// tinywasm counts parameters with 16 bits, and results of one size too.
pub fn lower_func(ty: &FuncType) -> Result<tinywasm::types::FuncType, Fault> {
    if ty.params.len().max(ty.results.len()) > usize::from(u16::MAX) {
        return Err(Fault::unsupported("functions with more than 65535 parameters or results"));
    }
    let (params, results) = TYPES.lower_func(ty)?;
    Ok(tinywasm::types::FuncType::new(&params, &results))
}

pub fn lower_table(ty: TableType) -> Result<tinywasm::types::TableType, Fault> {
    let element = ELEMENTS.lower(&ty.element)?;
    let new = if ty.table64 {
        tinywasm::types::TableType::new64
    } else {
        tinywasm::types::TableType::new
    };
    Ok(new(element, ty.minimum, ty.maximum))
}

pub fn lower_memory(ty: MemoryType) -> tinywasm::types::MemoryType {
    let arch = if ty.memory64 { MemoryArch::I64 } else { MemoryArch::I32 };
    // As its parser does, which leaves out the default.
    let page_size = (ty.page_size_log2 != 16).then(|| 1 << ty.page_size_log2);
    tinywasm::types::MemoryType::new(arch, ty.minimum, ty.maximum, page_size)
}

pub fn lower_global(ty: &GlobalType) -> Result<tinywasm::types::GlobalType, Fault> {
    Ok(tinywasm::types::GlobalType::new(TYPES.lower(&ty.content)?, ty.mutable))
}
