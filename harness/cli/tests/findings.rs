//! The findings of `regressions/findings`: each script passes on the reference engine, and the engine
//! that it blames fails exactly the directives that its list states. A repaired engine fails this
//! test, because a listed directive that passes is a failure.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn findings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regressions/findings")
}

/// The names of the files with this extension, without it.
fn stems(extension: &str) -> Vec<String> {
    let entries = std::fs::read_dir(findings()).expect("the folder of findings");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let paths = paths.filter(|path| path.extension().is_some_and(|it| it == extension));
    let mut stems: Vec<String> =
        paths.map(|path| path.file_stem().unwrap().to_str().unwrap().to_string()).collect();
    stems.sort();
    stems
}

/// The scripts about this engine. Those of one project, such as `wasmtime` and `wasmtime-winch`, have
/// their scripts in common, and a list each.
fn scripts(engine: &str) -> Vec<String> {
    let project = engine.split('-').next().unwrap();
    let prefix = format!("{project}-");
    let mut scripts = stems("wast");
    scripts.retain(|script| script.starts_with(&prefix));
    scripts.iter().map(|script| format!("{script}.wast")).collect()
}

fn wassay(args: &[&str], scripts: &[String]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.current_dir(findings()).env_remove("WASSAY_TESTSUITE").env_remove("CI");
    command.args(args).args(scripts).output().expect("wassay starts")
}

fn assert_succeeds(output: &Output, what: &str) {
    let text = [&*output.stdout, &*output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert_eq!(output.status.code(), Some(0), "{what}: {text}");
}

#[test]
fn every_finding_passes_on_the_reference_engine() {
    let all: Vec<String> = stems("wast").iter().map(|script| format!("{script}.wast")).collect();
    assert_succeeds(&wassay(&["run", "--quiet"], &all), "cranelift");
}

/// An engine that is not installed is skipped here; CI installs those that have a list.
#[test]
fn every_blamed_engine_fails_as_stated() {
    for engine in stems("toml") {
        let scripts = scripts(&engine);
        assert!(!scripts.is_empty(), "there is no finding about {engine}");
        let known = format!("{engine}.toml");
        let args = ["run", "--quiet", "--engine", &engine, "--known", &known];
        let output = wassay(&args, &scripts);
        let said = String::from_utf8_lossy(&output.stderr);
        let is_missing = ["is not installed", "is not built"].iter().any(|it| said.contains(it));
        if is_missing && std::env::var_os("CI").is_none() {
            eprintln!("not run: {said}");
            continue;
        }
        assert_succeeds(&output, &engine);
    }
}

#[test]
fn every_finding_states_its_engine_and_its_witnesses() {
    let readme = std::fs::read_to_string(findings().join("README.md")).expect("README.md");
    for script in stems("wast") {
        let text = std::fs::read_to_string(findings().join(format!("{script}.wast"))).unwrap();
        assert!(text.starts_with(";;! why = "), "{script}");
        let engine = script.split('-').next().unwrap();
        for words in [format!("Engine: {engine} "), "Expected: ".into(), "Verified: ".into()] {
            assert!(text.contains(&format!("\n;; {words}")), "{script}: no line `;; {words}`");
        }
        assert!(readme.contains(&format!("| `{script}.wast` | ")), "README.md lacks {script}");
    }
}
