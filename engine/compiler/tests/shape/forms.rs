//! The forms of memories and tables for which the compiler generates different code: those that an
//! operator can have, and those with which operators occur in a module.

use crate::modules::Script;
use crate::operators;
use libtest_mimic::Trial;
use std::collections::BTreeSet;
use wasmparser::{MemoryType, Parser, Payload, TableType, TypeRef};
use wassay_artifact::target::GUARD_SIZE;

/// Forms of an access to a memory at an address with an offset.
const ACCESS: &[&str] = &["32-bit", "64-bit", "shared", "byte pages", "far offset"];
/// Forms of an operator on a whole memory, or a range of it.
const MEMORY: &[&str] = &["32-bit", "64-bit", "shared", "byte pages"];
/// Forms of an operator on a table.
const TABLE: &[&str] = &["functions", "other references", "64-bit"];
/// Forms of a call through a table.
const CALL: &[&str] = &["functions", "64-bit"];

/// The forms that an operator can have.
pub fn of_operator(name: &str) -> &'static [&'static str] {
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if has(&["Load", "Store", "Rmw", "MemoryAtomic"]) {
        ACCESS
    } else if has(&["Memory"]) {
        MEMORY
    } else if has(&["CallIndirect"]) {
        CALL
    } else if has(&["Table"]) && name != "BrTable" {
        TABLE
    } else {
        &[]
    }
}

/// The types of the memories and tables of a module, and the number of imported functions.
#[derive(Default)]
struct Types {
    memories: Vec<MemoryType>,
    tables: Vec<TableType>,
    imported_functions: u32,
}

impl Types {
    fn of_module(wasm: &[u8]) -> Types {
        let mut types = Types::default();
        for payload in Parser::new(0).parse_all(wasm) {
            types.add(&payload.expect("our own modules parse"));
        }
        types
    }

    /// Enters what a section declares.
    fn add(&mut self, payload: &Payload<'_>) {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    match import.expect("an import").ty {
                        TypeRef::Memory(ty) => self.memories.push(ty),
                        TypeRef::Table(ty) => self.tables.push(ty),
                        TypeRef::Func(_) | TypeRef::FuncExact(_) => self.imported_functions += 1,
                        _ => {}
                    }
                }
            }
            Payload::MemorySection(section) => {
                let memories = section.clone().into_iter();
                self.memories.extend(memories.map(|ty| ty.expect("a memory")));
            }
            Payload::TableSection(section) => {
                let tables = section.clone().into_iter();
                self.tables.extend(tables.map(|table| table.expect("a table").ty));
            }
            _ => {}
        }
    }

    /// The forms of an operator, as its text names its immediates.
    fn forms(&self, operator: &str) -> Vec<&'static str> {
        let mut forms = Vec::new();
        for name in ["mem: ", "dst_mem: ", "src_mem: ", "target: Memory("] {
            if let Some(at) = immediate(operator, name) {
                forms.extend(memory(&self.memories[at as usize]));
            }
        }
        for name in ["table: ", "table_index: ", "dst_table: ", "src_table: "] {
            if let Some(at) = immediate(operator, name) {
                forms.extend(table(&self.tables[at as usize]));
            }
        }
        if immediate(operator, "offset: ").is_some_and(|offset| offset >= GUARD_SIZE) {
            forms.push("far offset");
        }
        forms
    }
}

/// The immediate behind this name.
fn immediate(operator: &str, name: &str) -> Option<u64> {
    let named = |(at, _): &(usize, &str)| operator[..*at].ends_with([' ', '{']);
    let (at, _) = operator.match_indices(name).find(named)?;
    let rest = &operator[at + name.len()..];
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

fn memory(ty: &MemoryType) -> Vec<&'static str> {
    let all = [
        (ty.memory64, "64-bit"),
        (ty.shared, "shared"),
        (ty.page_size_log2.is_some(), "byte pages"),
    ];
    let found: Vec<&str> = all.iter().filter(|(is, _)| *is).map(|(_, form)| *form).collect();
    if found.is_empty() { vec!["32-bit"] } else { found }
}

fn table(ty: &TableType) -> Vec<&'static str> {
    let is_function = ty.element_type.is_func_ref() || ty.element_type.is_concrete_type_ref();
    let element = if is_function { "functions" } else { "other references" };
    if ty.table64 { vec!["64-bit"] } else { vec![element] }
}

/// The names of the operators in a module, each with its forms.
pub fn of_module(wasm: &[u8]) -> BTreeSet<(String, Vec<&'static str>)> {
    let types = Types::of_module(wasm);
    let with_forms = |operator: String| {
        let name = operators::name(&operator).to_string();
        let forms = if of_operator(&name).is_empty() { vec![] } else { types.forms(&operator) };
        (name, forms)
    };
    operators::of_module(wasm).into_iter().map(with_forms).collect()
}

/// The number of functions that a module imports.
pub fn imported_functions(wasm: &[u8]) -> u32 {
    Types::of_module(wasm).imported_functions
}

/// The trial that the forms in a module are recognized.
pub fn trial() -> Trial {
    Trial::test("forms::of_a_module", || {
        let text = r#"(module
            (import "" "" (memory 1)) (import "" "" (table 1 externref)) (import "" "" (func))
            (memory $long i64 1) (memory $shared 1 1 shared) (memory $bytes 1 (pagesize 1))
            (table $functions 1 funcref) (table $long i64 1 externref)
            (func
                (drop (i32.load offset=0x80000000 (i32.const 0)))
                (drop (i32.load $long offset=0x7fffffff (i64.const 0)))
                (memory.copy $shared $bytes (i32.const 0) (i32.const 0) (i32.const 0))
                (drop (table.size 0)) (drop (table.size $long))
                (call_indirect $functions (i32.const 0))))"#;
        let script = Script { name: "the module".to_string(), text: text.to_string() };
        let found = of_module(&script.modules()?[0].bytes);
        let found: Vec<String> = found
            .iter()
            .filter(|(_, forms)| !forms.is_empty())
            .map(|(name, forms)| format!("{name}: {}", forms.join(", ")))
            .collect();
        let expected = [
            "CallIndirect: functions",
            "I32Load: 32-bit, far offset",
            "I32Load: 64-bit",
            "MemoryCopy: shared, byte pages",
            "TableSize: 64-bit",
            "TableSize: other references",
        ];
        if found == expected { Ok(()) } else { Err(format!("{found:?}").into()) }
    })
}
