//! An engine in an adapter's process: takes calls of the trait; sends requests. Keeps the imports and
//! exports of modules, which come with their compilation.

use crate::connection::Connection;
use crate::description::Description;
use crate::handles::{Handles, Kind};
use crate::imports;
use crate::message::{
    self, Base64, CacheStats, Compiled, Config as Settings, End, Export, Import, LONGEST, Op,
};
use crate::provider::Adapter;
use crate::session::RemoteSession;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wassay_engine::{
    CacheStats as Stats, Config, Deserialized, Engine, ExportType, Fault, ImportType, Interrupter,
    Module, Owner, Provenance, Provider, Rejected, Session,
};

/// An engine.
#[derive(Debug)]
pub(crate) struct Remote {
    core: Arc<Core>,
    provider: Adapter,
    config: Config,
}

/// What an engine and its sessions share.
#[derive(Debug)]
pub(crate) struct Core {
    pub connection: Arc<Connection>,
    pub about: Arc<Description>,
    number: u32,
    pub owner: Owner,
    /// The owner of types that only this end has numbers for.
    unnamed: Owner,
    modules: Mutex<HashMap<u32, Arc<Lists>>>,
}

/// What a module imports and exports.
#[derive(Debug)]
struct Lists {
    imports: Result<Vec<ImportType>, Fault>,
    exports: Option<Vec<ExportType>>,
}

impl Remote {
    /// Starts an engine.
    ///
    /// # Errors
    /// The adapter's.
    pub fn start(
        provider: Adapter,
        connection: Arc<Connection>,
        about: Arc<Description>,
        config: &Config,
    ) -> Result<Remote, Fault> {
        let number = connection.fresh_number();
        connection.ask_to(Op::Start { engine: number, config: Settings::write(config) })?;
        let (owner, unnamed) = (connection.fresh_owner(), Owner::fresh());
        let modules = Mutex::default();
        let core = Arc::new(Core { connection, about, number, owner, unnamed, modules });
        Ok(Remote { core, provider, config: config.clone() })
    }
}

impl Core {
    /// The handles of the engine alone.
    fn handles(&self) -> EngineHandles<'_> {
        EngineHandles { core: self, session: self.owner }
    }

    /// The handles of a session of the engine.
    pub fn handles_of(&self, session: Owner) -> EngineHandles<'_> {
        EngineHandles { core: self, session }
    }

    fn modules(&self) -> MutexGuard<'_, HashMap<u32, Arc<Lists>>> {
        self.modules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lists(&self, module: Module) -> Result<Arc<Lists>, Fault> {
        let number = module.index_in(self.owner)?;
        let lists = self.modules().get(&number).cloned();
        lists.ok_or_else(|| Fault::dropped("this module was dropped"))
    }

    /// Keeps a module that the adapter has compiled or loaded; `wasm` are its bytes, if they are known.
    fn keep(&self, compiled: Compiled, wasm: Option<&[u8]>) -> Result<Module, Fault> {
        let handles = self.handles();
        let Compiled { module, imports, exports } = compiled;
        if self.modules().contains_key(&module) {
            let how = format!("gave a module the number {module}, which another has");
            self.connection.give_up(&how);
        }
        let read = |import: Import| import.read(&handles);
        let imports = match (imports, wasm) {
            (Some(imports), _) => imports.into_iter().map(read).collect(),
            (None, Some(wasm)) => imports::read(wasm, self.unnamed),
            (None, None) => Err(Fault::unsupported("imports of deserialized modules")),
        };
        let read = |export: Export| export.read(&handles);
        let exports = exports.map(|exports| exports.into_iter().map(read).collect()).transpose()?;
        self.modules().insert(module, Arc::new(Lists { imports, exports }));
        Ok(Module::new(self.owner, module))
    }

    /// Sends a request if the adapter has it.
    pub fn ask(&self, op: Op) -> Result<End, Fault> {
        self.about.needs(&op)?;
        Ok(self.connection.ask(op))
    }

    /// Sends a request that must succeed with a value of this type, or be at fault.
    pub fn ask_for<T: serde::de::DeserializeOwned>(&self, op: Op) -> Result<T, Fault> {
        self.about.needs(&op)?;
        self.connection.ask_for(op)
    }

    /// Sends a request whose success has no value.
    pub fn ask_to(&self, op: Op) -> Result<(), Fault> {
        self.about.needs(&op)?;
        self.connection.ask_to(op)
    }

    fn deserialized(&self, op: Op) -> Result<Deserialized, Fault> {
        let name = op.name();
        match self.ask(op)? {
            End::Ok(value) => {
                self.keep(self.connection.read_ok(name, value), None).map(Deserialized::Module)
            }
            End::Incompatible(why) => Ok(Deserialized::Incompatible(why)),
            End::Corrupt(why) => Ok(Deserialized::Corrupt(why)),
            end => Err(self.connection.fault(name, end)),
        }
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        if self.about.has("stop") {
            self.connection.finish(Op::Stop { engine: self.number });
        }
    }
}

