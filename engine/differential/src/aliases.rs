//! Takes a case; reports whether one of its modules grows memory 0 under another index. Resolves
//! imports like the driver, but knows no engine.

use crate::case::{Case, module_name};
use crate::host;
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{BinaryReaderError, ExternalKind, Operator, Parser, Payload, TypeRef};

/// Where a memory was created.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Memory {
    /// By the host, under this name.
    Host(String),
    /// By the module with this index, as this memory of it.
    Module(usize, usize),
}

/// The memories of a module.
#[derive(Default)]
struct Module {
    memories: Vec<Memory>,
    exports: BTreeMap<String, u32>,
    /// The indices under which it grows memories.
    grown: BTreeSet<u32>,
}

/// Whether a module of the case has the same memory as memory 0 and under another index, and grows
/// it under the latter.
pub fn aliased_memory_grows(case: &Case) -> bool {
    let mut modules = Vec::new();
    for wasm in &case.modules {
        // An invalid module is never instantiated.
        let module = Module::read(wasm, &modules).unwrap_or_default();
        if module.grows_alias() {
            return true;
        }
        modules.push(module);
    }
    false
}

impl Module {
    fn read(wasm: &[u8], earlier: &[Module]) -> Result<Module, BinaryReaderError> {
        let mut module = Module::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        if matches!(import.ty, TypeRef::Memory(_)) {
                            let memory = resolve(import.module, import.name, earlier);
                            module.add(memory, earlier.len());
                        }
                    }
                }
                Payload::MemorySection(section) => {
                    (0..section.count()).for_each(|_| module.add(None, earlier.len()));
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Memory {
                            module.exports.insert(export.name.to_string(), export.index);
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    for operator in body.get_operators_reader()? {
                        if let Operator::MemoryGrow { mem } = operator? {
                            module.grown.insert(mem);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(module)
    }

    /// Adds a memory, which is the module's own unless it was resolved.
    fn add(&mut self, memory: Option<Memory>, module: usize) {
        let own = Memory::Module(module, self.memories.len());
        self.memories.push(memory.unwrap_or(own));
    }

    fn grows_alias(&self) -> bool {
        let first = self.memories.first();
        self.grown.iter().any(|at| *at > 0 && self.memories.get(*at as usize) == first)
    }
}

/// The memory behind an import.
fn resolve(module: &str, name: &str, earlier: &[Module]) -> Option<Memory> {
    if module == host::MODULE {
        return Some(Memory::Host(name.to_string()));
    }
    let at = (0..earlier.len()).find(|at| module_name(*at) == module)?;
    let exported = *earlier[at].exports.get(name)?;
    earlier[at].memories.get(exported as usize).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Generator, Id};
    use wasm_encoder as enc;

    /// A module with imported memories, one of its own, exports of memories, and a function that
    /// grows memories.
    fn module(imports: &[(&str, &str)], exports: &[(&str, u32)], grown: &[u32]) -> Vec<u8> {
        let ty = enc::MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        let (mut types, mut import, mut functions) =
            (enc::TypeSection::new(), enc::ImportSection::new(), enc::FunctionSection::new());
        let (mut memories, mut export, mut code) =
            (enc::MemorySection::new(), enc::ExportSection::new(), enc::CodeSection::new());
        types.ty().function([], []);
        for (module, name) in imports {
            import.import(module, name, ty);
        }
        functions.function(0);
        memories.memory(ty);
        for (name, index) in exports {
            export.export(name, enc::ExportKind::Memory, *index);
        }
        let mut body = enc::Function::new([]);
        for memory in grown {
            body.instructions().i32_const(1).memory_grow(*memory).drop();
        }
        body.instructions().end();
        code.function(&body);
        let mut module = enc::Module::new();
        module.section(&types).section(&import).section(&functions);
        module.section(&memories).section(&export).section(&code);
        module.finish()
    }

    #[test]
    fn only_an_alias_of_memory_0_that_grows_counts() {
        let exports = [("a", 0), ("b", 0), ("own", 1)];
        let first = module(&[("host", "memory")], &exports, &[0]);
        for (imports, grown, expected) in [
            (&[("host", "memory"), ("host", "memory")][..], &[1][..], true),
            (&[("host", "memory"), ("host", "memory")], &[0, 2], false),
            (&[("host", "memory"), ("host", "bytes")], &[1], false),
            (&[("m0", "a"), ("m0", "b")], &[1], true),
            (&[("m0", "a"), ("m0", "own"), ("host", "memory")], &[1], false),
            (&[("m0", "a"), ("m0", "own"), ("host", "memory")], &[2], true),
            (&[("m0", "own"), ("m0", "a"), ("host", "memory")], &[1, 2], false),
            (&[("m0", "missing"), ("m0", "missing")], &[1], false),
            (&[], &[0], false),
        ] {
            let id = Id::new(Generator::Smith, 1);
            let mut case = Case::generate(id);
            case.modules = vec![first.clone(), module(imports, &[], grown)];
            assert_eq!(aliased_memory_grows(&case), expected, "{imports:?}, {grown:?}");
        }
    }
}
