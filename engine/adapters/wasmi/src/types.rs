//! Maps wasmi's types to the trait's types, and back for externs that a host makes.
//! A type that wasmi does not have is unsupported.

use wassay_engine::{
    ExternType, Fault, FuncType, GlobalType, MemoryType, RefType, TableType, ValType,
};

/// More than this many parameters or results make wasmi panic.
const MAX_ARITY: usize = 1000;

/// The types of values that wasmi has.
const TYPES: [(wasmi::ValType, ValType); 7] = [
    (wasmi::ValType::I32, ValType::I32),
    (wasmi::ValType::I64, ValType::I64),
    (wasmi::ValType::F32, ValType::F32),
    (wasmi::ValType::F64, ValType::F64),
    (wasmi::ValType::V128, ValType::V128),
    (wasmi::ValType::FuncRef, ValType::FUNCREF),
    (wasmi::ValType::ExternRef, ValType::EXTERNREF),
];

fn lift_val(ty: &wasmi::ValType) -> ValType {
    TYPES.iter().find(|(theirs, _)| theirs == ty).expect("every type of wasmi is listed").1
}

fn lower_val(ty: &ValType) -> Result<wasmi::ValType, Fault> {
    match TYPES.iter().find(|(_, ours)| ours == ty) {
        Some((theirs, _)) => Ok(*theirs),
        None => Err(Fault::Unsupported(format!("values of type {ty}"))),
    }
}

pub fn lift_func(ty: &wasmi::FuncType) -> FuncType {
    FuncType::new(ty.params().iter().map(lift_val), ty.results().iter().map(lift_val))
}

pub fn lower_func(ty: &FuncType) -> Result<wasmi::FuncType, Fault> {
    if ty.params.len().max(ty.results.len()) > MAX_ARITY {
        let what = format!("functions with more than {MAX_ARITY} parameters or results");
        return Err(Fault::Unsupported(what));
    }
    let lower = |types: &[ValType]| types.iter().map(lower_val).collect::<Result<Vec<_>, _>>();
    Ok(wasmi::FuncType::new(lower(&ty.params)?, lower(&ty.results)?))
}

pub fn lift_global(ty: wasmi::GlobalType) -> GlobalType {
    GlobalType { content: lift_val(&ty.content()), mutable: ty.mutability().is_mut() }
}

pub fn lift_table(ty: wasmi::TableType) -> TableType {
    TableType {
        element: match ty.element() {
            wasmi::RefType::Func => RefType::FUNC,
            wasmi::RefType::Extern => RefType::EXTERN,
        },
        minimum: ty.minimum(),
        maximum: ty.maximum(),
        table64: ty.is_64(),
    }
}

pub fn lower_table(ty: TableType) -> Result<wasmi::TableType, Fault> {
    let element = match ty.element {
        RefType::FUNC => wasmi::RefType::Func,
        RefType::EXTERN => wasmi::RefType::Extern,
        other => return Err(Fault::Unsupported(format!("tables of {}", ValType::Ref(other)))),
    };
    if ty.table64 {
        return Ok(wasmi::TableType::new64(element, ty.minimum, ty.maximum));
    }
    let narrow = |size: u64| u32::try_from(size).map_err(Fault::of);
    let maximum = ty.maximum.map(narrow).transpose()?;
    Ok(wasmi::TableType::new(element, narrow(ty.minimum)?, maximum))
}

/// wasmi keeps the page size to itself, but types with different page sizes are unequal.
pub fn lift_memory(ty: wasmi::MemoryType) -> MemoryType {
    let with_page = |page_size_log2| MemoryType {
        minimum: ty.minimum(),
        maximum: ty.maximum(),
        memory64: ty.is_64(),
        shared: false,
        page_size_log2,
    };
    let bytes = with_page(0);
    if lower_memory(bytes) == Ok(ty) { bytes } else { with_page(16) }
}

pub fn lower_memory(ty: MemoryType) -> Result<wasmi::MemoryType, Fault> {
    if ty.shared {
        return Err(Fault::unsupported("shared memories"));
    }
    let mut builder = wasmi::MemoryType::builder();
    builder.memory64(ty.memory64).min(ty.minimum).max(ty.maximum).page_size_log2(ty.page_size_log2);
    builder.build().map_err(Fault::of)
}

pub fn lift_extern(ty: &wasmi::ExternType) -> ExternType {
    match ty {
        wasmi::ExternType::Func(ty) => ExternType::Func(lift_func(ty)),
        wasmi::ExternType::Table(ty) => ExternType::Table(lift_table(*ty)),
        wasmi::ExternType::Memory(ty) => ExternType::Memory(lift_memory(*ty)),
        wasmi::ExternType::Global(ty) => ExternType::Global(lift_global(*ty)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_types_round_trip() {
        for page_size_log2 in [0, 16] {
            for memory64 in [false, true] {
                let ty = MemoryType { memory64, page_size_log2, ..MemoryType::new(1, Some(3)) };
                assert_eq!(lower_memory(ty).map(lift_memory), Ok(ty));
            }
        }
    }

    #[test]
    fn sizes_that_make_wasmi_panic_are_refused() {
        let wide = FuncType::new(vec![ValType::I32; 1001], []);
        assert!(matches!(lower_func(&wide), Err(Fault::Unsupported(_))));
    }
}
