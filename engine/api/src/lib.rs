//! The one trait that a WebAssembly engine implements to be assayed by wassay.
//!
//! Zero dependencies, no wast, no verdicts: this crate is all that an engine author needs.
//! Implement [`Provider`], [`Engine`] and [`Session`], then run [`contract::check`] in a test.
//!
//! Three rules run through it:
//! - **What wasm may do is data** ([`Outcome`], [`Rejected`], [`LinkError`]); an `Err` is always
//!   a [`Fault`], the engine's own.
//! - **Handles, not pointers**: a [`Func`] or [`Module`] is a number with the tag of its owner,
//!   as easy over a pipe as in process, and refused by anyone else.
//! - **What an engine lacks it says**: [`Fault::Unsupported`], so that no check passes in silence.

#![forbid(unsafe_code)]

mod config;
pub mod contract;
mod engine;
mod features;
mod handle;
mod host;
mod module;
mod outcome;
mod types;
mod value;

pub use config::{Bounds, Cache, Capabilities, Config, Identity, Isa, Opt, Relaxed};
pub use engine::{Engine, Interrupter, Provider, Session};
pub use features::{Feature, Features};
pub use handle::{
    Extern, Func, Global, Instance, Memory, Module, Object, Owner, SharedMemory, Table, Tag,
};
pub use host::{HostAction, HostCall};
pub use module::{CacheStats, Deserialized, Provenance};
pub use outcome::{
    Fault, Frame, Instantiated, LinkError, LinkErrorKind, Outcome, Rejected, Stage, Thrown, Trap,
    TrapKind,
};
pub use types::{
    ExportType, ExternType, FuncType, GlobalType, HeapType, ImportType, MemoryType, RefType,
    TableType, ValType,
};
pub use value::{Hierarchy, Ref, Value};
