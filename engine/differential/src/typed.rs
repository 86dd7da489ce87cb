//! Takes a case; reports whether one of its modules calls through a table whose elements have a more
//! exact type than `funcref`. Knows no engine.

use crate::case::Case;
use wasmparser::{BinaryReaderError, Operator, Parser, Payload, RefType, TypeRef};

/// Whether a module has a `call_indirect` or `return_call_indirect` of such a table.
pub fn calls_typed_table(case: &Case) -> bool {
    case.modules.iter().any(|wasm| calls(wasm).unwrap_or(false))
}

fn calls(wasm: &[u8]) -> Result<bool, BinaryReaderError> {
    let mut tables: Vec<RefType> = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Table(ty) = import?.ty {
                        tables.push(ty.element_type);
                    }
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    tables.push(table?.ty.element_type);
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    let (Operator::CallIndirect { table_index, .. }
                    | Operator::ReturnCallIndirect { table_index, .. }) = operator?
                    else {
                        continue;
                    };
                    if tables.get(table_index as usize).is_some_and(|ty| *ty != RefType::FUNCREF) {
                        return Ok(true);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoded::code;
    use wasm_encoder as enc;
    use wasm_encoder::Instruction as I;

    /// A module with a function of this body. Table 0 holds any functions, table 1 those of type 0.
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
        imports.import("host", "table", table(enc::RefType::FUNCREF));
        functions.function(0);
        let typed = enc::RefType { nullable: true, heap_type: enc::HeapType::Concrete(0) };
        tables.table(table(typed));
        let mut module = enc::Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables);
        module.section(&code(&[], body));
        module.finish()
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
            let wasm = module(body);
            wasmparser::validate(&wasm).unwrap();
            assert_eq!(calls(&wasm).unwrap(), expected, "{body:?}");
        }
    }
}
