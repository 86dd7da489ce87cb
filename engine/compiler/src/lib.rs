//! Compiles wasm bytes to an artifact: wasmparser reads and validates, Cranelift generates code.
//! Knows no runtime, no engine and no host: the target alone determines the code.

#![forbid(unsafe_code)]

mod compiler;
mod convert;
mod data;
mod decode;
mod emit;
mod error;
mod features;
mod isa;
mod link;
mod listing;
mod pool;
mod reject;
mod shims;
mod translate;

pub use compiler::Compiler;
pub use error::CompileError;
pub use features::supported as supported_features;
pub use isa::{VERSION as CRANELIFT_VERSION, known_features};
pub use listing::Listing;
