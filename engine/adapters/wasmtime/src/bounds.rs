//! What this adapter refuses although wasmtime and the specification permit it: wasmtime allocates tables
//! at their full size, so a module that asks for what it never uses would take the machine's memory.
//! Memories take none until they are used. Remembers what it refused, because that is no result of the
//! engine.

use wasmtime::ResourceLimiter;

const TABLE_ELEMENTS: usize = 1 << 24;

/// The bounds of a store.
#[derive(Debug, Default)]
pub struct Bounds {
    refused: bool,
}

impl Bounds {
    /// What was refused since the last time, in words.
    pub fn refused(&mut self) -> Option<String> {
        let words = "tables of more than 16,777,216 elements";
        std::mem::take(&mut self.refused).then(|| words.to_string())
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let fits = desired <= TABLE_ELEMENTS;
        self.refused |= !fits;
        Ok(fits)
    }

    fn instances(&self) -> usize {
        usize::MAX
    }

    fn tables(&self) -> usize {
        usize::MAX
    }

    fn memories(&self) -> usize {
        usize::MAX
    }
}
