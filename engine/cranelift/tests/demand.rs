//! An engine that demands hits of its cache compiles nothing: no module, and no shims for calls.

#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use wassay_engine::*;

/// Is called with one signature, and calls the host with another.
const MODULE: &str = r#"(module
    (import "host" "take" (func $take (param f64)))
    (func (export "run") (param i32) (result i32)
        (call $take (f64.const 1))
        (i32.add (local.get 0) (i32.const 1))))"#;

/// Compiles the module, links it with a function of the host, and calls it.
fn run(directory: &Path, demand_hits: bool) -> Result<Outcome, Fault> {
    let cache = Cache::Directory(directory.into());
    let config = Config { cache, demand_hits, ..Config::new(Features::WASM2) };
    let engine = wassay_cranelift::provider().start(&config)?;
    let module = engine.compile(&wat::parse_str(MODULE).unwrap())?.unwrap();
    let mut session = engine.session()?;
    let ty = FuncType { params: vec![ValType::F64], results: Vec::new() };
    let take = session.host_func(&ty, HostAction::Return(Vec::new()))?;
    let instance = match session.instantiate(module, &[Extern::Func(take)])? {
        Instantiated::Ready(instance) => instance,
        other => panic!("{other:?}"),
    };
    let Some(Extern::Func(func)) = session.export(instance, "run")? else { panic!("no export") };
    session.call(func, &[Value::I32(41)])
}

/// Every entry of the directory, and nothing else that the cache keeps there.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let children = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let (directories, mut files): (Vec<_>, Vec<_>) = children.partition(|path| path.is_dir());
    files.retain(|path| path.extension() == Some("wassay".as_ref()));
    files.extend(directories.iter().flat_map(|path| entries(path)));
    files.sort();
    files
}

#[test]
fn nothing_is_compiled_in_place_of_a_missing_entry() {
    let directory = tempfile::tempdir().unwrap();
    let returned = Ok(Outcome::Returned(vec![Value::I32(42)]));
    assert_eq!(run(directory.path(), false), returned);
    let all = entries(directory.path());
    assert!(all.len() >= 3, "a module and the shims of two signatures: {all:?}");
    assert_eq!(run(directory.path(), true), returned);
    let mut missing = Vec::new();
    for entry in &all {
        let intact = fs::read(entry).unwrap();
        for (damage, reason) in [(None, "it is not there"), (Some(&intact[1..]), "corrupt")] {
            match damage {
                None => fs::remove_file(entry).unwrap(),
                Some(bytes) => fs::write(entry, bytes).unwrap(),
            }
            match run(directory.path(), true) {
                Err(Fault::Missing(why)) => {
                    let expected = format!("the config demands hits: {reason}");
                    assert!(why.contains(&expected), "{why}");
                    missing.push(why);
                }
                other => panic!("{}: {other:?}", entry.display()),
            }
            assert!(!entry.exists(), "{} was stored again", entry.display());
        }
        fs::write(entry, intact).unwrap();
    }
    for types in ["(i32) -> (i32)", "(f64) -> ()"] {
        let shims = format!("functions with {types}");
        assert!(missing.iter().any(|why| why.contains(&shims)), "{types}: {missing:?}");
    }
    assert_eq!(run(directory.path(), true), returned);
    assert_eq!(entries(directory.path()), all);
}
