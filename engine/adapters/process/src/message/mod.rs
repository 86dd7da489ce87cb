//! The lines of the protocol as types: requests to an adapter, and its answers. Their JSON is that of
//! `PROTOCOL.md`. Handles are plain numbers here; sees no engine and no process.

mod answer;
mod config;
mod either;
mod item;
mod number;
mod ok;
mod request;
mod ty;
mod value;

pub use answer::{Answer, End, LinkError, Rejected, Success, Thrown, Trap};
pub use config::{Config, features, names};
pub use item::{Export, ExternType, Import};
pub use number::{Base64, U64};
pub use ok::{CacheStats, Compiled, Hello, HostCall, HostCalls, Instantiated, Provenance, Shared};
pub use request::{Action, Head, Op, Request};
pub use ty::{FuncType, GlobalType, MemoryType, TableType};
pub use value::{Extern, Val};

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// The longest line, in bytes.
pub const LONGEST: usize = 256 << 20;

#[cfg(test)]
mod tests;
