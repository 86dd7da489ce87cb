//! Takes a case; reports whether one of its modules tail-calls an imported function that has
//! neither parameters nor results. Knows no engine.

use crate::case::Case;
use wasmparser::{BinaryReaderError, CompositeInnerType, Operator, Parser, Payload, TypeRef};

/// Whether a module has a `return_call` of such an import, or a `return_call_indirect` that may
/// reach one.
pub fn tail_calls_empty_import(case: &Case) -> bool {
    // An invalid module is never instantiated.
    case.modules.iter().any(|wasm| tail_calls(wasm).unwrap_or(false))
}

fn tail_calls(wasm: &[u8]) -> Result<bool, BinaryReaderError> {
    let (mut types, mut imports) = (Vec::new(), Vec::new());
    let is_empty = |types: &[bool], index: u32| types.get(index as usize) == Some(&true);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group?.types() {
                        types.push(match &ty.composite_type.inner {
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
                    if let TypeRef::Func(ty) | TypeRef::FuncExact(ty) = import?.ty {
                        imports.push(is_empty(&types, ty));
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    let reaches = match operator? {
                        Operator::ReturnCall { function_index } => {
                            is_empty(&imports, function_index)
                        }
                        Operator::ReturnCallIndirect { type_index, .. } => {
                            is_empty(&types, type_index)
                        }
                        _ => false,
                    };
                    if reaches {
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

    /// A module with a function of this body. Type 0 is empty, type 1 is not; functions 0 and 1 are
    /// imports of these types.
    fn module(body: &[I<'_>]) -> Vec<u8> {
        let (mut types, mut imports, mut functions, mut tables) = (
            enc::TypeSection::new(),
            enc::ImportSection::new(),
            enc::FunctionSection::new(),
            enc::TableSection::new(),
        );
        types.ty().function([], []);
        types.ty().function([enc::ValType::I32], []);
        imports.import("host", "a", enc::EntityType::Function(0));
        imports.import("host", "b", enc::EntityType::Function(1));
        functions.function(0);
        tables.table(enc::TableType {
            element_type: enc::RefType::FUNCREF,
            table64: false,
            minimum: 1,
            maximum: None,
            shared: false,
        });
        let mut module = enc::Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables);
        module.section(&code(&[], body));
        module.finish()
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
            let wasm = module(body);
            wasmparser::validate(&wasm).unwrap();
            assert_eq!(tail_calls(&wasm).unwrap(), expected, "{body:?}");
        }
    }
}
