//! The on-disk format: a flat little-endian container with a digest over everything.
//!
//! ```text
//! 0    magic "wassay\0\1"
//! 8    format u64: a hash of the sources that decide the format
//! 16   digest: BLAKE3 of all bytes but its own 32
//! 48   total length u64
//! 56   kind u32, then zeros
//! 64   per section, in order: offset u64, length u64
//! ...  sections, each aligned to 16
//! ```
//!
//! The first 56 bytes are the same in every format, so that a reader can distinguish another
//! build's artifact from a damaged one.

use crate::abi::{AbiSignature, Libcall, TrapCode};
use crate::builder::TextRange;
use crate::check::{self, Tables};
use crate::index::DefinedFuncIndex;
use crate::module::Module;
use crate::target::Target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

const MAGIC: &[u8; 8] = b"wassay\0\x01";
const FORMAT: u64 = match u64::from_str_radix(env!("WASSAY_ARTIFACT_FORMAT"), 16) {
    Ok(format) => format,
    Err(_) => panic!("the build script gives 16 hexadecimal digits"),
};
pub(crate) const DIGEST: std::ops::Range<usize> = 16..48;
const LENGTH: usize = 48;
const KIND: usize = 56;
const SECTIONS: usize = 64;
const ALIGN: usize = 16;

/// What an artifact contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A module.
    Module,
    /// The shims of a machine signature.
    Shims,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Section {
    Target,
    Meta,
    Functions,
    TrapOffsets,
    TrapCodes,
    Locations,
    Libcalls,
    Data,
    Text,
}

const SECTION_COUNT: usize = Section::Text as usize + 1;
const BODY: usize = SECTIONS + 16 * SECTION_COUNT;

/// Why bytes cannot be loaded as an artifact here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Damaged, or not an artifact at all.
    #[error("corrupt artifact: {0}")]
    Corrupt(String),
    /// Intact, but from another version or for another target.
    #[error("incompatible artifact: {0}")]
    Incompatible(String),
}

/// Compiled code with everything that is needed to load it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Artifact {
    bytes: Arc<[u8]>,
    kind: Kind,
    target: Arc<Target>,
}

impl Artifact {
    /// The length of the prefix that holds the length of an artifact, in bytes.
    pub const PREFIX: usize = 56;

    /// The length of the artifact that begins with these bytes, if there is one. Checks nothing
    /// else.
    pub fn announced_len(prefix: &[u8]) -> Option<u64> {
        let known = prefix.len() >= Artifact::PREFIX && prefix.starts_with(MAGIC);
        known.then(|| u64_at(prefix, LENGTH))
    }

    /// Reads an artifact. Detects any accidental change of any byte. For any bytes, everything that
    /// the result returns is in range. That does not make the code safe to run: the digest does not
    /// show who produced it.
    ///
    /// # Errors
    /// `Corrupt` for damage, `Incompatible` for the format of another build.
    pub fn read(bytes: impl Into<Arc<[u8]>>) -> Result<Artifact, LoadError> {
        let bytes: Arc<[u8]> = bytes.into();
        let corrupt = |what: &str| Err(LoadError::Corrupt(what.to_string()));
        if bytes.len() < BODY {
            return corrupt("shorter than its header");
        }
        if &bytes[..8] != MAGIC {
            return corrupt("not a wassay artifact");
        }
        let format = u64_at(&bytes, 8);
        if format != FORMAT {
            // The digest distinguishes a damaged field from another build's file.
            return if digest(&bytes) == bytes[DIGEST] {
                let why = format!("format {format:016x} of another build, not {FORMAT:016x}");
                Err(LoadError::Incompatible(why))
            } else {
                corrupt("digest does not match")
            };
        }
        if u64_at(&bytes, LENGTH) != bytes.len() as u64 {
            return corrupt("length does not match");
        }
        if digest(&bytes) != bytes[DIGEST] {
            return corrupt("digest does not match");
        }
        Artifact::parse(bytes)
    }

    /// Takes bytes whose digest matches. For any such bytes, all tables of the result are in range.
    fn parse(bytes: Arc<[u8]>) -> Result<Artifact, LoadError> {
        let corrupt = |what: &str| Err(LoadError::Corrupt(what.to_string()));
        let kind = match u64_at(&bytes, KIND) {
            0 => Kind::Module,
            1 => Kind::Shims,
            _ => return corrupt("unknown kind"),
        };
        let mut end = BODY as u64;
        for section in 0..SECTION_COUNT {
            let at = SECTIONS + 16 * section;
            let (offset, len) = (u64_at(&bytes, at), u64_at(&bytes, at + 8));
            if offset < end || !offset.is_multiple_of(ALIGN as u64) {
                return corrupt("a section out of order");
            }
            match offset.checked_add(len) {
                Some(next) if next <= bytes.len() as u64 => end = next,
                _ => return corrupt("a section outside the file"),
            }
        }
        let target: Target = decode(&bytes, Section::Target)?;
        let tables = Tables {
            arch: target.arch,
            text: section_of(&bytes, Section::Text),
            functions: section_of(&bytes, Section::Functions),
            trap_offsets: section_of(&bytes, Section::TrapOffsets),
            trap_codes: section_of(&bytes, Section::TrapCodes),
            locations: section_of(&bytes, Section::Locations),
            libcalls: section_of(&bytes, Section::Libcalls),
        };
        check::tables(&tables).map_err(LoadError::Corrupt)?;
        Ok(Artifact { bytes, kind, target: Arc::new(target) })
    }

