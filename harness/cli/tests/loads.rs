//! A lane with `compile = "host"` that cannot run the loaded code reports that once, before any
//! script.

mod lanes;
#[path = "lanes/offered.rs"]
mod offered;

use lanes::Other;
use offered::offered;
use std::process::{Command, ExitCode, Output};
use wassay_lanes::Arch;

fn main() -> ExitCode {
    let tests: &[lanes::Test] = &[
        ("a_feature_that_there_is_not", unknown_feature),
        ("a_feature_that_the_cpu_lacks", lacking_feature),
        ("what_the_cpu_has_is_loaded", sound),
        ("what_is_not_used_cannot_be_left_out", left_out),
    ];
    lanes::run(tests).exit_code()
}

/// A CPU that lacks the feature.
fn poor(arch: Arch) -> (&'static str, &'static str) {
    match arch {
        Arch::Aarch64 => ("cortex-a53", "has_lse"),
        Arch::X86_64 => ("qemu64", "has_avx"),
    }
}

/// Runs a script on a lane that loads code with this feature, on this CPU.
fn run(other: &Other, cpu: &str, feature: &str, more: &[&str]) -> Output {
    let directory = offered(&[(other.arch, &other.launch.worker)]);
    let Other { arch, lane, .. } = other;
    let table = format!(
        "[[lane]]\nname = \"{lane}\"\ntarget = \"{arch}\"\nprefix = [\"qemu-{arch}\", \"-cpu\", \
         \"{cpu}\"]\nbounds = \"explicit\"\ncompile = \"host\"\nisa = [\"{feature}\"]\n"
    );
    std::fs::write(directory.path().join("lanes.toml"), table).expect("there is room for a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.args(["run", "wasm-v1/i32.wast", "--lane", lane, "--lanes", "lanes.toml"]);
    command.args(["--color", "never"]).args(more).current_dir(directory.path());
    command.env("WASSAY_WORKERS", directory.path()).env_remove("WASSAY_TESTSUITE");
    command.output().expect("wassay starts")
}

/// Asserts that the run ended with this code and one message, before any script.
fn refused(output: &Output, code: i32, words: &[&str]) {
    // What continues a long line is indented.
    let stderr = String::from_utf8_lossy(&output.stderr).replace("\n  ", " ");
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    for words in words {
        assert!(stderr.contains(words), "{words} is not in {stderr}");
    }
}

fn unknown_feature(other: &Other) {
    let output = run(other, "max", "has_nonsense", &[]);
    let words = "the lane cannot run the code that is compiled for it (has_nonsense): ";
    refused(&output, 3, &[&format!("lane {}: {words}", other.lane)]);
}

fn lacking_feature(other: &Other) {
    let (cpu, feature) = poor(other.arch);
    let words = format!(
        "lane {}: the lane cannot run the code that is compiled for it ({feature}): ",
        other.lane
    );
    refused(&run(other, cpu, feature, &[]), 3, &[&words, "another machine"]);
}

fn sound(other: &Other) {
    let (_, feature) = poor(other.arch);
    let output = run(other, "max", feature, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

fn left_out(other: &Other) {
    let (_, feature) = poor(other.arch);
    let output = run(other, "max", feature, &["--isa-without", "has_another"]);
    refused(&output, 2, &["--isa-without has_another: the code for the lane "]);
}
