//! The process protocol from both ends: `wassay serve-engine` as the adapter of `--engine exec:`. What
//! an engine does in process, it does behind the protocol. Also replays the transcript, and runs the
//! example in JavaScript where there is a Node.js.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const WASSAY: &str = env!("CARGO_BIN_EXE_wassay");

fn wassay() -> Command {
    let mut command = Command::new(WASSAY);
    command.env_remove("WASSAY_TESTSUITE").env_remove("NO_COLOR").env_remove("CI");
    command
}

/// The engine of this name, behind the protocol.
fn served(engine: &str) -> String {
    format!("exec:'{WASSAY}' serve-engine {engine}")
}

/// A file beside the protocol's description.
fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../engine/adapters/process").join(name)
}

fn text(output: &Output) -> String {
    let parts = [&output.stdout, &output.stderr].map(|part| String::from_utf8_lossy(part));
    parts.concat()
}

/// The verdict of each check of the contract.
fn checked(engine: &str) -> BTreeMap<String, String> {
    let output = wassay().args(["engines", "check", engine]).output().unwrap();
    let mut verdicts = BTreeMap::new();
    for line in text(&output).lines() {
        let words =
            line.trim_start().split_once("  ").map(|(verdict, rest)| (verdict, rest.trim()));
        if let Some((verdict @ ("passed" | "FAILED" | "unsupported"), rest)) = words {
            let name = rest.split_once(": ").map_or(rest, |(name, _)| name);
            verdicts.insert(name.to_string(), verdict.to_string());
        }
    }
    assert!(verdicts.len() > 60, "{}", text(&output));
    verdicts
}

#[test]
fn an_engine_keeps_the_same_contract_behind_the_protocol() {
    for engine in ["cranelift", "wasmi"] {
        let mut here = checked(engine);
        let mut there = checked(&served(engine));
        // The protocol does not have this.
        here.remove("only intact bytes can be inspected");
        there.remove("only intact bytes can be inspected");
        // The harness refuses foreign modules for an engine that does not claim to.
        for verdicts in [&mut here, &mut there].into_iter().filter(|_| engine == "wasmi") {
            verdicts.remove("a module of another engine is refused");
            verdicts.remove("modules of another engine with the same config are refused");
        }
        assert_eq!(there, here, "{engine}");
    }
}

#[test]
fn a_check_that_fails_has_an_exit_code() {
    let code =
        |engine: &str| wassay().args(["engines", "check", engine]).output().unwrap().status.code();
    assert_eq!(code(&served("cranelift")), Some(0));
    // An engine that reports another kind of trap.
    let wrong = format!(
        "exec:sh -c \"'{WASSAY}' serve-engine cranelift | sed -u s/undefined-element/unreachable/\""
    );
    assert_eq!(code(&wrong), Some(1));
    let report = text(&wassay().args(["engines", "check", &wrong]).output().unwrap());
    let (passed, failed) = (report.find("  passed  "), report.find("  FAILED  "));
    assert!(passed.is_some() && passed < failed, "what failed is last: {report}");
    let says = "expected the trap undefined-element; got: it trapped: unreachable, \"";
    assert!(report.contains(says), "{report}");
    // One that does not do what no script runs without.
    let directory = tempfile::tempdir().unwrap();
    for op in ["open", "compile", "instantiate", "export", "call"] {
        let path = directory.path().join(op);
        let other = format!("s/\"op\":\"{op}\"/\"op\":\"nothing\"/");
        std::fs::write(&path, format!("sed -u '{other}' | '{WASSAY}' serve-engine cranelift\n"))
            .unwrap();
        let lacking = format!("exec:sh '{}'", path.display());
        let report = text(&wassay().args(["engines", "check", &lacking]).output().unwrap());
        let failed =
            "  FAILED       a module can be compiled, instantiated and called: unsupported";
        assert!(report.contains(failed), "{op}: {report}");
        assert_eq!(code(&lacking), Some(1), "{op}");
    }
    assert_eq!(code("exec:false"), Some(3));
    assert_eq!(code("wasmtim"), Some(2));
}

/// Our own suite uses everything that an embedder does: handles, caches, engines, threads.
#[test]
fn scripts_give_the_same_verdicts_behind_the_protocol() {
    let mut command = wassay();
    command.args(["run", "regressions/bugs", "regressions/embedder", "--ways", "all", "--quiet"]);
    let output = command.args(["--engine", &served("cranelift")]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("as expected"), "{}", text(&output));
}

