//! The project's own tasks: `cargo xtask tidy`, `lane build|run|list`, `differential` and `faults`.
//! Takes the source tree that it was built in; changes only build directories and
//! `regressions/FAULTS.md`.

#![forbid(unsafe_code)]

mod differential;
mod faults;
mod lane;
mod tidy;
mod toolchain;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own tasks")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check the source tree against the project's rules
    Tidy,
    /// Build, run or list the lanes of ci/lanes.toml
    #[command(subcommand)]
    Lane(lane::Command),
    /// Run random modules on this machine and, emulated, on the other architecture, and compare the
    /// results
    Differential(differential::Options),
    /// Seed faults in the reference engine, one at a time, and check that the suites catch each
    Faults(faults::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Tidy => root().and_then(|root| tidy::run(&root)),
        Chore::Lane(command) => root().and_then(|root| lane::run(&root, &command)),
        Chore::Differential(options) => root().and_then(|root| differential::run(&root, &options)),
        Chore::Faults(options) => root().and_then(|root| faults::run(&root, &options)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the source tree from which this program was built.
fn root() -> Result<PathBuf> {
    let here = env!("CARGO_MANIFEST_DIR");
    let root = PathBuf::from(here).join("../..");
    root.canonicalize().with_context(|| format!("{here} is gone"))
}
