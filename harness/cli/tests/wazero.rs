//! The adapter for wazero: Go's own checks and the tests of its source, the contract, and a few scripts
//! that must end as its lists of known failures say. Without Go this is skipped, except with CI=true.
//! Also what ci/engines/wazero says to a user who has no Go, an old one, or names a release that does
//! not exist.

use serde_json::json;
use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(output: &Output) -> String {
    let parts = [&output.stdout, &output.stderr].map(|part| String::from_utf8_lossy(part));
    parts.concat()
}

/// The program of this name in PATH.
fn find(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).map(|path| path.join(program)).find(|path| path.is_file())
}

/// Whether there is a Go; with CI=true there must be one.
fn has_go() -> bool {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let found = find("go").is_some();
    assert!(found || !is_ci, "there is no go; ci/engines/wazero needs it");
    if !found {
        eprintln!("skipped: there is no go");
    }
    found
}

/// The output of a command that must succeed, in this directory of the tree.
fn ran(directory: &str, program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    let output = command.current_dir(root().join(directory)).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", text(&output));
    text(&output)
}

#[test]
fn the_adapter_does_what_its_lists_say() {
    if !has_go() {
        return;
    }
    ran(".", "ci/engines/wazero", &[]);
    let source = "engine/adapters/wazero";
    ran(source, "go", &["vet", "./..."]);
    ran(source, "go", &["test", "./..."]);
    assert_eq!(ran(source, "gofmt", &["-l", "."]), "", "gofmt -w writes these again");
    for engine in ["wazero", "wazero-interpreter"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
        command.current_dir(root()).env_remove("CI").env_remove("WASSAY_TESTSUITE");
        command.args(["run", "regressions/bugs", "regressions/embedder", "wasm-v1/linking.wast"]);
        let output = command.args(["--engine", engine]).output().unwrap();
        assert!(output.status.success(), "{engine}: {}", text(&output));
        let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
        let output = command.args(["engines", "check", engine]).current_dir(root()).output();
        let checks = text(&output.unwrap());
        for line in checks.lines().filter(|line| line.trim_start().starts_with("FAILED")) {
            // wazero rejects an import from a module without a name, and writes data before elements.
            // Its API does not give the values of an exception.
            let known = [
                "import[0] has an empty module name",
                "the table's element 0 was not written",
                "the values of the exception",
            ];
            assert!(known.iter().any(|why| line.contains(why)), "{engine}: {line}");
        }
        assert!(checks.contains(" passed, "), "{checks}");
    }
}

/// Whatever leaves a call as an exception is an answer, although its payload cannot be read.
const THROWS: &str = r#"
(module
  (tag $t (param i32))
  (func (export "f") (result i32) (throw $t (i32.const 1))))
(assert_return (invoke "f") (i32.const 7))
(assert_trap (invoke "f") "unreachable")
(assert_exhaustion (invoke "f") "call stack exhausted")
(assert_exception (invoke "f"))
"#;

#[test]
fn an_exception_in_place_of_another_end_is_a_failure() {
    if !has_go() {
        return;
    }
    ran(".", "ci/engines/wazero", &[]);
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("throws.wast"), THROWS).unwrap();
    for engine in ["wazero", "wazero-interpreter"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
        command.env_remove("CI").env("WASSAY_ENGINES", root().join("target-engines/bin"));
        command.current_dir(directory.path()).args(["run", "throws.wast", "--engine", engine]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{engine}: {}", text(&output));
        assert!(
            text(&output).contains("5 directives: 2 passed, 3 failed"),
            "{engine}: {}",
            text(&output)
        );
    }
}

