//! The items that modules may import from `host`: takes one catalogue; gives it as objects of a
//! session, as a module of imports for `wasm-smith`, and as text for a script. Knows engines only
//! through a session.

use crate::text;
use std::fmt::Write;
use wasm_encoder as enc;
use wassay_engine::{
    Extern, Fault, Feature, Features, FuncType, GlobalType, HeapType, HostAction, MemoryType, Ref,
    RefType, Session, TableType, ValType, Value,
};

/// The module name of everything that the host offers.
pub const MODULE: &str = "host";

/// An item to import.
pub struct Item {
    /// Its name.
    pub name: &'static str,
    /// The features that a module needs to import it.
    pub needs: Features,
    /// Its kind.
    pub kind: Kind,
}

/// A kind of item with its definition.
pub enum Kind {
    /// A function that returns these values, or traps.
    Func(FuncType, Option<Vec<Value>>),
    /// A memory of zeros.
    Memory(MemoryType),
    /// A table of nulls.
    Table(TableType),
    /// A global with this value.
    Global(GlobalType, Value),
}

/// The null of a reference type that the host can name.
pub fn null(ty: &RefType) -> Value {
    Value::Ref(Ref::Null(ty.heap.hierarchy()))
}

/// Every item.
pub fn catalogue() -> Vec<Item> {
    use ValType::{F32, F64, I32, I64, V128};
    const FUNC: ValType = ValType::FUNCREF;
    const EXTERN: ValType = ValType::EXTERNREF;
    let mut items = Vec::new();
    let mut add = |name, needs: &[Feature], kind| {
        items.push(Item { name, needs: Features::of(needs), kind });
    };
    let func = |params: &[ValType], results: &[ValType], returns: Option<Vec<Value>>| {
        let own = |types: &[ValType]| types.to_vec();
        Kind::Func(FuncType::new(own(params), own(results)), returns)
    };
    let lanes = Value::V128(0x8000_0000_ffff_ffff_0000_0001_7fff_8000);
    let (no_func, no_extern) = (null(&RefType::FUNC), null(&RefType::EXTERN));
    add("nop", &[], func(&[], &[], Some(vec![])));
    add("i32", &[], func(&[I32], &[I32], Some(vec![Value::I32(0xffff_fff9)])));
    add("i64", &[], func(&[I64, I32], &[I64], Some(vec![Value::I64(1 << 63)])));
    add("f32", &[], func(&[F32], &[F32], Some(vec![Value::f32(-0.0)])));
    add("f64", &[], func(&[F64], &[F64], Some(vec![Value::f64(1e300)])));
    add("trap", &[], func(&[I32], &[I32], None));
    add(
        "pair",
        &[Feature::MultiValue],
        func(&[I32, I64, F32, F64], &[I64, I32], Some(vec![Value::I64(5), Value::I32(6)])),
    );
    add("v128", &[Feature::Simd], func(&[V128], &[V128], Some(vec![lanes])));
    let refs = &[Feature::ReferenceTypes];
    add("func", refs, func(&[FUNC], &[FUNC], Some(vec![no_func])));
    add("extern", refs, func(&[EXTERN], &[EXTERN], Some(vec![no_extern])));
    let memory = |ty| Kind::Memory(ty);
    add("memory", &[], memory(MemoryType::new(1, Some(3))));
    let long = MemoryType { memory64: true, ..MemoryType::new(1, Some(2)) };
    add("memory64", &[Feature::Memory64], memory(long));
    let bytes = MemoryType { page_size_log2: 0, ..MemoryType::new(1000, Some(3000)) };
    add("bytes", &[Feature::CustomPageSizes], memory(bytes));
    let table = |element, table64| {
        Kind::Table(TableType { element, minimum: 5, maximum: Some(12), table64 })
    };
    add("table", &[], table(RefType::FUNC, false));
    add("externs", refs, table(RefType::EXTERN, false));
    let long = &[Feature::Memory64, Feature::ReferenceTypes];
    add("table64", long, table(RefType::FUNC, true));
    let global = |content, mutable, value| Kind::Global(GlobalType { content, mutable }, value);
    let mutable = &[Feature::MutableGlobal];
    add("const_i32", &[], global(I32, false, Value::I32(3)));
    add("const_i64", &[], global(I64, false, Value::I64(4)));
    add("var_i32", mutable, global(I32, true, Value::I32(1 << 31)));
    add("var_i64", mutable, global(I64, true, Value::I64(u64::MAX)));
    add("var_f32", mutable, global(F32, true, Value::f32(1.5)));
    add("var_f64", mutable, global(F64, true, Value::f64(f64::NEG_INFINITY)));
    add("var_v128", &[Feature::MutableGlobal, Feature::Simd], global(V128, true, lanes));
    add("var_func", &[Feature::MutableGlobal, refs[0]], global(FUNC, true, no_func));
    add("var_extern", &[Feature::MutableGlobal, refs[0]], global(EXTERN, true, no_extern));
    items
}

/// The items that a module with these features may import.
pub fn offered(features: Features) -> impl Iterator<Item = Item> {
    catalogue().into_iter().filter(move |item| features.contains(item.needs))
}

impl Item {
    /// Whether it is a function.
    pub fn is_func(&self) -> bool {
        matches!(self.kind, Kind::Func(..))
    }