/// The handles that an engine, or a session of it, may send: its own, and those of others if the
/// adapter's engine refuses them by itself.
#[derive(Clone, Copy)]
pub(crate) struct EngineHandles<'a> {
    core: &'a Core,
    session: Owner,
}

impl EngineHandles<'_> {
    fn owner(&self, kind: Kind) -> Owner {
        match kind {
            Kind::Module | Kind::SharedMemory | Kind::DefinedType => self.core.owner,
            _ => self.session,
        }
    }
}

impl Handles for EngineHandles<'_> {
    fn number(&self, kind: Kind, owner: Owner, index: u32) -> Result<u32, Fault> {
        let Core { about, connection, unnamed, .. } = self.core;
        if owner == self.owner(kind) || about.capabilities.handles && connection.knows(owner) {
            return Ok(index);
        }
        if owner == *unnamed {
            return Err(Fault::unsupported("defined types of imports"));
        }
        Err(Fault::Foreign(format!("a {} of another owner", kind.name())))
    }

    fn place(&self, kind: Kind, number: u32) -> Result<(Owner, u32), Fault> {
        Ok((self.owner(kind), number))
    }
}

impl Engine for Remote {
    fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let core = &self.core;
        if wasm.len() > LONGEST / 2 {
            return Err(Fault::Unsupported(format!("modules of more than {} bytes", LONGEST / 2)));
        }
        let op = Op::Compile { engine: core.number, wasm: Base64(wasm.to_vec()) };
        match core.ask(op)? {
            End::Ok(value) => {
                core.keep(core.connection.read_ok("compile", value), Some(wasm)).map(Ok)
            }
            End::Rejected(rejected) => Ok(Err(rejected.read())),
            end => Err(core.connection.fault("compile", end)),
        }
    }

    fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
        self.core.lists(module)?.imports.clone()
    }

    fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
        let exports = self.core.lists(module)?.exports.clone();
        exports.ok_or_else(|| Fault::unsupported("export types"))
    }

    fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
        let op =
            Op::Provenance { engine: self.core.number, module: self.core.handles().write(module)? };
        Ok(self.core.ask_for::<message::Provenance>(op)?.read())
    }

    fn drop_module(&self, module: Module) -> Result<(), Fault> {
        let core = &self.core;
        let number = core.handles().write(module)?;
        let op = Op::DropModule { engine: core.number, module: number };
        core.about.needs(&op)?;
        let is_live = module.owner() == core.owner && core.modules().remove(&number).is_some();
        if !is_live {
            // The engine must refuse it.
            return core.ask_to(op);
        }
        core.connection.note(op, false);
        Ok(())
    }

    fn serialize(&self, module: Module) -> Result<Vec<u8>, Fault> {
        let module = self.core.handles().write(module)?;
        let op = Op::Serialize { engine: self.core.number, module };
        Ok(self.core.ask_for::<Base64>(op)?.0)
    }

    fn deserialize(&self, bytes: &[u8]) -> Result<Deserialized, Fault> {
        let bytes = Base64(bytes.to_vec());
        self.core.deserialized(Op::Deserialize { engine: self.core.number, bytes })
    }

    fn deserialize_file(&self, path: &Path) -> Result<Deserialized, Fault> {
        let path = path.to_path_buf();
        self.core.deserialized(Op::DeserializeFile { engine: self.core.number, path })
    }

    fn cache_stats(&self) -> Result<Stats, Fault> {
        let op = Op::CacheStats { engine: self.core.number };
        Ok(self.core.ask_for::<CacheStats>(op)?.read())
    }

    fn cache_entry(&self, module: Module) -> Result<Option<PathBuf>, Fault> {
        let module = self.core.handles().write(module)?;
        self.core.ask_for(Op::CacheEntry { engine: self.core.number, module })
    }

    /// An engine that the provider starts shares nothing with this one either.
    fn another(&self) -> Result<Arc<dyn Engine>, Fault> {
        self.provider.start(&self.config)
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        let session = self.core.connection.fresh_number();
        self.core.ask_to(Op::Open { engine: self.core.number, session })?;
        Ok(Box::new(RemoteSession::new(self.core.clone(), session)))
    }

    /// Notes are performed in their order, before the answer to this.
    fn settle(&self) -> Result<(), Fault> {
        let (core, engine) = (&self.core, self.core.number);
        if core.about.has("cache_stats") {
            core.connection.ask(Op::CacheStats { engine });
            return Ok(());
        }
        let session = core.connection.fresh_number();
        let opened = core.connection.ask(Op::Open { engine, session });
        if matches!(opened, End::Ok(_)) && core.about.has("close") {
            core.connection.finish(Op::Close { session });
        }
        Ok(())
    }

    fn interrupter(&self) -> Result<Arc<dyn Interrupter>, Fault> {
        self.core.about.needs(&Op::Interrupt { engine: self.core.number })?;
        Ok(Arc::new(Interrupt(self.core.clone())))
    }
}

struct Interrupt(Arc<Core>);

impl Interrupter for Interrupt {
    fn interrupt(&self) {
        self.0.connection.note(Op::Interrupt { engine: self.0.number }, true);
    }
}
