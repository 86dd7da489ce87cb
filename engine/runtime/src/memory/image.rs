//! The initial contents of a memory, in a file without a name: takes bytes and their place; gives
//! each memory a private copy of the pages that it writes to. Copying nothing else, it takes the same
//! time for any number of bytes.

use super::bytes_of;
use crate::mapping::page_size;
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use rustix::process::{Resource, getrlimit};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use wassay_artifact::index::MemoryIndex;
use wassay_artifact::module::{DataMode, Module};

/// The least number of bytes: fewer are copied as fast as mapped, and an image takes a descriptor.
const LEAST: usize = 256 << 10;

/// How many images a process has at most, and the part of its descriptors that they take at most: a
/// program needs descriptors for other things.
const MOST: usize = 64;
const PART: u64 = 8;

/// How many images there are.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Counts an image.
#[derive(Debug)]
struct Counted;

impl Counted {
    /// `None` if there are too many.
    fn one() -> Option<Counted> {
        let limit =
            getrlimit(Resource::Nofile).current.map_or(MOST, |limit| (limit / PART) as usize);
        let counted = Counted;
        (COUNT.fetch_add(1, Ordering::Relaxed) < limit.min(MOST)).then_some(counted)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        COUNT.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The initial contents of some whole pages of a memory.
#[derive(Debug)]
pub(crate) struct Image {
    memory: MemoryIndex,
    file: File,
    _counted: Counted,
    /// The place of the pages in the memory.
    pages: Range<usize>,
}

impl Image {
    /// An image of the module's data, if one large segment is all that an instantiation writes, at
    /// a constant place inside the initial size of a memory that the module defines, and the system
    /// has room. `maps` tells whether pages of a memory can be replaced.
    pub(crate) fn of(
        module: &Module,
        data: &[u8],
        maps: impl Fn(MemoryIndex) -> bool,
    ) -> Option<Image> {
        let [segment] = &module.data[..] else { return None };
        let bytes = data.get(segment.bytes.start as usize..segment.bytes.end as usize)?;
        let DataMode::Active { memory, offset } = &segment.mode else { return None };
        let start = offset.constant_offset()?;
        let ty = module.memories.get(memory.at())?;
        let end = start.checked_add(bytes.len() as u64)?;
        let inside = memory.0 >= module.imported.memories && end <= bytes_of(ty, ty.minimum)?;
        let fits = inside && !ty.shared && bytes.len() >= LEAST;
        if fits && maps(*memory) {
            Image::new(*memory, usize::try_from(start).ok()?, bytes).ok()
        } else {
            None
        }
    }

    fn new(memory: MemoryIndex, start: usize, bytes: &[u8]) -> io::Result<Image> {
        let page = page_size();
        let first = start - start % page;
        let end = (start + bytes.len()).next_multiple_of(page);
        // Beyond this limit of the user, the kernel would send a signal.
        let largest = getrlimit(Resource::Fsize).current.unwrap_or(u64::MAX);
        let counted = Counted::one().filter(|_| (end - first) as u64 <= largest);
        let counted = counted.ok_or(io::ErrorKind::QuotaExceeded)?;
        let file = File::from(memfd_create("wassay-data", MemfdFlags::CLOEXEC)?);
        ftruncate(&file, (end - first) as u64)?;
        file.write_all_at(bytes, (start - first) as u64)?;
        Ok(Image { memory, file, _counted: counted, pages: first..end })
    }

    /// The memory that it fills.
    pub(crate) fn memory(&self) -> MemoryIndex {
        self.memory
    }

    pub(super) fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    pub(super) fn pages(&self) -> Range<usize> {
        self.pages.clone()
    }
}
