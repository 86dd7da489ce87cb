//! Whether an engine lists the imports that a module has: takes the module's bytes and the engine's
//! list; gives the first difference. The harness links by the list, so a wrong one would decide what
//! links without the engine. Knows no types, only names and kinds.

use wasmparser::{Parser, Payload, TypeRef};
use wassay_engine::{ExternType, ImportType};

/// An import of a module: two names and a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    module: String,
    name: String,
    kind: &'static str,
}

/// The imports of a module that an engine has accepted; `None` if they cannot be read.
pub(super) fn imports(wasm: &[u8]) -> Option<Vec<Import>> {
    let mut imports = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.ok()? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.ok()?;
                    let (module, name) = (import.module.to_string(), import.name.to_string());
                    imports.push(Import { module, name, kind: kind(import.ty) });
                }
                break;
            }
            // Imports come before functions.
            Payload::FunctionSection(_) | Payload::CodeSectionStart { .. } => break,
            _ => {}
        }
    }
    Some(imports)
}

/// How the engine's list differs from the module's imports.
pub(super) fn difference(imports: &[Import], listed: &[ImportType]) -> Option<String> {
    if imports.len() != listed.len() {
        return Some(format!("{} imports, and the module has {}", listed.len(), imports.len()));
    }
    let is_same = |(import, listed): &(&Import, &ImportType)| {
        (&*import.module, &*import.name) == (&*listed.module, &*listed.name)
            && import.kind == kind_of(&listed.ty)
    };
    let (import, listed) = imports.iter().zip(listed).find(|pair| !is_same(pair))?;
    let shown = |kind, module: &str, name: &str| format!("the {kind} {module:?} {name:?}");
    Some(format!(
        "{}, and the module imports {}",
        shown(kind_of(&listed.ty), &listed.module, &listed.name),
        shown(import.kind, &import.module, &import.name)
    ))
}

fn kind(ty: TypeRef) -> &'static str {
    match ty {
        TypeRef::Func(_) | TypeRef::FuncExact(_) => "func",
        TypeRef::Table(_) => "table",
        TypeRef::Memory(_) => "memory",
        TypeRef::Global(_) => "global",
        TypeRef::Tag(_) => "tag",
    }
}

fn kind_of(ty: &ExternType) -> &'static str {
    match ty {
        ExternType::Func(_) => "func",
        ExternType::Table(_) => "table",
        ExternType::Memory(_) => "memory",
        ExternType::Global(_) => "global",
        ExternType::Tag(_) => "tag",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_engine::{FuncType, GlobalType, ValType};

    #[test]
    fn a_wrong_list_is_found() {
        let text = r#"(module (import "a" "f" (func)) (import "a" "g" (global i32)) (func))"#;
        let buffer = wast::parser::ParseBuffer::new(text).unwrap();
        let wasm = wast::parser::parse::<wast::Wat<'_>>(&buffer).unwrap().encode().unwrap();
        let has = imports(&wasm).unwrap();
        let func = |module: &str, name: &str| {
            ImportType::new(module, name, ExternType::Func(FuncType::new([], [])))
        };
        let global = GlobalType { content: ValType::I32, mutable: false };
        let global = ImportType::new("a", "g", ExternType::Global(global));
        for (listed, expected) in [
            (vec![func("a", "f"), global.clone()], None),
            (vec![func("a", "f")], Some("1 imports, and the module has 2")),
            (
                vec![func("nope", "f"), global.clone()],
                Some(r#"the func "nope" "f", and the module imports the func "a" "f""#),
            ),
            (
                vec![func("a", "f"), func("a", "g")],
                Some(r#"the func "a" "g", and the module imports the global "a" "g""#),
            ),
            (
                vec![global.clone(), func("a", "f")],
                Some(r#"the global "a" "g", and the module imports the func "a" "f""#),
            ),
        ] {
            assert_eq!(difference(&has, &listed).as_deref(), expected);
        }
    }
}
