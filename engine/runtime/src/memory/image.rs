//! The initial contents of a memory, in a file without a name: takes bytes and their place; gives
//! each memory a private copy of the pages that it writes to. Copying nothing else, it takes the same
//! time for any number of bytes.

use super::bytes_of;
use crate::mapping::page_size;
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;
use wassay_artifact::index::MemoryIndex;
use wassay_artifact::module::{ConstOp, DataMode, Module};

/// The least number of bytes: fewer are copied as fast as mapped, and an image takes a descriptor.
const LEAST: usize = 256 << 10;

/// The initial contents of some whole pages of a memory.
#[derive(Debug)]
pub(crate) struct Image {
    memory: MemoryIndex,
    file: File,
    /// The place of the pages in the memory.
    pages: Range<usize>,
}

impl Image {
    /// An image of the module's data, if one large segment is all that an instantiation writes, at
    /// a constant place inside the initial size of a memory that the module defines, and the system
    /// has room.
    pub(crate) fn of(module: &Module, data: &[u8]) -> Option<Image> {
        let [segment] = &module.data[..] else { return None };
        let bytes = data.get(segment.bytes.start as usize..segment.bytes.end as usize)?;
        let DataMode::Active { memory, offset } = &segment.mode else { return None };
        let start = match offset.0[..] {
            [ConstOp::I32Const(start)] => u64::from(start),
            [ConstOp::I64Const(start)] => start,
            _ => return None,
        };
        let ty = module.memories.get(memory.at())?;
        let end = start.checked_add(bytes.len() as u64)?;
        let inside = memory.0 >= module.imported.memories && end <= bytes_of(ty, ty.minimum)?;
        let fits = inside && !ty.shared && bytes.len() >= LEAST;
        if fits { Image::new(*memory, usize::try_from(start).ok()?, bytes).ok() } else { None }
    }

    fn new(memory: MemoryIndex, start: usize, bytes: &[u8]) -> io::Result<Image> {
        let page = page_size();
        let first = start - start % page;
        let end = (start + bytes.len()).next_multiple_of(page);
        let file = File::from(memfd_create("wassay-data", MemfdFlags::CLOEXEC)?);
        ftruncate(&file, (end - first) as u64)?;
        file.write_all_at(bytes, (start - first) as u64)?;
        Ok(Image { memory, file, pages: first..end })
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
