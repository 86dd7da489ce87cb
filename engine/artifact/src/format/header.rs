//! The on-disk format: a flat little-endian container with a digest over everything.
//!
//! ```text
//! 0    magic "wassay\0\2"
//! 8    format u64: a hash of the sources that decide the format
//! 16   digest of all bytes but the magic and its own 16
//! 32   total length u64
//! 40   kind u32, then zeros
//! 48   per section, in order: offset u64, length u64
//! ...  sections, each aligned to 16
//! ```
//!
//! The first 40 bytes are the same in every format, so that a reader can distinguish another
//! build's artifact from a damaged one. The text comes last, and a large one is aligned so that a
//! file with the artifact can be mapped and its code run where it lies.

use super::LoadError;
use super::digest::{DIGEST, digest};
use crate::abi::SLOT_PAGE;
use crate::fault::Fault;
use std::ops::Range;

const MAGIC: &[u8; 8] = b"wassay\0\x02";
pub(super) const FORMAT: u64 = match u64::from_str_radix(env!("WASSAY_ARTIFACT_FORMAT"), 16) {
    Ok(format) => format,
    Err(_) => panic!("the build script gives 16 hexadecimal digits"),
};
/// The length of the prefix that holds the total length.
pub(super) const PREFIX: usize = KIND;
const LENGTH: usize = 32;
const KIND: usize = 40;
const SECTIONS: usize = 48;
const ALIGN: usize = 16;
/// The least length of a text that is aligned to pages. For a shorter one, copying is cheaper than
/// mapping, and the padding would be a large part of the file.
pub(super) const PAGED_TEXT: usize = 1 << 20;

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
    /// The two tables of `locations`.
    LocationIndex,
    Locations,
    Libcalls,
    /// Per name, ascending by function: the function, and where the name ends in `NameText`.
    Names,
    NameText,
    Data,
    Text,
}

impl Section {
    /// Every section with its name, in the order of the file.
    pub const ALL: [(Section, &str); SECTION_COUNT] = [
        (Section::Target, "target"),
        (Section::Meta, "module"),
        (Section::Functions, "functions"),
        (Section::TrapOffsets, "trap offsets"),
        (Section::TrapCodes, "trap codes"),
        (Section::LocationIndex, "location index"),
        (Section::Locations, "locations"),
        (Section::Libcalls, "libcalls"),
        (Section::Names, "names"),
        (Section::NameText, "name text"),
        (Section::Data, "data"),
        (Section::Text, "text"),
    ];
}

const SECTION_COUNT: usize = Section::Text as usize + 1;
const BODY: usize = SECTIONS + 16 * SECTION_COUNT;

/// A header: the kind, and the place of each section.
#[derive(Debug)]
pub(super) struct Header {
    pub kind: Kind,
    sections: [Range<usize>; SECTION_COUNT],
}

/// What the artifacts of a faulty engine lack when they are read again.
const UNSTORED: &[(Fault, &[Section])] = &[
    (Fault::TrapsNotStored, &[Section::TrapOffsets, Section::TrapCodes]),
    (Fault::LocationsNotStored, &[Section::LocationIndex, Section::Locations]),
    (Fault::NamesNotStored, &[Section::Names, Section::NameText]),
    (Fault::LibraryCallsNotStored, &[Section::Libcalls]),
];

impl Header {
    /// Empties the sections that a faulty engine does not store.
    pub fn lose_unstored(&mut self) {
        let lost = UNSTORED.iter().filter(|(fault, _)| fault.is_seeded());
        for section in lost.flat_map(|(_, sections)| *sections) {
            self.sections[*section as usize].end = self.sections[*section as usize].start;
        }
    }

    /// Reads the header of bytes of this build's format; checks that all sections are in range.
    pub fn read(bytes: &[u8]) -> Result<Header, LoadError> {
        let corrupt = |what: &str| Err(LoadError::Corrupt(what.to_string()));
        if u64_at(bytes, LENGTH) != bytes.len() as u64 {
            return corrupt("length does not match");
        }
        let kind = match u64_at(bytes, KIND) {
            0 => Kind::Module,
            1 => Kind::Shims,
            _ => return corrupt("unknown kind"),
        };
        let mut sections = [const { 0..0 }; SECTION_COUNT];
        let mut end = BODY as u64;
        for (at, section) in sections.iter_mut().enumerate() {
            let at = SECTIONS + 16 * at;
            let (offset, len) = (u64_at(bytes, at), u64_at(bytes, at + 8));
            if offset < end || !offset.is_multiple_of(ALIGN as u64) {
                return corrupt("a section out of order");
            }
            end = match offset.checked_add(len) {
                Some(next) if next <= bytes.len() as u64 => next,
                _ => return corrupt("a section outside the file"),
            };
            *section = offset as usize..end as usize;
        }
        let header = Header { kind, sections };
        match u32::try_from(header.range(Section::Text).len()) {
            Ok(_) => Ok(header),
            Err(_) => corrupt("the text exceeds 4 GiB"),
        }
    }

    /// The place of a section.
    pub fn range(&self, section: Section) -> Range<usize> {
        self.sections[section as usize].clone()
    }
}

/// The length of the artifact that begins with these bytes, if there is one.
pub(super) fn announced_len(prefix: &[u8]) -> Option<u64> {
    let known = prefix.len() >= PREFIX && prefix.starts_with(MAGIC);
    known.then(|| u64_at(prefix, LENGTH))
}

/// The format of the bytes, which are at least as long as a header.
pub(super) fn format_of(bytes: &[u8]) -> Result<u64, LoadError> {
    let corrupt = |what: &str| Err(LoadError::Corrupt(what.to_string()));
    if bytes.len() < BODY {
        return corrupt("shorter than its header");
    }
    if !bytes.starts_with(MAGIC) {
        return corrupt("not a wassay artifact");
    }
    Ok(u64_at(bytes, 8))
}

/// Writes an artifact; the sections come in their order.
pub(super) fn write(kind: Kind, sections: &[(Section, Vec<u8>)]) -> Vec<u8> {
    let align = |section: Section, body: &[u8]| match section {
        Section::Text if body.len() >= PAGED_TEXT => SLOT_PAGE,
        _ => ALIGN,
    };
    let room = sections.iter().map(|(section, body)| body.len() + align(*section, body));
    let mut bytes = Vec::with_capacity(BODY + room.sum::<usize>());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.resize(BODY, 0);
    bytes[KIND..KIND + 4].copy_from_slice(&(kind as u32).to_le_bytes());
    for (section, body) in sections {
        bytes.resize(bytes.len().next_multiple_of(align(*section, body)), 0);
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
    // The bytes live as long as the module.
    bytes.shrink_to_fit();
    bytes
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}
