//! `wassay engines`: lists engines, or checks that one keeps the contract of the trait. Runs no script.

use crate::engines;
use crate::exit::{self, Failure};
use crate::run::TIMEOUT;
use crate::values::seconds;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;
use wassay_engine::contract;

/// The arguments of `wassay engines`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct EnginesArgs {
    /// List the engines of this worker program instead of those that wassay ships.
    #[arg(long, value_name = "PROGRAM")]
    pub worker: Option<PathBuf>,
    /// What to do instead.
    #[command(subcommand)]
    pub what: Option<EnginesCommand>,
}

/// What to do with an engine.
#[derive(Debug, Subcommand)]
pub enum EnginesCommand {
    /// Checks that an engine behaves as the harness expects, with a module of a few bytes for each
    /// rule, and names what it lacks; fails if a check fails.
    #[command(after_help = "Examples:\n  wassay engines check wasmi\n  wassay engines check \
                      exec:./my-adapter")]
    Check {
        /// The engine, or `exec:COMMAND` for an adapter that speaks the process protocol.
        #[arg(value_name = "ENGINE")]
        engine: String,
        /// How many seconds an adapter may take for one answer [default: 30].
        #[arg(long, value_name = "SECONDS", value_parser = seconds)]
        timeout: Option<Duration>,
    },
}

/// Lists engines, or checks one: the text, and the exit code.
///
/// # Errors
/// If there is no such engine, or if it does not start.
pub fn run_engines(args: &EnginesArgs) -> Result<(String, u8), Failure> {
    match &args.what {
        None => Ok((engines::list(args.worker.as_deref())?, exit::OK)),
        Some(EnginesCommand::Check { engine, timeout }) => {
            let (report, holds) = check(engine, timeout.unwrap_or(TIMEOUT))?;
            Ok((report, if holds { exit::OK } else { exit::UNEXPECTED }))
        }
    }
}

/// The report, and whether every check held.
fn check(name: &str, limit: Duration) -> Result<(String, bool), Failure> {
    let Some(command) = engines::adapter_command(name) else {
        let report = contract::check(&*engines::provider(Some(name))?);
        return Ok((format!("{report}\n"), report.holds()));
    };
    let adapter = engines::adapter(command, limit)?;
    let report = contract::check(&adapter);
    let missing: Vec<&str> = adapter.missing().collect();
    let missing = match missing.is_empty() {
        true => "the adapter has every request of the protocol".to_string(),
        false => wassay_report::wrapped("requests that the adapter lacks: ", &missing.join(", ")),
    };
    Ok((format!("{report}\n{missing}\n"), report.holds()))
}
