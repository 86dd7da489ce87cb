//! What a run comes to: text for people, files for machines, an exit code.

use crate::args::{ReportKind, ReportTo, RunOptions};
use crate::exit;
use crate::exit::Failure;
use crate::interrupt::{self, at_once};
use std::io::Write;
use std::path::{Path, PathBuf};
use wassay_record::{ProblemKind, Report, Run};
use wassay_report::{Look, summary};

/// Prints what one run found; `answers` stand for the failures and the table where single lines
/// were asked for.
pub fn show(options: &RunOptions, run: &Run, answers: Option<&str>) {
    let (answered, quiet) = (answers.is_some(), options.quiet || answers.is_some());
    let look = Look { failures: options.show.unwrap_or(20), quiet, answered, all: None };
    print(options, &(answers.unwrap_or_default().to_string() + &summary(run, &look)));
}

/// Prints for people: to standard output, unless a report goes there.
pub fn print(options: &RunOptions, text: &str) {
    let to_stdout = !options.report.iter().any(|report| is_stdout(&report.path));
    // A reader that has gone away is no failure of the run.
    let _ = at_once(|| match to_stdout {
        true => write!(anstream::stdout(), "{text}"),
        false => write!(anstream::stderr(), "{text}"),
    });
}

/// Writes the reports; a report that cannot be written changes the exit code and nothing else.
/// Lanes that `must_run` names and that did not are errors in them.
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
        let written = if is_stdout(&to.path) {
            at_once(|| std::io::stdout().lock().write_all(text.as_bytes()))
        } else if wassay_suites::is_stream(&to.path) {
            at_once(|| wassay_report::write_file(&to.path, &text))
        } else {
            wassay_report::write_file(&to.path, &text)
        };
        if let Err(error) = written {
            let path = to.path.display();
            // There may be no terminal any more.
            let _ = writeln!(std::io::stderr(), "wassay: cannot write the report {path}: {error}");
            failed = true;
        }
    }
    if failed { Err(exit::HARNESS) } else { Ok(()) }
}

fn is_stdout(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1"].iter().any(|name| path == Path::new(name))
}

/// Refuses a file that cannot be written before anything runs; `what` is to be written into it.
///
/// # Errors
/// That failure.
pub fn check_target(what: &str, path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    wassay_report::check_writable(path)
        .map_err(|error| Failure::usage(format_args!("cannot write {what} {shown}: {error}")))
}

/// The file that a report is written to, behind all links.
fn place(path: &Path) -> PathBuf {
    if is_stdout(path) {
        return PathBuf::from("-");
    }
    let target = wassay_report::followed(path).unwrap_or_else(|_| path.to_path_buf());
    target.canonicalize().unwrap_or_else(|_| {
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new(".")).canonicalize().unwrap_or_default();
        parent.join(target.file_name().unwrap_or_default())
    })
}

/// Refuses a report to a file that the run reads.
///
/// # Errors
/// That failure.
pub fn check_inputs<'a>(
    reports: &[ReportTo],
    inputs: impl Iterator<Item = &'a Path>,
) -> Result<(), Failure> {
    let places: Vec<PathBuf> = reports.iter().map(|to| place(&to.path)).collect();
    if places.is_empty() {
        return Ok(());
    }
    for input in inputs.filter(|input| !wassay_suites::is_stream(input)) {
        let there = input.canonicalize().ok();
        let replaced = places.iter().zip(reports).find(|(place, _)| Some(*place) == there.as_ref());
        if let Some((_, to)) = replaced {
            let (path, input) = (to.path.display(), input.display());
            return Err(Failure::usage(format_args!(
                "the report {path} would replace {input}, which this run reads"
            )));
        }
    }
    Ok(())
}

/// Refuses reports that cannot be written, and two to one file: the second would replace the first.
///
/// # Errors
/// That failure.
pub fn check_reports(reports: &[ReportTo]) -> Result<(), Failure> {
    for to in reports.iter().filter(|to| !is_stdout(&to.path)) {
        check_target("the report", &to.path)?;
    }
    // Nobody reads what is written there.
    let kept = reports.iter().filter(|to| to.path != Path::new("/dev/null"));
    let mut places: Vec<PathBuf> = Vec::new();
    for to in kept {
        let place = place(&to.path);
        if places.contains(&place) {
            let path = to.path.display();
            return Err(Failure::usage(format_args!("two reports are to be written to {path}")));
        }
        places.push(place);
    }
    Ok(())
}

/// What the report comes to.
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
