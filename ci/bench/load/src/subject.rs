//! The operations to measure on an engine. Knows no particular engine.

use anyhow::Result;
use std::path::Path;

/// An engine under measurement.
pub trait Subject {
    /// Compiles a module to the bytes of an artifact.
    fn compile(&self, wasm: &[u8]) -> Result<Vec<u8>>;

    /// Loads an artifact, ready to be instantiated; dropping the result frees it.
    fn load(&self, artifact: &Path) -> Result<Box<dyn Load + '_>>;
}

/// A loaded module.
pub trait Load {
    /// Creates a store with everything that the module imports.
    fn link(&self) -> Result<Box<dyn Link + '_>>;
}

/// A store with a module's imports.
pub trait Link {
    /// Instantiates the module; the instance lives as long as the store.
    fn instantiate(&mut self) -> Result<()>;
}
