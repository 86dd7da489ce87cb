//! Makes an artifact's text executable: where it lies, if that is a mapped file, else as a copy,
//! which is writable while it is filled. No page is ever both writable and executable.

use crate::arch;
use crate::code::{MappedFile, libcalls, registry};
use crate::error::LoadError;
use crate::mapping::{Access, Mapping, page_size};
use crate::stable::Stable;
use std::any::Any;
use std::ptr::NonNull;
use std::sync::Arc;
use wassay_artifact::Artifact;
use wassay_artifact::abi::{Libcall, SLOT_PAGE};
use wassay_artifact::index::DefinedFuncIndex;
use wassay_artifact::module::Module;

/// What the code of an image belongs to.
pub(crate) enum ImageKind {
    /// A module's functions.
    Module(Arc<Module>),
    /// Shims, which backtraces omit.
    Shims,
}

/// Mapped and registered code.
pub(crate) struct Image(Stable<ImageParts>);

/// The data that is found by an address in the code.
pub(crate) struct ImageParts {
    text: Option<Text>,
    artifact: Artifact,
    kind: ImageKind,
}

/// Executable code and its slots.
struct Text {
    base: NonNull<u8>,
    /// The length of the code, and that of all pages, with the slots.
    code_len: usize,
    len: usize,
    /// The copy, if the text does not lie in the file that the artifact keeps mapped.
    _copy: Option<Mapping>,
}

// SAFETY: the pointer leads to immutable code, in `_copy` or in the file that the artifact beside it
// keeps mapped.
unsafe impl Send for Text {}
// SAFETY: the same.
unsafe impl Sync for Text {}

impl Image {
    /// Maps the artifact's text and registers its addresses.
    pub(crate) fn map(artifact: Artifact, kind: ImageKind) -> Result<Image, LoadError> {
        let text = map_text(&artifact)?;
        let parts = Stable::new(ImageParts { text, artifact, kind });
        let image = Image(parts);
        if let Some(text) = &image.parts().text {
            registry::register(text.base.addr().get(), text.len, image.0.as_ptr())
                .map_err(LoadError::Resources)?;
        }
        Ok(image)
    }

    pub(crate) fn parts(&self) -> &ImageParts {
        // SAFETY: live until drop; nothing ever writes to it, so sharing is sound.
        unsafe { &*self.0.as_ptr() }
    }

    /// The address of a function's code.
    pub(crate) fn code(&self, func: DefinedFuncIndex) -> Option<*const u8> {
        self.code_at(self.parts().artifact.function(func)?.start)
    }

    /// The address of the code at this place in the text.
    pub(crate) fn code_at(&self, start: u32) -> Option<*const u8> {
        let parts = self.parts();
        let text = parts.text.as_ref().filter(|text| (start as usize) < text.code_len)?;
        // SAFETY: inside the text, which is mapped in full.
        Some(unsafe { text.base.as_ptr().add(start as usize) })
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        if let Some(text) = &self.parts().text {
            registry::unregister(text.base.addr().get(), text.len);
        }
    }
}

impl ImageParts {
    pub(crate) fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    pub(crate) fn kind(&self) -> &ImageKind {
        &self.kind
    }

    /// The offset of an address in the text.
    pub(crate) fn offset(&self, pc: usize) -> Option<u32> {
        let text = self.text.as_ref()?;
        let offset = pc.checked_sub(text.base.addr().get())?;
        (offset < text.code_len).then(|| u32::try_from(offset).ok())?
    }
}

/// Where a text is made executable.
enum Place<'a> {
    /// In a mapped file, at this offset.
    File(&'a Mapping, usize),
    Copy(Mapping),
}

fn map_text(artifact: &Artifact) -> Result<Option<Text>, LoadError> {
    let text = artifact.text();
    let slots: Vec<_> = artifact.libcall_slots().collect();
    if text.is_empty() && slots.is_empty() {
        return Ok(None);
    }
    let page = page_size();
    if !SLOT_PAGE.is_multiple_of(page) {
        return Err(LoadError::incompatible(format!("pages of {page} bytes")));
    }
    let slots_end = slots.iter().map(|(at, _)| *at as usize + 8).max().unwrap_or(0);
    if slots_end > SLOT_PAGE {
        return Err(LoadError::corrupt("a libcall slot outside the slot page"));
    }
    let code_len = text.len().next_multiple_of(page);
    let slots_at = text.len().next_multiple_of(SLOT_PAGE);
    let slots_len = slots_end.next_multiple_of(page);
    let len = if slots.is_empty() { code_len } else { slots_at + slots_len };

    let failed = |error: rustix::io::Errno| LoadError::Resources(error.to_string());
    let range = artifact.text_range();
    let file: &dyn Any = artifact.backing();
    let file = file.downcast_ref().and_then(|file: &MappedFile| file.take_code(&range));
    // A file system may permit no code (`noexec`).
    let file = file.filter(|file| file.protect(range.start, code_len, Access::ReadExecute).is_ok());
    let place = match file {
        Some(mapping) => Place::File(mapping, range.start),
        None => Place::Copy(copied(text, len).map_err(failed)?),
    };
    let (mapping, start) = place.pages();
    if !slots.is_empty() {
        mapping.protect(start + slots_at, slots_len, Access::ReadWrite).map_err(failed)?;
        fill(mapping, start + slots_at, slots)?;
    }
    mapping.protect(start + code_len, len - code_len, Access::Read).map_err(failed)?;
    if let Place::Copy(copy) = &place {
        copy.protect(0, code_len, Access::ReadExecute).map_err(failed)?;
    }
    // SAFETY: inside the mapping.
    let base = unsafe { NonNull::new_unchecked(mapping.base().add(start)) };
    let copy = match place {
        Place::File(..) => None,
        Place::Copy(mapping) => Some(mapping),
    };
    Ok(Some(Text { base, code_len: text.len(), len, _copy: copy }))
}

/// A copy of the text at the start of `len` writable bytes.
fn copied(text: &[u8], len: usize) -> Result<Mapping, rustix::io::Errno> {
    let mapping = Mapping::new(len, Access::ReadWrite)?;
    // SAFETY: we alone own the mapping; it is writable and at least as long as the text.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), mapping.base(), text.len()) };
    // For a mapped file, the kernel does this when pages become executable.
    arch::publish_code(mapping.base(), text.len());
    Ok(mapping)
}

impl Place<'_> {
    /// The memory, and the offset of the text in it.
    fn pages(&self) -> (&Mapping, usize) {
        match self {
            Place::File(mapping, start) => (mapping, *start),
            Place::Copy(mapping) => (mapping, 0),
        }
    }
}

/// Writes the addresses of libcalls into slots, at offsets from `at` on. The mapping is writable
/// there, for one slot page or to the end of the last slot.
fn fill(mapping: &Mapping, at: usize, slots: Vec<(u32, Libcall)>) -> Result<(), LoadError> {
    for (slot, call) in slots {
        let address = libcalls::address(call)
            .ok_or_else(|| LoadError::corrupt(format!("{call:?} on this architecture")))?;
        // SAFETY: inside the slots, as the caller checked; unaligned writes are permitted.
        unsafe {
            mapping.base().add(at + slot as usize).cast::<*const ()>().write_unaligned(address);
        }
    }
    Ok(())
}
