//! Maps wasmi's types to the trait's types, and back for externs that a host makes.
//! A type that wasmi does not have is unsupported.

use wassay_adapter::Types;
use wassay_engine::{
    ExternType, Fault, FuncType, GlobalType, MemoryType, RefType, TableType, ValType,
};

const TYPES: Types<wasmi::ValType, ValType> = Types(&[
    (wasmi::ValType::I32, ValType::I32),
    (wasmi::ValType::I64, ValType::I64),
    (wasmi::ValType::F32, ValType::F32),
    (wasmi::ValType::F64, ValType::F64),
    (wasmi::ValType::V128, ValType::V128),
    (wasmi::ValType::FuncRef, ValType::FUNCREF),
    (wasmi::ValType::ExternRef, ValType::EXTERNREF),
]);

const ELEMENTS: Types<wasmi::RefType, RefType> =
    Types(&[(wasmi::RefType::Func, RefType::FUNC), (wasmi::RefType::Extern, RefType::EXTERN)]);

pub fn lift_extern(ty: &wasmi::ExternType) -> Result<ExternType, Fault> {
    Ok(match ty {
        wasmi::ExternType::Func(ty) => {
            ExternType::Func(TYPES.lift_func(ty.params(), ty.results())?)
        }
        wasmi::ExternType::Global(ty) => ExternType::Global(GlobalType {
            content: TYPES.lift(&ty.content())?,
            mutable: ty.mutability().is_mut(),
        }),
        wasmi::ExternType::Table(ty) => ExternType::Table(TableType {
            element: ELEMENTS.lift(&ty.element())?,
            minimum: ty.minimum(),
            maximum: ty.maximum(),
            table64: ty.is_64(),
        }),
        wasmi::ExternType::Memory(ty) => ExternType::Memory(lift_memory(*ty)),
    })
}

/// wasmi keeps the page size to itself, but types with different page sizes are unequal.
fn lift_memory(ty: wasmi::MemoryType) -> MemoryType {
    let wide = MemoryType { memory64: ty.is_64(), ..MemoryType::new(ty.minimum(), ty.maximum()) };
    let bytes = MemoryType { page_size_log2: 0, ..wide };
    if lower_memory(bytes) == Ok(ty) { bytes } else { wide }
}

/// wasmi panics at more than 1000 parameters or results.
pub fn lower_func(ty: &FuncType) -> Result<wasmi::FuncType, Fault> {
    if ty.params.len().max(ty.results.len()) > 1000 {
        return Err(Fault::unsupported("functions with more than 1000 parameters or results"));
    }
    let (params, results) = TYPES.lower_func(ty)?;
    Ok(wasmi::FuncType::new(params, results))
}

pub fn lower_table(ty: TableType) -> Result<wasmi::TableType, Fault> {
    let element = ELEMENTS.lower(&ty.element)?;
    if ty.table64 {
        return Ok(wasmi::TableType::new64(element, ty.minimum, ty.maximum));
    }
    let narrow = |size: u64| u32::try_from(size).map_err(Fault::of);
    let maximum = ty.maximum.map(narrow).transpose()?;
    Ok(wasmi::TableType::new(element, narrow(ty.minimum)?, maximum))
}

pub fn lower_memory(ty: MemoryType) -> Result<wasmi::MemoryType, Fault> {
    let mut builder = wasmi::MemoryType::builder();
    builder.memory64(ty.memory64).min(ty.minimum).max(ty.maximum).page_size_log2(ty.page_size_log2);
    builder.build().map_err(Fault::of)
}
