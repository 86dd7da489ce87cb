//! The results of a run: text for people, files for machines, an exit code. Runs nothing.

use crate::args::RunOptions;
use crate::exit;
use crate::interrupt::{self, at_once};
use crate::targets::is_stdout;
use crate::values::{ReportKind, ReportTo};
use std::io::{self, Write};
use std::path::Path;
use wassay_record::{ProblemKind, Report, Run};
use wassay_report::{Look, summary};

/// What is shown of a run.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    /// The answers that replace the failures and the table if the user selected single lines.
    pub answers: Option<&'a str>,
    /// Whether other engines or lanes run, too.
    pub is_one_of_several: bool,
    /// What distinguishes it from other runs of its engine and lane.
    pub distinction: &'a str,
    /// The run that filled its cache directory.
    pub filled: Option<&'a Run>,
}

/// Prints one run's results.
pub fn show(options: &RunOptions, run: &Run, results: &Results<'_>) {
    let look = Look {
        failures: shown(options),
        no_table: options.quiet || results.answers.is_some(),
        no_notes: options.quiet,
        answers: results.answers,
        is_one_of_several: results.is_one_of_several,
        all: None,
        distinction: results.distinction,
        filled: results.filled,
    };
    print(options, &summary(run, &look));
}

/// How many failures of each run are shown in full, and how many differences between runs.
pub fn shown(options: &RunOptions) -> usize {
    options.show.unwrap_or(20)
}

/// Prints for people: to standard output, unless a report goes there.
pub fn print(options: &RunOptions, text: &str) {
    print_beside(options.report.iter().map(|report| &*report.path), text);
}

/// Prints for people: to standard output, unless one of these files is.
pub fn print_beside<'a>(mut files: impl Iterator<Item = &'a Path>, text: &str) {
    let to_stdout = !files.any(is_stdout);
    // A closed pipe is no failure of the run.
    let _ = at_once(|| match to_stdout {
        true => write!(anstream::stdout(), "{text}"),
        false => write!(anstream::stderr(), "{text}"),
    });
}

/// Writes a file, or standard output if the path names it.
///
/// # Errors
/// Those of the file system.
pub fn write_to(path: &Path, contents: impl AsRef<[u8]>) -> io::Result<()> {
    if is_stdout(path) {
        at_once(|| {
            let mut out = io::stdout().lock();
            out.write_all(contents.as_ref())?;
            out.flush()
        })
    } else if wassay_suites::is_stream(path) {
        at_once(|| wassay_report::write_file(path, contents))
    } else {
        wassay_report::write_file(path, contents)
    }
}

/// Writes the reports; a report that cannot be written changes only the exit code. Lanes in
/// `must_run` that did not run become errors in the reports.
///
/// # Errors
/// That exit code.
pub fn write_reports(reports: &[ReportTo], report: &Report, must_run: &[String]) -> Result<(), u8> {
    let mut failed = false;
    for to in reports {
        let text = match to.kind {
            ReportKind::Json => report.to_json(),
            ReportKind::Junit => wassay_report::junit(report, must_run),
            ReportKind::Markdown => wassay_report::markdown(report),
        };
        if let Err(error) = write_to(&to.path, &text) {
            let path = to.path.display();
            crate::complain(&format!("cannot write the report {path}: {error}"));
            failed = true;
        }
    }
    if failed { Err(exit::HARNESS) } else { Ok(()) }
}

/// The exit code for a report.
pub fn exit_code(report: &Report) -> u8 {
    let stopped = |reason| report.runs.iter().any(|run| run.stopped.as_deref() == Some(reason));
    let mut problems = report.runs.iter().flat_map(|run| &run.problems);
    let adds_up = report.runs.iter().all(|run| run.ledger.adds_up());
    if stopped(interrupt::REASON) {
        exit::INTERRUPTED
    } else if problems.any(|problem| problem.kind == ProblemKind::Fault) || !adds_up {
        exit::HARNESS
    } else if report.runs.iter().all(Run::is_as_expected) {
        exit::OK
    } else {
        exit::UNEXPECTED
    }
}
