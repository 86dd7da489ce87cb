//! Code that is compiled for other processes to load: the cache holds everything that they need,
//! and code that cannot run here is refused with a message.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wassay_engine::{Cache, Config, Engine, Extern, Fault, Instantiated, Isa, Outcome, Value};

/// Two signatures: one that is called, and one that never is.
const MODULE: &str = r#"(module
    (func (param i32 f64) (result f32) (f32.const 0))
    (func (export "f") (param i64) (result i64) (local.get 0)))"#;

fn start(arch: &str, directory: &Path) -> Arc<dyn Engine> {
    let provider = wassay_cranelift::provider();
    let config = Config {
        isa: Isa::Named { arch: arch.to_string(), features: Vec::new() },
        cache: Cache::Directory(directory.to_path_buf()),
        ..Config::new(provider.features())
    };
    provider.start(&config).unwrap()
}

/// The files of the entries, by their numbers on the file system: a new entry is a new file.
fn entries(directory: &Path) -> BTreeSet<u64> {
    let below = |directory: PathBuf| {
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path())
    };
    let builds = below(directory.to_path_buf()).filter(|path| path.is_dir());
    let files = builds.flat_map(below).filter(|path| path.extension() == Some("wassay".as_ref()));
    files.map(|path| path.metadata().unwrap().ino()).collect()
}

#[test]
fn an_engine_that_loads_from_the_cache_compiles_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let wasm = wat::parse_str(MODULE).unwrap();
    start(std::env::consts::ARCH, directory.path()).compile(&wasm).unwrap().unwrap();
    let before = entries(directory.path());
    assert_eq!(before.len(), 3, "a module and the shims of two signatures");

    let engine = start(std::env::consts::ARCH, directory.path());
    let module = engine.compile(&wasm).unwrap().unwrap();
    let mut session = engine.session().unwrap();
    let Instantiated::Ready(instance) = session.instantiate(module, &[]).unwrap() else {
        panic!("the module instantiates")
    };
    let Some(Extern::Func(f)) = session.export(instance, "f").unwrap() else {
        panic!("the module exports a function")
    };
    let outcome = session.call(f, &[Value::I64(7)]).unwrap();
    assert_eq!(outcome, Outcome::Returned(vec![Value::I64(7)]));
    let stats = engine.cache_stats().unwrap();
    assert_eq!((stats.misses, stats.functions_compiled, stats.stores), (0, 0, 0), "{stats:?}");
    assert_eq!(entries(directory.path()), before, "shims were compiled again");
}

#[test]
fn shims_that_are_gone_are_compiled_ahead_again() {
    let directory = tempfile::tempdir().unwrap();
    let wasm = wat::parse_str(MODULE).unwrap();
    let start = || start(std::env::consts::ARCH, directory.path());
    let engine = start();
    let module = engine.compile(&wasm).unwrap().unwrap();
    let entry = engine.cache_entry(module).unwrap().unwrap();
    let shims = || {
        let files = std::fs::read_dir(entry.parent().unwrap()).unwrap();
        let paths = files.map(|file| file.unwrap().path()).filter(|path| *path != entry);
        paths.filter(|path| path.extension() == entry.extension()).collect::<Vec<_>>()
    };
    assert_eq!(shims().len(), 2, "the shims of two signatures");
    shims().iter().for_each(|shim| std::fs::remove_file(shim).unwrap());
    let engine = start();
    engine.compile(&wasm).unwrap().unwrap();
    assert_eq!(engine.cache_stats().unwrap().disk_hits, 1, "the module is still there");
    assert_eq!(shims().len(), 2, "the process that loads has no shims");
}

#[test]
fn code_for_another_machine_is_stored_and_does_not_run() {
    let directory = tempfile::tempdir().unwrap();
    let other = if cfg!(target_arch = "x86_64") { "aarch64" } else { "x86_64" };
    let engine = start(other, directory.path());
    let module = engine.compile(&wat::parse_str(MODULE).unwrap()).unwrap().unwrap();
    assert_eq!(entries(directory.path()).len(), 3, "a module and the shims of two signatures");
    assert!(engine.serialize(module).is_ok());
    let refused = engine.session().unwrap().instantiate(module, &[]);
    let Err(Fault::Misuse(why)) = refused else { panic!("it ran: {refused:?}") };
    assert!(why.contains("another machine"), "{why}");
}
