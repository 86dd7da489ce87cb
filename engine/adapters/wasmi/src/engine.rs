//! Takes wasm bytes; keeps wasmi's modules by number and opens sessions on them.

use crate::session::WasmiSession;
use crate::types::lift_extern;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use wasmi::errors::ErrorKind;
use wasmparser::{BinaryReaderError, Parser, Payload, TypeRef};
use wassay_engine::{
    CacheStats, Engine, ExportType, Fault, ImportType, Module, Owner, Provenance, Rejected, Session,
};

/// One wasmi engine.
pub struct WasmiEngine {
    modules: Arc<Modules>,
    engine: wasmi::Engine,
    functions_compiled: AtomicU64,
}

/// The modules of an engine; its sessions read them.
pub struct Modules {
    owner: Owner,
    compiled: Mutex<Vec<Option<Compiled>>>,
}

/// A module, and what wasmi does not tell of it.
#[derive(Clone)]
pub struct Compiled {
    pub module: wasmi::Module,
    outline: Arc<Outline>,
}

impl Compiled {
    /// Puts what is in the order of the import section in wasmi's order.
    pub fn reorder<T: Copy>(&self, imports: &[T]) -> Vec<T> {
        let order = &self.outline.import_order;
        if imports.len() != order.len() {
            // wasmi refuses a wrong number itself.
            return imports.to_vec();
        }
        order.iter().map(|section_index| imports[*section_index]).collect()
    }

    /// The place in the import section of the import with these names, if no other has them.
    pub fn only_import(&self, module: &str, name: &str) -> Option<usize> {
        let mut found = self
            .module
            .imports()
            .zip(&self.outline.import_order)
            .filter(|(import, _)| import.module() == module && import.name() == name)
            .map(|(_, section_index)| *section_index);
        let first = found.next();
        if found.next().is_some() { None } else { first }
    }
}

impl WasmiEngine {
    pub fn new(config: &wasmi::Config) -> WasmiEngine {
        WasmiEngine {
            modules: Arc::new(Modules { owner: Owner::fresh(), compiled: Mutex::default() }),
            engine: wasmi::Engine::new(config),
            functions_compiled: AtomicU64::new(0),
        }
    }
}

impl Modules {
    pub fn get(&self, module: Module) -> Result<Compiled, Fault> {
        let index = module.index_in(self.owner)? as usize;
        let compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let module = compiled.get(index).cloned().flatten();
        module.ok_or_else(|| Fault::Misuse("a module that was dropped".to_string()))
    }

    fn add(&self, module: Compiled) -> Module {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        compiled.push(Some(module));
        Module::new(self.owner, compiled.len() as u32 - 1)
    }

    fn remove(&self, module: Module) -> Result<(), Fault> {
        let index = module.index_in(self.owner)? as usize;
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        match compiled.get_mut(index).and_then(Option::take) {
            Some(_) => Ok(()),
            None => Err(Fault::Misuse("a module that was dropped".to_string())),
        }
    }
}

impl Engine for WasmiEngine {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let module = match guarded(|| wasmi::Module::new(&self.engine, wasm))? {
            Ok(module) => module,
            Err(error) => return Ok(Err(rejected(&error))),
        };
        let outline = Outline::read(wasm).map_err(|error| {
            Fault::Internal(format!("wasmi took a module that cannot be read: {error}"))
        })?;
        self.functions_compiled.fetch_add(outline.functions, Ordering::Relaxed);
        Ok(Ok(self.modules.add(Compiled { module, outline: Arc::new(outline) })))
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        let compiled = self.modules.get(module)?;
        let mut imports: Vec<_> =
            compiled.module.imports().zip(&compiled.outline.import_order).collect();
        imports.sort_by_key(|(_, section_index)| **section_index);
        let import = |(import, _): (wasmi::ImportType<'_>, _)| ImportType {
            module: import.module().to_string(),
            name: import.name().to_string(),
            ty: lift_extern(import.ty()),
        };
        Ok(imports.into_iter().map(import).collect())
    }

    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        let compiled = self.modules.get(module)?;
        let export = |name: &String| match compiled.module.get_export(name) {
            Some(ty) => Ok(ExportType { name: name.clone(), ty: lift_extern(&ty) }),
            None => Err(Fault::Internal(format!("wasmi does not know the export `{name}`"))),
        };
        compiled.outline.exports.iter().map(export).collect()
    }

    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
        self.modules.get(module).map(|_| Provenance::Fresh)
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        self.modules.remove(module)
    }

    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        let functions_compiled = self.functions_compiled.load(Ordering::Relaxed);
        Ok(CacheStats { functions_compiled, ..CacheStats::default() })
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(Box::new(WasmiSession::new(&self.engine, Arc::clone(&self.modules))))
    }
}

/// What wasmi's module does not tell.
struct Outline {
    functions: u64,
    /// wasmi groups imports by kind, and takes them in that order: the places of its imports in
    /// the import section.
    import_order: Vec<usize>,
    /// Export names in the order of the export section: wasmi has them in a map.
    exports: Vec<String>,
}

impl Outline {
    fn read(wasm: &[u8]) -> Result<Outline, BinaryReaderError> {
        let mut outline = Outline { functions: 0, import_order: Vec::new(), exports: Vec::new() };
        let mut import_kinds = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        import_kinds.push(kind_rank(&import?.ty));
                    }
                }
                Payload::FunctionSection(functions) => {
                    outline.functions = u64::from(functions.count());
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        outline.exports.push(export?.name.to_string());
                    }
                }
                _ => {}
            }
        }
        outline.import_order = (0..import_kinds.len()).collect();
        outline.import_order.sort_by_key(|section_index| import_kinds[*section_index]);
        Ok(outline)
    }
}

/// The order in which wasmi has the kinds of imports.
fn kind_rank(ty: &TypeRef) -> u8 {
    match ty {
        TypeRef::Func(_) | TypeRef::FuncExact(_) => 0,
        TypeRef::Table(_) => 1,
        TypeRef::Memory(_) => 2,
        TypeRef::Global(_) => 3,
        TypeRef::Tag(_) => 4,
    }
}

/// wasmi's parser has one error for malformed and invalid: the stage is not known.
fn rejected(error: &wasmi::Error) -> Rejected {
    let offset = match error.kind() {
        ErrorKind::Wasm(error) => Some(error.offset()),
        _ => None,
    };
    Rejected { stage: None, message: error.to_string(), offset }
}

/// A panic of wasmi becomes a fault that the harness blames on the directive at hand.
pub fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|payload| {
        let words = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("without a message");
        Fault::Internal(format!("wasmi panicked: {words}"))
    })
}
