//! Takes the bytes of an artifact or of a cache entry; returns what is in them, for people. Accepts
//! any target, and never loads or runs the code.

use crate::cache::Key;
use crate::disassemble::Disassembler;
use crate::origins::Origins;
use std::ops::Range;
use wassay_artifact::index::{DefinedFuncIndex, ImportCounts};
use wassay_artifact::module::Module;
use wassay_artifact::{Artifact, Kind, LoadError};
use wassay_engine::{
    Fault, Feature, Features, FunctionCode, Inspected, Inspection, Instruction, SectionPlace,
    TrapSite,
};

/// What is in the bytes.
pub(crate) fn inspect(bytes: &[u8]) -> Inspected {
    match Opened::read(bytes).and_then(|opened| opened.inspection()) {
        Ok(inspection) => Inspected::Intact(inspection),
        Err(LoadError::Incompatible(why)) => Inspected::Incompatible(why),
        Err(LoadError::Corrupt(why)) => Inspected::Corrupt(why),
    }
}

/// Gives each instruction of these functions, until `each` returns false.
///
/// # Errors
/// `Misuse` if the bytes are no intact artifact, or if there is no such function.
pub(crate) fn disassemble(
    bytes: &[u8],
    functions: Range<usize>,
    each: &mut dyn FnMut(&Instruction) -> bool,
) -> Result<(), Fault> {
    let opened = Opened::read(bytes).map_err(|error| Fault::Misuse(error.to_string()))?;
    let artifact = &opened.artifact;
    let count = artifact.function_count();
    if functions.start > functions.end || functions.end > count {
        return Err(Fault::Misuse(format!("functions {functions:?} of {count}")));
    }
    let mut disassembler = Disassembler::new(artifact);
    for at in functions {
        let Some(range) = artifact.function(DefinedFuncIndex(at as u32)) else { break };
        if !disassembler.function(range, each) {
            break;
        }
    }
    Ok(())
}

/// A variant in words: `MemoryOutOfBounds` is `memory-out-of-bounds`.
pub(crate) fn in_words(variant: impl std::fmt::Debug) -> String {
    let mut words = String::new();
    for letter in format!("{variant:?}").chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// An artifact, and the key behind it if it is a cache entry.
struct Opened {
    artifact: Artifact,
    key: Option<String>,
}

impl Opened {
    fn read(bytes: &[u8]) -> Result<Opened, LoadError> {
        let len = Artifact::announced_len(bytes).and_then(|len| usize::try_from(len).ok());
        let parts = len.and_then(|len| bytes.split_at_checked(len));
        let (bytes, key) = match parts {
            Some((artifact, key)) if key.len() == size_of::<Key>() => (artifact, Some(hex(key))),
            _ => (bytes, None),
        };
        Ok(Opened { artifact: Artifact::read(bytes)?, key })
    }

    fn inspection(&self) -> Result<Inspection, LoadError> {
        let artifact = &self.artifact;
        let (facts, names) = match artifact.kind() {
            Kind::Module => {
                let module = artifact.module()?;
                (facts_of(&module), Names::Module(module.imported))
            }
            Kind::Shims => {
                let signature = artifact.signature()?;
                let text = format!("{:?} -> {:?}", signature.params, signature.results);
                (vec![("signature", text)], Names::Shims)
            }
        };
        let header = self.header().into_iter().chain(facts);
        let routine = |(slot, libcall)| (format!("slot {}", slot / 8), in_words(libcall));
        Ok(Inspection {
            header: header.map(|(name, value)| (name.to_string(), value)).collect(),
            sections: artifact.sections().map(section).collect(),
            functions: functions(artifact, &names),
            traps: traps(artifact),
            routines: artifact.libcall_slots().map(routine).collect(),
        })
    }

    fn header(&self) -> Vec<(&'static str, String)> {
        let (artifact, target) = (&self.artifact, self.artifact.target());
        let yes = |is| if is { "yes" } else { "no" }.to_string();
        let features = Feature::ALL.iter().copied();
        let features =
            features.filter(|it| Features::of(&[*it]).bits() & target.wasm_features != 0);
        let mut header = vec![
            ("kind", format!("{:?}", artifact.kind()).to_lowercase()),
            ("architecture", target.arch.to_string()),
            ("ISA features", listed(&target.isa)),
            ("optimization", in_words(target.opt)),
            ("bounds checks", in_words(target.bounds)),
            ("native relaxed SIMD", yes(target.native_relaxed)),
            ("interruption", yes(target.interruption)),
            ("wasm features", listed(&features.map(Feature::name).collect::<Vec<_>>())),
            ("Cranelift", target.compiler.clone()),
            ("build", target.build.clone()),
            ("format", format!("{:016x}", artifact.format())),
            ("digest", hex(artifact.digest())),
        ];
        header.extend(self.key.clone().map(|key| ("key", key)));
        header
    }
}

/// How functions are called that have code.
enum Names {
    Module(ImportCounts),
    Shims,
}

impl Names {
    /// The index and the name of a function.
    fn of(&self, artifact: &Artifact, at: DefinedFuncIndex) -> (u32, Option<String>) {
        match self {
            Names::Module(imported) => {
                let func = imported.func(at);
                (func.0, artifact.function_name(func).map(str::to_string))
            }
            Names::Shims => {
                let name = if at.0 == 0 { "entry" } else { "exit" };
                (at.0, Some(name.to_string()))
            }
        }
    }
}

fn facts_of(module: &Module) -> Vec<(&'static str, String)> {
    let imported = &module.imported;
    let space = |all: usize, imported: u32| match imported {
        0 => all.to_string(),
        _ => format!("{all}, {imported} imported"),
    };
    let name = module.name.clone().map(|name| ("name", name));
    let start = module.start.map(|func| ("start function", func.0.to_string()));
    let facts = [
        ("types", module.types.len().to_string()),
        ("functions", space(module.functions.len(), imported.functions)),
        ("tables", space(module.tables.len(), imported.tables)),
        ("memories", space(module.memories.len(), imported.memories)),
        ("globals", space(module.globals.len(), imported.globals)),
        ("tags", space(module.tags.len(), imported.tags)),
        ("exports", module.exports.len().to_string()),
        ("element segments", module.elements.len().to_string()),
        ("data segments", module.data.len().to_string()),
    ];
    name.into_iter().chain(facts).chain(start).collect()
}

fn functions(artifact: &Artifact, names: &Names) -> Vec<FunctionCode> {
    let mut origins = Origins::of(artifact);
    let functions = (0..artifact.function_count()).filter_map(|at| {
        let at = DefinedFuncIndex(at as u32);
        let range = artifact.function(at)?;
        let (index, name) = names.of(artifact, at);
        let (offset, length) = (range.start.into(), range.len.into());
        Some(FunctionCode { index, name, offset, length, wasm: origins.first_in(range) })
    });
    functions.collect()
}

fn traps(artifact: &Artifact) -> Vec<TrapSite> {
    let mut origins = Origins::of(artifact);
    let traps = artifact.traps().map(|(offset, code)| {
        let function = artifact.function_at(offset).and_then(|func| artifact.function(func));
        let wasm = function.and_then(|range| origins.at(range.start, offset));
        TrapSite { offset: offset.into(), wasm, kind: in_words(code) }
    });
    traps.collect()
}

fn section((name, range): (&str, Range<usize>)) -> SectionPlace {
    let (offset, length) = (range.start as u64, range.len() as u64);
    SectionPlace { name: name.to_string(), offset, length }
}

fn listed(names: &[impl AsRef<str>]) -> String {
    match names {
        [] => "none".to_string(),
        names => names.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", "),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
