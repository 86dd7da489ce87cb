//! Reuses reservations, because remapping is expensive, especially under an emulator. Takes back
//! the reservations of memories of any runtime, keeps a bounded number of them, and hands them out
//! again, zeroed.

use super::Image;
use crate::mapping::{Access, Mapping, page_size};
use rustix::io::Errno;
use std::sync::{Mutex, MutexGuard, PoisonError};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::target::{GUARD_RESERVATION, GUARD_SIZE};

/// How many unused guarded reservations the process keeps: 96 GiB of address space.
const KEPT_GUARDED: usize = 16;

/// How many unused small mappings the process keeps: 64 MiB of address space.
const KEPT_SMALL: usize = 64;

/// A guarded reservation with more accessible bytes is unmapped: `reset` frees pages, but not their
/// page tables, which take 8 bytes for each 4 KiB. So the page tables of all kept reservations take
/// at most 1 MiB.
const KEPT_ACCESSIBLE: usize = 32 << 20;

/// The size of the smallest reservation of an unguarded memory: most memories never outgrow it.
pub(super) const SMALL: usize = 1 << 20;

/// The source of reservations for the memories of a runtime. Each runtime has its own pool, whose
/// address identifies its shared memories; the kept reservations belong to the process.
#[derive(Debug)]
pub(crate) struct Pool {
    kept: &'static Kept,
}

/// Unused reservations, all zero.
#[derive(Debug, Default)]
struct Kept {
    guarded: Mutex<Vec<Guarded>>,
    small: Mutex<Vec<Mapping>>,
}

/// Shared by the whole process, since runtimes are short-lived.
static KEPT: Kept = Kept { guarded: Mutex::new(Vec::new()), small: Mutex::new(Vec::new()) };

/// A reservation of `GUARD_RESERVATION` bytes of which the first `accessible` can be used.
#[derive(Debug)]
pub(super) struct Guarded {
    pub mapping: Mapping,
    accessible: usize,
}

impl Guarded {
    fn new() -> Result<Guarded, Errno> {
        let mapping = Mapping::new(GUARD_RESERVATION as usize, Access::None)?;
        Ok(Guarded { mapping, accessible: 0 })
    }

    /// Whether an address is in the reservation. The address may have become accessible in the
    /// meantime, if another thread grows the memory while this one faults.
    pub(super) fn reserves(&self, address: usize) -> bool {
        let offset = address.checked_sub(self.mapping.base().addr());
        offset.is_some_and(|offset| offset < self.mapping.len())
    }

    /// Makes exactly the first `len` bytes accessible; whole pages.
    ///
    /// # Errors
    /// `NOMEM` if there are fewer bytes before the guard, which never becomes accessible.
    pub(super) fn set_accessible(&mut self, len: usize) -> Result<(), Errno> {
        if len > (GUARD_RESERVATION - GUARD_SIZE) as usize {
            return Err(Errno::NOMEM);
        }
        let len = len + if Seeded::GuardPageLate.is_seeded() { page_size() } else { 0 };
        match len.checked_sub(self.accessible) {
            Some(more) => self.mapping.protect(self.accessible, more, Access::ReadWrite)?,
            None => self.mapping.protect(len, self.accessible - len, Access::None)?,
        }
        self.accessible = len;
        Ok(())
    }

    /// Replaces accessible pages by those of an image.
    pub(super) fn map_image(&mut self, image: &Image) -> Result<(), Errno> {
        if image.pages().end > self.accessible {
            return Err(Errno::INVAL);
        }
        self.mapping.map_file(image.pages(), image.file(), Access::ReadWrite)
    }
}

impl Default for Pool {
    fn default() -> Pool {
        Pool { kept: &KEPT }
    }
}

impl Pool {
    /// Returns a zeroed reservation whose first `len` bytes are accessible.
    pub(super) fn guarded(&self, len: usize) -> Result<Guarded, Errno> {
        let len = len.checked_next_multiple_of(page_size()).ok_or(Errno::NOMEM)?;
        let kept = lock(&self.kept.guarded).pop();
        let mut guarded = kept.map_or_else(Guarded::new, Ok)?;
        guarded.set_accessible(len)?;
        Ok(guarded)
    }

    /// Takes a reservation back.
    pub(super) fn give_back_guarded(&self, mut guarded: Guarded) {
        // Accessible bytes stay accessible: the next memory often has the same size.
        if guarded.accessible <= KEPT_ACCESSIBLE
            && guarded.mapping.reset(guarded.accessible, Access::ReadWrite).is_ok()
        {
            keep(&self.kept.guarded, guarded, KEPT_GUARDED);
        }
    }

