//! An entry that can neither be replaced nor removed while somebody has it, as on file systems that
//! rename nothing over an open file. A mount on the entry stands for that: the kernel then answers
//! every rename and removal with "busy".

#![forbid(unsafe_code)]

#[path = "support/mount.rs"]
mod mount;

use mount::mounted;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use wassay_engine::*;

/// Compiles a module, runs it, and returns what the cache did and where the entry is.
fn compile(directory: &Path) -> (CacheStats, PathBuf) {
    let cache = Cache::Directory(directory.into());
    let config = Config { cache, ..Config::new(Features::WASM1) };
    let engine = wassay_cranelift::provider().start(&config).unwrap();
    let wasm = wat::parse_str("(module (func (export \"f\") (result i32) (i32.const 7)))").unwrap();
    let module = engine.compile(&wasm).unwrap().unwrap();
    let entry = engine.cache_entry(module).unwrap().unwrap();
    let mut session = engine.session().unwrap();
    let Instantiated::Ready(instance) = session.instantiate(module, &[]).unwrap() else {
        panic!("not instantiated")
    };
    let Some(Extern::Func(f)) = session.export(instance, "f").unwrap() else {
        panic!("no function")
    };
    assert_eq!(session.call(f, &[]), Ok(Outcome::Returned(vec![Value::I32(7)])));
    (engine.cache_stats().unwrap(), entry)
}

fn run(program: &str, words: &[&Path]) {
    let output = Command::new(program).args(words).output().unwrap();
    assert!(output.status.success(), "{program}: {output:?}");
}

#[test]
fn an_entry_that_cannot_be_replaced_is_compiled_each_time() {
    let name = "an_entry_that_cannot_be_replaced_is_compiled_each_time";
    let Some(place) = mounted(name, "size=16m") else { return };
    let directory = place.join("cache");
    let (first, entry) = compile(&directory);
    assert_eq!((first.stores, first.unstored), (1, 0));
    let mut bytes = fs::read(&entry).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&entry, bytes).unwrap();
    run("mount", &[Path::new("--bind"), &entry, &entry]);
    let other = place.join("other");
    fs::write(&other, "").unwrap();
    assert_eq!(fs::rename(&other, &entry).unwrap_err().kind(), ErrorKind::ResourceBusy);

    for _ in 0..2 {
        let (stats, _) = compile(&directory);
        assert_eq!((stats.corrupt, stats.stores, stats.unstored), (1, 0, 1), "{stats:?}");
        assert_eq!(fs::read_dir(directory.join("tmp")).unwrap().count(), 0, "half an entry");
    }
    // An intact one is found, whatever becomes of it later.
    run("umount", &[&entry]);
    assert_eq!(compile(&directory).0.stores, 1, "it is replaced at last");
    run("mount", &[Path::new("--bind"), &entry, &entry]);
    assert_eq!(compile(&directory).0.disk_hits, 1);
    let keeper = wassay_cranelift::provider().cache_keeper(&directory).unwrap();
    let cleared = keeper.clear(true).unwrap();
    let [stuck] = &cleared.stuck[..] else { panic!("{cleared:?}") };
    assert!(stuck.why.contains("busy"), "{stuck:?}");
    run("umount", &[&entry]);
}
