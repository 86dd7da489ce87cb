//! A cache directory on a full disk: a limited one makes room, another stores what fits.

#![forbid(unsafe_code)]

#[path = "support/mount.rs"]
mod mount;

use mount::mounted;
use std::fs;
use std::path::Path;
use wassay_engine::{Cache, CacheStats, Config, Features};

/// The modules, each with an artifact of about 18 KB.
const MODULES: u64 = 8;

/// Compiles all modules with a directory; returns what the cache did.
fn compiled(directory: &Path, limit: Option<u64>) -> CacheStats {
    let cache = Cache::Directory(directory.into());
    let config = Config { cache, cache_limit: limit, ..Config::new(Features::WASM1) };
    let engine = wassay_cranelift::provider().start(&config).unwrap();
    for number in 0..MODULES {
        let data = "x".repeat(16_000);
        let text = format!("(module (memory 1) (data (i32.const {number}) \"{data}\"))");
        engine.compile(&wat::parse_str(text).unwrap()).unwrap().unwrap();
    }
    engine.cache_stats().unwrap()
}

#[test]
fn a_limited_directory_makes_room_on_a_full_disk() {
    let name = "a_limited_directory_makes_room_on_a_full_disk";
    let Some(place) = mounted(name, "size=96k") else { return };
    let unlimited = compiled(&place.join("unlimited"), None);
    assert!((2..MODULES).contains(&unlimited.stores), "{unlimited:?}");
    assert_eq!((unlimited.evictions, unlimited.unstored), (0, MODULES - unlimited.stores));
    let keeper = wassay_cranelift::provider().cache_keeper(&place.join("unlimited")).unwrap();
    let verified = keeper.verify(false).unwrap();
    assert!(verified.intact.entries >= unlimited.stores && verified.bad.is_empty(), "{verified:?}");
    assert_eq!(fs::read_dir(place.join("unlimited/tmp")).unwrap().count(), 0, "half an entry");
    fs::remove_dir_all(place.join("unlimited")).unwrap();
    // The limit is never reached: the disk is full before.
    for limit in [100_000, 1 << 30] {
        let limited = compiled(&place.join("limited"), Some(limit));
        assert_eq!(limited.stores, MODULES, "{limit}: {limited:?}");
        assert!(limited.evictions >= MODULES - 5, "{limit}: {limited:?}");
        let again = compiled(&place.join("limited"), Some(limit));
        assert_eq!((again.corrupt, again.disk_hits + again.misses), (0, MODULES), "{again:?}");
        fs::remove_dir_all(place.join("limited")).unwrap();
    }
}
