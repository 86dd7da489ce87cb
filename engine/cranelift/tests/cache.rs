//! The cache directory shared between processes. Each engine runs in a process of its own, under
//! conditions that a process cannot set for a part of itself. This program is those processes, too.

#![forbid(unsafe_code)]

use libtest_mimic::{Arguments, Trial};
use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use wassay_engine::{Cache, CacheStats, Config, Features};

/// Makes this program compile modules with the cache directory in this variable and print the cache
/// statistics.
const DIRECTORY: &str = "WASSAY_TEST_CACHE_DIRECTORY";

/// The number of modules, each with one function.
const MODULES: u64 = 20;

fn main() {
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        return compile(PathBuf::from(directory));
    }
    let tests: [(&str, fn()); 5] = [
        ("a_directory_is_for_its_owner_alone_whatever_the_umask", umask),
        ("what_a_killed_writer_leaves_is_removed_by_the_next", killed),
        ("a_full_disk_stores_nothing_and_leaves_nothing", full),
        ("processes_race_for_the_same_entries", race),
        ("a_directory_that_all_may_write_to_is_not_used", writable),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    let trials = tests.into_iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn compile(directory: PathBuf) {
    let config = Config { cache: Cache::Directory(directory), ..Config::new(Features::WASM1) };
    let engine = match wassay_cranelift::provider().start(&config) {
        Ok(engine) => engine,
        Err(why) => return println!("{why}"),
    };
    // More bytes than the smallest limit that a shell can set.
    let data = "x".repeat(2048);
    for number in 0..MODULES {
        let text = format!("(module (memory 1) (data (i32.const {number}) \"{data}\") (func))");
        engine.compile(&wat::parse_str(text).unwrap()).unwrap().unwrap();
    }
    println!("{:?}", engine.cache_stats().unwrap());
}

/// Starts this program with a directory, from a shell that has run `conditions` before.
fn start(directory: &Path, conditions: &str) -> Child {
    let program = std::env::current_exe().unwrap();
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("{conditions}; exec \"$0\"")]).arg(program);
    shell.env(DIRECTORY, directory).stdout(Stdio::piped()).stderr(Stdio::piped());
    shell.spawn().unwrap()
}

fn run(directory: &Path, conditions: &str) -> Output {
    start(directory, conditions).wait_with_output().unwrap()
}

/// The output of a process that ended successfully.
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_string()
}

/// The statistics of the cache when all lookups except `hits` were misses.
fn expected(hits: u64, stores: u64) -> String {
    let misses = MODULES - hits;
    let stats = CacheStats {
        disk_hits: hits,
        misses,
        stores,
        unstored: misses - stores,
        functions_compiled: misses,
        ..CacheStats::default()
    };
    format!("{stats:?}")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Every file below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    let entries = fs::read_dir(directory).unwrap();
    entries.flat_map(|entry| below(entry.unwrap().path())).collect()
}

fn temporary_files(directory: &Path) -> usize {
    let is_kept = |path: &PathBuf| {
        ["wassay", "used"].map(AsRef::as_ref).map(Some).contains(&path.extension())
    };
    files(directory).iter().filter(|path| !is_kept(path)).count()
}

fn umask() {
    for umask in ["000", "022", "077", "277", "777"] {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("cache");
        let first = run(&directory, &format!("umask {umask}"));
        assert_eq!(printed(&first), expected(0, MODULES), "umask {umask}");
        assert_eq!(mode(&directory), 0o700, "umask {umask}");
        for file in files(&directory) {
            assert_eq!(mode(&file), 0o600, "umask {umask}");
        }
        assert_eq!(printed(&run(&directory, "true")), expected(MODULES, 0), "umask {umask}");
    }
}

fn killed() {
    let directory = tempfile::tempdir().unwrap();
    // The kernel kills a process that writes beyond this limit, in the middle of its first entry.
    let killed = run(directory.path(), "ulimit -c 0; ulimit -f 1");
    assert_eq!(killed.status.signal(), Some(rustix::process::Signal::XFSZ.as_raw()));
    assert_eq!(temporary_files(directory.path()), 1, "the limit works");
    assert_eq!(printed(&run(directory.path(), "true")), expected(0, MODULES));
    assert_eq!(temporary_files(directory.path()), 0);
}

fn full() {
    let directory = tempfile::tempdir().unwrap();
    let full = run(directory.path(), "ulimit -f 1; trap '' XFSZ");
    assert_eq!(printed(&full), expected(0, 0));
    assert_eq!(files(directory.path()), [] as [PathBuf; 0]);
}

fn race() {
    let directory = tempfile::tempdir().unwrap();
    let racing: Vec<Child> = (0..6).map(|_| start(directory.path(), "true")).collect();
    for child in racing {
        let printed = printed(&child.wait_with_output().unwrap());
        let possible = (0..=MODULES).any(|hits| printed == expected(hits, MODULES - hits));
        assert!(possible, "{printed}");
    }
    assert_eq!(printed(&run(directory.path(), "true")), expected(MODULES, 0));
    assert_eq!(temporary_files(directory.path()), 0);
}

fn writable() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("cache");
    fs::DirBuilder::new().mode(0o700).create(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).unwrap();
    let why = printed(&run(&directory, "true"));
    let expected = format!(
        "cache directory {0}: with mode 0777, other users may write to it, and compiled \
         code from it is run: if nobody did, run `chmod go-w {0}`; otherwise choose another \
         directory",
        directory.display()
    );
    assert!(why.ends_with(&expected), "{why}");
    assert_eq!(files(&directory), [] as [PathBuf; 0]);
}
