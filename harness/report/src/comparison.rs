//! What two reports disagree about, for a person.

use crate::style::{BOLD, GOOD, count, of, paint};
use std::fmt::Write;
use wassay_record::{Comparison, Verdict};

/// The text of a comparison, with colours; `names` are what the reports are called.
pub fn comparison(comparison: &Comparison, names: [&str; 2]) -> String {
    let mut out = String::new();
    let only = |second: &bool| names[usize::from(*second)];
    // Writing to a string cannot fail.
    for (run, second) in &comparison.runs {
        let _ = writeln!(out, "only in {}: the run of {run}", only(second));
    }
    for (run, path, second) in &comparison.files {
        let _ = writeln!(out, "only in {}: {path} ({run})", only(second));
    }
    for (run, path, second) in &comparison.parts {
        let _ = writeln!(out, "run only in part in {}: {path} ({run})", only(second));
    }
    for (run, path, before, after) in &comparison.sizes {
        let _ = writeln!(out, "{path} ({run}): {before} directives, then {after}");
    }
    let mut shown = "";
    for change in &comparison.changes {
        if change.run != shown {
            shown = &change.run;
            let _ = writeln!(out, "{}", paint(BOLD, shown));
        }
        let verdict = |verdict: Verdict| paint(of(verdict), verdict.name().replace('_', " "));
        let _ = write!(
            out,
            "  {}:{} {}: {} -> {}",
            change.path,
            change.line,
            change.kind,
            verdict(change.before),
            verdict(change.after)
        );
        match &*change.message {
            "" => out.push('\n'),
            message => {
                let _ = writeln!(out, " ({})", message.replace('\n', " "));
            }
        }
    }
    if comparison.is_empty() {
        let _ = writeln!(out, "{}", paint(GOOD, "no difference"));
    } else {
        let _ =
            writeln!(out, "{} differ", count(comparison.changes.len(), "directive", "directives"));
    }
    out
}
