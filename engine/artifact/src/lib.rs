//! Everything that compiler and runtime share: indices, types, the ABI of generated code and the
//! on-disk format. Knows no Cranelift, no operating system and no trait of `wassay-engine`, so that
//! a runtime under an emulator can load artifacts that were compiled elsewhere.

#![forbid(unsafe_code)]

pub mod abi;
mod backing;
mod builder;
mod check;
pub mod fault;
mod format;
pub mod index;
mod locations;
pub mod module;
#[cfg(test)]
mod sample;
pub mod target;
pub mod types;

pub use backing::Backing;
pub use builder::{ArtifactBuilder, TextRange};
pub use format::{Artifact, Kind, LoadError};
