//! Engines of two builds that differ only in their sources.

use crate::engine::CraneliftEngine;
use crate::{provider, target};
use std::path::{Path, PathBuf};
use wassay_build_id::{Product, Sources};
use wassay_engine::{Cache, CacheStats, Config, Deserialized, Engine, Features, Provenance};

fn config(directory: &Path) -> Config {
    Config { cache: Cache::Directory(directory.into()), ..Config::new(Features::WASM1) }
}

/// An engine as another build of wassay would start it.
fn engine(config: &Config, build: &str) -> CraneliftEngine {
    let mut target = target::target(config).unwrap();
    target.build = build.to_string();
    CraneliftEngine::with_target(target, config).unwrap()
}

fn compile(engine: &CraneliftEngine) -> Provenance {
    let wasm = wat::parse_str("(module (func (export \"f\")))").unwrap();
    let module = engine.compile(&wasm).unwrap().unwrap();
    engine.provenance(module).unwrap()
}

#[test]
fn the_build_is_that_of_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let id = Sources::of(Product::Engine, &root).unwrap().id().unwrap();
    let build = provider().identity().unwrap().build;
    assert!(build.starts_with(&id), "{build}, but the sources are {id}");
    assert_eq!(target::target(&Config::new(Features::WASM1)).unwrap().build, build);
}

#[test]
fn an_entry_of_another_build_is_never_loaded() {
    let directory = tempfile::tempdir().unwrap();
    let config = config(directory.path());
    let below = |path: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let entries = || -> Vec<PathBuf> {
        let directories = below(directory.path());
        let files = directories.iter().flat_map(|directory| below(directory));
        files.filter(|path| path.extension() == Some("wassay".as_ref())).collect()
    };
    assert_eq!(compile(&engine(&config, "one")), Provenance::Fresh);
    let [of_one] = &entries()[..] else { panic!("one entry") };
    let other = engine(&config, "other");
    assert_eq!(compile(&other), Provenance::Fresh, "the other build compiles its own");
    assert_eq!((other.cache_stats().unwrap().stores, entries().len()), (1, 2));

    // It is not loaded even under the other's name.
    let of_other = entries().into_iter().find(|path| path != of_one).unwrap();
    std::fs::copy(of_one, &of_other).unwrap();
    let other = engine(&config, "other");
    assert_eq!(compile(&other), Provenance::Fresh);
    let CacheStats { disk_hits, corrupt, stores, .. } = other.cache_stats().unwrap();
    assert_eq!((disk_hits, corrupt, stores), (0, 1, 1));

    for build in ["one", "other"] {
        assert_eq!(compile(&engine(&config, build)), Provenance::Disk, "each finds its own");
    }
}

#[test]
fn serialized_code_of_another_build_is_incompatible() {
    let config = Config::new(Features::WASM1);
    let one = engine(&config, "one");
    let module = one.compile(b"\0asm\x01\0\0\0").unwrap().unwrap();
    let bytes = one.serialize(module).unwrap();
    assert!(matches!(one.deserialize(&bytes).unwrap(), Deserialized::Module(_)));
    let Deserialized::Incompatible(why) = engine(&config, "other").deserialize(&bytes).unwrap()
    else {
        panic!("loaded by another build, or taken for damage")
    };
    assert_eq!(why, "build `one`, not `other`");
}
