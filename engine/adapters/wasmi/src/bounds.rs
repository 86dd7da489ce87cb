//! What this adapter refuses although wasmi and the specification permit it. wasmi touches every byte of
//! a memory or table at once, so a module that asks for what it never uses would take the machine's
//! memory. Remembers what it refused, because that is no result of the engine.

use wasmi::ResourceLimiter;
use wasmi_core::LimiterError;

const MEMORY_BYTES: usize = 2 << 30;
const TABLE_ELEMENTS: usize = 1 << 24;

/// The bounds of a store.
#[derive(Debug, Default)]
pub struct Bounds {
    refused: Option<&'static str>,
}

impl Bounds {
    /// What was refused since the last time, in words.
    pub fn refused(&mut self) -> Option<String> {
        self.refused.take().map(str::to_string)
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> Result<bool, LimiterError> {
        let fits = desired <= MEMORY_BYTES;
        if !fits {
            self.refused = Some("memories above 2 GiB");
        }
        Ok(fits)
    }

    fn table_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> Result<bool, LimiterError> {
        let fits = desired <= TABLE_ELEMENTS;
        if !fits {
            self.refused = Some("tables of more than 16,777,216 elements");
        }
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
