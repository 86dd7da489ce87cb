//! `wassay compare` and `wassay merge`: reports in, one text or report out. Runs no script.

use crate::args::FailOn;
use crate::exit::{self, Failure};
use crate::interrupt;
use crate::outcome::exit_code;
use crate::targets::{check_target, replaced};
use std::io::Write;
use std::path::{Path, PathBuf};
use wassay_record::{ProblemKind, Report, Run, compare, incomplete, merge};
use wassay_report::{Look, summary};

/// Prints what changed from `a` to `b`, with at most `show` differences of each kind.
///
/// # Errors
/// If one of them is no report. If only regressions count and one report covers only a part of the
/// other, or the second one has a fault: then the rest is unknown.
pub fn run_compare(a: &Path, b: &Path, fail_on: FailOn, show: usize) -> Result<u8, Failure> {
    let reports = [read(a)?, read(b)?];
    let comparison = compare(&reports[0], &reports[1]);
    let names = [a, b].map(|path| path.display().to_string());
    let text = wassay_report::comparison(&comparison, [&names[0], &names[1]], show);
    // A closed pipe is no failure.
    let _ = write!(anstream::stdout(), "{text}");
    let fails = match fail_on {
        FailOn::Regression => {
            let parts: Vec<String> = [(0, 1), (1, 0)]
                .into_iter()
                .filter_map(|(at, other)| in_part(&names[at], &reports[at], &reports[other]))
                .collect();
            let refused: Vec<String> =
                parts.into_iter().chain(faults(&names[1], &reports[1])).collect();
            if !refused.is_empty() {
                return Err(Failure {
                    code: exit::UNEXPECTED,
                    message: refused.join("\nwassay: "),
                });
            }
            comparison.has_regression()
        }
        FailOn::Difference => !comparison.is_empty(),
    };
    Ok(if fails { exit::UNEXPECTED } else { exit::OK })
}

/// Why a report is missing a part of what the other one covers, if it is.
fn in_part(name: &str, report: &Report, other: &Report) -> Option<String> {
    let covers = |run: &Run| run.partition.as_ref().map(|part| (part.of, part.shards.clone()));
    report.runs.iter().find_map(|run| match (&run.stopped, &run.partition) {
        (Some(reason), _) if reason == interrupt::REASON => {
            Some(format!("{name} was interrupted: run it again"))
        }
        (Some(reason), _) => Some(format!("{name} was stopped early: {reason}")),
        (None, Some(part)) if !part.missing().is_empty() => {
            let is_alike = other.runs.iter().any(|other| covers(other) == covers(run));
            (!is_alike).then(|| format!("{name} is {part}: merge the shards first"))
        }
        _ => None,
    })
}

/// Why the second report cannot be trusted, whatever the first one has.
fn faults(name: &str, report: &Report) -> Option<String> {
    let problems = report.runs.iter().flat_map(|run| &run.problems);
    let faults: Vec<_> = problems.filter(|it| it.kind == ProblemKind::Fault).collect();
    let first = &faults.first()?.message;
    let more = match faults.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    Some(format!("{name} has a fault: {first}{more}; run it again"))
}

/// How many failures of each run `merge` shows in full.
const SHOWN: usize = 5;

/// Merges the reports of shards or lanes into `output`, and prints each run's result and the
/// differences between lanes. Exits as a single combined run would.
///
/// # Errors
/// If one of them is no report, if they are not shards of one run, if shards are missing and not
/// `partial`, or if the result cannot be written or would replace one of them.
pub fn run_merge(reports: &[PathBuf], output: &Path, partial: bool) -> Result<u8, Failure> {
    let shown = output.display().to_string();
    if let Some((_, path)) = replaced([output], reports.iter().map(PathBuf::as_path)) {
        let path = path.display();
        return Err(Failure::usage(format_args!(
            "-o {shown} would replace {path}, one of the reports to merge: name another file"
        )));
    }
    check_target("the merged report", output)?;
    let mut merged: Option<Report> = None;
    for path in reports {
        let report = read(path)?;
        merged = Some(match merged {
            None => report,
            Some(merged) => merge(merged, report)
                .map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))?,
        });
    }
    let Some(merged) = merged else { return Ok(exit::OK) };
    let lacking = incomplete(&merged);
    if !lacking.is_empty() && !partial {
        return Err(Failure::usage(format_args!(
            "the reports are not a whole run: {}; add the missing reports, or merge these \
             with --partial",
            lacking.join("; ")
        )));
    }
    wassay_report::write_file(output, &merged.to_json())
        .map_err(|error| Failure::harness(format_args!("cannot write {shown}: {error}")))?;
    let is_one_of_several = merged.runs.len() > 1;
    let all = Some(&*shown);
    let look = Look { failures: SHOWN, quiet: true, is_one_of_several, all, ..Look::default() };
    let runs: String = merged.runs.iter().map(|run| summary(run, &look)).collect();
    // A closed pipe is no failure.
    let _ = write!(anstream::stdout(), "{runs}{}", wassay_report::closing(&merged));
    Ok(exit_code(&merged))
}

/// The report in this file.
///
/// # Errors
/// If it cannot be read or is no report.
pub fn read(path: &Path) -> Result<Report, Failure> {
    let shown = path.display();
    let bytes = wassay_suites::read_file(path)
        .map_err(|error| Failure::usage(format_args!("cannot read {shown}: {error}")))?;
    Report::from_json(&bytes).map_err(|error| Failure::usage(format_args!("{shown}: {error}")))
}
