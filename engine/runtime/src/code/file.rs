//! A file whose bytes are an artifact: mapped private and read-only, once, so that a load neither
//! reads nor copies what it does not use. Its text becomes executable where it lies. Takes an open
//! file; returns bytes. Never looks into them.
//!
//! The file must stay as it is while the mapping lives: another process that writes to it may change
//! the code, and a page that was truncated away raises SIGBUS, as for a shared library. So only
//! files are mapped that their owner replaces by renaming another file over them.

use crate::mapping::{Access, Mapping, page_size};
use std::io;
use std::ops::Range;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use wassay_artifact::Backing;
use wassay_artifact::abi::SLOT_PAGE;

/// The first bytes of a mapped file.
#[derive(Debug)]
pub struct MappedFile {
    mapping: Mapping,
    len: usize,
    /// Whether the text was given away, to be made executable.
    is_code: AtomicBool,
}

impl MappedFile {
    /// Maps the first `len` bytes of a file that has at least as many. The caller vouches that
    /// nobody changes or truncates the file as long as the mapping lives.
    ///
    /// # Errors
    /// The machine's limits.
    pub fn map(file: impl AsFd, len: usize) -> io::Result<MappedFile> {
        let pages = len.checked_next_multiple_of(page_size()).filter(|pages| *pages > 0);
        let pages = pages.ok_or(io::ErrorKind::InvalidInput)?;
        // The text's slot page begins up to one such page after its end.
        let mut mapping = Mapping::new(pages + 2 * SLOT_PAGE, Access::None)?;
        mapping.map_file(0..pages, file.as_fd(), Access::Read)?;
        Ok(MappedFile { mapping, len, is_code: AtomicBool::new(false) })
    }

    /// The memory for a text that lies here and what follows it, if the text ends the file, is
    /// aligned, and nobody else has asked for it: then the caller alone may change its access.
    pub(super) fn take_code(&self, text: &Range<usize>) -> Option<&Mapping> {
        let fits = text.end == self.len && text.start.is_multiple_of(page_size());
        (fits && !self.is_code.swap(true, Ordering::AcqRel)).then_some(&self.mapping)
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: `map` mapped so many bytes of the file, which stay readable: only the access of
        // whole text pages changes, between reading and executing. The caller of `map` vouches that
        // they do not change.
        unsafe { std::slice::from_raw_parts(self.mapping.base(), self.len) }
    }
}

impl Backing for MappedFile {}
