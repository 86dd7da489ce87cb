//! Reads artifacts, and looks up what they hold. Takes bytes; for any bytes, everything that it
//! returns is in range. Knows no file.

mod digest;
mod header;

pub(crate) use digest::{DIGEST, digest};
pub use header::Kind;
pub(crate) use header::Section;

use crate::abi::{AbiSignature, Libcall, TrapCode};
use crate::backing::Backing;
use crate::builder::TextRange;
use crate::check::{self, Tables};
use crate::fault::Fault;
use crate::index::{DefinedFuncIndex, FuncIndex};
use crate::locations;
use crate::module::Module;
use crate::target::Target;
use header::{FORMAT, Header, PREFIX, format_of};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::Range;
use std::sync::Arc;

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
#[derive(Clone)]
pub struct Artifact {
    backing: Arc<dyn Backing>,
    parts: Arc<Parts>,
}

/// What was read from the header, so that it cannot change between two uses.
struct Parts {
    header: Header,
    target: Target,
}

impl Artifact {
    /// The length of the prefix that holds the length of an artifact, in bytes.
    pub const PREFIX: usize = PREFIX;

    /// The length of the artifact that begins with these bytes, if there is one. Checks nothing
    /// else.
    pub fn announced_len(prefix: &[u8]) -> Option<u64> {
        header::announced_len(prefix)
    }

    /// Reads an artifact. Detects any accidental change of any byte. For any bytes, everything that
    /// the result returns is in range. That does not make the code safe to run: the digest does not
    /// show who produced it.
    ///
    /// # Errors
    /// `Corrupt` for damage, `Incompatible` for the format of another build.
    pub fn read(bytes: impl Into<Vec<u8>>) -> Result<Artifact, LoadError> {
        Artifact::read_backed(Arc::new(bytes.into()))
    }

    /// Reads an artifact from bytes that someone else holds. Checks the same as [`Artifact::read`].
    ///
    /// # Errors
    /// The same as for [`Artifact::read`].
    pub fn read_backed(backing: Arc<dyn Backing>) -> Result<Artifact, LoadError> {
        let bytes = (*backing).as_ref();
        let format = format_of(bytes)?;
        // The digest distinguishes a damaged field from another build's file.
        if digest(bytes) != bytes[DIGEST] && !Fault::DigestUnchecked.is_seeded() {
            return Err(LoadError::Corrupt("digest does not match".to_string()));
        }
        if format != FORMAT {
            let why = format!("format {format:016x} of another build, not {FORMAT:016x}");
            return Err(LoadError::Incompatible(why));
        }
        let artifact = Artifact::parse(backing)?;
        check::tables(&artifact.tables()).map_err(LoadError::Corrupt)?;
        Ok(artifact.stored())
    }

    /// Reads an artifact from bytes that [`Artifact::read_backed`] has accepted and that nobody has
    /// changed since. Looks only at what loading needs. A wrong promise is as safe as any bytes are
    /// for [`Artifact::read`], since every access is checked, but damage is not detected.
    ///
    /// # Errors
    /// The same as for [`Artifact::read`].
    pub fn read_unchanged(backing: Arc<dyn Backing>) -> Result<Artifact, LoadError> {
        match format_of((*backing).as_ref())? {
            FORMAT => Artifact::parse(backing).map(Artifact::stored),
            _ => Artifact::read_backed(backing),
        }
    }

    fn parse(backing: Arc<dyn Backing>) -> Result<Artifact, LoadError> {
        let bytes = (*backing).as_ref();
        let header = Header::read(bytes)?;
        let target = decode(&bytes[header.range(Section::Target)], Section::Target)?;
        Ok(Artifact { backing, parts: Arc::new(Parts { header, target }) })
    }

    /// The artifact as it is read again, without what a faulty engine does not store.
    fn stored(mut self) -> Artifact {
        if let Some(parts) = Arc::get_mut(&mut self.parts) {
            parts.header.lose_unstored();
        }
        self
    }

