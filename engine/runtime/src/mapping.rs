//! Owned pages of the operating system.

use rustix::io::Errno;
use rustix::mm::{
    Advice, MapFlags, MprotectFlags, MremapFlags, ProtFlags, madvise, mmap, mmap_anonymous,
    mprotect, mremap, munmap,
};
use std::ops::Range;
use std::os::fd::BorrowedFd;
use std::ptr::{self, NonNull};
use std::sync::OnceLock;

/// The permitted accesses to pages. Write and execute exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    None,
    Read,
    ReadWrite,
    ReadExecute,
}

impl Access {
    fn protection(self) -> ProtFlags {
        match self {
            Access::None => ProtFlags::empty(),
            Access::Read => ProtFlags::READ,
            Access::ReadWrite => ProtFlags::READ | ProtFlags::WRITE,
            Access::ReadExecute => ProtFlags::READ | ProtFlags::EXEC,
        }
    }
}

/// A private mapping, unmapped on drop; anonymous, except where a file was mapped over it.
#[derive(Debug)]
pub(crate) struct Mapping {
    base: NonNull<u8>,
    len: usize,
    /// The end of the last page of a file.
    files_end: usize,
}

// SAFETY: a mapping owns its pages; code that takes its address is responsible for its use.
unsafe impl Send for Mapping {}
// SAFETY: a shared mapping returns only its address and length.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `len` bytes (a positive multiple of the page size) of zeros.
    pub(crate) fn new(len: usize, access: Access) -> Result<Mapping, Errno> {
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
        // SAFETY: without a fixed address the kernel chooses unused pages.
        let base = unsafe { mmap_anonymous(ptr::null_mut(), len, access.protection(), flags) }?;
        let base = NonNull::new(base.cast()).ok_or(Errno::NOMEM)?;
        Ok(Mapping { base, len, files_end: 0 })
    }

    /// Replaces a range of whole pages by the start of a file. The pages are private: nothing is
    /// ever written to the file.
    pub(crate) fn map_file(
        &mut self,
        range: Range<usize>,
        file: BorrowedFd<'_>,
        access: Access,
    ) -> Result<(), Errno> {
        assert!(range.start <= range.end && range.end <= self.len, "outside the mapping");
        self.files_end = self.files_end.max(range.end);
        let (protection, flags) = (access.protection(), MapFlags::PRIVATE | MapFlags::FIXED);
        // SAFETY: replaces pages inside our own mapping; `&mut self` guarantees that nothing else
        // uses them.
        let mapped = unsafe {
            let start = self.base.as_ptr().add(range.start).cast();
            mmap(start, range.len(), protection, flags, file, 0)
        };
        mapped.map(drop).inspect_err(|_| self.close_hole(range, access))
    }

    /// Replaces a range of whole pages inside the mapping by zeros.
    fn map_zeros(&mut self, range: Range<usize>, access: Access) -> Result<(), Errno> {
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::FIXED;
        // SAFETY: replaces pages inside our own mapping, as both callers guarantee; `&mut self`
        // guarantees that nothing else uses them.
        let mapped = unsafe {
            let start = self.base.as_ptr().add(range.start).cast();
            mmap_anonymous(start, range.len(), access.protection(), flags)
        };
        mapped.map(drop)
    }

    /// Maps zeros after a fixed mapping of this range has failed: some kernels have unmapped the old
    /// pages by then, and another thread's mapping must not come to lie between ours.
    fn close_hole(&mut self, range: Range<usize>, access: Access) {
        if self.map_zeros(range, access).is_err() {
            // The addresses may belong to another mapping now.
            std::process::abort();
        }
    }

    pub(crate) fn base(&self) -> *mut u8 {
        self.base.as_ptr()
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Changes the permitted accesses to a range of whole pages inside the mapping.
    pub(crate) fn protect(&self, start: usize, len: usize, access: Access) -> Result<(), Errno> {
        assert!(start.checked_add(len).is_some_and(|end| end <= self.len), "outside the mapping");
        if len == 0 {
            return Ok(());
        }
        let flags = MprotectFlags::from_bits_retain(access.protection().bits());
        // SAFETY: the range is inside our own pages. The mapping's owner, which alone can call
        // this, upholds that nothing relies on the old access.
        unsafe { mprotect(self.base.as_ptr().add(start).cast(), len, flags) }
    }

    /// Zeroes the first `len` bytes (whole pages) again and frees their memory.
    pub(crate) fn reset(&mut self, len: usize, access: Access) -> Result<(), Errno> {
        assert!(len <= self.len, "outside the mapping");
        if len == 0 {
            return Ok(());
        }
        // Advice would restore the pages of a file.
        if self.files_end == 0 && discards() {
            // SAFETY: our own pages; `&mut self` guarantees that nothing else uses them.
            return unsafe { madvise(self.base.as_ptr().cast(), len, Advice::LinuxDontNeed) };
        }
        self.map_zeros(0..len, access).inspect_err(|_| self.close_hole(0..len, access))?;
        if self.files_end <= len {
            self.files_end = 0;
        }
        Ok(())
    }

    /// Grows the mapping and moves it if necessary; the new bytes are zero.
    pub(crate) fn grow(&mut self, len: usize) -> Result<(), Errno> {
        // SAFETY: our own pages; `&mut self` guarantees that nothing else uses them. The old
        // address is discarded here.
        let base =
            unsafe { mremap(self.base.as_ptr().cast(), self.len, len, MremapFlags::MAYMOVE) }?;
        self.base = NonNull::new(base.cast()).ok_or(Errno::NOMEM)?;
        self.len = len;
        Ok(())
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped by `new` or `grow` and unmapped only here. A failure would leak pages,
        // which is harmless.
        let _ = unsafe { munmap(self.base.as_ptr().cast(), self.len) };
    }
}