/// Without `--close` the adapter drops no instance, and says so. With it, the finding shows.
#[test]
fn dropped_instances_are_closed_or_unsupported() {
    if !has_go() {
        return;
    }
    ran(".", "ci/engines/wazero", &[]);
    let adapter = root().join("target-engines/bin/wassay-wazero");
    for (options, counts) in [
        ("wazero", "8 directives: 5 passed, 3 unsupported"),
        ("wazero --close", "8 directives: 7 passed, 1 crashed"),
        ("wazero-interpreter", "8 directives: 5 passed, 3 unsupported"),
        ("wazero-interpreter --close", "8 directives: 7 passed, 1 failed"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
        command.current_dir(root().join("regressions/findings")).env_remove("CI");
        command.args(["run", "wazero-function-of-a-closed-module.wast", "--no-known", "--engine"]);
        let output = command.arg(format!("exec:{} {options}", adapter.display())).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{options}: {}", text(&output));
        assert!(text(&output).contains(counts), "{options}: {}", text(&output));
    }
}

/// The adapter, as a process that takes requests and gives answers.
struct Adapter {
    child: Child,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Adapter {
    fn start() -> Adapter {
        let program = root().join("target-engines/bin/wassay-wazero");
        let mut command = Command::new(program);
        command.arg("wazero").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap()).lines();
        Adapter { child, answers }
    }

    fn ask(&mut self, request: serde_json::Value) -> serde_json::Value {
        writeln!(self.child.stdin.as_mut().unwrap(), "{request}").unwrap();
        serde_json::from_str(&self.answers.next().unwrap().unwrap()).unwrap()
    }
}

#[test]
fn a_cache_directory_that_cannot_be_written_rejects_no_module() {
    if !has_go() {
        return;
    }
    ran(".", "ci/engines/wazero", &[]);
    let directory = tempfile::tempdir().unwrap();
    let mut adapter = Adapter::start();
    let cache = json!({"directory": directory.path()});
    adapter.ask(json!({"id": 1, "op": "hello", "protocol": 1}));
    let config = json!({"features": ["mutable-global"], "cache": cache});
    let answer = adapter.ask(json!({"id": 2, "op": "start", "engine": 1, "config": config}));
    assert!(answer["ok"].is_object(), "{answer}");
    // What the directory holds cannot be written any more.
    directory.close().unwrap();
    let wasm = "AGFzbQEAAAABBQFgAAF/AwIBAAcJAQVzZXZlbgAACgYBBABBBws=";
    let answer = adapter.ask(json!({"id": 3, "op": "compile", "engine": 1, "wasm": wasm}));
    assert!(answer["failed"].as_str().is_some_and(|why| why.contains("no such file")), "{answer}");
    drop(adapter.child.stdin.take());
    assert!(adapter.child.wait().unwrap().success());
}

/// What stands for Go: its versions, and the releases of wazero that it lists.
const STUB: &str = r#"#!/bin/sh
case "$*" in
"env GOVERSION") echo "go$STUB_GO" ;;
*"list -m -versions"*) echo "github.com/tetratelabs/wazero v1.2.1 v1.6.0 v1.12.0" ;;
*) exit 9 ;;
esac
"#;

#[test]
fn the_build_says_what_is_missing() {
    let tools = tempfile::tempdir().unwrap();
    for tool in ["bash", "dirname", "grep", "head", "paste", "sed", "sort", "tr", "true"] {
        symlink(find(tool).unwrap(), tools.path().join(tool)).unwrap();
    }
    for (go, arguments, says) in [
        (None, &[][..], "there is no go on the PATH; install Go 1.25.0 or newer from "),
        (Some("1.21.4"), &[], "Go 1.21.4 is too old; install Go 1.25.0 or newer from "),
        (Some("1.25.0"), &["1.5.5"], "wazero 1.5.5 does not exist; there are 1.2.1 1.6.0 1.12.0"),
        (Some("1.25.0"), &["v9.9"], "wazero 9.9 does not exist; there are 1.2.1 1.6.0 1.12.0"),
        (Some("1.25.0"), &["1.2.1"], "wazero 1.2.1 is too old for the adapter, which needs 1.6.0"),
    ] {
        let program = tools.path().join("go");
        if let Some(version) = go {
            std::fs::write(&program, STUB.replace("$STUB_GO", version)).unwrap();
            std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755))
                .unwrap();
        }
        let mut command = Command::new(find("bash").unwrap());
        command.arg(root().join("ci/engines/wazero")).args(arguments).env("PATH", tools.path());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(says), "{says}: {}", text(&output));
    }
}
