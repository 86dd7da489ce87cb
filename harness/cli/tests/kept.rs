//! Runs with a cache directory that is kept: what they report about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wassay_record::{CacheCounts, Report, Run};

const SCRIPT: &str = "(module (func (export \"f\") (result i32) (i32.const 1)))
    (assert_return (invoke \"f\") (i32.const 1))
    (module (func (export \"g\") (param i64) (result i64) (local.get 0)))
    (assert_return (invoke \"g\" (i64.const 2)) (i64.const 2))
    (assert_invalid (module (func (result i32))) \"type mismatch\")";

/// Runs the script with these options on the directory `cache`: the exit code, the text and the
/// report.
fn run(directory: &Path, options: &[&str]) -> (Option<i32>, String, Report) {
    fs::write(directory.join("one.wast"), SCRIPT).expect("the directory is writable");
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.args(["run", "one.wast", "--cache-dir", "cache", "--report", "json=report.json"]);
    command.args(options).current_dir(directory).env("COLUMNS", "80");
    let output = command.output().expect("wassay starts");
    let text = String::from_utf8(output.stdout).expect("text");
    let bytes = fs::read(directory.join("report.json")).expect("a report");
    (output.status.code(), text, Report::from_json(&bytes).expect("a report"))
}

fn counts(run: &Run) -> (CacheCounts, Option<u64>) {
    (run.cache.expect("the engine counts"), run.functions_compiled)
}

/// Every entry of the directory.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let parts = fs::read_dir(directory.join("cache")).expect("a cache directory");
    let parts = parts.map(|part| part.expect("an entry").path()).filter(|part| part.is_dir());
    let files = parts.flat_map(|part| fs::read_dir(part).expect("a build's directory"));
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "wassay"));
    files
}

#[test]
fn a_run_reports_what_its_cache_did() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let directory = directory.path();
    let (code, text, report) = run(directory, &["--cache", "fresh"]);
    assert_eq!(code, Some(0));
    assert!(text.contains("\ncache: 0 modules loaded, 2 modules stored (2 functions compiled)\n"));
    // The module that is not valid is in no cache.
    let cold = CacheCounts { misses: 3, stores: 2, ..CacheCounts::default() };
    assert_eq!(counts(&report.runs[0]), (cold, Some(2)));

    let (code, text, report) = run(directory, &["--cache", "fresh"]);
    assert_eq!(code, Some(0));
    assert!(text.contains("\ncache: 2 modules loaded, 0 modules stored\n"), "{text}");
    let warm = CacheCounts { hits: 2, misses: 1, ..CacheCounts::default() };
    assert_eq!(counts(&report.runs[0]), (warm, Some(0)));

    for entry in entries(directory) {
        let mut bytes = fs::read(&entry).expect("an entry");
        bytes[200] ^= 1;
        fs::write(&entry, bytes).expect("an entry is writable");
    }
    let (code, text, report) = run(directory, &["--cache", "fresh", "--quiet"]);
    let corrupt = counts(&report.runs[0]).0.corrupt;
    assert!(code == Some(0) && corrupt >= 2, "{corrupt}");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(&format!("{corrupt} damaged entries removed")), "{text}");
}

#[test]
fn a_reloaded_run_that_a_limit_spoils_is_explained() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let (code, text, report) =
        run(directory.path(), &["--cache", "reload", "--cache-limit", "1", "--no-known"]);
    assert_eq!((code, report.runs.len()), (Some(1), 2));
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "missing: 2 directives needed what was not in the cache directory: 2 modules were \
                not stored: the directory is full, or `--cache-limit` is smaller than an entry";
    assert!(flat.contains(said), "{text}");
    for untrue in ["the engine broke", "internal fault"] {
        assert!(!text.contains(untrue), "{text}");
    }
    assert!(flat.contains("differs between ways: 4 directives"), "{text}");
    let (_, text, _) = run(
        directory.path(),
        &["--cache", "reload", "--cache-limit", "1", "--no-known", "--show", "0"],
    );
    assert!(text.contains("differs between ways: ") && !text.contains("\n    native"), "{text}");
}

/// The limit of a file's size stands for the end of the disk.
#[test]
fn a_run_without_room_for_its_entries_is_right_and_says_so() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let directory = directory.path();
    let text = format!("(module (memory 1) (data \"{}\")) {SCRIPT}", "x".repeat(2000));
    fs::write(directory.join("one.wast"), text).expect("the directory is writable");
    let run = |limits: &str| {
        let mut command = Command::new("bash");
        command.args(["-c", &format!("{limits}; exec \"$@\""), "bash"]);
        command.arg(env!("CARGO_BIN_EXE_wassay"));
        command.args(["run", "one.wast", "--cache", "fresh", "--cache-dir", "cache"]);
        let output = command.current_dir(directory).env("COLUMNS", "80").output();
        let output = output.expect("wassay starts");
        let text = String::from_utf8(output.stdout).expect("text");
        (output.status.code(), text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let (code, text) = run("trap '' XFSZ; ulimit -f 1");
    assert_eq!(code, Some(0), "{text}");
    let said = "no entry: the directory is full, cannot be written, or has too small a limit";
    assert!(text.contains("not stored: ") && text.contains(said), "{text}");
    let temporaries = fs::read_dir(directory.join("cache/tmp")).expect("a cache directory");
    assert_eq!(temporaries.count(), 0, "half an entry");
    let (code, text) = run("true");
    assert_eq!(code, Some(0), "{text}");
    assert!(!text.contains("not stored: ") && !text.contains("damaged"), "{text}");
}
