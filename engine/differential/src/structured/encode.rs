//! Takes an outline; gives the bytes of a module, with bodies, segments and exports. Knows no
//! engine.

use super::body;
use super::outline::{Outline, Space, TYPES, Table, Ty};
use crate::case::FUEL_PER_CALL;
use crate::seed::Numbers;
use std::borrow::Cow;
use wasm_encoder as enc;
use wassay_engine::Feature;

/// Writes the module.
pub fn module(outline: &Outline, numbers: &mut Numbers) -> Vec<u8> {
    let mut module = enc::Module::new();
    let mut types = enc::TypeSection::new();
    for (params, results) in &TYPES[..outline.types as usize] {
        types.ty().function(params.iter().map(value_type), results.iter().map(value_type));
    }
    module.section(&types).section(&imports(outline));
    let mut functions = enc::FunctionSection::new();
    outline.funcs.defined().iter().for_each(|ty| {
        functions.function(*ty);
    });
    module.section(&functions);
    let mut tables = enc::TableSection::new();
    outline.tables.defined().iter().for_each(|table| {
        tables.table(table_type(table));
    });
    let mut memories = enc::MemorySection::new();
    outline.memories.defined().iter().for_each(|memory| {
        memories.memory(memory_type(memory));
    });
    module.section(&tables).section(&memories).section(&globals(outline, numbers));
    module.section(&exports(outline)).section(&elements(outline, numbers));
    module.section(&enc::DataCountSection { count: outline.data.len() as u32 + 1 });
    let mut code = enc::CodeSection::new();
    for ty in outline.funcs.defined() {
        code.function(&body::write(outline, *ty, numbers));
    }
    module.section(&code).section(&data(outline, numbers));
    module.finish()
}

/// A value type, as the encoder's type.
pub fn value_type(ty: &Ty) -> enc::ValType {
    match ty {
        Ty::I32 => enc::ValType::I32,
        Ty::I64 => enc::ValType::I64,
        Ty::F32 => enc::ValType::F32,
        Ty::F64 => enc::ValType::F64,
        Ty::V128 => enc::ValType::V128,
        other => enc::ValType::Ref(ref_type(other)),
    }
}

/// A reference type, as the encoder's type; any other type becomes `funcref`.
pub fn ref_type(ty: &Ty) -> enc::RefType {
    enc::RefType { nullable: true, heap_type: heap_type(ty) }
}

/// The referenced type of a reference type.
pub fn heap_type(ty: &Ty) -> enc::HeapType {
    match ty {
        Ty::ExternRef => enc::HeapType::EXTERN,
        Ty::Typed(index) => enc::HeapType::Concrete(*index),
        _ => enc::HeapType::FUNC,
    }
}

fn table_type(table: &Table) -> enc::TableType {
    enc::TableType {
        element_type: ref_type(&table.element),
        table64: table.table64,
        minimum: table.minimum,
        maximum: Some(table.maximum),
        shared: false,
    }
}

fn memory_type(memory: &super::outline::Memory) -> enc::MemoryType {
    enc::MemoryType {
        minimum: memory.minimum,
        maximum: Some(memory.maximum),
        memory64: memory.memory64,
        shared: memory.shared,
        page_size_log2: (memory.page_log2 != 16).then_some(memory.page_log2),
    }
}

fn imports(outline: &Outline) -> enc::ImportSection {
    let mut section = enc::ImportSection::new();
    fn add<T: Copy>(
        section: &mut enc::ImportSection,
        space: &Space<T>,
        entity: impl Fn(&T) -> enc::EntityType,
    ) {
        for ((module, name), item) in space.imports.iter().zip(&space.items) {
            section.import(module, name, entity(item));
        }
    }
    add(&mut section, &outline.funcs, |ty| enc::EntityType::Function(*ty));
    add(&mut section, &outline.tables, |table| enc::EntityType::Table(table_type(table)));
    add(&mut section, &outline.memories, |memory| enc::EntityType::Memory(memory_type(memory)));
    add(&mut section, &outline.globals, |global| {
        enc::EntityType::Global(enc::GlobalType {
            val_type: value_type(&global.ty),
            mutable: global.mutable,
            shared: false,
        })
    });
    section
}

