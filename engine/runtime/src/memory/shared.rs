//! A memory that several stores use at the same time. Its address never changes, and its length
//! only grows.

use super::pool::{Guarded, Pool};
use super::{bytes_of, maximum, too_large};
use crate::error::AllocError;
use crate::mapping::Mapping;
use crate::stable::Stable;
use crate::vm::MemoryDef;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use wassay_artifact::target::BoundsMode;
use wassay_artifact::types::MemoryType;

/// An unguarded shared memory reserves its maximum, but at most this much (or its minimum); growing
/// beyond that returns -1.
const RESERVED: u64 = 256 << 20;

/// A shared memory that other stores of the runtime can adopt. Cheap to clone.
#[derive(Clone)]
pub struct SharedMemory(Arc<Parts>);

/// A shared memory that may be gone: it is freed with the last store that uses it.
#[derive(Clone)]
pub struct WeakSharedMemory(Weak<Parts>);

impl WeakSharedMemory {
    /// The memory, if a store still uses it.
    pub fn upgrade(&self) -> Option<SharedMemory> {
        self.0.upgrade().map(SharedMemory)
    }
}

struct Parts {
    def: Stable<MemoryDef>,
    ty: MemoryType,
    maximum: u64,
    /// Locked while the memory grows; taken only by `drop`.
    backing: Mutex<Option<Backing>>,
    pool: Arc<Pool>,
}

enum Backing {
    Guarded(Guarded),
    Unguarded(Mapping),
}

impl SharedMemory {
    pub(super) fn new(
        ty: MemoryType,
        bounds: BoundsMode,
        pool: &Arc<Pool>,
    ) -> Result<SharedMemory, AllocError> {
        let len = bytes_of(&ty, ty.minimum)
            .ok_or_else(|| too_large(format_args!("{} pages", ty.minimum)))?;
        let (backing, base, maximum) = if bounds.guards(&ty) {
            let guarded = pool.guarded(len as usize).map_err(too_large)?;
            let base = guarded.mapping.base();
            (Backing::Guarded(guarded), base, maximum(&ty))
        } else {
            let maximum = maximum(&ty).min(RESERVED.max(len));
            let mapping = pool.unguarded((maximum as usize).max(1)).map_err(too_large)?;
            let base = mapping.base();
            (Backing::Unguarded(mapping), base, maximum)
        };
        Ok(SharedMemory(Arc::new(Parts {
            def: Stable::new(MemoryDef { base, len: AtomicU64::new(len) }),
            ty,
            maximum,
            backing: Mutex::new(Some(backing)),
            pool: Arc::clone(pool),
        })))
    }

    /// A reference that does not keep the memory alive.
    pub fn downgrade(&self) -> WeakSharedMemory {
        WeakSharedMemory(Arc::downgrade(&self.0))
    }

    /// Whether the memory comes from this pool, and so from its runtime.
    pub(crate) fn is_of(&self, pool: &Arc<Pool>) -> bool {
        Arc::ptr_eq(&self.0.pool, pool)
    }

    pub(super) fn def(&self) -> *mut MemoryDef {
        self.0.def.as_ptr()
    }

    pub(super) fn ty(&self) -> MemoryType {
        self.0.ty
    }

    pub(super) fn reserves(&self, address: usize) -> bool {
        let backing = self.0.backing.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(&*backing, Some(Backing::Guarded(guarded)) if guarded.reserves(address))
    }

    pub(super) fn grow(&self, delta: u64) -> Option<u64> {
        let parts = &*self.0;
        let mut backing = parts.backing.lock().unwrap_or_else(PoisonError::into_inner);
        let old = parts.len();
        let len = bytes_of(&parts.ty, delta)
            .and_then(|more| old.checked_add(more))
            .filter(|len| *len <= parts.maximum)?;
        match backing.as_mut()? {
            Backing::Guarded(guarded) if len > old => guarded.set_accessible(len as usize).ok()?,
            // The mapping has room for the maximum.
            Backing::Guarded(_) | Backing::Unguarded(_) => {}
        }
        // SAFETY: the definition is ours, and its length atomic. The bytes are accessible before
        // the new length is visible.
        unsafe { (*parts.def.as_ptr()).len.store(len, Ordering::Release) };
        Some(old >> parts.ty.page_size_log2)
    }
}

impl Parts {
    fn len(&self) -> u64 {
        // SAFETY: the definition is ours.
        unsafe { (*self.def.as_ptr()).len.load(Ordering::Acquire) }
    }
}

impl std::fmt::Debug for SharedMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedMemory").field("ty", &self.0.ty).finish_non_exhaustive()
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        let used = self.len() as usize;
        let backing = self.backing.get_mut().unwrap_or_else(PoisonError::into_inner);
        match backing.take() {
            Some(Backing::Guarded(guarded)) => self.pool.give_back_guarded(guarded),
            Some(Backing::Unguarded(mapping)) => self.pool.give_back_unguarded(mapping, used),
            None => {}
        }
    }
}
