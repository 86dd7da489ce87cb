//! What holds the bytes of an artifact: this crate knows only memory that it owns; a runtime adds
//! mapped files.

use std::any::Any;

/// Bytes that do not change as long as this value lives.
pub trait Backing: Any + AsRef<[u8]> + Send + Sync {}

impl Backing for Vec<u8> {}
