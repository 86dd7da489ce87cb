//! Artifacts in files: code runs where the file is mapped, and a file that is replaced meanwhile
//! changes nothing.

#![forbid(unsafe_code)]

#[path = "support/large.rs"]
mod large;
#[path = "support/mount.rs"]
mod mount;

use large::{LARGE, engine, load, module, stored};
use mount::mounted;
use std::fs;
use std::path::Path;
use wassay_engine::*;

/// Runs some functions of a module and lists their outcomes.
fn run(engine: &dyn Engine, module: Module) -> Vec<Outcome> {
    let mut session = engine.session().unwrap();
    let instance = match session.instantiate(module, &[]).unwrap() {
        Instantiated::Ready(instance) => instance,
        other => panic!("{other:?}"),
    };
    let calls = [
        ("f0", vec![Value::I32(1)]),
        ("f7", vec![Value::I32(9)]),
        ("floor", vec![Value::F32(2.5f32.to_bits())]),
        ("trap", vec![]),
    ];
    let call = |(name, arguments): (&str, Vec<Value>)| {
        let Some(Extern::Func(func)) = session.export(instance, name).unwrap() else {
            panic!("no function {name}")
        };
        session.call(func, &arguments).unwrap()
    };
    calls.into_iter().map(call).collect()
}

/// The mappings of a file in this process: their permissions.
fn mappings(path: &Path) -> Vec<String> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let ours = maps.lines().filter(|line| line.contains(path.to_str().unwrap()));
    ours.map(|line| line.split(' ').nth(1).unwrap().to_string()).collect()
}

#[test]
fn code_runs_where_the_file_is_mapped() {
    let engine = engine();
    let fresh = engine.compile(&module(LARGE)).unwrap().unwrap();
    let expected = run(&*engine, fresh);
    assert_eq!(expected[2], Outcome::Returned(vec![Value::F32(2f32.to_bits())]));
    assert!(matches!(expected[3], Outcome::Trapped(_)));
    let (directory, path) = stored(&*engine, LARGE);
    let (one, two) = (load(&*engine, &path), load(&*engine, &path));
    assert_eq!(run(&*engine, one), expected);
    let mut access = mappings(&path);
    assert!(!access.is_empty() && access.iter().all(|access| !access.contains('w')), "{access:?}");
    access.retain(|access| access == "r-xp");
    assert_eq!(access.len(), 2, "each module has its text once");
    // A file that is replaced stays as it is for those who have mapped it.
    let serialized = engine.serialize(one).unwrap();
    fs::write(path.with_extension("new"), "nonsense").unwrap();
    fs::rename(path.with_extension("new"), &path).unwrap();
    assert!(matches!(engine.deserialize_file(&path).unwrap(), Deserialized::Corrupt(_)));
    drop(directory);
    engine.drop_module(one).unwrap();
    assert_eq!(run(&*engine, two), expected);
    assert_eq!(engine.serialize(two).unwrap(), serialized);
    engine.drop_module(two).unwrap();
    assert_eq!(mappings(&path), [""; 0], "unmapped");
}

/// Nothing that happens to an entry affects code that is loaded from it.
#[test]
fn an_entry_that_is_removed_stays_loaded() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("cache");
    let provider = wassay_cranelift::provider();
    let cache = Cache::Directory(path.clone());
    let config = Config { cache, opt: Opt::None, ..Config::new(Features::WASM1) };
    let wasm = module(LARGE);
    let fresh = provider.start(&config).unwrap();
    let compiled = fresh.compile(&wasm).unwrap().unwrap();
    let expected = run(&*fresh, compiled);
    let engine = provider.start(&config).unwrap();
    let loaded = engine.compile(&wasm).unwrap().unwrap();
    assert_eq!(engine.provenance(loaded), Ok(Provenance::Disk));
    assert!(!mappings(&path).is_empty());
    assert!(provider.cache_keeper(&path).unwrap().clear(true).unwrap().removed.entries > 0);
    assert_eq!(run(&*engine, loaded), expected);
    assert!(!mappings(&path).is_empty(), "it is still mapped");
    engine.drop_module(loaded).unwrap();
    assert_eq!(mappings(&path), [""; 0], "unmapped");
}

#[test]
fn a_path_without_an_artifact_is_no_module() {
    let engine = engine();
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path().join("missing"), directory.path().into(), "/dev/null".into()] {
        let failure = engine.deserialize_file(&path).unwrap_err().to_string();
        assert!(failure.contains(path.to_str().unwrap()), "{failure}");
    }
    let path = directory.path().join("empty");
    fs::write(&path, "").unwrap();
    assert!(matches!(engine.deserialize_file(&path).unwrap(), Deserialized::Corrupt(_)));
}

/// Mounts a file system that permits no code, and runs this test again with it.
#[test]
fn code_from_a_file_system_that_permits_none_is_copied() {
    let name = "code_from_a_file_system_that_permits_none_is_copied";
    if let Some(place) = mounted(name, "noexec,size=256m") {
        from_cache(&place.join("cache"));
    }
}

/// Stores a large module, then loads it twice, as it is and with its stamp.
fn from_cache(path: &Path) {
    let provider = wassay_cranelift::provider();
    let cache = Cache::Directory(path.into());
    let config = Config { cache, opt: Opt::None, ..Config::new(Features::WASM1) };
    let wasm = module(LARGE);
    let mut outcomes = Vec::new();
    for provenance in [Provenance::Fresh, Provenance::Disk, Provenance::Disk] {
        let engine = provider.start(&config).unwrap();
        let module = engine.compile(&wasm).unwrap().unwrap();
        assert_eq!(engine.provenance(module), Ok(provenance));
        outcomes.push(run(&*engine, module));
    }
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]));
}