fn globals(outline: &Outline, numbers: &mut Numbers) -> enc::GlobalSection {
    let mut section = enc::GlobalSection::new();
    let first = outline.globals.imports.len() as u32;
    for (index, global) in (first..).zip(outline.globals.defined()) {
        let init = if index == outline.fuel {
            enc::ConstExpr::i32_const(FUEL_PER_CALL as i32)
        } else {
            constant(outline, &global.ty, numbers)
        };
        let val_type = value_type(&global.ty);
        let ty = enc::GlobalType { val_type, mutable: global.mutable, shared: false };
        section.global(ty, &init);
    }
    section
}

fn constant(outline: &Outline, ty: &Ty, numbers: &mut Numbers) -> enc::ConstExpr {
    match ty {
        Ty::I32 => enc::ConstExpr::i32_const(numbers.next() as i32),
        Ty::I64 => enc::ConstExpr::i64_const(numbers.next() as i64),
        Ty::F32 => enc::ConstExpr::f32_const(1.25_f32.into()),
        Ty::F64 => enc::ConstExpr::f64_const((-2.5e10_f64).into()),
        Ty::V128 => enc::ConstExpr::v128_const(i128::from(numbers.next()) << 30),
        Ty::ExternRef => enc::ConstExpr::ref_null(heap_type(ty)),
        Ty::FuncRef | Ty::Typed(_) => {
            let fit = |func: &u32| *ty == Ty::FuncRef || *ty == Ty::Typed(*func);
            let funcs = outline.funcs.find(fit);
            if funcs.is_empty() || numbers.chance(1, 3) {
                enc::ConstExpr::ref_null(heap_type(ty))
            } else {
                enc::ConstExpr::ref_func(numbers.pick(&funcs))
            }
        }
    }
}

fn exports(outline: &Outline) -> enc::ExportSection {
    let mut section = enc::ExportSection::new();
    for index in 0..outline.funcs.items.len() as u32 {
        section.export(&format!("f{index}"), enc::ExportKind::Func, index);
    }
    for index in 0..outline.tables.items.len() as u32 {
        section.export(&format!("t{index}"), enc::ExportKind::Table, index);
    }
    for index in 0..outline.memories.items.len() as u32 {
        section.export(&format!("m{index}"), enc::ExportKind::Memory, index);
    }
    for index in 0..outline.globals.items.len() as u32 {
        section.export(&outline.global_name(index), enc::ExportKind::Global, index);
    }
    section
}

/// First the passive segments, in the outline's order; then an active one for each table that can
/// hold functions, and a declared one with every function.
fn elements(outline: &Outline, numbers: &mut Numbers) -> enc::ElementSection {
    let mut section = enc::ElementSection::new();
    let list = |ty: &Ty, count: u32, numbers: &mut Numbers| -> Vec<enc::ConstExpr> {
        (0..count).map(|_| constant(outline, ty, numbers)).collect()
    };
    for (ty, count) in &outline.elements {
        let init = list(ty, *count, numbers);
        section.passive(enc::Elements::Expressions(ref_type(ty), Cow::Owned(init)));
    }
    for (index, table) in outline.tables.items.iter().enumerate() {
        if table.element == Ty::ExternRef {
            continue;
        }
        let count = 1 + numbers.below(table.minimum as usize);
        let at = numbers.below(table.minimum as usize + 1 - count);
        let offset = match table.table64 {
            true => enc::ConstExpr::i64_const(at as i64),
            false => enc::ConstExpr::i32_const(at as i32),
        };
        let init = list(&table.element, count as u32, numbers);
        let init = enc::Elements::Expressions(ref_type(&table.element), Cow::Owned(init));
        section.active(Some(index as u32), &offset, init);
    }
    let every: Vec<u32> = (0..outline.funcs.items.len() as u32).collect();
    section.declared(enc::Elements::Functions(Cow::Owned(every)));
    section
}

/// First the passive segments, then one that overwrites the start of the first memory.
fn data(outline: &Outline, numbers: &mut Numbers) -> enc::DataSection {
    let mut section = enc::DataSection::new();
    for count in &outline.data {
        section.passive(numbers.bytes(*count as usize));
    }
    let bytes = numbers.bytes(64);
    let extended = outline.features.has(Feature::ExtendedConst);
    let offset = match (outline.memories.items[0].memory64, extended) {
        (true, true) => enc::ConstExpr::i64_const(8).with_i64_const(3).with_i64_mul(),
        (true, false) => enc::ConstExpr::i64_const(24),
        (false, _) => enc::ConstExpr::i32_const(24),
    };
    section.active(0, &offset, bytes);
    section
}