    /// Makes the item in a session.
    ///
    /// # Errors
    /// Errors of the session.
    pub fn make(&self, session: &mut dyn Session) -> Result<Extern, Fault> {
        Ok(match &self.kind {
            Kind::Func(ty, returns) => {
                let action = match returns {
                    Some(values) => HostAction::Return(values.clone()),
                    None => HostAction::Trap("asked for".to_string()),
                };
                Extern::Func(session.host_func(ty, action)?)
            }
            Kind::Memory(ty) => Extern::Memory(session.memory_new(*ty)?),
            Kind::Table(ty) => {
                let init = Ref::Null(ty.element.heap.hierarchy());
                Extern::Table(session.table_new(*ty, init)?)
            }
            Kind::Global(ty, value) => Extern::Global(session.global_new(*ty, *value)?),
        })
    }

    /// Its entity type, in a module whose next type has the index `next`; and its function type, if
    /// it has one.
    pub fn encode(&self, next: u32) -> (enc::EntityType, Option<&FuncType>) {
        match &self.kind {
            Kind::Func(ty, _) => (enc::EntityType::Function(next), Some(ty)),
            Kind::Memory(ty) => {
                let page = (ty.page_size_log2 != 16).then_some(u32::from(ty.page_size_log2));
                let ty = enc::MemoryType {
                    minimum: ty.minimum,
                    maximum: ty.maximum,
                    memory64: ty.memory64,
                    shared: ty.shared,
                    page_size_log2: page,
                };
                (enc::EntityType::Memory(ty), None)
            }
            Kind::Table(ty) => {
                let ty = enc::TableType {
                    element_type: reference(&ty.element),
                    table64: ty.table64,
                    minimum: ty.minimum,
                    maximum: ty.maximum,
                    shared: false,
                };
                (enc::EntityType::Table(ty), None)
            }
            Kind::Global(ty, _) => {
                let val_type = value_type(&ty.content);
                let ty = enc::GlobalType { val_type, mutable: ty.mutable, shared: false };
                (enc::EntityType::Global(ty), None)
            }
        }
    }
}

/// A value type that the host can name, as the encoder's type.
pub fn value_type(ty: &ValType) -> enc::ValType {
    match ty {
        ValType::I32 => enc::ValType::I32,
        ValType::I64 => enc::ValType::I64,
        ValType::F32 => enc::ValType::F32,
        ValType::F64 => enc::ValType::F64,
        ValType::V128 => enc::ValType::V128,
        ValType::Ref(ty) => enc::ValType::Ref(reference(ty)),
    }
}

fn reference(ty: &RefType) -> enc::RefType {
    match ty.heap {
        HeapType::Extern => enc::RefType::EXTERNREF,
        _ => enc::RefType::FUNCREF,
    }
}

/// A module that imports every item that these features permit.
pub fn imports(features: Features) -> Vec<u8> {
    let (mut types, mut imports) = (enc::TypeSection::new(), enc::ImportSection::new());
    for item in offered(features) {
        let (entity, ty) = item.encode(types.len());
        if let Some(ty) = ty {
            types
                .ty()
                .function(ty.params.iter().map(value_type), ty.results.iter().map(value_type));
        }
        imports.import(MODULE, item.name, entity);
    }
    let mut module = enc::Module::new();
    module.section(&types).section(&imports);
    module.finish()
}

/// The host as a module of a script, with the wanted names only.
pub fn script(wanted: &dyn Fn(&str) -> bool) -> String {
    let mut out = String::from("(module $host\n");
    for Item { name, kind, .. } in catalogue().iter().filter(|item| wanted(item.name)) {
        let _ = match kind {
            Kind::Func(ty, returns) => {
                let body = returns.as_ref().map(|values| text::values(values));
                let body = body.unwrap_or_else(|| "(unreachable)".to_string());
                let (params, results) = (text::types(&ty.params), text::types(&ty.results));
                let ty = format!("(param {params}) (result {results})");
                writeln!(out, "  (func (export \"{name}\") {ty} {body})")
            }
            Kind::Memory(ty) => {
                let index = if ty.memory64 { "i64 " } else { "" };
                let page = if ty.page_size_log2 == 0 { " (pagesize 1)" } else { "" };
                let limits = text::limits(ty.minimum, ty.maximum);
                writeln!(out, "  (memory (export \"{name}\") {index}{limits}{page})")
            }
            Kind::Table(ty) => {
                let index = if ty.table64 { "i64 " } else { "" };
                let limits = text::limits(ty.minimum, ty.maximum);
                let element = text::types(&[ValType::Ref(ty.element)]);
                writeln!(out, "  (table (export \"{name}\") {index}{limits} {element})")
            }
            Kind::Global(ty, value) => {
                let content = text::types(&[ty.content]);
                let ty = if ty.mutable { format!("(mut {content})") } else { content };
                let value = text::value(value);
                writeln!(out, "  (global (export \"{name}\") {ty} {value})")
            }
        };
    }
    out.push_str(")\n(register \"host\" $host)\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_of_imports_is_valid() {
        for features in [Features::WASM1, Features::WASM2, Features::all()] {
            wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all())
                .validate_all(&imports(features))
                .unwrap();
        }
    }
}
