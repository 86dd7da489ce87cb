//! The operations to measure on an engine. Takes modules; returns compiled code and instances.
//! Knows no particular engine.

use anyhow::Result;
use std::any::Any;

/// An engine under measurement.
pub trait Subject {
    /// Compiles a module to code that is ready to run; dropping the result frees it.
    fn compile(&self, wasm: &[u8]) -> Result<Box<dyn Any>>;

    /// Instantiates modules in their own store and returns the last one's export `run`. Each import
    /// is the first module's export with that name.
    fn instantiate(&self, modules: &[Vec<u8>]) -> Result<Box<dyn Run>>;
}

/// An instance with a function `run` of type `[i32] -> [i32]`.
pub trait Run {
    /// Runs the kernel's loop `count` times.
    fn run(&mut self, count: u32) -> Result<u32>;
}
