//! Loads an artifact, instantiates it and calls it: takes artifact bytes; returns outcomes. Sees no
//! wasm bytes, no Cranelift and no trait of `wassay-engine`. All `unsafe` of the project is in this
//! crate.
//!
//! A [`Runtime`] maps code and numbers types; a [`Store`] holds instances and the objects that they
//! share, and is used by one thread at a time. The crate uses the nouns of `wassay-engine`: what
//! wasm may do is data, a `Fault` is the caller's mistake or our own failure.
//!
//! The invariants that the `unsafe` blocks name, and the code that upholds them:
//!
//! - **Generated code** follows `wassay_artifact::abi`: the compiler upholds it. Code is only
//!   loaded from a [`Vouched`] artifact, which names the party that vouches for this: a digest
//!   guards against damage, not against malice.
//! - **Reachable memory stays**: every piece of memory that generated code accesses by address
//!   (`Stable` values, VM contexts, code images) is owned by its store and never moves. Only
//!   `collect` frees it, while no call is active and once no handle of the host reaches it:
//!   `collect` upholds this, and is tested on random graphs. Elements of tables and bytes of
//!   unguarded memories do move when they grow; the builtin or the method of `Store` that grows
//!   them writes the new address into the definition that generated code reads.
//! - **A store is used by one thread at a time**, and Rust holds no reference into it while
//!   generated code runs: public methods take `&mut Store`, and code that enters generated code
//!   uses raw pointers.

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
compile_error!("wassay-runtime runs on Linux on x86_64 and aarch64 only");

// In layers, top down: no module imports one above it, and `cargo xtask tidy` finds cycles.

// Operations on a store.
mod open;

mod builtins;
mod collect;
mod externs;
mod instantiate;
mod seeded;

mod call;
mod const_expr;
mod host;
mod segments;
mod values;

// A store and its objects.
mod store;

mod handles;
mod host_func;
mod ids;
mod instance;
mod memory;
mod refs;
mod slots;
mod table;

// Shared by stores.
mod runtime;

mod escaping;
mod extern_type;
mod module;
mod types;
mod unregistered;

// The boundary between generated code and the runtime.
mod activation;
mod backtrace;
mod code;
mod fault;
mod signals;
mod trace;
mod vm;

// The foundations of all modules above.
mod arch;
mod error;
mod mapping;
mod outcome;
mod parking;
mod raise;
mod stable;
mod thread;
mod vouched;

pub use code::{MappedFile, host_isa};
pub use collect::Population;
pub use error::LoadError;
pub use memory::{SharedMemory, WeakSharedMemory};
pub use module::LoadedModule;
pub use runtime::{Runtime, RuntimeOptions, ShimSource};
pub use store::Store;
pub use types::TypeRegistry;
pub use vouched::Vouched;
pub use wassay_artifact as artifact;
