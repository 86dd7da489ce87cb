//! `wassay compare` and `wassay merge`: reports in, one text or report out. Runs no script.

use crate::args::FailOn;
use crate::exit::{self, Failure};
use crate::interrupt;
use crate::outcome::{exit_code, print_beside, write_reports};
use crate::targets::{check_reports, replaced};
use crate::values::ReportTo;
use std::io::Write;
use std::path::{Path, PathBuf};
use wassay_record::{ProblemKind, Report, Run, RunPair, compare, incomplete, merge, nothing};
use wassay_report::{Look, summary};

/// Prints what changed from `a` to `b`, with at most `show` differences of each kind.
///
/// # Errors
/// If one of them is no report. If only regressions count and one report covers only a part of the
/// other, has no script in common with it, or was asked for less, or if the second one has a fault:
/// then the rest is unknown. If only the first one has a fault.
pub fn run_compare(a: &Path, b: &Path, fail_on: FailOn, show: usize) -> Result<u8, Failure> {
    let reports = [read(a)?, read(b)?];
    let comparison = compare(&reports[0], &reports[1]);
    let names = [a, b].map(|path| path.display().to_string());
    let text = wassay_report::comparison(&comparison, [&names[0], &names[1]], show);
    // A closed pipe is no failure.
    let _ = write!(anstream::stdout(), "{text}");
    let fails = match fail_on {
        FailOn::Regression => {
            let sides = [(0, 1), (1, 0)].into_iter();
            let parts = sides.filter_map(|(at, other)| {
                in_part(&names[at], &reports[at], |run| is_covered(run, &reports[other]))
            });
            let others = comparison.pairs.iter().filter_map(|pair| unrelated(pair, &names));
            refuse(parts.chain(others).chain(faults(&names[1], &reports[1])).collect())?;
            comparison.has_regression()
        }
        FailOn::Difference => {
            // A fault that only the first report has is no loss, but its results may be wrong.
            let [a, b] = [0, 1].map(|at| faults(&names[at], &reports[at]));
            refuse(a.filter(|_| b.is_none()).into_iter().collect())?;
            !comparison.is_empty()
        }
    };
    Ok(if fails { exit::UNEXPECTED } else { exit::OK })
}

/// Fails with these reasons, if there are any.
fn refuse(reasons: Vec<String>) -> Result<(), Failure> {
    match reasons.is_empty() {
        true => Ok(()),
        false => Err(Failure { code: exit::UNEXPECTED, message: reasons.join("\nwassay: ") }),
    }
}

/// Whether a run of the report covers the same shards.
fn is_covered(run: &Run, report: &Report) -> bool {
    let covers = |run: &Run| run.partition.as_ref().map(|part| (part.of, part.shards.clone()));
    report.runs.iter().any(|other| covers(other) == covers(run))
}

/// Rejects a report that is not one of whole runs.
///
/// # Errors
/// That failure.
pub fn check_whole(name: &str, report: &Report) -> Result<(), Failure> {
    refuse(in_part(name, report, |_| false).into_iter().collect())
}

/// Why a report is not one of whole runs; `may_be_shard` are shards that are no failure.
fn in_part(name: &str, report: &Report, may_be_shard: impl Fn(&Run) -> bool) -> Option<String> {
    report.runs.iter().find_map(|run| match (&run.stopped, &run.partition) {
        (Some(reason), _) if reason == interrupt::REASON => {
            Some(format!("{name} was interrupted: run it again"))
        }
        (Some(reason), _) => Some(format!("{name} was stopped early: {reason}")),
        (None, Some(part)) if !part.missing().is_empty() && !may_be_shard(run) => {
            Some(format!("{name} is {part}: merge the shards first"))
        }
        _ => None,
    })
}

/// Why the results of two runs do not answer each other.
fn unrelated(pair: &RunPair, [a, b]: &[String; 2]) -> Option<String> {
    let both = wassay_report::compared(pair);
    if pair.is_another_question() {
        return Some(format!(
            "{b} cannot show what {a} has lost ({both}): compare runs of one engine on one lane, \
             with messages no weaker than before"
        ));
    }
    (!pair.is_related).then(|| {
        format!("{a} and {b} have no script in common ({both}): run the same scripts for both")
    })
}

/// Why a report cannot be trusted in any comparison.
pub fn faults(name: &str, report: &Report) -> Option<String> {
    let problems = report.runs.iter().flat_map(|run| &run.problems);
    let faults: Vec<_> = problems.filter(|it| it.kind == ProblemKind::Fault).collect();
    let first = &faults.first()?.message;
    let more = match faults.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    Some(format!("{name} has a fault: {first}{more}; run it again"))
}

/// How many failures of each run `merge` shows in full, and how many differences between runs.
const SHOWN: usize = 5;

/// Merges the reports of shards or lanes into `outputs`, and prints each run's result and the
/// differences between lanes. Exits as a single combined run would.
///
/// # Errors
/// If one of them is no report or has no script, if they are not shards of one run, if shards are
/// missing and not `partial`, or if an output cannot be written or would replace a report.
pub fn run_merge(reports: &[PathBuf], outputs: &[ReportTo], partial: bool) -> Result<u8, Failure> {
    let paths = || outputs.iter().map(|to| &*to.path);
    if let Some((output, path)) = replaced(paths(), reports.iter().map(PathBuf::as_path)) {
        let (output, path) = (output.display(), path.display());
        return Err(Failure::usage(format_args!(
            "{output} would replace {path}, one of the reports to merge: name another file"
        )));
    }
    check_reports(outputs)?;
    let mut merged: Option<Report> = None;
    for path in reports {
        let report = read(path)?;
        if let Some(why) = nothing(&report) {
            let path = path.display();
            return Err(Failure::usage(format_args!("{path} has no results: {why}; run it again")));
        }
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
    // A lane that is missing here may be in a report that was not given.
    let written = write_reports(outputs, &merged, &[]);
    let is_one_of_several = merged.runs.len() > 1;
    let json = paths().next().map(|path| path.display().to_string());
    let all = json.as_deref();
    let look = |at: usize, distinction| Look {
        failures: SHOWN,
        no_table: true,
        is_one_of_several,
        distinction,
        filled: merged.filling(at),
        all,
        ..Look::default()
    };
    let distinctions = merged.distinctions();
    let runs = merged.runs.iter().zip(&distinctions).enumerate();
    let runs: String =
        runs.map(|(at, (run, distinction))| summary(run, &look(at, distinction))).collect();
    print_beside(paths(), &(runs + &wassay_report::closing(&merged, SHOWN)));
    written.err().map_or_else(
        || match merged.skipped_engines.iter().find(|engine| engine.did_not_start) {
            Some(dead) => Err(Failure::harness(format_args!(
                "engine {} did not start: {}",
                dead.engine, dead.reason
            ))),
            None => Ok(exit_code(&merged)),
        },
        Ok,
    )
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
