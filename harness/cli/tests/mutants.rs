//! What `cargo xtask mutants` runs against each mutant of the engine: the official suites and our
//! own, in every configuration, up to the first failure. Takes the program; returns only whether
//! everything passed. No part of `cargo test`: `official.rs` and `configurations.rs` test the same
//! and explain what failed.

use std::process::{Command, ExitCode};
use wassay_record::{Report, Verdict};

/// What runs, in the order in which most mutants fail soonest.
const RUNS: &[&[&str]] = &[
    &[],
    &["regressions"],
    &["--bounds", "explicit", "--opt", "none"],
    &["regressions", "--bounds", "explicit", "--opt", "none"],
    &["regressions", "--bounds", "explicit"],
    &["regressions", "*relaxed*.wast", "--relaxed", "native"],
];

fn main() -> ExitCode {
    for arguments in RUNS {
        if let Err(problem) = run(arguments) {
            println!("{arguments:?}: {problem}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Runs the program; an error if a directive fails, or is *unsupported* for another reason than the
/// features that the engine does not claim.
fn run(arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.arg("run").args(arguments).args(["--quiet", "--fail-fast", "--report", "json=-"]);
    // A mutant may make an endless loop. The limit is long, so that a busy machine catches none.
    command.args(["--timeout", "30", "--color", "never"]);
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}\n{errors}", output.status));
    }
    let report = Report::from_json(&output.stdout)?;
    let files = report.runs.iter().flat_map(|run| &run.files);
    let findings = files.flat_map(|file| file.findings.iter().map(|note| &note.finding));
    let lacking = |capability: &&str| !capability.is_empty();
    for finding in findings.filter(|finding| finding.verdict == Verdict::Unsupported) {
        if let Some(capability) = finding.capability.as_deref().filter(lacking) {
            return Err(format!("line {}: no {capability}", finding.line));
        }
    }
    Ok(())
}
