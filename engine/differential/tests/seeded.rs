//! Tests that random modules find the compiler's seeded faults, with the seeds and within the
//! number of cases that `ci/test` runs. Without a fault the same seeds agree.

use std::path::Path;
use std::process::{Command, Output};

fn run(generator: &str, fault: Option<&str>, output: &Path) -> Output {
    command(generator, fault, output).output().expect("the program starts")
}

fn command(generator: &str, fault: Option<&str>, output: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay-differential"));
    command.args(["--generator", generator, "--seed", "1", "--count", "300"]);
    command.args(["--findings", "1", "--shrink", "10", "--jobs", "1", "--output"]).arg(output);
    command.env_remove("WASSAY_SEEDED_FAULT");
    command.envs(fault.map(|fault| ("WASSAY_SEEDED_FAULT", fault)));
    command
}

/// The text of the only script that was written.
fn script(directory: &Path) -> String {
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

/// The native program has the fault in all configurations, so only the other machine, whose worker
/// is a normal build, can reveal it.
#[test]
fn a_fault_on_one_architecture_is_found_by_the_other() {
    let here = std::env::consts::ARCH;
    let (there, emulator) = match here {
        "x86_64" => ("aarch64", "qemu-aarch64"),
        _ => ("x86_64", "qemu-x86_64"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = format!("target-{there}/{there}-unknown-linux-gnu/release/wassay-differential");
    if !root.join(&built).is_file() {
        // In CI the worker is built earlier.
        assert!(std::env::var_os("CI").is_none(), "no {built}; run cargo xtask lane build {there}");
        return eprintln!("not run: no {built}; run cargo xtask lane build {there}");
    }
    let directory = tempfile::tempdir().unwrap();
    let fault = format!("{here}-i32-shr-u");
    let mut command = command("structured", Some(&fault), directory.path());
    command.current_dir(root).args(["--engine", "cranelift"]);
    command.args(["--also", &format!("{emulator} {built} worker")]);
    let output = command.output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("  there:cranelift/speed/guard: (i32.const"), "{text}");
    assert!(script(directory.path()).contains("i32.shr_u"), "{text}");
}

#[test]
fn a_fault_that_does_not_exist_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let output = run("structured", Some("constant-shif"), directory.path());
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert_ne!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("there is no fault `constant-shif`"), "{text}");
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
