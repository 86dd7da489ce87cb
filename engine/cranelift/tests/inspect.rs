//! Inspects artifacts of both architectures, whole, damaged and as cache entries, and disassembles
//! all their code.

#![forbid(unsafe_code)]

use std::path::Path;
use wassay_engine::{Cache, Config, Fault, Inspected, Inspection, Instruction, Isa, Provider};

const MODULE: &str = r#"(module $m
    (import "m" "f" (func (param i32)))
    (memory 1)
    (data (i32.const 0) "data")
    (func $add (export "add") (param i32 i32) (result i32)
        (i32.add (local.get 0) (local.get 1)))
    (func $load (param i32) (result i32)
        (call 0 (local.get 0))
        (i32.div_s (i32.load offset=4 (local.get 0)) (local.get 0)))
    (func (result v128) (f32x4.floor (v128.const f32x4 0.5 1.5 2.5 3.5))))"#;

const ARCHES: [&str; 2] = ["x86_64", "aarch64"];

fn config(provider: &dyn Provider, arch: &str) -> Config {
    let isa = Isa::Named { arch: arch.to_string(), features: Vec::new() };
    Config { isa, ..Config::new(provider.features()) }
}

/// A module's artifact for an architecture without optional features.
fn artifact(provider: &dyn Provider, arch: &str, wat: &str) -> Vec<u8> {
    let engine = provider.start(&config(provider, arch)).unwrap();
    let module = engine.compile(&wat::parse_str(wat).unwrap()).unwrap().unwrap();
    engine.serialize(module).unwrap()
}

fn inspection(provider: &dyn Provider, bytes: &[u8]) -> Inspection {
    match provider.inspect(bytes).unwrap() {
        Inspected::Intact(inspection) => inspection,
        other => panic!("{other:?}"),
    }
}

/// All instructions of an artifact.
fn instructions(provider: &dyn Provider, bytes: &[u8]) -> Vec<Instruction> {
    let mut all = Vec::new();
    let mut each = |instruction: &Instruction| {
        all.push(instruction.clone());
        true
    };
    let count = inspection(provider, bytes).functions.len();
    provider.disassemble(bytes, 0..count, &mut each).unwrap();
    all
}

#[test]
fn instructions_cover_the_code_with_its_traps_and_origins() {
    let provider = wassay_cranelift::provider();
    for arch in ARCHES {
        let bytes = artifact(&*provider, arch, MODULE);
        let found = inspection(&*provider, &bytes);
        let names: Vec<_> = found.functions.iter().map(|it| (it.index, it.name.clone())).collect();
        let named = |name: &str| Some(name.to_string());
        assert_eq!(names, [(1, named("add")), (2, named("load")), (3, None)]);
        assert_eq!(found.sections.last().unwrap().name, "text");
        let all = instructions(&*provider, &bytes);
        for function in &found.functions {
            let (start, end) = (function.offset, function.offset + function.length);
            let inside = all.iter().filter(|it| (start..end).contains(&it.offset));
            let mut at = start;
            for instruction in inside.clone() {
                assert_eq!(instruction.offset, at, "{arch}");
                at += instruction.bytes.len() as u64;
            }
            assert_eq!(at, end, "{arch}");
            let first = inside.clone().find_map(|instruction| instruction.wasm);
            assert_eq!(first, function.wasm, "{arch}");
        }
        // One place may have several kinds.
        let mut expected: Vec<_> =
            found.traps.iter().map(|trap| (trap.offset, trap.wasm)).collect();
        expected.dedup();
        let trapping = all.iter().filter(|instruction| instruction.trap.is_some());
        let trapping: Vec<_> = trapping.map(|it| (it.offset, it.wasm)).collect();
        assert_eq!(trapping, expected, "{arch}");
        assert!(expected.len() > 2 && expected.iter().any(|(_, wasm)| wasm.is_some()), "{arch}");
    }
}

#[test]
fn a_function_is_disassembled_alone_as_it_is_among_others() {
    let provider = wassay_cranelift::provider();
    for arch in ARCHES {
        let bytes = artifact(&*provider, arch, MODULE);
        let all = instructions(&*provider, &bytes);
        let mut alone = Vec::new();
        for at in 0..3 {
            let mut each = |instruction: &Instruction| {
                alone.push(instruction.clone());
                true
            };
            provider.disassemble(&bytes, at..at + 1, &mut each).unwrap();
        }
        assert_eq!(alone, all);
        let mut count = 0;
        let mut two = |_: &Instruction| {
            count += 1;
            count < 2
        };
        provider.disassemble(&bytes, 0..3, &mut two).unwrap();
        assert_eq!(count, 2, "the caller stops it");
    }
}

