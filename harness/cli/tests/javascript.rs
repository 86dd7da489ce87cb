//! The adapter in JavaScript, in Node.js and in the shell of JavaScriptCore: each keeps the contract and
//! passes a few scripts about the border of JavaScript. A shell that is not installed is skipped, except
//! with CI=true. Node.js is the one of ci/engines/node if that is there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The command of an engine, and the checks of the contract that it is known to fail.
struct Shell {
    program: &'static str,
    flag: &'static str,
    fails: &'static [&'static str],
}

const SHELLS: &[Shell] = &[
    Shell { program: "node", flag: "", fails: &[] },
    // A table element is another object than the export of the same function.
    Shell {
        program: "jsc",
        flag: "-m",
        fails: &["functions are the same or not, whatever their handles"],
    },
];

/// The shells that are installed, and their programs.
fn installed() -> impl Iterator<Item = (&'static Shell, PathBuf)> {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    SHELLS.iter().filter_map(move |shell| {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::env::split_paths(&paths);
        let mut places = std::iter::once(here("../../target-engines/bin")).chain(paths);
        let found =
            places.find_map(|path| Some(path.join(shell.program)).filter(|it| it.is_file()));
        let name = shell.program;
        assert!(found.is_some() || !is_ci, "{name} is not installed; ci/setup installs it");
        if found.is_none() {
            eprintln!("skipped: {name} is not installed");
        }
        Some((shell, found?))
    })
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The output of wassay, with this shell as its engine.
fn wassay(arguments: &[&str], (shell, program): &(&Shell, PathBuf)) -> Output {
    let adapter = here("../../engine/adapters/js/adapter.mjs");
    let [program, adapter] = [program, &adapter].map(|path| path.display());
    // Another name than the engine's own, whose list of known failures is about one version.
    let engine = format!("tested=exec:'{program}' {} '{adapter}'", shell.flag);
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.env_remove("WASSAY_TESTSUITE").env_remove("NO_COLOR").env_remove("CI");
    command.args(arguments).arg(engine).output().unwrap()
}

fn text(output: &Output) -> String {
    let parts = [&output.stdout, &output.stderr].map(|part| String::from_utf8_lossy(part));
    parts.concat()
}

#[test]
fn the_contract_holds() {
    for found in installed() {
        let report = text(&wassay(&["engines", "check"], &found));
        let failures: Vec<&str> = report
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("FAILED"))
            .map(|rest| rest.split_once(": ").map_or(rest, |(name, _)| name).trim())
            .collect();
        assert_eq!(failures, found.0.fails, "{report}");
        assert!(report.matches("passed  ").count() >= 60, "{report}");
    }
}

#[test]
fn scripts_about_the_border_pass() {
    let scripts = here("tests/javascript");
    let scripts = scripts.to_str().unwrap();
    for found in installed() {
        let output = wassay(&["run", scripts, "--quiet", "--engine"], &found);
        let report = text(&output);
        assert!(output.status.success(), "{}: {report}", found.0.program);
        assert!(report.contains("4 files"), "{}: {report}", found.0.program);
    }
}
