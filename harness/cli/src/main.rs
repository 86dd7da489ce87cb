//! The command line: takes the user's arguments, calls the crate that does the work, and turns the
//! result into an exit code. Machine output goes to standard output or files, everything else to
//! standard error. Does no work itself.

#![forbid(unsafe_code)]

mod ahead;
mod answers;
mod args;
mod cache;
mod cases;
mod check;
mod choose;
mod compile;
mod engines;
mod exit;
mod external;
mod generate;
mod guard;
mod inspect;
mod interrupt;
mod known;
mod lane;
mod outcome;
mod partition;
mod pass;
mod place;
mod records;
mod run;
mod selection;
mod serve;
mod show;
mod spelling;
mod table;
mod targets;
mod unbegun;
mod values;
mod watcher;
mod ways;

use args::{Cli, Color, Command, RunArgs};
use exit::Failure;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use values::{ReportKind, ReportTo};

fn main() -> ExitCode {
    let survived = interrupt::survive_large_files();
    let prepared =
        survived.map_err(|error| Failure::harness(format_args!("cannot catch signals: {error}")));
    let done = prepared.and_then(|()| dispatch(spelling::parse()));
    // The scripts of adapters, which are started as long as anything runs.
    wassay_runner::scratch::remove_all();
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            complain(&failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn dispatch(cli: Cli) -> Result<u8, Failure> {
    match cli.command {
        None => run(&RunArgs { what: Vec::new(), options: cli.options }),
        Some(Command::Run(args)) => run(&args),
        Some(Command::Engines(args)) => {
            let (text, code) = check::run_engines(&args)?;
            print(&text).map(|_| code)
        }
        Some(Command::ServeEngine { engine }) => serve::run_serve(engine),
        Some(Command::Suites { suites }) => print(&self::suites(suites.as_deref())?),
        Some(Command::Show(args)) => write(&show::show(&args)?),
        Some(Command::Lanes { lanes }) => print(&lane::list(lanes.as_deref())?),
        Some(Command::Compare { fail_on, show, a, b }) => {
            records::run_compare(&a, &b, fail_on, show)
        }
        Some(Command::Merge { reports, output, report, partial }) => {
            let output = ReportTo { kind: ReportKind::Json, path: output };
            let outputs: Vec<ReportTo> = std::iter::once(output).chain(report).collect();
            records::run_merge(&reports, &outputs, partial)
        }
        Some(Command::Table(args)) => table::run_table(&args),
        Some(Command::Generate { emit: None, families, .. }) => print(&generate::list(&families)?),
        Some(Command::Generate { emit: Some(directory), families, .. }) => {
            print(&generate::emit(&directory, &families)?)
        }
        Some(Command::Compile(args)) => compile::run_compile(&args),
        Some(Command::Inspect(args)) => inspect::run_inspect(&args),
        Some(Command::Cache(args)) => cache::run_cache(&args),
        Some(Command::Guard { parent, program }) => Err(guard::become_program(parent, &program)),
        Some(Command::Probe) => {
            let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
            wassay_cache_faults::serve(&engines::providers(), input, output)
                .map_err(|error| Failure::harness(format_args!("probe: {error}")))?;
            Ok(exit::OK)
        }
        Some(Command::Worker { mark, exec, alias }) => {
            let providers = match exec {
                Some(command) => match engines::adapter_of_worker(&command, alias) {
                    Ok(adapter) => vec![Box::new(adapter) as _],
                    Err(Failure { code, message }) => {
                        wassay_runner::worker::refuse(&message).map_err(Failure::harness)?;
                        return Ok(code);
                    }
                },
                None => engines::providers(),
            };
            wassay_runner::worker::serve(providers, &mark)
                .map_err(|error| Failure::harness(format_args!("worker: {error}")))?;
            Ok(exit::OK)
        }
    }
}

/// Prints a message to standard error.
fn complain(text: &str) {
    let text = format!("wassay: {}", wassay_report::plain(text));
    // The parent of a worker shows the last lines of it, as one line.
    let is_worker = std::env::args_os().nth(1).is_some_and(|command| command == "worker");
    let text = if is_worker { text } else { wassay_report::message(&text) };
    // The terminal may be gone.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn run(args: &RunArgs) -> Result<u8, Failure> {
    match args.options.color.unwrap_or_default() {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    run::run(args)
}

/// Prints the result of a command that has no other one.
///
/// # Errors
/// If it cannot be written.
fn print(text: &str) -> Result<u8, Failure> {
    write(wassay_report::plain(text).as_bytes())
}

fn write(bytes: &[u8]) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    match written {
        // A closed pipe is no failure.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::harness(format_args!("cannot write to standard output: {error}")))
        }
        _ => Ok(exit::OK),
    }
}

fn suites(table: Option<&Path>) -> Result<String, Failure> {
    let catalogue = selection::catalogue(table)?;
    let suites = catalogue.suites();
    // Most names are short. A long one shifts only its own row.
    const LONGEST: usize = 32;
    let widths = suites.iter().map(|suite| suite.folder.chars().count());
    let width = widths.filter(|width| *width <= LONGEST).max().unwrap_or(0);
    let mut out = format!("{:<width$} {:>7} {:>7}  needs\n", "suite", "scripts", "aliases");
    for suite in &suites {
        let (folder, scripts, aliases) = (&suite.folder, suite.scripts, suite.aliases);
        let heading = format!("{folder:<width$} {scripts:>7} {aliases:>7}  ");
        // Lines must not end in a sign.
        let needs = wassay_suites::in_short(suite.needs);
        let needs = needs.replace("+ ", "+\u{a0}").replace("- ", "-\u{a0}");
        out += &wassay_report::wrapped(&heading, &needs).replace('\u{a0}', " ");
        out.push('\n');
    }
    let variable = wassay_suites::TESTSUITE_VARIABLE;
    out += &match catalogue.root() {
        Some(root) => format!("\nfrom the checkout that {variable} names: {}\n", root.display()),
        None => format!("\nfrom the built-in copy; {variable}=DIRECTORY uses a checkout instead\n"),
    };
    Ok(out)
}
