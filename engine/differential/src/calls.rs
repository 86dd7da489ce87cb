//! Takes a case; reports whether one of its modules makes a call that some engine compiles incorrectly:
//! a tail call of an import of type `[] -> []`, or a call through a table of typed references. Knows
//! no engine.

use crate::case::Case;
use wasmparser::{
    BinaryReaderError, CompositeInnerType, Operator, Parser, Payload, RefType, TypeRef,
};

/// Whether a module has a `return_call` of an imported function without parameters and results, or
/// a `return_call_indirect` that may reach one.
pub fn tail_calls_empty_import(case: &Case) -> bool {
    has_call(case, Callees::tail_calls_empty_import)
}

/// Whether a module has a `call_indirect` or `return_call_indirect` of a table whose elements have
/// a more exact type than `funcref`.
pub fn calls_typed_table(case: &Case) -> bool {
    has_call(case, Callees::calls_typed_table)
}

type Test = fn(&Callees, &Operator<'_>) -> bool;

fn has_call(case: &Case, test: Test) -> bool {
    // An invalid module is never instantiated.
    case.modules.iter().any(|wasm| passes(wasm, test).unwrap_or(false))
}

/// What the calls of a module refer to, each by its index.
#[derive(Default)]
struct Callees {
    /// Whether a type is `[] -> []`.
    empty_types: Vec<bool>,
    /// Whether an imported function has such a type.
    empty_imports: Vec<bool>,
    /// Whether a table has elements of another type than `funcref`.
    typed_tables: Vec<bool>,
}

impl Callees {
    fn tail_calls_empty_import(&self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::ReturnCall { function_index } => is_set(&self.empty_imports, function_index),
            Operator::ReturnCallIndirect { type_index, .. } => {
                is_set(&self.empty_types, type_index)
            }
            _ => false,
        }
    }

    fn calls_typed_table(&self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::CallIndirect { table_index, .. }
            | Operator::ReturnCallIndirect { table_index, .. } => {
                is_set(&self.typed_tables, table_index)
            }
            _ => false,
        }
    }
}

fn is_set(flags: &[bool], index: u32) -> bool {
    flags.get(index as usize) == Some(&true)
}

/// Whether an operator of the module passes the test.
fn passes(wasm: &[u8], test: Test) -> Result<bool, BinaryReaderError> {
    let mut callees = Callees::default();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group?.types() {
                        callees.empty_types.push(match &ty.composite_type.inner {
                            CompositeInnerType::Func(ty) => {
                                ty.params().is_empty() && ty.results().is_empty()
                            }
                            _ => false,
                        });
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    match import?.ty {
                        TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                            let is_empty = is_set(&callees.empty_types, ty);
                            callees.empty_imports.push(is_empty);
                        }
                        TypeRef::Table(ty) => callees.typed_tables.push(is_typed(ty.element_type)),
                        _ => {}
                    }
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    callees.typed_tables.push(is_typed(table?.ty.element_type));
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    if test(&callees, &operator?) {
                        return Ok(true);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(false)
}

fn is_typed(elements: RefType) -> bool {
    elements != RefType::FUNCREF
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoded::code;
    use wasm_encoder as enc;
    use wasm_encoder::Instruction as I;

    /// A module with a function of this body. Type 0 is empty, type 1 is not; functions 0 and 1 are
    /// imports of these types; table 0, an import, holds any functions, and table 1 those of type 0.
    fn module(body: &[I<'_>]) -> Vec<u8> {
        let (mut types, mut imports, mut functions, mut tables) = (
            enc::TypeSection::new(),
            enc::ImportSection::new(),
            enc::FunctionSection::new(),
            enc::TableSection::new(),
        );
        let table = |element_type| enc::TableType {
            element_type,
            table64: false,
            minimum: 1,
            maximum: None,
            shared: false,
        };
        types.ty().function([], []);
        types.ty().function([enc::ValType::I32], []);
        imports.import("host", "a", enc::EntityType::Function(0));
        imports.import("host", "b", enc::EntityType::Function(1));
        imports.import("host", "table", table(enc::RefType::FUNCREF));
        functions.function(0);
        let typed = enc::RefType { nullable: true, heap_type: enc::HeapType::Concrete(0) };
        tables.table(table(typed));
        let mut module = enc::Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables);
        module.section(&code(&[], body));
        module.finish()
    }

    fn check(test: Test, body: &[I<'_>], expected: bool) {
        let wasm = module(body);
        wasmparser::validate(&wasm).unwrap();
        assert_eq!(passes(&wasm, test).unwrap(), expected, "{body:?}");
    }

    #[test]
    fn only_tail_calls_of_empty_imports_count() {
        let indirect = |type_index| I::ReturnCallIndirect { type_index, table_index: 0 };
        for (body, expected) in [
            (&[I::ReturnCall(0)][..], true),
            (&[I::I32Const(0), indirect(0)], true),
            (&[I::Call(0)], false),
            (&[I::I32Const(0), I::ReturnCall(1)], false),
            (&[I::ReturnCall(2)], false),
            (&[I::I32Const(0), I::I32Const(0), indirect(1)], false),
        ] {
            check(Callees::tail_calls_empty_import, body, expected);
        }
    }

    #[test]
    fn only_calls_through_the_typed_table_count() {
        let call = |table_index| I::CallIndirect { type_index: 0, table_index };
        let tail = |table_index| I::ReturnCallIndirect { type_index: 0, table_index };
        for (body, expected) in [
            (&[I::I32Const(0), call(0)][..], false),
            (&[I::I32Const(0), call(1)], true),
            (&[I::I32Const(0), tail(0)], false),
            (&[I::I32Const(0), tail(1)], true),
            (&[I::I32Const(0), I::TableGet(1), I::Drop], false),
        ] {
            check(Callees::calls_typed_table, body, expected);
        }
    }
}
