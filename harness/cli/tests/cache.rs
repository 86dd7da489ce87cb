//! `wassay cache`: what it prints, and how it exits.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
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

/// Runs `wassay cache` with these words; returns its exit code, its output and its message.
fn cache(directory: &Path, words: &[&str]) -> (Option<i32>, String, String) {
    let output = wassay(directory, &[&["cache"], words].concat());
    let message = String::from_utf8(output.stderr.clone()).expect("text");
    (output.status.code(), stdout(&output), message)
}

/// The number of entries in the first line of an output that begins so.
fn counted(text: &str, what: &str) -> Option<usize> {
    let line = text.lines().find_map(|line| line.strip_prefix(what))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Changes a byte.
fn damage(path: &Path) {
    let mut bytes = fs::read(path).expect("an entry");
    bytes[200] ^= 1;
    fs::write(path, &bytes).expect("an entry is writable");
}

/// Makes the entries look like those of another build.
fn of_another_build(directory: &Path) {
    let ours = entries(directory)[0].parent().expect("a build's directory").to_path_buf();
    fs::rename(&ours, ours.with_file_name("build-0123456789abcdef")).expect("it can be renamed");
}

#[test]
fn the_help() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let mut all = stdout(&wassay(directory.path(), &["help", "cache"]));
    for command in ["stats", "verify", "trim", "clear"] {
        let help = stdout(&wassay(directory.path(), &["cache", command, "--help"]));
        all += &format!("\n---- {command}\n{help}");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_directory_is_shown_checked_repaired_and_cleared() {
    let directory = directory();
    let directory = directory.path();
    let count = entries(directory).len();
    assert!(count >= 2, "a module and shims");
    let (code, shown, _) = cache(directory, &["stats", "cache"]);
    let row = shown.lines().find_map(|line| line.strip_prefix("* build-")).expect("this build");
    let row: Vec<&str> = row.split_whitespace().collect();
    let [modules, shims] = [row[1], row[2]].map(|count| count.parse::<usize>().expect("a count"));
    assert_eq!((code, modules, modules + shims), (Some(0), 2, count), "`spectest` is a module");
    assert!(shown.contains("just now"), "{shown}");
    // One name for one thing: that of the build in reports, in `inspect` and here.
    let inspected = entries(directory).remove(0);
    let inspected = wassay(directory, &["inspect", inspected.to_str().expect("text")]);
    let build = stdout(&inspected);
    let build = build.lines().find_map(|line| line.strip_prefix("build "));
    let build = build.expect("a build").trim().to_string();
    assert_eq!(row[0], build);
    assert!(shown.ends_with(&format!("\n* this build of the engine: {build}\n")), "{shown}");
    let version = stdout(&wassay(directory, &["--version"]));
    assert!(version.contains(&format!("engine {build}")), "{version}");
    let (code, shown, _) = cache(directory, &["verify", "cache"]);
    assert_eq!((code, counted(&shown, "intact: ")), (Some(0), Some(count)), "{shown}");

    let bad = entries(directory).remove(0);
    damage(&bad);
    for (words, removed, message) in [
        (&["verify", "cache"][..], "", "wassay: 1 damaged entry\n"),
        (&["verify", "cache", "--repair"], "; removed", "wassay: 1 damaged entry, removed\n"),
    ] {
        let (code, shown, said) = cache(directory, words);
        let name = bad.file_name().and_then(|name| name.to_str()).expect("a name");
        assert_eq!((code, &*said), (Some(1), message));
        let why = format!("digest does not match{removed}");
        assert!(shown.contains(name) && shown.contains(&why), "{shown}");
        assert_eq!(counted(&shown, "intact: "), Some(count - 1), "{shown}");
    }
    assert!(!bad.exists());
    assert_eq!(cache(directory, &["verify", "cache"]).0, Some(0));
    run(directory);
    assert!(bad.exists(), "it was compiled again");

    fs::write(directory.join("cache/notes"), "theirs").expect("the directory is writable");
    let (code, shown, _) = cache(directory, &["clear", "cache"]);
    assert_eq!((code, counted(&shown, "removed: ")), (Some(0), Some(count)), "{shown}");
    assert_eq!(entries(directory).len(), 0);
    assert!(directory.join("cache/notes").exists());
    run(directory);
    assert_eq!(entries(directory).len(), count);
}

/// After an upgrade, everything in the directory is of another build.
#[test]
fn entries_of_other_builds_are_not_passed_over_in_silence() {
    let directory = directory();
    let directory = directory.path();
    let count = entries(directory).len();
    of_another_build(directory);
    damage(&entries(directory)[0]);
    let (code, shown, _) = cache(directory, &["verify", "cache"]);
    assert_eq!((code, counted(&shown, "not checked: ")), (Some(0), Some(count)), "{shown}");
    assert!(shown.starts_with("this build of the engine has no entries\n"), "{shown}");
    assert!(shown.contains("of 1 other build"), "{shown}");
    let (code, shown, _) = cache(directory, &["clear", "cache"]);
    assert_eq!((code, counted(&shown, "kept: ")), (Some(0), Some(count)), "{shown}");
    assert!(shown.contains("--all-builds removes them, too"), "{shown}");
    let (code, shown, _) = cache(directory, &["clear", "cache", "--all-builds"]);
    assert_eq!((code, counted(&shown, "removed: ")), (Some(0), Some(count)), "{shown}");
    assert!(!shown.contains("kept"), "{shown}");
    assert_eq!(entries(directory).len(), 0);
}

#[test]
fn what_cannot_be_read_or_removed_is_no_success() {
    let directory = directory();
    let directory = directory.path();
    let count = entries(directory).len();
    let part = entries(directory)[0].parent().expect("a build's directory").to_path_buf();
    let mode = |mode| {
        fs::set_permissions(&part, fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    mode(0o777);
    for (words, code, message) in [
        (&["stats", "cache"][..], 1, "1 build not counted"),
        (&["verify", "cache"], 2, "with mode 0777, other users may write to it"),
        (&["clear", "cache"], 2, "with mode 0777, other users may write to it"),
        (&["trim", "cache", "--limit", "0"], 1, "1 entry or build was not removed"),
    ] {
        let (ended, shown, said) = cache(directory, words);
        assert_eq!(ended, Some(code), "{words:?}: {shown}{said}");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(message), "{words:?}: {said}");
    }
    mode(0o700);
    assert_eq!(entries(directory).len(), count);
    let entry = entries(directory).remove(0);
    fs::remove_file(&entry).expect("an entry can be removed");
    fs::create_dir_all(entry.join("theirs")).expect("the directory is writable");
    let (code, shown, said) = cache(directory, &["clear", "cache"]);
    assert_eq!((code, &*said), (Some(1), "wassay: 1 entry or build was not removed\n"));
    assert!(shown.starts_with("stays: build-") && shown.contains("not empty"), "{shown}");
}

#[test]
fn a_directory_is_trimmed() {
    let directory = directory();
    let directory = directory.path();
    let count = entries(directory).len();
    of_another_build(directory);
    run(directory);
    let (code, shown, _) = cache(directory, &["trim", "cache", "--limit", "1GiB"]);
    assert_eq!(
        (code, shown.lines().next().expect("a line")),
        (Some(0), "removed: 0 entries, 0 bytes")
    );
    assert_eq!(counted(&shown, "left: "), Some(2 * count));
    let modules = |directory: &Path| {
        let all = entries(directory).into_iter();
        all.map(|entry| fs::metadata(entry).expect("an entry").len()).sum::<u64>()
    };
    let limit = (modules(directory) - 1).to_string();
    let (code, shown, _) = cache(directory, &["trim", "cache", "--limit", &limit]);
    assert_eq!((code, counted(&shown, "removed: ")), (Some(0), Some(1)), "{shown}");
    let ours = cache(directory, &["verify", "cache"]).1;
    assert_eq!(counted(&ours, "intact: "), Some(count), "the other build was used before");
    let (_, shown, _) = cache(directory, &["trim", "cache", "--limit", "0"]);
    assert_eq!(counted(&shown, "left: "), Some(0), "{shown}");
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
    let (code, text) = limited("reload", "empty", "1");
    assert!(code == Some(1) && text.contains("the cache cannot give this module"), "{text}");
}

/// If the first run loaded entries, the two runs would compare loaded code with itself.
#[test]
fn the_first_run_of_reload_compiles_everything() {
    let directory = directory();
    let directory = directory.path();
    let reload = |words: &[&str]| {
        let all = ["run", "one.wast", "--cache", "reload", "--cache-dir", "cache"];
        let output = wassay(directory, &[&all, words].concat());
        let told = String::from_utf8(output.stderr.clone()).expect("text");
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        (output.status.code(), stdout(&output), told)
    };
    let count = entries(directory).len();
    let (code, _, told) = reload(&[]);
    let said = "wassay: the cache directory cache is not empty: it has cache/build-";
    assert!(code == Some(2) && told.starts_with(said), "{told}");
    assert!(told.contains("`wassay cache clear --all-builds cache`"), "{told}");
    assert_eq!(entries(directory).len(), count, "nothing was removed");
    // What the message says helps, also after another build.
    of_another_build(directory);
    assert_eq!(reload(&[]).0, Some(2));
    assert_eq!(cache(directory, &["clear", "--all-builds", "cache"]).0, Some(0));
    let (code, text, told) = reload(&["--report", "json=report.json"]);
    assert_eq!(code, Some(0), "{text}{told}");
    let report = fs::read(directory.join("report.json")).expect("a report");
    let report = wassay_record::Report::from_json(&report).expect("a report");
    let hits: Vec<_> = report.runs.iter().map(|run| run.cache.map(|cache| cache.hits)).collect();
    assert!(matches!(hits[..], [Some(0), Some(1..)]), "{hits:?}");

    let (code, _, told) = reload(&["--cache-limit", "0"]);
    let said = "--cache-limit 0 stores nothing, so the second run of `reload` would find nothing";
    assert!(code == Some(2) && told.contains(said), "{told}");
}

/// Two engines, or two lanes with one target, may give their entries the same names.
#[test]
fn several_engines_reload_from_directories_of_their_own() {
    let directory = directory();
    let directory = directory.path();
    fs::remove_dir_all(directory.join("cache")).expect("it can be removed");
    let served = format!("mine=exec:'{}' serve-engine cranelift", env!("CARGO_BIN_EXE_wassay"));
    let words = ["run", "one.wast", "--cache", "reload", "--cache-dir", "cache", "-q"];
    let engines = format!("cranelift,{served}");
    let words = [&words[..], &["--engine", &engines, "--report", "json=report.json"]].concat();
    let output = wassay(directory, &words);
    assert!(output.status.success(), "{output:?}");
    let report = fs::read(directory.join("report.json")).expect("a report");
    let report = wassay_record::Report::from_json(&report).expect("a report");
    let hits: Vec<_> = report.runs.iter().map(|run| run.cache.map(|cache| cache.hits)).collect();
    assert!(matches!(hits[..], [Some(0), Some(1..), Some(0), Some(1..)]), "{hits:?}");
    let parts = fs::read_dir(directory.join("cache")).expect("a directory");
    let parts = parts.map(|part| part.expect("an entry").file_name().into_string().expect("text"));
    let mut parts: Vec<String> = parts.collect();
    parts.sort();
    assert_eq!(parts, ["native-cranelift", "native-mine"]);
}

#[test]
fn what_is_no_cache_directory_is_refused() {
    let directory = directory();
    let directory = directory.path();
    fs::write(directory.join("file"), "").expect("the directory is writable");
    fs::create_dir(directory.join("open")).expect("the directory is writable");
    let open = fs::Permissions::from_mode(0o775);
    fs::set_permissions(directory.join("open"), open).expect("it is ours");
    let part = entries(directory)[0].parent().expect("a build's directory").to_path_buf();
    let part = part.strip_prefix(directory).expect("below").display().to_string();
    for (words, message) in [
        (&["stats", "missing"][..], "cannot use the cache directory missing: No such file"),
        (&["stats", "file"], "Not a directory"),
        (&["stats", "."], ". is no cache directory of `cranelift`"),
        (&["verify", "."], ". is no cache directory of `cranelift`"),
        (&["clear", "."], ". is no cache directory of `cranelift`"),
        (&["trim", ".", "--limit", "0"], ". is no cache directory of `cranelift`"),
        (&["stats", &part], "it is the part of one build: use the directory above it"),
        (&["clear", "cache", "--repair"], "unexpected argument '--repair'"),
        (&["verify", "cache", "--all-builds"], "unexpected argument '--all-builds'"),
        (&["stats", "cache", "--engine", "wasmi"], "`wasmi` has no cache directory"),
        (&["repair", "cache"], "`wassay cache verify DIR --repair` removes damaged entries"),
        (&["empty", "cache"], "unrecognized subcommand 'empty'"),
        (&["stats"], "required"),
        (&["trim", "cache"], "--limit"),
        (&[], "stats, verify, trim, clear"),
        (&["run", "one.wast", "--cache-limit", "9"], "--cache-limit needs a run that uses it"),
        (&["run", "one.wast", "--cache", "fresh", "--cache-limit", "9GB"], "500M or 2GiB"),
        (&["run", "one.wast", "--cache", "fresh", "--cache-dir", &part], "use the directory above"),
        (&["run", "one.wast", "--cache", "fresh", "--cache-dir", "file"], "file: Not a directory"),
        (
            &["run", "one.wast", "--cache", "fresh", "--cache-dir", "open"],
            "wassay: cannot use the cache directory open: with mode 0775, other users may write to \
             it, and compiled code from it is run: if nobody did, run `chmod go-w open`; otherwise \
             choose another directory",
        ),
    ] {
        let words = match words.first() {
            Some(&"run") => words.to_vec(),
            _ => [&["cache"], words].concat(),
        };
        let output = wassay(directory, &words);
        let told = String::from_utf8(output.stderr).expect("text");
        let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(output.status.code() == Some(2) && flat.contains(message), "{words:?}: {told}");
    }
    let name = std::ffi::OsStr::from_bytes(b"bad\xff");
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.args(["run", "one.wast", "--cache", "fresh", "--cache-dir"]).arg(name);
    let output = command.current_dir(directory).output().expect("wassay starts");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let parts = fs::read_dir(directory).expect("a directory").map(|it| it.expect("an entry"));
    assert!(parts.into_iter().all(|it| !it.file_name().as_bytes().starts_with(b"bad")));
    assert!(!directory.join("missing").exists());
    assert!(!entries(directory).is_empty());
}
