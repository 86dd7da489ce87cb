//! Maps an artifact's text: writable while it is filled, then executable, never both.

use crate::arch;
use crate::code::{libcalls, registry};
use crate::error::LoadError;
use crate::mapping::{Access, Mapping, page_size};
use crate::stable::Stable;
use std::sync::Arc;
use wassay_artifact::Artifact;
use wassay_artifact::abi::SLOT_PAGE;
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
    mapping: Option<Mapping>,
    artifact: Artifact,
    kind: ImageKind,
}

impl Image {
    /// Maps the artifact's text and registers its addresses.
    pub(crate) fn map(artifact: Artifact, kind: ImageKind) -> Result<Image, LoadError> {
        let mapping = map_text(&artifact)?;
        let parts = Stable::new(ImageParts { mapping, artifact, kind });
        let image = Image(parts);
        if let Some(mapping) = &image.parts().mapping {
            registry::register(mapping.base().addr(), mapping.len(), image.0.as_ptr())
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
        let parts = self.parts();
        let start = parts.artifact.function(func)?.start as usize;
        if start >= parts.artifact.text().len() {
            return None;
        }
        // SAFETY: inside the text, which the mapping holds in full.
        Some(unsafe { parts.mapping.as_ref()?.base().add(start) })
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        if let Some(mapping) = &self.parts().mapping {
            registry::unregister(mapping.base().addr(), mapping.len());
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
        let offset = pc.checked_sub(self.mapping.as_ref()?.base().addr())?;
        (offset < self.artifact.text().len()).then(|| u32::try_from(offset).ok())?
    }
}

fn map_text(artifact: &Artifact) -> Result<Option<Mapping>, LoadError> {
    let text = artifact.text();
    let slots: Vec<_> = artifact.libcall_slots().collect();
    if text.is_empty() && slots.is_empty() {
        return Ok(None);
    }
    let page = page_size();
    if !SLOT_PAGE.is_multiple_of(page) {
        return Err(LoadError::incompatible(format!("pages of {page} bytes")));
    }
    let code_len = text.len().next_multiple_of(page);
    let slots_at = text.len().next_multiple_of(SLOT_PAGE);
    let slots_end = slots.iter().map(|(at, _)| *at as usize + 8).max().unwrap_or(0);
    let len = match slots_end {
        0 => code_len,
        end if end <= SLOT_PAGE => slots_at + end.next_multiple_of(page),
        _ => return Err(LoadError::corrupt("a libcall slot outside the slot page")),
    };
    let failed = |error: rustix::io::Errno| LoadError::Resources(error.to_string());
    let mapping = Mapping::new(len, Access::ReadWrite).map_err(failed)?;
    // SAFETY: we alone own the mapping; it is writable and at least as long as the text.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), mapping.base(), text.len()) };
    for (at, call) in slots {
        let address = libcalls::address(call)
            .ok_or_else(|| LoadError::corrupt(format!("{call:?} on this architecture")))?;
        // SAFETY: inside the slot page, as checked above; unaligned writes are permitted.
        unsafe {
            mapping.base().add(slots_at + at as usize).cast::<*const ()>().write_unaligned(address);
        }
    }
    mapping.protect(code_len, len - code_len, Access::Read).map_err(failed)?;
    arch::publish_code(mapping.base(), text.len());
    mapping.protect(0, code_len, Access::ReadExecute).map_err(failed)?;
    Ok(Some(mapping))
}
