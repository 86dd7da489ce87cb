//! `wassay compare` and `wassay merge`: reports in, one text or report out.

use crate::exit::{self, Failure};
use std::io::Write;
use std::path::{Path, PathBuf};
use wassay_record::{Report, compare, merge};

/// Prints what changed from `a` to `b`.
///
/// # Errors
/// If one of them is no report.
pub fn run_compare(a: &Path, b: &Path) -> Result<u8, Failure> {
    let comparison = compare(&read(a)?, &read(b)?);
    let names = [a, b].map(|path| path.display().to_string());
    let text = wassay_report::comparison(&comparison, [&names[0], &names[1]]);
    // A reader that has gone away is no failure.
    let _ = write!(anstream::stdout(), "{text}");
    Ok(if comparison.is_empty() { exit::OK } else { exit::UNEXPECTED })
}

/// Merges the reports of shards into `output`.
///
/// # Errors
/// If one of them is no report, if two have the same file, or if the result cannot be written.
pub fn run_merge(reports: &[PathBuf], output: &Path) -> Result<u8, Failure> {
    let mut merged: Option<Report> = None;
    for path in reports {
        let report = read(path)?;
        merged = Some(match merged {
            None => report,
            Some(merged) => merge(merged, report)
                .map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))?,
        });
    }
    let text = merged.map(|report| report.to_json()).unwrap_or_default();
    wassay_report::write_file(output, &text).map_err(|error| {
        Failure::harness(format_args!("cannot write {}: {error}", output.display()))
    })?;
    Ok(exit::OK)
}

fn read(path: &Path) -> Result<Report, Failure> {
    let shown = path.display();
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::usage(format_args!("cannot read {shown}: {error}")))?;
    Report::from_json(&bytes).map_err(|error| Failure::usage(format_args!("{shown}: {error}")))
}
