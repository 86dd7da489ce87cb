//! Reads the order of imports and exports from a module that the engine accepted. Engines that keep
//! them in maps or by kind do not report that order. Never judges the module.

use std::collections::HashMap;
use wasmparser::{BinaryReaderError, Parser, Payload, TypeRef};
use wassay_engine::{ExportType, Fault, ImportType};

/// The order of a module's imports and exports.
#[derive(Default)]
pub(super) struct Outline {
    /// The kind, module and name of each import.
    imports: Vec<(&'static str, String, String)>,
    exports: Vec<String>,
}

impl Outline {
    /// Reads the sections of a module.
    ///
    /// # Errors
    /// `Unsupported` for bytes that wasmparser cannot read.
    pub fn read(wasm: &[u8]) -> Result<Outline, Fault> {
        read(wasm).map_err(|error| {
            Fault::Unsupported(format!("a module whose sections wasmparser cannot read: {error}"))
        })
    }

    /// The kind, module and name of each import.
    pub fn imports(&self) -> &[(&'static str, String, String)] {
        &self.imports
    }

    /// Sorts imports into the order of the section. Those of one kind must be in that order already.
    ///
    /// # Errors
    /// `Internal` if they are not the imports of the section.
    pub fn order_imports(&self, imports: Vec<ImportType>) -> Result<Vec<ImportType>, Fault> {
        let mut by_kind = HashMap::<_, Vec<_>>::new();
        for import in imports.into_iter().rev() {
            by_kind.entry(import.ty.kind()).or_default().push(import);
        }
        let mut ordered = Vec::with_capacity(self.imports.len());
        for (kind, module, name) in &self.imports {
            match by_kind.get_mut(kind).and_then(Vec::pop) {
                Some(import) if import.module == *module && import.name == *name => {
                    ordered.push(import);
                }
                other => {
                    let found = other.map_or("nothing".to_string(), |import| {
                        format!("{:?} {:?}", import.module, import.name)
                    });
                    return Err(Fault::Internal(format!(
                        "the engine has {found} for the import {module:?} {name:?}"
                    )));
                }
            }
        }
        match by_kind.into_values().flatten().next() {
            None => Ok(ordered),
            Some(import) => Err(Fault::Internal(format!(
                "the engine has an import {:?} {:?} that the module has not",
                import.module, import.name
            ))),
        }
    }

    /// Sorts exports into the order of the section.
    ///
    /// # Errors
    /// `Internal` if they are not the exports of the section.
    pub fn order_exports(&self, exports: Vec<ExportType>) -> Result<Vec<ExportType>, Fault> {
        let count = exports.len();
        let mut by_name: HashMap<_, _> =
            exports.into_iter().map(|export| (export.name.clone(), export)).collect();
        if count != self.exports.len() {
            return Err(Fault::Internal(format!(
                "the engine has {count} exports of a module that has {}",
                self.exports.len()
            )));
        }
        let find = |name: &String| {
            by_name.remove(name).ok_or_else(|| {
                Fault::Internal(format!("the engine does not have the export {name:?}"))
            })
        };
        self.exports.iter().map(find).collect()
    }
}

fn read(wasm: &[u8]) -> Result<Outline, BinaryReaderError> {
    let mut outline = Outline::default();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    outline.imports.push((
                        kind(&import.ty),
                        import.module.to_string(),
                        import.name.to_string(),
                    ));
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    outline.exports.push(export?.name.to_string());
                }
            }
            _ => {}
        }
    }
    Ok(outline)
}

/// The name of the kind, as in [`ExternType::kind`].
fn kind(ty: &TypeRef) -> &'static str {
    match ty {
        TypeRef::Func(_) | TypeRef::FuncExact(_) => "func",
        TypeRef::Table(_) => "table",
        TypeRef::Memory(_) => "memory",
        TypeRef::Global(_) => "global",
        TypeRef::Tag(_) => "tag",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_engine::{ExternType, FuncType, GlobalType, ValType};

    fn outline() -> Outline {
        let import = |kind, name: &str| (kind, "m".to_string(), name.to_string());
        Outline {
            imports: vec![import("global", "a"), import("func", "b"), import("global", "c")],
            exports: vec!["y".to_string(), "x".to_string()],
        }
    }

    fn import(name: &str, ty: ExternType) -> ImportType {
        ImportType { module: "m".to_string(), name: name.to_string(), ty }
    }

    fn func(name: &str) -> ImportType {
        import(name, ExternType::Func(FuncType::default()))
    }

    fn global(name: &str) -> ImportType {
        import(name, ExternType::Global(GlobalType { content: ValType::I32, mutable: false }))
    }

    #[test]
    fn imports_are_sorted_by_section_order() {
        let ordered = outline().order_imports(vec![func("b"), global("a"), global("c")]).unwrap();
        assert_eq!(ordered, [global("a"), func("b"), global("c")]);
    }

    #[test]
    fn imports_that_differ_from_the_section_are_a_fault() {
        for wrong in [
            vec![func("b"), global("c"), global("a")],
            vec![func("b"), global("a")],
            vec![func("b"), global("a"), global("c"), func("d")],
        ] {
            assert!(matches!(outline().order_imports(wrong), Err(Fault::Internal(_))));
        }
    }

    #[test]
    fn exports_are_sorted_by_section_order() {
        let export = |name: &str| ExportType { name: name.to_string(), ty: func("").ty };
        let ordered = outline().order_exports(vec![export("x"), export("y")]).unwrap();
        assert_eq!(ordered, [export("y"), export("x")]);
        for wrong in [vec![export("x")], vec![export("x"), export("z")]] {
            assert!(matches!(outline().order_exports(wrong), Err(Fault::Internal(_))));
        }
    }
}
