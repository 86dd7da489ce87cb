//! The one trait that a WebAssembly engine implements to be assayed by wassay.
//!
//! Zero dependencies, no wast, no verdicts: this crate is all that an engine author needs.
//! The feature `serde`, off by default, lets the types be stored; only the reference engine asks
//! for it.
//! Implement [`Provider`], [`Engine`] and [`Session`], then run [`contract::check`] in a test.
//!
//! Three rules run through it:
//! - **What wasm may do is data** ([`Outcome`], [`Rejected`], [`LinkError`]); an `Err` is always
//!   a [`Fault`], the engine's own.
//! - **Handles, not pointers**: a [`Func`] or [`Module`] is a number with the tag of its owner,
//!   as easy over a pipe as in process, and refused by anyone else.
//! - **What an engine lacks it says**: [`Fault::Unsupported`], so that no check passes in silence.
//!
//! # A small engine
//!
//! This one knows the empty module and nothing else. It says so, and therefore keeps the contract:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use wassay_engine::*;
//!
//! struct Tiny;
//!
//! impl Provider for Tiny {
//!     fn identity(&self) -> Identity {
//!         let text = |text: &str| text.to_string();
//!         let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
//!         Identity { name: text("tiny"), version: text("1"), target, build: text("") }
//!     }
//!     fn features(&self) -> Features {
//!         Features::default()
//!     }
//!     fn capabilities(&self) -> Capabilities {
//!         Capabilities { stages: true, ..Capabilities::default() }
//!     }
//!     fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
//!         if *config != Config::new(self.features()) {
//!             return Err(Fault::Unsupported("any other config than the plain one".to_string()));
//!         }
//!         Ok(Arc::new(TinyEngine { owner: Owner::fresh(), modules: Arc::default() }))
//!     }
//! }
//!
//! /// Every module is empty: only whether it is still there has to be kept.
//! struct TinyEngine { owner: Owner, modules: Arc<Mutex<Vec<bool>>> }
//!
//! impl TinyEngine {
//!     fn check<T>(&self, module: Module, answer: T) -> Result<T, Fault> {
//!         let index = module.index_in(self.owner)? as usize;
//!         match self.modules.lock().unwrap().get(index) {
//!             Some(true) => Ok(answer),
//!             _ => Err(Fault::Misuse("a module that was dropped".to_string())),
//!         }
//!     }
//! }
//!
//! impl Engine for TinyEngine {
//!     fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
//!         let Some(sections) = wasm.strip_prefix(b"\0asm\x01\0\0\0") else {
//!             let message = "this is no module".to_string();
//!             return Ok(Err(Rejected { stage: Some(Stage::Malformed), message, offset: Some(0) }));
//!         };
//!         if !sections.is_empty() {
//!             return Err(Fault::Unsupported("modules with sections".to_string()));
//!         }
//!         let mut modules = self.modules.lock().unwrap();
//!         modules.push(true);
//!         Ok(Ok(Module::new(self.owner, modules.len() as u32 - 1)))
//!     }
//!     fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
//!         self.check(module, vec![])
//!     }
//!     fn exports(&self, module: Module) -> Result<Vec<ExportType>, Fault> {
//!         self.check(module, vec![])
//!     }
//!     fn provenance(&self, module: Module) -> Result<Provenance, Fault> {
//!         self.check(module, Provenance::Fresh)
//!     }
//!     fn drop_module(&self, module: Module) -> Result<(), Fault> {
//!         self.check(module, ())?;
//!         self.modules.lock().unwrap()[module.index() as usize] = false;
//!         Ok(())
//!     }
//!     fn serialize(&self, _: Module) -> Result<Vec<u8>, Fault> {
//!         Err(Fault::Unsupported("serialization".to_string()))
//!     }
//!     fn deserialize(&self, _: &[u8]) -> Result<Deserialized, Fault> {
//!         Err(Fault::Unsupported("serialization".to_string()))
//!     }
//!     fn cache_stats(&self) -> CacheStats {
//!         CacheStats::default()
//!     }
//!     fn session(&self) -> Result<Box<dyn Session>, Fault> {
//!         let engine = TinyEngine { owner: self.owner, modules: self.modules.clone() };
//!         Ok(Box::new(TinySession { owner: Owner::fresh(), engine, instances: vec![] }))
//!     }
//! }
//!
//! struct TinySession { owner: Owner, engine: TinyEngine, instances: Vec<bool> }
//!
//! /// Whatever an instance has, an empty one has not.
//! macro_rules! lacks {
//!     ($($name:ident($($argument:ty),*) -> $result:ty;)*) => {$(
//!         fn $name(&mut self, $(_: $argument),*) -> Result<$result, Fault> {
//!             Err(Fault::Unsupported(stringify!($name).to_string()))
//!         }
//!     )*};
//! }
//!
//! impl Session for TinySession {
//!     fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
//!         self.engine.check(module, ())?;
//!         if !imports.is_empty() {
//!             return Err(Fault::Misuse("externs of another session".to_string()));
//!         }
//!         self.instances.push(true);
//!         let index = self.instances.len() as u32 - 1;
//!         Ok(Instantiated::Ready(Instance::new(self.owner, index)))
//!     }
//!     fn export(&mut self, instance: Instance, _: &str) -> Result<Option<Extern>, Fault> {
//!         match self.instances.get(instance.index_in(self.owner)? as usize) {
//!             Some(true) => Ok(None),
//!             _ => Err(Fault::Misuse("an instance that was dropped".to_string())),
//!         }
//!     }
//!     fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
//!         self.export(instance, "")?;
//!         self.instances[instance.index() as usize] = false;
//!         Ok(())
//!     }
//!     fn take_host_calls(&mut self) -> Vec<HostCall> {
//!         vec![]
//!     }
//!     lacks! {
//!         call(Func, &[Value]) -> Outcome;
//!         extern_type(Extern) -> ExternType;
//!         host_func(&FuncType, HostAction) -> Func;
//!         global_new(GlobalType, Value) -> Global;
//!         global_get(Global) -> Value;
//!         global_set(Global, Value) -> ();
//!         table_new(TableType, Ref) -> Table;
//!         table_size(Table) -> u64;
//!         table_get(Table, u64) -> Option<Ref>;
//!         table_set(Table, u64, Ref) -> bool;
//!         table_grow(Table, u64, Ref) -> Option<u64>;
//!         memory_new(MemoryType) -> Memory;
//!         memory_size(Memory) -> u64;
//!         memory_read(Memory, u64, &mut [u8]) -> bool;
//!         memory_write(Memory, u64, &[u8]) -> bool;
//!         memory_grow(Memory, u64) -> Option<u64>;
//!         same(Ref, Ref) -> bool;
//!     }
//! }
//!
//! let report = contract::check(&Tiny);
//! assert!(report.holds(), "{report}");
//! assert_eq!(report.passed().count(), 6, "{report}");
//! ```

#![forbid(unsafe_code)]

mod config;
pub mod contract;
mod engine;
mod features;
mod handle;
mod host;
mod limits;
mod module;
mod outcome;
mod rename;
mod types;
mod value;

pub use config::{Bounds, Cache, Capabilities, Config, Identity, Isa, Opt, Relaxed};
pub use engine::{Engine, Interrupter, Provider, Session};
pub use features::{Feature, Features};
pub use handle::{
    DefinedType, Extern, Func, Global, Instance, Memory, Module, Object, Owner, SharedMemory,
    Table, Tag,
};
pub use host::{HostAction, HostCall};
pub use module::{CacheStats, Deserialized, Provenance};
pub use outcome::{
    Fault, Frame, Instantiated, LinkError, LinkErrorKind, Outcome, Rejected, Stage, Thrown, Trap,
    TrapKind,
};
pub use types::{
    CompositeKind, ExportType, ExternType, FuncType, GlobalType, HeapType, ImportType, MemoryType,
    RefType, TableType, ValType,
};
pub use value::{Hierarchy, Ref, Value};
