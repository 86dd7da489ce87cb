//! Collects the output of a compiler; returns an [`Artifact`].

use crate::abi::{AbiSignature, Libcall, TrapCode};
use crate::format::{self, Artifact, Kind, Section};
use crate::index::FuncIndex;
use crate::locations;
use crate::module::Module;
use crate::target::Target;

/// A function's place in the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TextRange {
    pub start: u32,
    pub len: u32,
}

/// Collects the parts of an artifact. All positions are in bytes from the start of the text and
/// must be added in ascending order.
#[derive(Debug)]
pub struct ArtifactBuilder {
    kind: Kind,
    target: Target,
    meta: Vec<u8>,
    text: Vec<u8>,
    functions: Vec<u8>,
    traps: Vec<(u32, TrapCode)>,
    locations: Vec<(u32, u32)>,
    libcalls: Vec<(u32, Libcall)>,
    names: Vec<(u32, u32)>,
    name_text: Vec<u8>,
    data: Vec<u8>,
}

impl ArtifactBuilder {
    /// Starts an artifact of a module. The caller adds one function range per defined function.
    pub fn module(target: Target, module: &Module) -> ArtifactBuilder {
        ArtifactBuilder::new(Kind::Module, target, format::encode(module))
    }

    /// Starts an artifact of shims for one machine signature: two functions, entry and exit.
    pub fn shims(target: Target, signature: &AbiSignature) -> ArtifactBuilder {
        ArtifactBuilder::new(Kind::Shims, target, format::encode(signature))
    }

    fn new(kind: Kind, target: Target, meta: Vec<u8>) -> ArtifactBuilder {
        ArtifactBuilder {
            kind,
            target,
            meta,
            text: Vec::new(),
            functions: Vec::new(),
            traps: Vec::new(),
            locations: Vec::new(),
            libcalls: Vec::new(),
            names: Vec::new(),
            name_text: Vec::new(),
            data: Vec::new(),
        }
    }

    /// Sets the text: position-independent code with all calls inside it resolved.
    pub fn text(&mut self, text: Vec<u8>) {
        self.text = text;
    }

    /// Adds the next function's range.
    pub fn function(&mut self, range: TextRange) {
        self.functions.extend_from_slice(&range.start.to_le_bytes());
        self.functions.extend_from_slice(&range.len.to_le_bytes());
    }

    /// Records that the instruction at this offset may trap.
    pub fn trap(&mut self, offset: u32, code: TrapCode) {
        self.traps.push((offset, code));
    }

    /// Records that code from this offset on comes from `wasm_offset` in the module.
    pub fn location(&mut self, offset: u32, wasm_offset: u32) {
        self.locations.push((offset, wasm_offset));
    }

    /// Records that the eight bytes at this offset *behind the text's last page* (the slot page)
    /// must hold the address of a libcall.
    pub fn libcall_slot(&mut self, slot_offset: u32, libcall: Libcall) {
        self.libcalls.push((slot_offset, libcall));
    }

    /// Records the name of a function, for backtraces. Names are added in ascending order of their
    /// functions.
    pub fn function_name(&mut self, func: FuncIndex, name: &str) {
        self.name_text.extend_from_slice(name.as_bytes());
        // The text of a name section is shorter than 4 GiB, as every section is.
        self.names.push((func.0, self.name_text.len() as u32));
    }

    /// Sets the bytes of all data segments.
    pub fn data(&mut self, data: Vec<u8>) {
        self.data = data;
    }

    /// Assembles the artifact.
    pub fn finish(self) -> Artifact {
        debug_assert!(self.traps.is_sorted_by_key(|(offset, _)| *offset));
        let last = self.locations.last().map_or(0, |(offset, _)| *offset);
        let is_sorted = self.locations.is_sorted_by_key(|(offset, _)| *offset);
        assert!(is_sorted && last as usize <= self.text.len(), "misplaced location offset {last}");
        let [location_index, locations] = locations::encode(&self.locations);
        debug_assert!(self.names.is_sorted_by_key(|(func, _)| *func));
        let pairs = |pairs: &[(u32, u32)]| {
            pairs
                .iter()
                .flat_map(|(a, b)| a.to_le_bytes().into_iter().chain(b.to_le_bytes()))
                .collect::<Vec<u8>>()
        };
        let trap_offsets = self.traps.iter().flat_map(|(at, _)| at.to_le_bytes()).collect();
        let trap_codes = self.traps.iter().map(|(_, code)| code.number()).collect();
        let libcalls: Vec<(u32, u32)> =
            self.libcalls.iter().map(|(at, call)| (*at, u32::from(call.number()))).collect();
        format::write(
            self.kind,
            &[
                (Section::Target, format::encode(&self.target)),
                (Section::Meta, self.meta),
                (Section::Functions, self.functions),
                (Section::TrapOffsets, trap_offsets),
                (Section::TrapCodes, trap_codes),
                (Section::LocationIndex, location_index),
                (Section::Locations, locations),
                (Section::Libcalls, pairs(&libcalls)),
                (Section::Names, pairs(&self.names)),
                (Section::NameText, self.name_text),
                (Section::Data, self.data),
                (Section::Text, self.text),
            ],
        )
    }
}
