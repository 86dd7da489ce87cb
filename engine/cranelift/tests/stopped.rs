//! A process that is killed between writing an entry and giving it its name. A build for seeded faults
//! stops there; the next process removes what is left, and is right.

#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use wassay_artifact::fault::{Fault, VARIABLE};
use wassay_engine::{Cache, CacheStats, Config, Features, Instantiated, Outcome, Value};

/// Set in the process that will be killed: its cache directory.
const DIRECTORY: &str = "WASSAY_TEST_STOPPED";

const MODULE: &str = "(module (func (export \"f\") (result i32) (i32.const 42)))";

/// Compiles the module, runs it, and returns what the cache did.
fn compile(directory: &Path) -> CacheStats {
    let cache = Cache::Directory(directory.into());
    let config = Config { cache, ..Config::new(Features::WASM1) };
    let engine = wassay_cranelift::provider().start(&config).unwrap();
    let module = engine.compile(&wat::parse_str(MODULE).unwrap()).unwrap().unwrap();
    let mut session = engine.session().unwrap();
    let Instantiated::Ready(instance) = session.instantiate(module, &[]).unwrap() else {
        panic!("not instantiated")
    };
    let Some(wassay_engine::Extern::Func(f)) = session.export(instance, "f").unwrap() else {
        panic!("no function")
    };
    assert_eq!(session.call(f, &[]), Ok(Outcome::Returned(vec![Value::I32(42)])));
    engine.cache_stats().unwrap()
}

/// The files below a directory whose names end so.
fn files(directory: &Path, suffix: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| match path.is_dir() {
        true => files(&path, suffix),
        false => vec![path],
    };
    paths.flat_map(below).filter(|path| path.to_string_lossy().ends_with(suffix)).collect()
}

/// Kills the process when the test ends, however it ends.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_process_that_is_killed_before_the_rename_leaves_nothing_that_stays() {
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        compile(Path::new(&directory));
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("cache");
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "a_process_that_is_killed_before_the_rename_leaves_nothing_that_stays"]);
    child.env(DIRECTORY, &directory).env(VARIABLE, Fault::StoreHangs.name());
    let mut stopped = Stopped(child.spawn().unwrap());

    // The time of use is prepared after the entry is written, and before it is renamed.
    let begin = Instant::now();
    while files(&directory, ".used").is_empty() {
        assert_eq!(stopped.0.try_wait().unwrap(), None, "it did not stop");
        assert!(begin.elapsed() < Duration::from_secs(120), "it wrote nothing");
        std::thread::sleep(Duration::from_millis(5));
    }
    let partial = files(&directory, ".partial");
    assert_eq!(partial.len(), 1, "{partial:?}");
    // Its end is the key, so all of it is written.
    let used = files(&directory, ".used").remove(0);
    let key = used.file_stem().unwrap().to_str().unwrap().to_string();
    let written = fs::read(&partial[0]).unwrap();
    let end: String = written[written.len() - 32..].iter().map(|it| format!("{it:02x}")).collect();
    assert_eq!(end, key);
    assert!(files(&directory, ".wassay").is_empty(), "it has no name yet");

    // A process beside it leaves its file alone, and stores its own.
    assert_eq!(compile(&directory).stores, 1);
    assert_eq!(files(&directory, ".partial"), partial);
    stopped.0.kill().unwrap();
    stopped.0.wait().unwrap();
    assert_eq!(files(&directory, ".partial"), partial, "nobody could remove it");
    let stats = compile(&directory);
    assert_eq!((stats.disk_hits, stats.corrupt, stats.stale), (1, 0, 0), "{stats:?}");
    assert!(files(&directory, ".partial").is_empty(), "the next process removes it");
}
