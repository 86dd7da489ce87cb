//! A tiny engine that runs no code: its modules have memories, and its functions are known by name:
//! `set` writes a byte, `get` reads it, `fault` fails, `lack` is unsupported.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use wasmparser::{ExternalKind, Payload, TypeRef};
use wassay_engine::*;

/// The engine's state.
#[derive(Default)]
pub struct Shelf {
    modules: Arc<Mutex<Vec<Known>>>,
    shared: Arc<Mutex<Vec<Arc<AtomicU8>>>>,
    /// The modules that are not dropped.
    pub live: Mutex<HashSet<Module>>,
    closed: bool,
}

impl Shelf {
    /// An engine that opens no sessions.
    pub fn closed() -> Shelf {
        Shelf { closed: true, ..Shelf::default() }
    }
}

#[derive(Clone, Default)]
struct Known {
    imports: Vec<ImportType>,
    exports: Vec<ExportType>,
}

fn owner() -> Owner {
    static OWNER: std::sync::OnceLock<Owner> = std::sync::OnceLock::new();
    *OWNER.get_or_init(Owner::fresh)
}

fn memory_type(ty: wasmparser::MemoryType) -> ExternType {
    let (minimum, maximum) = (ty.initial, ty.maximum);
    ExternType::Memory(MemoryType { shared: ty.shared, ..MemoryType::new(minimum, maximum) })
}

fn lacking<T>(what: &str) -> Result<T, Fault> {
    Err(Fault::Unsupported(what.to_string()))
}

impl Engine for Shelf {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let mut known = Known::default();
        let mut memories = Vec::new();
        for payload in wasmparser::Parser::new(0).parse_all(wasm) {
            match payload.expect("well-formed") {
                Payload::ImportSection(section) => {
                    for import in section.into_imports().map(|import| import.expect("import")) {
                        let ty = match import.ty {
                            TypeRef::Memory(ty) => memory_type(ty),
                            TypeRef::Table(ty) => ExternType::Table(TableType {
                                element: RefType::FUNC,
                                minimum: ty.initial,
                                maximum: ty.maximum,
                                table64: ty.table64,
                            }),
                            _ => ExternType::Func(FuncType::default()),
                        };
                        let (module, name) = (import.module.to_string(), import.name.to_string());
                        memories.push(ty.clone());
                        known.imports.push(ImportType { module, name, ty });
                    }
                }
                Payload::MemorySection(section) => {
                    memories.extend(section.into_iter().map(|ty| memory_type(ty.expect("memory"))));
                }
                Payload::ExportSection(section) => {
                    for export in section.into_iter().map(|export| export.expect("export")) {
                        let ty = match export.kind {
                            ExternalKind::Memory => memories[export.index as usize].clone(),
                            _ => ExternType::Func(FuncType::default()),
                        };
                        known.exports.push(ExportType { name: export.name.to_string(), ty });
                    }
                }
                _ => {}
            }
        }
        let mut modules = self.modules.lock().unwrap();
        modules.push(known);
        let module = Module::new(owner(), modules.len() as u32 - 1);
        self.live.lock().unwrap().insert(module);
        Ok(Ok(module))
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        Ok(self.modules.lock().unwrap()[module.index() as usize].imports.clone())
    }

    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        Ok(self.modules.lock().unwrap()[module.index() as usize].exports.clone())
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        assert!(self.live.lock().unwrap().remove(&module), "dropped twice");
        Ok(())
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        if self.closed {
            return Err(Fault::Internal("no room".to_string()));
        }
        let (modules, shared) = (self.modules.clone(), self.shared.clone());
        Ok(Box::new(Place { modules, shared, ..Place::default() }))
    }
}

/// A session: each memory is one byte.
#[derive(Default)]
struct Place {
    modules: Arc<Mutex<Vec<Known>>>,
    shared: Arc<Mutex<Vec<Arc<AtomicU8>>>>,
    memories: Vec<Arc<AtomicU8>>,
    instances: Vec<HashMap<String, Extern>>,
    funcs: Vec<(String, Option<Memory>)>,
}

impl Place {
    fn memory(&mut self, byte: Arc<AtomicU8>) -> Memory {
        self.memories.push(byte);
        Memory::new(owner(), self.memories.len() as u32 - 1)
    }
}

impl Session for Place {
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
        let known = self.modules.lock().unwrap()[module.index() as usize].clone();
        let imported = imports.iter().find_map(|item| match item {
            Extern::Memory(memory) => Some(*memory),
            _ => None,
        });
        let memory = imported.unwrap_or_else(|| self.memory(Arc::default()));
        let mut exports = HashMap::new();
        for ExportType { name, ty } in known.exports {
            let item = match ty {
                ExternType::Memory(_) => Extern::Memory(memory),
                _ => {
                    self.funcs.push((name.clone(), Some(memory)));
                    Extern::Func(Func::new(owner(), self.funcs.len() as u32 - 1))
                }
            };
            exports.insert(name, item);
        }
        self.instances.push(exports);
        Ok(Instantiated::Ready(Instance::new(owner(), self.instances.len() as u32 - 1)))
    }

    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        Ok(self.instances[instance.index() as usize].get(name).copied())
    }

    fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        let (name, memory) = &self.funcs[func.index() as usize];
        let byte = memory.map(|memory| &self.memories[memory.index() as usize]);
        Ok(Outcome::Returned(match (name.as_str(), byte, args) {
            ("set", Some(byte), [Value::I32(value)]) => {
                byte.store(*value as u8, SeqCst);
                Vec::new()
            }
            ("get", Some(byte), []) => vec![Value::I32(byte.load(SeqCst).into())],
            ("await", Some(byte), []) => {
                while byte.load(SeqCst) == 0 {
                    std::thread::yield_now();
                }
                Vec::new()
            }
            ("fault", ..) => return Err(Fault::Internal("a bug".to_string())),
            ("lack", ..) => return lacking("gc"),
            _ => return Err(Fault::Misuse(format!("{name} with {args:?}"))),
        }))
    }

    fn host_func(&mut self, _: &FuncType, _: HostAction) -> Result<Func, Fault> {
        self.funcs.push(("host".to_string(), None));
        Ok(Func::new(owner(), self.funcs.len() as u32 - 1))
    }

    fn memory_new(&mut self, _: MemoryType) -> Result<Memory, Fault> {
        Ok(self.memory(Arc::default()))
    }

    fn share_memory(&mut self, memory: Memory) -> Result<SharedMemory, Fault> {
        let mut shared = self.shared.lock().unwrap();
        shared.push(self.memories[memory.index() as usize].clone());
        Ok(SharedMemory::new(owner(), shared.len() as u32 - 1))
    }

    fn adopt_memory(&mut self, memory: SharedMemory) -> Result<Memory, Fault> {
        let byte = self.shared.lock().unwrap()[memory.index() as usize].clone();
        Ok(self.memory(byte))
    }
}
