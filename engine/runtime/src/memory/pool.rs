//! Reuses reservations: mapping anew is dear, above all under an emulator.

use crate::mapping::{Access, Mapping, page_size};
use rustix::io::Errno;
use std::sync::{Mutex, PoisonError};
use wassay_artifact::target::GUARD_RESERVATION;

/// How many unused reservations are kept.
const KEPT: usize = 64;

/// The size of the smallest reservation of an unguarded memory: most memories never outgrow it.
pub(super) const SMALL: usize = 1 << 20;

/// Unused reservations of a runtime, all zero.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    guarded: Mutex<Vec<Guarded>>,
    small: Mutex<Vec<Mapping>>,
}

/// A reservation of `GUARD_RESERVATION` bytes of which the first `accessible` can be used.
#[derive(Debug)]
pub(super) struct Guarded {
    pub mapping: Mapping,
    pub accessible: usize,
}

impl Guarded {
    /// Whether an address is in the reservation. The first bytes may just have become accessible:
    /// another thread grows the memory while this one faults.
    pub(super) fn reserves(&self, address: usize) -> bool {
        let offset = address.checked_sub(self.mapping.base().addr());
        offset.is_some_and(|offset| offset < self.mapping.len())
    }

    /// Makes exactly the first `len` bytes accessible; whole pages.
    pub(super) fn set_accessible(&mut self, len: usize) -> Result<(), Errno> {
        match len.checked_sub(self.accessible) {
            Some(more) => self.mapping.protect(self.accessible, more, Access::ReadWrite)?,
            None => self.mapping.protect(len, self.accessible - len, Access::None)?,
        }
        self.accessible = len;
        Ok(())
    }
}

impl Pool {
    /// A zeroed reservation whose first `len` bytes are accessible.
    pub(super) fn guarded(&self, len: usize) -> Result<Guarded, Errno> {
        let len = len.next_multiple_of(page_size());
        let kept = self.guarded.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut guarded = match kept {
            Some(guarded) => guarded,
            None => Guarded {
                mapping: Mapping::new(GUARD_RESERVATION as usize, Access::None)?,
                accessible: 0,
            },
        };
        guarded.set_accessible(len)?;
        Ok(guarded)
    }

    /// Takes a reservation back.
    pub(super) fn give_back_guarded(&self, mut guarded: Guarded) {
        // What was accessible stays so: the next memory is often of the same size.
        if guarded.mapping.reset(guarded.accessible, Access::ReadWrite).is_err() {
            return;
        }
        let mut kept = self.guarded.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(guarded);
        }
    }

    /// A zeroed, accessible mapping of at least `len` bytes.
    pub(super) fn unguarded(&self, len: usize) -> Result<Mapping, Errno> {
        if len <= SMALL {
            let kept = self.small.lock().unwrap_or_else(PoisonError::into_inner).pop();
            return kept.map_or_else(|| Mapping::new(SMALL, Access::ReadWrite), Ok);
        }
        let len = len.checked_next_multiple_of(page_size()).ok_or(Errno::NOMEM)?;
        Mapping::new(len, Access::ReadWrite)
    }

    /// Takes a mapping back of which the first `used` bytes may have been written.
    pub(super) fn give_back_unguarded(&self, mut mapping: Mapping, used: usize) {
        let used = used.next_multiple_of(page_size());
        if mapping.len() != SMALL || mapping.reset(used, Access::ReadWrite).is_err() {
            return;
        }
        let mut kept = self.small.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(mapping);
        }
    }
}