    /// Returns a zeroed, accessible mapping of at least `len` bytes.
    pub(super) fn unguarded(&self, len: usize) -> Result<Mapping, Errno> {
        if len <= SMALL {
            let kept = lock(&self.kept.small).pop();
            return kept.map_or_else(|| Mapping::new(SMALL, Access::ReadWrite), Ok);
        }
        let len = len.checked_next_multiple_of(page_size()).ok_or(Errno::NOMEM)?;
        Mapping::new(len, Access::ReadWrite)
    }

    /// Takes back a mapping whose first `used` bytes may have been written.
    pub(super) fn give_back_unguarded(&self, mut mapping: Mapping, used: usize) {
        let used = used.next_multiple_of(page_size());
        if mapping.len() == SMALL && mapping.reset(used, Access::ReadWrite).is_ok() {
            keep(&self.kept.small, mapping, KEPT_SMALL);
        }
    }
}

/// Keeps a reservation if there is room; otherwise unmaps it, with no lock held.
fn keep<T>(kept: &Mutex<Vec<T>>, reservation: T, most: usize) {
    let mut kept = lock(kept);
    if kept.len() < most {
        kept.push(reservation);
    } else {
        drop(kept);
        drop(reservation);
    }
}

fn lock<T>(kept: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pools of two runtimes, which share their kept reservations with no other test.
    fn pools() -> (Pool, Pool) {
        let kept: &'static Kept = Box::leak(Box::default());
        (Pool { kept }, Pool { kept })
    }

    #[test]
    fn the_guard_never_becomes_accessible() {
        let (pool, _) = pools();
        let mut guarded = pool.guarded(0x1_0000).unwrap();
        let whole = 4 << 30;
        for len in [whole + 1, whole + page_size(), GUARD_RESERVATION as usize, usize::MAX] {
            assert_eq!(guarded.set_accessible(len), Err(Errno::NOMEM), "{len:#x}");
            assert_eq!(pool.guarded(len).map(drop), Err(Errno::NOMEM), "{len:#x}");
            assert_eq!(guarded.accessible, 0x1_0000);
        }
        assert_eq!(guarded.set_accessible(whole), Ok(()));
        assert_eq!(guarded.set_accessible(0), Ok(()));
    }

    #[test]
    fn a_reservation_ends_behind_its_guard() {
        let (pool, _) = pools();
        let guarded = pool.guarded(0x1_0000).unwrap();
        let base = guarded.mapping.base().addr();
        let end = base + GUARD_RESERVATION as usize;
        for (address, inside) in [
            (base, true),
            (base + 0x1_0000, true),
            (end - 1, true),
            (end, false),
            (base - 1, false),
            (0, false),
            (usize::MAX, false),
        ] {
            assert_eq!(guarded.reserves(address), inside, "{address:#x}");
        }
    }

    #[test]
    fn kept_reservations_are_bounded_across_runtimes() {
        let (one, other) = pools();
        for pool in [&one, &other] {
            let guarded: Vec<_> = (0..40).map(|_| pool.guarded(0x1_0000).unwrap()).collect();
            guarded.into_iter().for_each(|guarded| pool.give_back_guarded(guarded));
            let small: Vec<_> = (0..100).map(|_| pool.unguarded(1).unwrap()).collect();
            small.into_iter().for_each(|mapping| pool.give_back_unguarded(mapping, 1));
        }
        assert_eq!(lock(&one.kept.guarded).len(), KEPT_GUARDED);
        assert_eq!(lock(&one.kept.small).len(), KEPT_SMALL);
        let large = other.guarded(KEPT_ACCESSIBLE + 1).unwrap();
        one.give_back_guarded(large);
        assert_eq!(lock(&one.kept.guarded).len(), KEPT_GUARDED - 1);
    }

    #[test]
    fn a_reused_reservation_is_zero() {
        let (pool, _) = pools();
        for _ in 0..3 {
            let guarded = pool.guarded(0x1_0000).unwrap();
            let small = pool.unguarded(0x1_0000).unwrap();
            for base in [guarded.mapping.base(), small.base()] {
                // SAFETY: the last accessible byte of a mapping that this test owns.
                unsafe {
                    assert_eq!(base.add(0xffff).read(), 0);
                    base.add(0xffff).write(7);
                }
            }
            pool.give_back_guarded(guarded);
            pool.give_back_unguarded(small, 0x1_0000);
        }
    }
}
