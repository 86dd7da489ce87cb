//! Modules of any size, and files with their artifacts.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wassay_engine::*;

/// A module with so many functions, each of about a kilobyte of code, which needs a libcall on
/// machines without rounding instructions.
pub fn module(functions: u32) -> Vec<u8> {
    let mut text = String::from("(module (memory (export \"m\") 1)");
    for at in 0..functions {
        let mut body = String::from("(local.get 0)");
        for step in 0..100 {
            let (factor, place) = (at * 100 + step + 3, 4 * step);
            body = format!(
                "(i32.add (i32.mul {body} (i32.const {factor})) (i32.load offset={place} (local.get 0)))"
            );
        }
        write!(text, "(func (export \"f{at}\") (param i32) (result i32) {body})").unwrap();
    }
    text.push_str(
        "(func (export \"floor\") (param f32) (result f32) (f32.floor (local.get 0)))
         (func (export \"trap\") unreachable))",
    );
    wat::parse_str(text).unwrap()
}

/// Large enough to be mapped.
pub const LARGE: u32 = 1500;

pub fn engine() -> Arc<dyn Engine> {
    let provider = wassay_cranelift::provider();
    // x86_64 has rounding instructions only as an extension.
    let isa = Isa::HostWithout(match std::env::consts::ARCH {
        "x86_64" => wassay_runtime::host_isa(),
        _ => Vec::new(),
    });
    let config = Config { isa, opt: Opt::None, ..Config::new(Features::WASM1) };
    provider.start(&config).unwrap()
}

/// A file with an artifact, in a directory that is removed with it.
pub fn stored(engine: &dyn Engine, functions: u32) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("artifact");
    let module = engine.compile(&module(functions)).unwrap().unwrap();
    fs::write(&path, engine.serialize(module).unwrap()).unwrap();
    engine.drop_module(module).unwrap();
    (directory, path)
}

pub fn load(engine: &dyn Engine, path: &Path) -> Module {
    match engine.deserialize_file(path).unwrap() {
        Deserialized::Module(module) => module,
        other => panic!("{other:?}"),
    }
}