#[test]
fn every_flipped_byte_and_every_truncation_is_refused() {
    let provider = wassay_cranelift::provider();
    let refused = |bytes: &[u8], what: &str| {
        let inspected = provider.inspect(bytes).unwrap();
        let (Inspected::Corrupt(why) | Inspected::Incompatible(why)) = inspected else {
            panic!("{what}: {inspected:?}");
        };
        assert!(!why.is_empty(), "{what}");
        let disassembled = provider.disassemble(bytes, 0..1, &mut |_| true);
        assert!(matches!(disassembled, Err(Fault::Misuse(_))), "{what}: {disassembled:?}");
    };
    for arch in ARCHES {
        let good = artifact(&*provider, arch, MODULE);
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << (at % 8);
            refused(&bytes, &format!("{arch}, byte {at} flipped"));
            refused(&good[..at], &format!("{arch}, cut at {at}"));
        }
        refused(&[&good[..], &b"x"[..]].concat(), "a byte too many");
    }
    refused(b"\0asm\x01\0\0\0", "a module");
}

#[test]
fn a_cache_entry_is_an_artifact_with_a_key() {
    let provider = wassay_cranelift::provider();
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::Directory(directory.path().join("cache"));
    let config = Config { cache, ..config(&*provider, "aarch64") };
    let engine = provider.start(&config).unwrap();
    engine.compile(&wat::parse_str(MODULE).unwrap()).unwrap().unwrap();
    let mut kinds = Vec::new();
    let is_entry = |path: &std::path::PathBuf| path.extension() == Some("wassay".as_ref());
    for path in files(directory.path()).into_iter().filter(is_entry) {
        let bytes = std::fs::read(&path).unwrap();
        let header = inspection(&*provider, &bytes).header;
        let value = |name: &str| header.iter().find(|(has, _)| has == name).unwrap().1.clone();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_string();
        assert_eq!(value("key"), stem);
        kinds.push(value("kind"));
    }
    kinds.sort();
    assert_eq!(kinds.iter().filter(|kind| **kind == "module").count(), 1);
    assert!(kinds.iter().filter(|kind| **kind == "shims").count() >= 3, "{kinds:?}");
}

fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let nested = |path: std::path::PathBuf| match path.is_dir() {
        true => files(&path),
        false => vec![path],
    };
    entries.flat_map(nested).collect()
}

/// Wherever an operator's code begins or an instruction may trap, there is an instruction. The
/// modules are those whose code the compiler's tests compare.
#[test]
fn the_code_of_every_operator_is_known() {
    let provider = wassay_cranelift::provider();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../compiler/tests/codegen");
    let known = |isa: &Isa| {
        let engine =
            provider.start(&Config { isa: isa.clone(), ..Config::new(provider.features()) });
        engine.unwrap()
    };
    let arm = |features: &[&str]| Isa::Named {
        arch: "aarch64".to_string(),
        features: features.iter().map(ToString::to_string).collect(),
    };
    let x86 = |features: &[&str]| match arm(features) {
        Isa::Named { features, .. } => Isa::Named { arch: "x86_64".to_string(), features },
        other => other,
    };
    let targets = [
        x86(&[]),
        x86(&["has_avx", "has_avx2", "has_bmi1", "has_bmi2", "has_fma", "has_lzcnt", "has_popcnt"]),
        arm(&[]),
        arm(&["has_lse"]),
    ];
    let engines: Vec<_> = targets.iter().map(known).collect();
    let mut unknown = Vec::new();
    let mut count = 0;
    for path in files(&folder) {
        if path.extension().is_none_or(|extension| extension != "wat") {
            continue;
        }
        let wasm = wat::parse_file(&path).unwrap();
        for (engine, target) in engines.iter().zip(&targets) {
            let module = engine.compile(&wasm).unwrap().unwrap();
            let bytes = engine.serialize(module).unwrap();
            let mut last = None;
            for instruction in instructions(&*provider, &bytes) {
                count += 1;
                let begins = instruction.trap.is_some() || instruction.wasm != last;
                last = instruction.wasm;
                if begins && instruction.text.starts_with(".byte") {
                    let name = path.file_name().unwrap().to_string_lossy().into_owned();
                    unknown.push(format!("{name}: {target:?}: {}", instruction.text));
                }
            }
        }
    }
    assert!(count > 10_000, "{count}");
    assert!(unknown.is_empty(), "{} of {count}: {unknown:#?}", unknown.len());
}
