//! Adapts an engine that is a Rust library to wassay's trait.
//!
//! Such an engine has its own modules, stores and handles. Its author implements [`Plain`] with the
//! engine's types, and [`Adapter`] makes a [`Provider`](wassay_engine::Provider) from it.
//!
//! The adapter
//! - gives out handles with owner tags, and rejects foreign and dropped ones;
//! - converts values with [`Plain::lift`] and [`Plain::lower`], and checks the types of arguments,
//!   initial values and results;
//! - keeps one host value of the engine for each number that a script uses;
//! - puts imports and exports into the order of their sections, and passes imports to the engine by
//!   position, by kind or by name ([`Imports`]);
//! - records calls of host functions up to the bounds of a [`HostLog`](wassay_engine::HostLog), and
//!   reports how a host function ended, whatever type of error the engine has ([`Host`]);
//! - runs a store on its caller's thread ([`Adapter::direct`]), or, if the store is not `Send`, on
//!   a thread of its own ([`Adapter::threaded`]).
//!
//! [`Types`] and [`Switches`] are tables for the rest of most adapters: the engine's names of value
//! types, and its switches for features.
//!
//! The adapter never answers in the engine's place: whether imports fit, a module is valid or a call
//! traps is the engine's answer. Three bounds are the adapter's own: it rejects a wrong number of
//! imports, it stops host functions that call back more than 100 levels deep, and an access of the
//! host outside the size that the engine reports for a table or memory never reaches the engine.
//!
//! # A small engine
//!
//! This one compiles the empty module and nothing else. It has the required methods; everything
//! else is *unsupported*, so it passes the contract except for the check that an engine runs a module:
//!
//! ```
//! use std::convert::Infallible;
//! use wassay_adapter::{Adapter, Imports, Item, Plain, Stop, Val};
//! use wassay_engine::*;
//!
//! /// A store.
//! struct Tiny;
//!
//! impl Plain for Tiny {
//!     type Engine = ();
//!     type Module = ();
//!     type Instance = ();
//!     type Value = Val<Tiny>;
//!     type Func = Infallible;
//!     type Table = Infallible;
//!     type Memory = Infallible;
//!     type Global = Infallible;
//!     type Tag = Infallible;
//!     type External = Infallible;
//!     type Object = Infallible;
//!
//!     const FEATURES: Features = Features::of(&[]);
//!
//!     fn identity() -> Result<Identity, Fault> {
//!         Ok(Identity::here("tiny", "1"))
//!     }
//!     fn start(_: &Config) -> Result<(), Fault> {
//!         Ok(())
//!     }
//!     fn compile(_: &(), wasm: &[u8]) -> Result<Result<(), Rejected>, Fault> {
//!         match wasm.strip_prefix(b"\0asm\x01\0\0\0") {
//!             Some([]) => Ok(Ok(())),
//!             Some(_) => Err(Fault::unsupported("modules with sections")),
//!             None => {
//!                 let message = "not a module".to_string();
//!                 Ok(Err(Rejected { stage: None, message, offset: Some(0) }))
//!             }
//!         }
//!     }
//!     fn imports(_: &()) -> Result<Vec<ImportType>, Fault> {
//!         Ok(vec![])
//!     }
//!     fn open(_: &()) -> Result<Tiny, Fault> {
//!         Ok(Tiny)
//!     }
//!     fn instantiate(&mut self, _: &(), _: &Imports<'_, Tiny>) -> Result<(), Stop<Tiny>> {
//!         Ok(())
//!     }
//!     fn export(&mut self, _: &(), _: &str) -> Result<Option<Item<Tiny>>, Fault> {
//!         Ok(None)
//!     }
//!     fn call(&mut self, func: &Infallible, _: &[Val<Tiny>]) -> Result<Vec<Val<Tiny>>, Stop<Tiny>> {
//!         match *func {}
//!     }
//!     fn item_type(&mut self, _: &Item<Tiny>) -> Result<ExternType, Fault> {
//!         Err(Fault::internal("an item of an engine that has none"))
//!     }
//!     fn lift(value: &Val<Tiny>) -> Result<Val<Tiny>, Fault> {
//!         Ok(value.clone())
//!     }
//!     fn lower(value: Val<Tiny>) -> Result<Val<Tiny>, Fault> {
//!         Ok(value)
//!     }
//! }
//!
//! /// What wassay takes.
//! pub fn provider() -> Box<dyn Provider> {
//!     Box::new(Adapter::<Tiny>::direct())
//! }
//!
//! let report = contract::check(&*provider());
//! let failed: Vec<&str> = report.failed().map(|check| check.name).collect();
//! assert_eq!(failed, ["a module can be compiled, instantiated and called"], "{report}");
//! assert!(report.passed().count() >= 4, "{report}");
//! ```
//!
//! # Panics
//! Let them through. The worker that runs the engine ends, and the harness blames the directive
//! that was running and continues in a fresh worker. An engine that continues after a panic is in an
//! unknown state. Some engines catch panics of helper threads and return an error, which then looks
//! like a rejected module: switch such threads off.
//!
//! # What it leaves out
//! Serialized modules, caches, counts of compiled functions, shared memories and interruption: an
//! engine that has them implements [`Engine`](wassay_engine::Engine) and
//! [`Session`](wassay_engine::Session) itself.

#![forbid(unsafe_code)]

mod conversion;
mod engine;
mod host;
mod imports;
mod names;
mod objects;
mod outline;
mod place;
mod placed;
mod plain;
mod session;
mod tables;
mod value;

pub use engine::Adapter;
pub use host::{Deed, Depth, Host};
pub use imports::{Import, Imports};
pub use plain::Plain;
pub use session::Core;
pub use tables::{Switches, Types};
pub use value::{Item, Stop, Val};
