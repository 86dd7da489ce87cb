//! `wassay cache`: what it prints, and how it exits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs `wassay` with these arguments in this directory.
fn wassay(directory: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.args(words).current_dir(directory).env("COLUMNS", "80").env_remove("WASSAY_TESTSUITE");
    command.output().expect("wassay starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// A directory with the cache directory `cache`, which a run has filled.
fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let script = "(module (func (export \"f\") (result i32) (i32.const 1)))
        (assert_return (invoke \"f\") (i32.const 1))";
    fs::write(directory.path().join("one.wast"), script).expect("the directory is writable");
    run(directory.path());
    directory
}

fn run(directory: &Path) {
    let words = ["run", "one.wast", "--cache", "fresh", "--cache-dir", "cache", "-q"];
    let output = wassay(directory, &words);
    assert!(output.status.success(), "{output:?}");
}

/// The paths of all entries.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let parts = fs::read_dir(directory.join("cache")).expect("a cache directory");
    let parts = parts.map(|part| part.expect("an entry").path());
    let files = parts
        .filter(|part| part.is_dir())
        .flat_map(|part| fs::read_dir(part).expect("a build's directory"));
    let files = files.map(|file| file.expect("an entry").path());
    files.filter(|file| file.extension().is_some_and(|it| it == "wassay")).collect()
}

#[test]
fn the_help() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    insta::assert_snapshot!(stdout(&wassay(directory.path(), &["help", "cache"])));
}

#[test]
fn a_directory_is_shown_checked_repaired_and_cleared() {
    let directory = directory();
    let directory = directory.path();
    let count = entries(directory).len();
    assert!(count >= 2, "a module and shims");
    let cache = |words: &[&str]| {
        let output = wassay(directory, &[&["cache"], words].concat());
        let told = String::from_utf8(output.stderr.clone()).expect("text");
        (output.status.code(), stdout(&output), told)
    };
    let (code, shown, _) = cache(&["stats", "cache"]);
    let row = shown.lines().find(|line| line.ends_with("this build")).expect("this build");
    assert_eq!((code, row.split_whitespace().nth(1)), (Some(0), Some(&*count.to_string())));
    let (code, shown, _) = cache(&["verify", "cache"]);
    let intact = |count| format!("{count} {}, ", if count == 1 { "entry" } else { "entries" });
    assert!(code == Some(0) && shown.starts_with(&intact(count)), "{shown}");

    let bad = entries(directory).remove(0);
    let mut bytes = fs::read(&bad).expect("an entry");
    bytes[200] ^= 1;
    fs::write(&bad, &bytes).expect("an entry is writable");
    for (words, removed) in
        [(&["verify", "cache"][..], ""), (&["verify", "cache", "--repair"], "; removed")]
    {
        let (code, shown, told) = cache(words);
        let name = bad.file_name().and_then(|name| name.to_str()).expect("a name");
        assert_eq!((code, &*told), (Some(1), "wassay: 1 entry bad\n"));
        assert!(
            shown.contains(name) && shown.contains(&format!("does not match{removed}")),
            "{shown}"
        );
        assert!(shown.contains(&intact(count - 1)), "{shown}");
    }
    assert!(!bad.exists());
    assert_eq!(cache(&["verify", "cache"]).0, Some(0));
    run(directory);
    assert!(bad.exists(), "it was compiled again");

    fs::write(directory.join("cache/notes"), "theirs").expect("the directory is writable");
    let (code, shown, _) = cache(&["clear", "cache"]);
    assert!(code == Some(0) && shown.starts_with("removed "), "{shown}");
    assert_eq!(entries(directory).len(), 0);
    assert!(directory.join("cache/notes").exists());
    run(directory);
    assert_eq!(entries(directory).len(), count);
}

#[test]
fn a_run_keeps_to_the_limit() {
    let directory = directory();
    let directory = directory.path();
    let limited = |how: &str, place: &str, limit: &str| {
        let words = ["run", "one.wast", "--cache", how, "--cache-dir", place];
        let words = [&words[..], &["--cache-limit", limit]].concat();
        let output = wassay(directory, &words);
        (output.status.code(), stdout(&output))
    };
    let count = entries(directory).len();
    fs::remove_dir_all(directory.join("cache")).expect("it can be removed");
    assert_eq!(limited("fresh", "cache", "0").0, Some(0));
    assert_eq!(entries(directory).len(), 0);
    assert_eq!(limited("reload", "cache", "2G").0, Some(0));
    assert_eq!(entries(directory).len(), count);
    // The second run must find every module, and says which it does not.
    let (code, text) = limited("reload", "empty", "0");
    assert!(code == Some(1) && text.contains("the cache cannot give this module"), "{text}");
}

#[test]
fn what_is_no_cache_directory_is_refused() {
    let directory = directory();
    let directory = directory.path();
    fs::write(directory.join("file"), "").expect("the directory is writable");
    for (words, message) in [
        (&["stats", "missing"][..], "cannot use the cache directory missing: No such file"),
        (&["stats", "file"], "Not a directory"),
        (&["clear", "cache", "--repair"], "--repair belongs to `wassay cache verify`"),
        (&["verify", "cache", "--all-builds"], "--all-builds belongs to `wassay cache clear`"),
        (&["stats", "cache", "--engine", "wasmi"], "does not support looking after"),
        (&["empty", "cache"], "stats, verify, clear"),
        (&["stats"], "required"),
        (&["run", "one.wast", "--cache-limit", "9"], "--cache-limit needs a run that uses it"),
        (&["run", "one.wast", "--cache", "fresh", "--cache-limit", "9T"], "500M or 2G"),
    ] {
        let words = match words[0] {
            "run" => words.to_vec(),
            _ => [&["cache"], words].concat(),
        };
        let output = wassay(directory, &words);
        let told = String::from_utf8(output.stderr).expect("text");
        let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(output.status.code() == Some(2) && flat.contains(message), "{words:?}: {told}");
    }
    assert!(!directory.join("missing").exists());
    assert!(!entries(directory).is_empty());
}