    /// All bytes, to write to a file or a pipe.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What the artifact contains.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The target of the code.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The module, without its code.
    ///
    /// # Errors
    /// `Corrupt` if this is not an artifact of a module, or if an index is outside its space.
    pub fn module(&self) -> Result<Module, LoadError> {
        self.expect(Kind::Module)?;
        let module = decode(&self.bytes, Section::Meta)?;
        check::module(&module, self.function_count(), self.data().len())
            .map_err(LoadError::Corrupt)?;
        Ok(module)
    }

    /// The signature of the shims.
    ///
    /// # Errors
    /// `Corrupt` if this is not an artifact of two shims.
    pub fn signature(&self) -> Result<AbiSignature, LoadError> {
        self.expect(Kind::Shims)?;
        if self.function_count() != 2 {
            let count = self.function_count();
            return Err(LoadError::Corrupt(format!(
                "expected the entry and exit shims, found {count} functions"
            )));
        }
        decode(&self.bytes, Section::Meta)
    }

    /// The code: position-independent, to be mapped at a page boundary.
    pub fn text(&self) -> &[u8] {
        self.section(Section::Text)
    }

    /// The bytes of the data segments.
    pub fn data(&self) -> &[u8] {
        self.section(Section::Data)
    }

    /// The number of functions in the text.
    pub fn function_count(&self) -> usize {
        self.section(Section::Functions).len() / 8
    }

    /// The place of a function in the text.
    pub fn function(&self, func: DefinedFuncIndex) -> Option<TextRange> {
        let entry = self.section(Section::Functions).get(8 * func.at()..8 * func.at() + 8)?;
        Some(TextRange { start: u32_at(entry, 0), len: u32_at(entry, 4) })
    }

    /// The function whose code holds this text offset.
    pub fn function_at(&self, offset: u32) -> Option<DefinedFuncIndex> {
        let functions = self.section(Section::Functions);
        let after = partition(functions.len() / 8, |at| u32_at(functions, 8 * at) <= offset);
        let func = DefinedFuncIndex(after.checked_sub(1)? as u32);
        let range = self.function(func)?;
        (offset - range.start < range.len).then_some(func)
    }

    /// Why the instruction at exactly this text offset may trap.
    pub fn trap_at(&self, offset: u32) -> Option<TrapCode> {
        let offsets = self.section(Section::TrapOffsets);
        let at = partition(offsets.len() / 4, |at| u32_at(offsets, 4 * at) < offset);
        if offsets.len() < 4 * at + 4 || u32_at(offsets, 4 * at) != offset {
            return None;
        }
        TrapCode::from_number(*self.section(Section::TrapCodes).get(at)?)
    }

    /// Where in the wasm module the code at this text offset comes from.
    pub fn location_at(&self, offset: u32) -> Option<u32> {
        let pairs = self.section(Section::Locations);
        let after = partition(pairs.len() / 8, |at| u32_at(pairs, 8 * at) <= offset);
        Some(u32_at(pairs, 8 * after.checked_sub(1)? + 4))
    }

    /// The slots behind the text that must hold addresses of libcalls: the offset in the slot page,
    /// and the libcall.
    pub fn libcall_slots(&self) -> impl Iterator<Item = (u32, Libcall)> {
        self.section(Section::Libcalls)
            .as_chunks::<8>()
            .0
            .iter()
            .filter_map(|pair| Some((u32_at(pair, 0), Libcall::from_number(pair[4])?)))
    }

    fn expect(&self, kind: Kind) -> Result<(), LoadError> {
        if self.kind == kind {
            Ok(())
        } else {
            Err(LoadError::Corrupt(format!(
                "expected an artifact of {kind:?}, found {:?}",
                self.kind
            )))
        }
    }

    fn section(&self, section: Section) -> &[u8] {
        section_of(&self.bytes, section)
    }
}

fn section_of(bytes: &[u8], section: Section) -> &[u8] {
    let at = SECTIONS + 16 * section as usize;
    let (offset, len) = (u64_at(bytes, at), u64_at(bytes, at + 8));
    &bytes[offset as usize..(offset + len) as usize]
}

fn decode<T: DeserializeOwned>(bytes: &[u8], section: Section) -> Result<T, LoadError> {
    let corrupt = |why: String| LoadError::Corrupt(format!("section {section:?}: {why}"));
    match postcard::take_from_bytes(section_of(bytes, section)) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(corrupt(format!("{} excess bytes", rest.len()))),
        Err(error) => Err(corrupt(error.to_string())),
    }
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("our own types always encode")
}

pub(crate) fn write(kind: Kind, sections: &[(Section, Vec<u8>)]) -> Artifact {
    let total = sections.iter().map(|(_, body)| body.len() + ALIGN).sum::<usize>() + BODY;
    let mut bytes = Vec::with_capacity(total);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.resize(BODY, 0);
    bytes[KIND..KIND + 4].copy_from_slice(&(kind as u32).to_le_bytes());
    for (section, body) in sections {
        bytes.resize(bytes.len().next_multiple_of(ALIGN), 0);
        let at = SECTIONS + 16 * *section as usize;
        let offset = bytes.len() as u64;
        bytes[at..at + 8].copy_from_slice(&offset.to_le_bytes());
        bytes[at + 8..at + 16].copy_from_slice(&(body.len() as u64).to_le_bytes());
        bytes.extend_from_slice(body);
    }
    let len = bytes.len() as u64;
    bytes[LENGTH..LENGTH + 8].copy_from_slice(&len.to_le_bytes());
    let digest = digest(&bytes);
    bytes[DIGEST].copy_from_slice(&digest);
    Artifact::parse(bytes.into()).expect("a compiler's tables are in range")
}

/// The digest of everything but the digest itself.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..DIGEST.start]);
    hasher.update(&bytes[DIGEST.end..]);
    *hasher.finalize().as_bytes()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

/// The first of `len` positions for which the predicate is false; it is true for all before.
fn partition(len: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests;
