//! Linear memories: takes a memory type; returns a definition that generated code reads. Knows no
//! instance; bounds of segments are checked here.

pub(crate) mod bytes;
mod image;
mod own;
mod pool;
mod shared;

pub(crate) use image::Image;
pub(crate) use pool::Pool;
pub use shared::{SharedMemory, WeakSharedMemory};

use crate::error::AllocError;
use crate::vm::MemoryDef;
use own::OwnMemory;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use wassay_artifact::target::BoundsMode;
use wassay_artifact::types::MemoryType;
use wassay_engine::Features;

/// The growth limit of an unshared memory, in bytes: beyond it, `memory.grow` returns -1.
const MEMORY_LIMIT: u64 = 1 << 36;

/// A memory of a store.
pub(crate) enum Memory {
    Own(OwnMemory),
    Shared(SharedMemory),
}

/// An access outside a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfBounds;

impl Memory {
    /// Creates a memory of the type's minimum size.
    pub(crate) fn new(
        ty: MemoryType,
        bounds: BoundsMode,
        pool: &Arc<Pool>,
    ) -> Result<Memory, AllocError> {
        // Reservations rely on it, regardless of the origin of the type.
        ty.check(Features::all())?;
        if ty.shared {
            return Ok(Memory::Shared(SharedMemory::new(ty, bounds, pool)?));
        }
        Ok(Memory::Own(OwnMemory::new(ty, bounds, pool)?))
    }

    /// The definition that instances point to. Valid as long as the memory.
    pub(crate) fn def(&self) -> *mut MemoryDef {
        match self {
            Memory::Own(memory) => memory.def(),
            Memory::Shared(memory) => memory.def(),
        }
    }

    pub(crate) fn ty(&self) -> MemoryType {
        match self {
            Memory::Own(memory) => memory.ty(),
            Memory::Shared(memory) => memory.ty(),
        }
    }

    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Memory::Shared(_))
    }

    /// Whether an access of generated code to this memory may fault at this host address, which is
    /// then a trap: only if page tables check the bounds.
    pub(crate) fn reserves(&self, address: usize) -> bool {
        match self {
            Memory::Own(memory) => memory.reserves(address),
            Memory::Shared(memory) => memory.reserves(address),
        }
    }

    /// The size in pages.
    pub(crate) fn pages(&self) -> u64 {
        self.len() >> self.ty().page_size_log2
    }

    /// Grows by `delta` pages and returns the old size; `None` if that is impossible.
    pub(crate) fn grow(&mut self, delta: u64) -> Option<u64> {
        match self {
            Memory::Own(memory) => memory.grow(delta),
            Memory::Shared(memory) => memory.grow(delta),
        }
    }

    /// Copies out of the memory.
    pub(crate) fn read(&self, at: u64, buffer: &mut [u8]) -> Result<(), OutOfBounds> {
        let from = self.range(at, buffer.len() as u64)?;
        // SAFETY: `range` checked the source; the buffer is Rust's own, so they do not overlap.
        unsafe { bytes::copy(self.is_shared(), from, buffer.as_mut_ptr(), buffer.len()) };
        Ok(())
    }

    /// Copies into the memory, all or nothing.
    pub(crate) fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), OutOfBounds> {
        let to = self.range(at, bytes.len() as u64)?;
        // SAFETY: `range` checked the target; the bytes are Rust's own, so they do not overlap.
        unsafe { bytes::copy(self.is_shared(), bytes.as_ptr(), to, bytes.len()) };
        Ok(())
    }

    /// Whether its pages can be replaced by those of an image.
    pub(crate) fn maps_images(&self) -> bool {
        matches!(self, Memory::Own(memory) if memory.maps_images())
    }

    /// Fills a memory that was just created with an image, if its pages can be replaced.
    pub(crate) fn map_image(&mut self, image: &Image) -> bool {
        match self {
            Memory::Own(memory) => memory.map_image(image),
            Memory::Shared(_) => false,
        }
    }

    /// The address of the first byte, until the memory grows.
    pub(crate) fn base(&self) -> *mut u8 {
        // SAFETY: the definition is live as long as `self`.
        unsafe { (*self.def()).base }
    }

    /// The address of a range inside the memory.
    pub(crate) fn range(&self, at: u64, len: u64) -> Result<*mut u8, OutOfBounds> {
        if at.checked_add(len).is_none_or(|end| end > self.len()) {
            return Err(OutOfBounds);
        }
        Ok(self.base().wrapping_add(at as usize))
    }

    /// The size in bytes.
    fn len(&self) -> u64 {
        // SAFETY: the definition is live as long as `self`.
        unsafe { (*self.def()).len.load(Ordering::Acquire) }
    }
}

/// The largest size in bytes that a memory of this type may reach.
fn maximum(ty: &MemoryType) -> u64 {
    let pages = ty.maximum.unwrap_or(u64::MAX).min(ty.page_limit());
    bytes_of(ty, pages).unwrap_or(u64::MAX)
}

fn bytes_of(ty: &MemoryType, pages: u64) -> Option<u64> {
    pages.checked_mul(1 << ty.page_size_log2)
}

fn too_large(what: impl std::fmt::Display) -> AllocError {
    AllocError::Resources(format!("cannot allocate a memory: {what}"))
}
