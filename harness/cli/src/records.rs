//! `wassay compare` and `wassay merge`: reports in, one text or report out.

use crate::args::FailOn;
use crate::exit::{self, Failure};
use crate::outcome::exit_code;
use std::io::Write;
use std::path::{Path, PathBuf};
use wassay_record::{Report, compare, incomplete, merge};
use wassay_report::{Look, summary};

/// Prints what changed from `a` to `b`.
///
/// # Errors
/// If one of them is no report.
pub fn run_compare(a: &Path, b: &Path, fail_on: FailOn) -> Result<u8, Failure> {
    let comparison = compare(&read(a)?, &read(b)?);
    let names = [a, b].map(|path| path.display().to_string());
    let text = wassay_report::comparison(&comparison, [&names[0], &names[1]]);
    // A reader that has gone away is no failure.
    let _ = write!(anstream::stdout(), "{text}");
    let fails = match fail_on {
        FailOn::Regression => comparison.has_regression(),
        FailOn::Difference => !comparison.is_empty(),
    };
    Ok(if fails { exit::UNEXPECTED } else { exit::OK })
}

/// How many failures of each run `merge` shows in full.
const SHOWN: usize = 5;

/// Merges the reports of shards or lanes into `output`, and prints what each run came to and where
/// its lanes differ. The exit code is that of one run over all of it.
///
/// # Errors
/// If one of them is no report, if they are not the shards of one run, all of them unless
/// `partial`, or if the result cannot be written, or would replace one of them.
pub fn run_merge(reports: &[PathBuf], output: &Path, partial: bool) -> Result<u8, Failure> {
    let shown = output.display().to_string();
    let place = |path: &Path| path.canonicalize().ok();
    if let Some(path) =
        reports.iter().find(|path| place(path).is_some_and(|at| Some(at) == place(output)))
    {
        let path = path.display();
        return Err(Failure::usage(format_args!(
            "-o {shown} would replace {path}, one of the reports to merge: name another file"
        )));
    }
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
            "the reports are not a whole run: {}; name the others, too, or merge what there is \
             with --partial",
            lacking.join("; ")
        )));
    }
    wassay_report::write_file(output, &merged.to_json())
        .map_err(|error| Failure::harness(format_args!("cannot write {shown}: {error}")))?;
    let look = Look { failures: SHOWN, quiet: true, answered: false, all: Some(&shown) };
    let runs: String = merged.runs.iter().map(|run| summary(run, &look)).collect();
    // A reader that has gone away is no failure.
    let _ = write!(anstream::stdout(), "{runs}{}", wassay_report::closing(&merged));
    Ok(exit_code(&merged))
}

/// The report in this file.
///
/// # Errors
/// If it cannot be read or is no report.
pub fn read(path: &Path) -> Result<Report, Failure> {
    let shown = path.display();
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::usage(format_args!("cannot read {shown}: {error}")))?;
    Report::from_json(&bytes).map_err(|error| Failure::usage(format_args!("{shown}: {error}")))
}
