//! A process that loads and drops modules stays as large as it was. It is one test, since it measures
//! the whole process.

#![forbid(unsafe_code)]

#[path = "support/large.rs"]
mod large;
#[path = "support/process.rs"]
mod process;

use large::{LARGE, engine, load, module, stored};
use process::stays;
use std::fs;
use wassay_engine::*;

#[test]
fn loading_and_dropping_leaves_nothing() {
    let engine = engine();
    let cached = tempfile::tempdir().unwrap();
    let cache = Cache::Directory(cached.path().join("cache"));
    let config = Config { cache, opt: Opt::None, ..Config::new(Features::WASM1) };
    let caching = wassay_cranelift::provider().start(&config).unwrap();
    for (functions, rounds) in [(1, 10_000), (LARGE, 100)] {
        let (_directory, path) = stored(&*engine, functions);
        let bytes = fs::read(&path).unwrap();
        let wasm = module(functions);
        stays("files", rounds, |_| engine.drop_module(load(&*engine, &path)).unwrap(), || {});
        let from_bytes = |_| match engine.deserialize(&bytes).unwrap() {
            Deserialized::Module(module) => engine.drop_module(module).unwrap(),
            other => panic!("{other:?}"),
        };
        stays("bytes", rounds, from_bytes, || {});
        let from_cache = |_| caching.drop_module(caching.compile(&wasm).unwrap().unwrap()).unwrap();
        stays("cache entries", rounds, from_cache, || {});
    }
    assert_eq!(caching.cache_stats().unwrap().misses, 2);

    // Instances of a module with much data share an image of it, which is a file.
    let data = "x".repeat(1 << 20);
    let text = format!("(module (memory 17) (data (i32.const 7) \"{data}\"))");
    let bytes = engine.compile(&wat::parse_str(text).unwrap()).unwrap().unwrap();
    let bytes = engine.serialize(bytes).unwrap();
    let files = || fs::read_dir("/proc/self/fd").unwrap().count();
    let before = files();
    let instances = |_| {
        let Deserialized::Module(module) = engine.deserialize(&bytes).unwrap() else {
            panic!("not loaded")
        };
        let mut session = engine.session().unwrap();
        for _ in 0..3 {
            let instantiated = session.instantiate(module, &[]).unwrap();
            assert!(matches!(instantiated, Instantiated::Ready(_)), "{instantiated:?}");
        }
        engine.drop_module(module).unwrap();
    };
    stays("instances with data", 300, instances, || {});
    assert_eq!(files(), before);
}
