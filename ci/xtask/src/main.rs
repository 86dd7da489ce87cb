//! The project's own tasks: `cargo xtask tidy`, `lane build|run|list`, `engine build|list`,
//! `differential`, `faults` and `mutants`. Takes the source tree that it was built in; changes only build directories,
//! `regressions/FAULTS.md` and `ci/mutants/SURVIVORS.md`.

#![forbid(unsafe_code)]

mod command;
mod differential;
mod engine;
mod faults;
mod files;
mod lane;
mod mutants;
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
    /// Build the adapters of the external engines of ci/engines.toml, or list them
    #[command(subcommand)]
    Engine(engine::Command),
    /// Run random modules on this machine and, emulated, on the other architecture, and compare the
    /// results
    Differential(differential::Options),
    /// Seed faults in the reference engine, one at a time, and check that the suites catch each
    Faults(faults::Options),
    /// Test mutants of the reference engine, drawn with a fixed seed, and check that the suites and
    /// the engine's tests catch nearly all
    Mutants(mutants::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Tidy => root().and_then(|root| tidy::run(&root)),
        Chore::Lane(command) => root().and_then(|root| lane::run(&root, &command)),
        Chore::Engine(command) => root().and_then(|root| engine::run(&root, &command)),
        Chore::Differential(options) => root().and_then(|root| differential::run(&root, &options)),
        Chore::Faults(options) => root().and_then(|root| faults::run(&root, &options)),
        Chore::Mutants(options) => root().and_then(|root| mutants::run(&root, &options)),
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
