//! Prints the differences between two reports: takes a comparison; gives text. Compares nothing
//! itself.

use crate::style::{BAD, BOLD, GOOD, count, number, of, paint, plain};
use std::collections::BTreeSet;
use std::fmt::Write;
use wassay_record::{
    Change, Comparison, FileChange, FileDifference, Ledger, Said, Trend, Verdict, Which,
};

/// The text of a comparison, with colours and regressions first. `names` are the names of the two
/// reports.
pub fn comparison(comparison: &Comparison, names: [&str; 2]) -> String {
    let mut groups = Groups::default();
    for change in &comparison.changes {
        groups.add(change.trend(), directive(change));
    }
    for FileChange { run, path, what } in &comparison.files {
        let file = format!("{} ({run})", plain(path));
        match what {
            FileDifference::OnlyIn(which) => groups.only_in(*which, file),
            FileDifference::InPart(which) => {
                let name = match which {
                    Which::First => names[0],
                    Which::Second => names[1],
                };
                groups.add(Trend::Changed, format!("run only in part in {}: {file}", plain(name)));
            }
            FileDifference::Sizes(a, b) => {
                groups.add(Trend::Changed, format!("{file}: {a} directives, then {b}"));
            }
            FileDifference::Counts(a, b) => {
                let text = format!("{file}: {}, by directives that are not listed", counts(a, b));
                groups.add(what.trend(), text);
            }
        }
    }
    for (run, which) in &comparison.runs {
        groups.only_in(*which, format!("the run of {}", plain(run)));
    }
    let only = |name: &str| format!("only in {}", plain(name));
    let mut out = String::new();
    for (style, name, lines) in [
        (BAD, "regressed".to_string(), groups.regressed),
        (GOOD, "fixed".to_string(), groups.fixed),
        (BOLD, "changed".to_string(), groups.changed),
        (BOLD, format!("new: {}", only(names[1])), groups.new),
        (BOLD, format!("gone: {}", only(names[0])), groups.gone),
    ] {
        // Writing to a string cannot fail.
        if !lines.is_empty() {
            let _ = writeln!(out, "{} ({})", paint(style, name), number(lines.len() as u64));
        }
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
    }
    let _ = writeln!(out, "{}", in_short(comparison));
    out
}

/// The lines of each group, in the order of the comparison.
#[derive(Default)]
struct Groups {
    regressed: Vec<String>,
    fixed: Vec<String>,
    changed: Vec<String>,
    new: Vec<String>,
    gone: Vec<String>,
}

impl Groups {
    fn add(&mut self, trend: Trend, line: String) {
        match trend {
            Trend::Regressed => self.regressed.push(line),
            Trend::Fixed => self.fixed.push(line),
            Trend::Changed => self.changed.push(line),
        }
    }

    fn only_in(&mut self, which: Which, line: String) {
        match which {
            Which::First => self.gone.push(line),
            Which::Second => self.new.push(line),
        }
    }
}

/// The number of differences of each kind, in one line.
fn in_short(comparison: &Comparison) -> String {
    // One file may have several differences.
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

/// A directive and its verdicts in both reports, on one line.
fn directive(change: &Change) -> String {
    let Change { run, path, index, line, column, kind, before, after, .. } = change;
    let place = match line {
        // Neither report lists it, so only the verdicts are known.
        0 => format!("{path}, directive {index}"),
        _ => format!("{path}:{line}:{column} {kind}"),
    };
    format!("{} ({}): {} -> {}", plain(&place), plain(run), said(before), said(after))
}

/// The verdict, with the engine's result or else the reason.
fn said(said: &Said) -> String {
    let verdict = paint(of(said.verdict), said.verdict.words());
    let why = if said.actual.is_empty() { &said.message } else { &said.actual };
    match &*plain(why) {
        "" => verdict,
        // Values are already in parentheses.
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
