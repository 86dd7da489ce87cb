//! `wassay engines`: lists engines, or checks that one keeps the contract of the trait. Runs no script.

use crate::engines;
use crate::exit::{self, Failure};
use crate::external::{Named, Roster};
use crate::interrupt;
use crate::run::TIMEOUT;
use crate::values::{input, seconds};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;
use wassay_engine::{Provider, contract};

/// The arguments of `wassay engines`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct EnginesArgs {
    /// List the engines of this worker program instead of those that wassay ships.
    #[arg(long, value_name = "PROGRAM", conflicts_with = "engines")]
    pub worker: Option<PathBuf>,
    /// The table of external engines to use instead of the one that wassay was built with.
    #[arg(long, value_name = "FILE", value_parser = input())]
    pub engines: Option<PathBuf>,
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
        /// The table of external engines to use instead of the one that wassay was built with.
        #[arg(long, value_name = "FILE", value_parser = input())]
        engines: Option<PathBuf>,
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
        None => {
            let list = engines::list(args.worker.as_deref(), args.engines.as_deref())?;
            Ok((list, exit::OK))
        }
        Some(EnginesCommand::Check { engine, engines, timeout }) => {
            let roster = Roster::read(engines.as_deref())?;
            let (report, holds) = check(&roster, engine, timeout.unwrap_or(TIMEOUT))?;
            Ok((report, if holds { exit::OK } else { exit::UNEXPECTED }))
        }
    }
}

/// The requests that an adapter should have first, besides those that every adapter has.
const FIRST: [&str; 5] = ["host_func", "global_new", "table_new", "memory_new", "global_get"];

/// The report, and whether every check held.
fn check(roster: &Roster, name: &str, limit: Duration) -> Result<(String, bool), Failure> {
    let command = match roster.named(name)? {
        Named::Adapter(command) => command,
        Named::Own(_) => {
            let report = contract::check(&*engines::provider(Some(name))?);
            return Ok((format!("{report}\n"), report.holds()));
        }
        Named::Absent(skipped) => return Err(engines::absent(&skipped)),
    };
    // The adapter has a process group of its own, which Ctrl-C does not reach.
    interrupt::end_after(wassay_process::kill_all).map_err(Failure::harness)?;
    let adapter = engines::adapter(&command, limit)?;
    let report = contract::check(&adapter);
    let ended = adapter.end();
    let missing: Vec<&str> = adapter.missing().collect();
    let missing = match missing.is_empty() {
        true => "the adapter lists every request of the protocol".to_string(),
        false => wassay_report::wrapped("requests that the adapter lacks: ", &missing.join(", ")),
    };
    let mut text = format!("{report}\n{missing}\n");
    let next: Vec<&str> =
        FIRST.into_iter().filter(|op| adapter.missing().any(|it| it == *op)).collect();
    if !next.is_empty() {
        let advice = format!(
            "{}: most scripts of the official suite need these (\"Where to begin\" in PROTOCOL.md)",
            next.join(", ")
        );
        text += &wassay_report::wrapped("next: ", &advice);
        text += "\n";
    }
    let unknown: Vec<&str> = adapter.unknown().collect();
    if !unknown.is_empty() {
        let heading = "requests that the protocol does not have: ";
        text += &wassay_report::wrapped(heading, &unknown.join(", "));
        text += "\n";
    }
    if let Err(fault) = &ended {
        text += &format!("FAILED: {fault}\n");
    }
    Ok((text, report.holds() && ended.is_ok()))
}
