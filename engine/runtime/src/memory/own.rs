//! A memory that one store uses.

use super::pool::{Guarded, Pool, SMALL};
use super::{Image, MEMORY_LIMIT, bytes_of, maximum, too_large};
use crate::error::AllocError;
use crate::mapping::{Mapping, page_size};
use crate::stable::Stable;
use crate::vm::MemoryDef;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::target::BoundsMode;
use wassay_artifact::types::MemoryType;

pub(crate) struct OwnMemory {
    def: Stable<MemoryDef>,
    ty: MemoryType,
    maximum: u64,
    /// Taken only by `drop`.
    backing: Option<Backing>,
    pool: Arc<Pool>,
}

enum Backing {
    /// In a reservation; never moves.
    Guarded(Guarded),
    /// Moves when it outgrows its mapping.
    Unguarded(Mapping),
    /// A memory of no bytes that has not grown yet.
    Empty,
}

impl OwnMemory {
    pub(super) fn new(
        ty: MemoryType,
        bounds: BoundsMode,
        pool: &Arc<Pool>,
    ) -> Result<OwnMemory, AllocError> {
        let len = bytes_of(&ty, ty.minimum).filter(|len| *len <= MEMORY_LIMIT);
        let len = len.ok_or_else(|| too_large(format_args!("{} pages", ty.minimum)))?;
        let backing = if bounds.guards(&ty) {
            Backing::Guarded(pool.guarded(len as usize).map_err(too_large)?)
        } else if len == 0 {
            Backing::Empty
        } else {
            Backing::Unguarded(pool.unguarded(len as usize).map_err(too_large)?)
        };
        let def = MemoryDef { base: backing.base(), len: AtomicU64::new(len) };
        let maximum = maximum(&ty).min(MEMORY_LIMIT);
        Ok(OwnMemory {
            def: Stable::new(def),
            ty,
            maximum,
            backing: Some(backing),
            pool: Arc::clone(pool),
        })
    }

    pub(super) fn def(&self) -> *mut MemoryDef {
        self.def.as_ptr()
    }

    pub(super) fn ty(&self) -> MemoryType {
        self.ty
    }

    pub(super) fn reserves(&self, address: usize) -> bool {
        matches!(&self.backing, Some(Backing::Guarded(guarded)) if guarded.reserves(address))
    }

    /// `mremap`, which moves an unguarded memory, moves only one mapping at a time.
    pub(super) fn maps_images(&self) -> bool {
        matches!(self.backing, Some(Backing::Guarded(_)))
    }

    pub(super) fn map_image(&mut self, image: &Image) -> bool {
        match &mut self.backing {
            Some(Backing::Guarded(guarded)) => guarded.map_image(image).is_ok(),
            Some(Backing::Unguarded(_) | Backing::Empty) | None => false,
        }
    }

    pub(super) fn grow(&mut self, delta: u64) -> Option<u64> {
        let old = self.len();
        let maximum = match Seeded::GrowMaximumIgnored.is_seeded() {
            true => MEMORY_LIMIT,
            false => self.maximum,
        };
        let len = bytes_of(&self.ty, delta)
            .and_then(|more| old.checked_add(more))
            .filter(|len| *len <= maximum)?;
        let backing = self.backing.as_mut()?;
        if len > old {
            backing.grow(len as usize, maximum as usize, &self.pool)?;
        }
        let base = backing.base();
        // SAFETY: the definition is ours; generated code that reads it is not running, since this
        // runs in a builtin or under `&mut Store`.
        unsafe {
            (*self.def.as_ptr()).base = base;
            (*self.def.as_ptr()).len.store(len, Ordering::Release);
        }
        Some(old >> self.ty.page_size_log2)
    }

    fn len(&self) -> u64 {
        // SAFETY: the definition is ours.
        unsafe { (*self.def.as_ptr()).len.load(Ordering::Relaxed) }
    }
}

impl Backing {
    fn base(&self) -> *mut u8 {
        match self {
            Backing::Guarded(guarded) => guarded.mapping.base(),
            Backing::Unguarded(mapping) => mapping.base(),
            Backing::Empty => NonNull::dangling().as_ptr(),
        }
    }

    /// Makes room for `len` bytes; all or nothing.
    fn grow(&mut self, len: usize, maximum: usize, pool: &Pool) -> Option<()> {
        match self {
            Backing::Guarded(guarded) => {
                guarded.set_accessible(len.next_multiple_of(page_size())).ok()
            }
            Backing::Unguarded(mapping) if len <= mapping.len() => Some(()),
            Backing::Unguarded(mapping) => {
                // Half again as much, so that growing page by page does not take quadratic time.
                let roomy = len.saturating_add(len / 2).min(maximum).max(SMALL);
                let page = page_size();
                mapping
                    .grow(roomy.next_multiple_of(page))
                    .or_else(|_| mapping.grow(len.next_multiple_of(page)))
                    .ok()
            }
            Backing::Empty => {
                *self = Backing::Unguarded(pool.unguarded(len).ok()?);
                Some(())
            }
        }
    }
}

impl Drop for OwnMemory {
    fn drop(&mut self) {
        match self.backing.take() {
            Some(Backing::Guarded(guarded)) => self.pool.give_back_guarded(guarded),
            Some(Backing::Unguarded(mapping)) => {
                self.pool.give_back_unguarded(mapping, self.len() as usize);
            }
            Some(Backing::Empty) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_stays_in_its_mapping_while_there_is_room() {
        let ty = MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: 16,
        };
        let pool = Arc::new(Pool::default());
        let mut memory = OwnMemory::new(ty, BoundsMode::Explicit, &pool).unwrap();
        let room = |memory: &OwnMemory| match &memory.backing {
            Some(Backing::Unguarded(mapping)) => mapping.len() as u64,
            _ => 0,
        };
        assert_eq!(memory.grow(31), Some(1));
        let roomy = room(&memory);
        while memory.len() < roomy {
            assert!(memory.grow(1).is_some());
            assert_eq!(room(&memory), roomy, "{} bytes", memory.len());
        }
        assert!(roomy > 32 << 16 && memory.grow(1).is_some());
        assert!(room(&memory) > roomy);
    }
}
