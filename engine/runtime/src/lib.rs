//! Loads an artifact, instantiates it and calls it: artifact bytes enter, outcomes leave.
//! Sees no wasm bytes, no Cranelift and no trait of `wassay-engine`. All `unsafe` of the project lives here.
//!
//! A [`Runtime`] maps code and numbers types; a [`Store`] holds instances and what they share,
//! and is used by one thread at a time. What wasm may do is data ([`CallOutcome`],
//! [`Instantiated`]); an [`Error`] is the caller's mistake or our own failure.
//!
//! The invariants that the `unsafe` blocks name, and who upholds them:
//!
//! - **Generated code** keeps to `wassay_artifact::abi`: the compiler upholds it. An artifact is
//!   as trusted as code: its digest guards against damage, not against malice.
//! - **Nothing of a store is freed or moved while the store lives**: every piece of memory that
//!   generated code knows by address (`Stable` values, VM contexts, memory mappings,
//!   code images) belongs to its store, which only ever adds.
//! - **A store is used by one thread at a time**, and Rust holds no reference into it while
//!   generated code runs: public methods take `&mut Store`, and whoever enters generated code
//!   does it through raw pointers.

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
compile_error!("wassay-runtime runs on Linux on x86_64 and aarch64 only");

// What the API speaks in.
mod error;
mod ids;
mod outcome;
mod value;

// Shared by stores.
mod extern_type;
mod module;
mod runtime;
mod types;

// A store, and what can be done with it.
mod call;
mod externs;
mod host;
mod instantiate;
mod store;

// What a store holds.
mod const_expr;
mod instance;
mod memory;
mod refs;
mod segments;
mod table;

// Where generated code meets the runtime.
mod activation;
mod backtrace;
mod builtins;
mod code;
mod signals;
mod vm;

// What all of this stands on.
mod arch;
mod mapping;
mod parking;
mod stable;
mod thread;

pub use code::{SLOT_PAGE, host_isa};
pub use error::{Error, LoadError};
pub use extern_type::ExternType;
pub use host::{HostAction, HostCall};
pub use ids::{Extern, FuncId, GlobalId, InstanceId, MemoryId, TableId, TagId};
pub use memory::SharedMemory;
pub use module::LoadedModule;
pub use outcome::{CallOutcome, Frame, Instantiated, LinkError, LinkErrorKind, Trap, TrapKind};
pub use runtime::{Runtime, RuntimeOptions, ShimSource};
pub use store::Store;
pub use types::TypeRegistry;
pub use value::{Hierarchy, Ref, Val};
pub use wassay_artifact as artifact;