    fn tables(&self) -> Tables<'_> {
        Tables {
            arch: self.target().arch,
            text: self.text(),
            functions: self.section(Section::Functions),
            trap_offsets: self.section(Section::TrapOffsets),
            trap_codes: self.section(Section::TrapCodes),
            libcalls: self.section(Section::Libcalls),
            names: self.section(Section::Names),
            name_text: self.section(Section::NameText),
        }
    }

    /// All bytes, to write to a file or a pipe.
    pub fn bytes(&self) -> &[u8] {
        (*self.backing).as_ref()
    }

    /// What holds the bytes.
    pub fn backing(&self) -> &dyn Backing {
        &*self.backing
    }

    /// The name of the format: a hash of the sources that decide it.
    pub fn format(&self) -> u64 {
        FORMAT
    }

    /// The digest of the bytes.
    pub fn digest(&self) -> &[u8] {
        &self.bytes()[DIGEST]
    }

    /// The places of all sections in the bytes, with their names, in order.
    pub fn sections(&self) -> impl Iterator<Item = (&'static str, Range<usize>)> {
        Section::ALL.into_iter().map(|(section, name)| (name, self.parts.header.range(section)))
    }

    /// What the artifact contains.
    pub fn kind(&self) -> Kind {
        self.parts.header.kind
    }

    /// The target of the code.
    pub fn target(&self) -> &Target {
        &self.parts.target
    }

    /// The module, without its code.
    ///
    /// # Errors
    /// `Corrupt` if this is not an artifact of a module, or if an index is outside its space.
    pub fn module(&self) -> Result<Module, LoadError> {
        self.expect(Kind::Module)?;
        let module = decode(self.section(Section::Meta), Section::Meta)?;
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
        decode(self.section(Section::Meta), Section::Meta)
    }

    /// The code: position-independent, to be mapped at a page boundary.
    pub fn text(&self) -> &[u8] {
        self.section(Section::Text)
    }

    /// The place of the text in the bytes.
    pub fn text_range(&self) -> Range<usize> {
        self.parts.header.range(Section::Text)
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
        (offset.checked_sub(range.start)? < range.len).then_some(func)
    }

    /// The name of a function, from the module's name section.
    pub fn function_name(&self, func: FuncIndex) -> Option<&str> {
        let names = self.section(Section::Names);
        let at = partition(names.len() / 8, |at| u32_at(names, 8 * at) < func.0);
        let [found, end] = [0, 4].map(|part| Some(u32_at(names.get(8 * at..8 * at + 8)?, part)));
        let start = at.checked_sub(1).map_or(0, |before| u32_at(names, 8 * before + 4));
        let name = self.section(Section::NameText).get(start as usize..end? as usize)?;
        std::str::from_utf8(name).ok().filter(|_| found == Some(func.0))
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

    /// Every instruction that may trap, ascending: its text offset, and why.
    pub fn traps(&self) -> impl Iterator<Item = (u32, TrapCode)> {
        let offsets = self.section(Section::TrapOffsets).as_chunks::<4>().0;
        let codes = self.section(Section::TrapCodes);
        offsets.iter().zip(codes).filter_map(|(offset, code)| {
            Some((u32::from_le_bytes(*offset), TrapCode::from_number(*code)?))
        })
    }

    /// Where code comes from: pairs of a text offset and the offset in the wasm module of the code
    /// from there on. They ascend by text offset, unless a digest that matches covers wrong tables.
    pub fn locations(&self) -> impl Iterator<Item = (u32, u32)> {
        let [index, differences] = [Section::LocationIndex, Section::Locations];
        locations::all(self.section(index), self.section(differences))
    }

    /// Where in the wasm module the code at this text offset comes from.
    pub fn location_at(&self, offset: u32) -> Option<u32> {
        let [index, differences] = [Section::LocationIndex, Section::Locations];
        locations::find(self.section(index), self.section(differences), offset)
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
        if self.kind() == kind {
            Ok(())
        } else {
            Err(LoadError::Corrupt(format!(
                "expected an artifact of {kind:?}, found {:?}",
                self.kind()
            )))
        }
    }

    fn section(&self, section: Section) -> &[u8] {
        &self.bytes()[self.parts.header.range(section)]
    }
}

impl std::fmt::Debug for Artifact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, target) = (self.kind(), self.target());
        let mut artifact = f.debug_struct("Artifact");
        artifact.field("kind", &kind).field("target", target).finish_non_exhaustive()
    }
}

fn decode<T: DeserializeOwned>(bytes: &[u8], section: Section) -> Result<T, LoadError> {
    let corrupt = |why: String| LoadError::Corrupt(format!("section {section:?}: {why}"));
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(corrupt(format!("{} excess bytes", rest.len()))),
        Err(error) => Err(corrupt(error.to_string())),
    }
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("our own types always encode")
}

/// Writes the sections of an artifact, in their order.
pub(crate) fn write(kind: Kind, sections: &[(Section, Vec<u8>)]) -> Artifact {
    let bytes = header::write(kind, sections);
    let artifact = Artifact::parse(Arc::new(bytes)).expect("sections that were just written");
    check::tables(&artifact.tables()).expect("a compiler's tables are in range");
    artifact
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
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