/// The page size of this system.
pub(crate) fn page_size() -> usize {
    rustix::param::page_size()
}

/// Whether `MADV_DONTNEED` zeroes pages, as on Linux: some user-mode emulators ignore it.
fn discards() -> bool {
    static DISCARDS: OnceLock<bool> = OnceLock::new();
    *DISCARDS.get_or_init(|| {
        let Ok(probe) = Mapping::new(page_size(), Access::ReadWrite) else { return false };
        // SAFETY: the first byte of our own readable and writable page.
        unsafe { probe.base().write_volatile(1) };
        // SAFETY: our own page.
        let done = unsafe { madvise(probe.base().cast(), probe.len, Advice::LinuxDontNeed) };
        // SAFETY: the first byte of the probe's page, which is still mapped and readable.
        done.is_ok() && unsafe { probe.base().read_volatile() } == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::fs::File;
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileExt;

    #[test]
    fn a_reset_mapping_has_no_pages_of_files() {
        let page = page_size();
        let file = File::from(memfd_create("test", MemfdFlags::CLOEXEC).unwrap());
        file.write_all_at(&vec![5; page], 0).unwrap();
        let mut mapping = Mapping::new(2 * page, Access::ReadWrite).unwrap();
        // SAFETY: inside the mapping.
        let byte = |mapping: &Mapping, at: usize| unsafe { mapping.base().add(at).read() };
        for _ in 0..2 {
            mapping.map_file(page..2 * page, file.as_fd(), Access::ReadWrite).unwrap();
            assert_eq!((byte(&mapping, 0), byte(&mapping, page)), (0, 5));
            // Only its first page.
            mapping.reset(page, Access::ReadWrite).unwrap();
            assert_eq!(byte(&mapping, page), 5);
            mapping.reset(2 * page, Access::ReadWrite).unwrap();
            assert_eq!(byte(&mapping, page), 0);
        }
    }

    #[test]
    fn a_reset_mapping_is_zero_and_a_grown_one_keeps_its_bytes() {
        let page = page_size();
        let mut mapping = Mapping::new(page, Access::ReadWrite).unwrap();
        // SAFETY: inside the mapping.
        unsafe { mapping.base().write(7) };
        mapping.grow(4 * page).unwrap();
        // SAFETY: inside the mapping.
        assert_eq!(unsafe { (mapping.base().read(), mapping.base().add(3 * page).read()) }, (7, 0));
        mapping.reset(page, Access::ReadWrite).unwrap();
        // SAFETY: inside the mapping.
        assert_eq!(unsafe { mapping.base().read() }, 0);
    }
}
