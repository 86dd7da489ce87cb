//! A wrong lowering on one architecture appears as a difference between lanes that names the
//! directive. The native program has the fault; the lane's worker is a normal build.

mod lanes;
#[path = "lanes/offered.rs"]
mod offered;

use lanes::Other;
use offered::offered;
use std::process::{Command, ExitCode, Output};
use wassay_lanes::Arch;

fn main() -> ExitCode {
    let tests: &[lanes::Test] = &[
        ("a_fault_on_one_architecture_is_a_difference_between_lanes", faulty),
        ("without_the_fault_the_lanes_agree", sound),
        ("a_result_that_the_script_leaves_open_is_compared", open),
    ];
    lanes::run(tests).exit_code()
}

const SCRIPT: &str = "wasm-v1/i32.wast";

fn run(other: &Other, script: &str, fault: Option<&str>) -> Output {
    let workers = offered(&[(other.arch, &other.launch.worker)]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.args(["run", script, "--lane", &format!("native,{}", other.lane)]);
    command.env("WASSAY_WORKERS", workers.path());
    command.args(["--show", "1000", "--color", "never"]);
    command.env_remove("WASSAY_TESTSUITE").env_remove("WASSAY_SEEDED_FAULT");
    command.envs(fault.map(|fault| ("WASSAY_SEEDED_FAULT", fault)));
    command.output().expect("wassay starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The fault that makes unsigned shifts signed in this machine's code, but not in the lane's.
fn fault(other: &Other) -> &'static str {
    match other.arch {
        Arch::Aarch64 => "x86_64-i32-shr-u",
        Arch::X86_64 => "aarch64-i32-shr-u",
    }
}

fn faulty(other: &Other) {
    let output = run(other, SCRIPT, Some(fault(other)));
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    // Each directive under the heading is followed by the lanes' results.
    let mut lines = text.lines().skip_while(|line| !line.starts_with("differs between lanes: "));
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some(place) = line.strip_prefix("  wasm-v1/i32.wast:") else { continue };
        let said: Vec<&str> = lines.by_ref().take(3).map(str::trim).collect();
        assert!(said[0].starts_with("expected"), "{said:?}");
        assert!(said[1].starts_with("native") && said[1].contains("failed: (i32"), "{said:?}");
        assert!(said[2].starts_with(other.lane) && said[2].ends_with("passed"), "{said:?}");
        found.push(place);
    }
    assert!(!found.is_empty(), "{text}");

    // Each line has a place, and the directive there checks the faulty operator.
    let catalogue = wassay_suites::Catalogue::embedded().unwrap();
    let script = catalogue.find(SCRIPT).unwrap().read().unwrap();
    let script = String::from_utf8_lossy(&script);
    for place in found {
        let numbers = place.strip_suffix(" assert_return").expect("the directive's kind");
        let mut numbers = numbers.split(':').map(|number| number.parse::<usize>().unwrap());
        let (row, column) = (numbers.next().unwrap(), numbers.next().unwrap());
        let there = &script.lines().nth(row - 1).unwrap()[column - 1..];
        assert!(there.starts_with("(assert_return (invoke \"shr_u\""), "{place}: {there}");
    }
}

fn sound(other: &Other) {
    let output = run(other, SCRIPT, None);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(!text.contains("differs between lanes"), "{text}");
}

fn open(other: &Other) {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let script = directory.path().join("open.wast");
    let text = r#"
        (module (func (export "f") (result i32) (i32.shr_u (i32.const -2) (i32.const 1))))
        (invoke "f")"#;
    std::fs::write(&script, text).expect("there is room for a file");
    let run = |fault| run(other, script.to_str().expect("a temporary path is text"), fault);
    let output = run(Some(fault(other)));
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    let said = |lane: &str, result: &str| {
        let result = format!("passed: (i32.const {result})");
        text.lines().any(|line| line.trim().starts_with(lane) && line.ends_with(&result))
    };
    assert!(said("native", "-1") && said(other.lane, "2147483647"), "{text}");
    let output = run(None);
    let text = stdout(&output);
    assert!(!text.contains("differs between lanes"), "{text}");
}
