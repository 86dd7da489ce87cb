//! The one trait that a WebAssembly engine implements to be tested by wassay.
//!
//! Zero dependencies, no wast, no verdicts: this crate is all that an engine author needs. The
//! feature `serde`, off by default, makes the types serializable; only the reference engine enables
//! it. Implement [`Provider`], [`Engine`] and [`Session`], or `Plain` of the crate
//! `wassay-adapter`, which is less work for most engines; then run [`contract::check`] in a test.
//!
//! Three rules hold everywhere:
//! - **What wasm may do is data** ([`Outcome`], [`Rejected`], [`LinkError`]); an `Err` is always a
//!   [`Fault`], the engine's own failure.
//! - **Handles, not pointers**: a [`Func`] or [`Module`] is a number with the tag of its owner. It
//!   works over a pipe as well as in process, and any other owner refuses it.
//! - **An engine reports what it lacks** as [`Fault::Unsupported`], so that no check passes
//!   silently.
//!
//! # A small engine
//!
//! This one compiles the empty module and nothing else. Everything that it leaves out is
//! *unsupported*, so it passes the contract except for the check that an engine runs a module:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use wassay_engine::*;
//!
//! struct Tiny;
//!
//! impl Provider for Tiny {
//!     fn identity(&self) -> Result<Identity, Fault> {
//!         Ok(Identity::here("tiny", "1"))
//!     }
//!     fn features(&self) -> Features {
//!         Features::default()
//!     }
//!     fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
//!         if config.features != self.features() {
//!             return Err(Fault::unsupported("any proposal"));
//!         }
//!         Ok(Arc::new(TinyEngine { owner: Owner::fresh() }))
//!     }
//! }
//!
//! #[derive(Clone)]
//! struct TinyEngine { owner: Owner }
//!
//! impl Engine for TinyEngine {
//!     fn compile(&self, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
//!         let Some(sections) = wasm.strip_prefix(b"\0asm\x01\0\0\0") else {
//!             let message = "not a module".to_string();
//!             return Ok(Err(Rejected { stage: None, message, offset: Some(0) }));
//!         };
//!         if !sections.is_empty() {
//!             return Err(Fault::unsupported("modules with sections"));
//!         }
//!         Ok(Ok(Module::new(self.owner, 0)))
//!     }
//!     fn imports(&self, module: Module) -> Result<Vec<ImportType>, Fault> {
//!         module.index_in(self.owner).map(|_| vec![])
//!     }
//!     fn session(&self) -> Result<Box<dyn Session>, Fault> {
//!         Ok(Box::new(TinySession { owner: Owner::fresh(), engine: self.clone() }))
//!     }
//! }
//!
//! struct TinySession { owner: Owner, engine: TinyEngine }
//!
//! impl Session for TinySession {
//!     fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
//!         module.index_in(self.engine.owner)?;
//!         match imports {
//!             [] => Ok(Instantiated::Ready(Instance::new(self.owner, 0))),
//!             _ => Err(Fault::foreign("externs of another session")),
//!         }
//!     }
//!     fn export(&mut self, instance: Instance, _: &str) -> Result<Option<Extern>, Fault> {
//!         instance.index_in(self.owner).map(|_| None)
//!     }
//!     fn call(&mut self, _: Func, _: &[Value]) -> Result<Outcome, Fault> {
//!         Err(Fault::foreign("a function of another session"))
//!     }
//! }
//!
//! let report = contract::check(&Tiny);
//! let failed: Vec<&str> = report.failed().map(|check| check.name).collect();
//! assert_eq!(failed, ["a module can be compiled, instantiated and called"], "{report}");
//! assert!(report.passed().count() >= 4, "{report}");
//! ```

#![forbid(unsafe_code)]

mod config;
pub mod contract;
mod engine;
mod features;
mod handle;
mod host;
mod inspection;
mod keeper;
mod limits;
mod lost;
mod module;
mod numbered;
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
pub use host::{HostAction, HostCall, HostCalls, HostLog};
pub use inspection::{FunctionCode, Inspected, Inspection, Instruction, SectionPlace, TrapSite};
pub use keeper::{BadEntry, CacheKeeper, CacheSize, CachedBuild, ClearedCache, VerifiedCache};
pub use lost::Lost;
pub use module::{CacheStats, Deserialized, Provenance};
pub use numbered::Numbered;
pub use outcome::{
    Fault, Frame, Instantiated, LinkError, LinkErrorKind, Outcome, Rejected, Stage, Thrown, Trap,
    TrapKind,
};
pub use types::{
    CompositeKind, ExportType, ExternType, FuncType, GlobalType, HeapType, ImportType, MemoryType,
    RefType, TableType, ValType,
};
pub use value::{Hierarchy, Ref, Value};