#[test]
fn the_transcript_is_replayed() {
    let transcript = std::fs::read_to_string(beside("transcript.txt")).unwrap();
    let lines = |mark: &str| -> Vec<String> {
        transcript.lines().filter_map(|line| line.strip_prefix(mark)).map(str::to_string).collect()
    };
    let mut command = wassay();
    command.args(["serve-engine", "cranelift"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut adapter = command.spawn().unwrap();
    let requests = lines("> ").join("\n") + "\n";
    adapter.stdin.take().unwrap().write_all(requests.as_bytes()).unwrap();
    let output = adapter.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers: Vec<String> =
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_string).collect();
    let expected = lines("< ");
    assert_eq!(answers.len(), expected.len());
    for (answer, expected) in answers.iter().zip(&expected) {
        let read = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        assert!(fits(&read(answer), &read(expected)), "not {expected}, but {answer}");
    }
    // What the description shows is part of a session like this one.
    let description = std::fs::read_to_string(beside("PROTOCOL.md")).unwrap();
    for request in description.lines().filter_map(|line| line.strip_prefix("> ")) {
        let op = serde_json::from_str::<Value>(request).unwrap()["op"].clone();
        assert!(requests.contains(&format!("\"op\":{op}")), "{request}");
    }
}

/// Whether an answer is the expected one, where "*" is anything.
fn fits(answer: &Value, expected: &Value) -> bool {
    match (answer, expected) {
        (_, Value::String(any)) if any == "*" => true,
        (Value::Object(answer), Value::Object(expected)) => {
            answer.len() == expected.len()
                && expected
                    .iter()
                    .all(|(name, value)| answer.get(name).is_some_and(|answer| fits(answer, value)))
        }
        (Value::Array(answer), Value::Array(expected)) => {
            answer.len() == expected.len()
                && answer.iter().zip(expected).all(|(answer, expected)| fits(answer, expected))
        }
        (answer, expected) => answer == expected,
    }
}

#[test]
fn the_protocol_runs_the_example_in_javascript() {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|node| node.status.success()) {
        eprintln!("there is no Node.js here");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let script = r#"
        (module
          (import "spectest" "print_i32" (func $print (param i32)))
          (import "spectest" "global_i32" (global $g i32))
          (import "spectest" "memory" (memory 1))
          (import "spectest" "table" (table 10 funcref))
          (func (export "add") (param i64 i64) (result i64)
            (i64.add (local.get 0) (local.get 1)))
          (func (export "half") (param f32) (result f32 f64)
            (f32.mul (local.get 0) (f32.const 0.5)) (f64.const -0))
          (func (export "global") (result i32) (call $print (i32.const 1)) (global.get $g))
          (func $f (export "null") (result funcref) (ref.null func))
          (func $endless (export "endless") (call $endless))
          (func (export "divide") (param i32) (result i32)
            (i32.div_s (i32.const 1) (local.get 0)))
          (global (export "pi") f64 (f64.const 3.14)))
        (assert_return (invoke "add" (i64.const -1) (i64.const 0x7fffffffffffffff))
          (i64.const 0x7ffffffffffffffe))
        (assert_return (invoke "half" (f32.const 3)) (f32.const 1.5) (f64.const -0))
        (assert_return (invoke "global") (i32.const 666))
        (assert_return (invoke "null") (ref.null func))
        (assert_return (get "pi") (f64.const 3.14))
        (assert_trap (invoke "divide" (i32.const 0)) "integer divide by zero")
        (assert_exhaustion (invoke "endless") "call stack exhausted")
        (assert_unlinkable (module (import "spectest" "no" (func))) "unknown import")"#;
    std::fs::write(directory.path().join("a.wast"), script).unwrap();
    let example = beside("example/node.mjs");
    // The one in PATH, and the one that this tree is tested with, if it is there.
    let pinned = beside("../../../target-engines/bin/node");
    for node in
        [Path::new("node"), &pinned].into_iter().filter(|it| it.is_relative() || it.exists())
    {
        let (node, example) = (node.display(), example.display());
        let engine = format!("exec:'{node}' --experimental-wasm-type-reflection '{example}'");
        let mut command = wassay();
        command.current_dir(&directory).args(["run", "a.wast", "--engine", &engine]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        // It does not claim to report the kinds of link errors.
        assert!(text(&output).contains("8 passed, 1 unsupported"), "{}", text(&output));
    }
}
