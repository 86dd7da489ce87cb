//! What two reports disagree about, for a person.

use crate::style::{BOLD, GOOD, count, of, paint};
use std::collections::BTreeSet;
use std::fmt::Write;
use wassay_record::{Change, Comparison, FileChange, FileDifference, Ledger, Said, Verdict, Which};

/// The text of a comparison, with colours; `names` are what the reports are called.
pub fn comparison(comparison: &Comparison, names: [&str; 2]) -> String {
    let mut out = String::new();
    let of = |which: Which| match which {
        Which::First => names[0],
        Which::Second => names[1],
    };
    // Writing to a string cannot fail.
    for (run, which) in &comparison.runs {
        let _ = writeln!(out, "only in {}: the run of {run}", of(*which));
    }
    for FileChange { run, path, what } in &comparison.files {
        let file = format!("{path} ({run})");
        let _ = match what {
            FileDifference::OnlyIn(which) => writeln!(out, "only in {}: {file}", of(*which)),
            FileDifference::InPart(which) => {
                writeln!(out, "run only in part in {}: {file}", of(*which))
            }
            FileDifference::Sizes(a, b) => writeln!(out, "{file}: {a} directives, then {b}"),
            FileDifference::Counts(a, b) => {
                writeln!(out, "{file}: {}, by directives that are not listed", counts(a, b))
            }
        };
    }
    let mut shown = "";
    for change in &comparison.changes {
        if change.run != shown {
            shown = &change.run;
            let _ = writeln!(out, "{}", paint(BOLD, shown));
        }
        show(&mut out, change);
    }
    let _ = writeln!(out, "{}", in_short(comparison));
    out
}

/// How much of each kind differs, in one line.
fn in_short(comparison: &Comparison) -> String {
    // Of one file there may be several things to say.
    let files: BTreeSet<_> = comparison.files.iter().map(|file| (&file.run, &file.path)).collect();
    let counts = [
        (comparison.changes.len(), "directive", "directives"),
        (files.len(), "file", "files"),
        (comparison.runs.len(), "run", "runs"),
    ];
    let all: usize = counts.iter().map(|(number, ..)| number).sum();
    let parts = counts.into_iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, one, many)| count(number, one, many)).collect();
    match (parts.split_last(), all) {
        (None, _) => paint(GOOD, "no difference"),
        (Some((only, [])), 1) => format!("{only} differs"),
        (Some((only, [])), _) => format!("{only} differ"),
        (Some((last, before)), _) => format!("{} and {last} differ", before.join(", ")),
    }
}

fn show(out: &mut String, change: &Change) {
    let Change { path, index, line, column, kind, before, after, .. } = change;
    let place = match line {
        // No report lists it: both have nothing to say of it but the verdict.
        0 => format!("{path}, directive {index}"),
        _ => format!("{path}:{line}:{column} {kind}"),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "  {place}: {} -> {}", said(before), said(after));
}

/// The verdict, with what the engine did or else why it got the verdict.
fn said(said: &Said) -> String {
    let verdict = paint(of(said.verdict), said.verdict.words());
    let why = if said.actual.is_empty() { &said.message } else { &said.actual };
    match &**why {
        "" => verdict,
        // Values stand in parentheses already.
        value if value.starts_with('(') => format!("{verdict} {}", value.replace('\n', " ")),
        why => format!("{verdict} ({})", why.replace('\n', " ")),
    }
}

fn counts(a: &Ledger, b: &Ledger) -> String {
    let differ = Verdict::ALL.iter().filter(|verdict| a.count(**verdict) != b.count(**verdict));
    let parts: Vec<String> = differ
        .map(|&verdict| {
            format!("{} {}, then {}", verdict.words(), a.count(verdict), b.count(verdict))
        })
        .collect();
    parts.join("; ")
}
