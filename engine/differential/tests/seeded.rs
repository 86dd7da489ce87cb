//! Random modules find the compiler's seeded faults, with the seeds and within the number of cases
//! that `ci/test` runs; without a fault the same seeds agree.

use std::process::{Command, Output};

fn run(generator: &str, fault: Option<&str>, output: &std::path::Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay-differential"));
    command.args(["--generator", generator, "--seed", "1", "--count", "300"]);
    command.args(["--findings", "1", "--shrink", "10", "--jobs", "1", "--output"]).arg(output);
    command.env_remove("WASSAY_SEEDED_FAULT");
    command.envs(fault.map(|fault| ("WASSAY_SEEDED_FAULT", fault)));
    command.output().expect("the program starts")
}

/// What the only script that was written says.
fn script(directory: &std::path::Path) -> String {
    let files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|f| f.unwrap().path()).collect();
    assert!(!files.is_empty(), "a finding is written");
    std::fs::read_to_string(&files[0]).unwrap()
}

#[test]
fn seeded_faults_are_found() {
    let shift = format!("{}-i32-shr-u", std::env::consts::ARCH);
    let cases = [
        ("structured", "hoisted-reference-load", "signal 11", "call_ref"),
        ("structured", &shift, "wasmi: (i32.const", "i32.shr_u"),
        ("structured", "constant-shift", "wasmi: ", "i32.shr_u"),
    ];
    for (generator, fault, said, operator) in cases {
        let directory = tempfile::tempdir().unwrap();
        let output = run(generator, Some(fault), directory.path());
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{generator}, {fault}: {text}");
        assert!(text.contains(said), "{generator}, {fault}: {text}");
        let script = script(directory.path());
        assert!(script.contains(operator), "{generator}, {fault}: {script}");
    }
}

#[test]
fn without_a_fault_the_same_seeds_agree() {
    for generator in ["structured", "smith"] {
        let directory = tempfile::tempdir().unwrap();
        let output = run(generator, None, directory.path());
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{generator}: {text}");
    }
}
