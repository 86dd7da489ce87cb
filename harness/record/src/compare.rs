//! Takes two reports; gives the directives whose verdicts differ.
//! A directive is known by its file, kind, hash and occurrence, so line shifts change nothing.

use crate::event::Note;
use crate::report::{File, Report, Run};
use crate::verdict::Verdict;
use std::collections::{BTreeMap, HashMap};

/// What two reports disagree about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Directives with two verdicts.
    pub changes: Vec<Change>,
    /// Files that one report lacks: run, path and whether the second has it.
    pub files: Vec<(String, String, bool)>,
    /// Files that both have but with different numbers of directives.
    pub sizes: Vec<(String, String, u64, u64)>,
    /// Files that one report ran only in part, so that nothing can be said of the rest: run, path
    /// and whether it is the second.
    pub parts: Vec<(String, String, bool)>,
    /// Runs that one report lacks, and whether the second has it.
    pub runs: Vec<(String, bool)>,
}

/// A directive whose verdicts differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The engine and lane.
    pub run: String,
    /// The file.
    pub path: String,
    /// The line, in the report that lists the directive (the second, if both do).
    pub line: u32,
    /// The column, in the same report.
    pub column: u32,
    /// The directive's keyword.
    pub kind: String,
    /// What the first report says.
    pub before: Verdict,
    /// What the second says.
    pub after: Verdict,
    /// Why, by the report that says more.
    pub message: String,
}

impl Comparison {
    /// Whether the reports agree.
    pub fn is_empty(&self) -> bool {
        *self == Comparison::default()
    }
}

/// Compares two reports. Runs are paired by engine and lane; if each report has exactly one run,
/// these are a pair in any case, so that engines and lanes can be compared with each other.
pub fn compare(a: &Report, b: &Report) -> Comparison {
    let mut comparison = Comparison::default();
    if let ([a], [b]) = (&a.runs[..], &b.runs[..]) {
        let name = if name(a) == name(b) { name(a) } else { format!("{} | {}", name(a), name(b)) };
        compare_runs(&name, a, b, &mut comparison);
        return comparison;
    }
    for run in &a.runs {
        match b.runs.iter().find(|other| name(other) == name(run)) {
            Some(other) => compare_runs(&name(run), run, other, &mut comparison),
            None => comparison.runs.push((name(run), false)),
        }
    }
    for run in &b.runs {
        if !a.runs.iter().any(|other| name(other) == name(run)) {
            comparison.runs.push((name(run), true));
        }
    }
    comparison
}

/// The directives whose verdict on the second lane is another than on the first.
pub fn compare_lanes(a: &Run, b: &Run) -> Vec<Change> {
    let mut comparison = Comparison::default();
    compare_runs(&name(b), a, b, &mut comparison);
    comparison.changes
}

fn name(run: &Run) -> String {
    format!("{} on {}", run.engine.name, run.lane.name)
}

fn compare_runs(run: &str, a: &Run, b: &Run, comparison: &mut Comparison) {
    let theirs: HashMap<&str, &File> = b.files.iter().map(|file| (&*file.path, file)).collect();
    for file in &a.files {
        match theirs.get(&*file.path) {
            None => comparison.files.push((run.to_string(), file.path.clone(), false)),
            Some(other) => compare_files(run, file, other, comparison),
        }
    }
    for file in &b.files {
        if !a.files.iter().any(|other| other.path == file.path) {
            comparison.files.push((run.to_string(), file.path.clone(), true));
        }
    }
}

type Key<'a> = (&'a str, &'a str, u32);

fn findings(file: &File) -> BTreeMap<Key<'_>, &Note> {
    file.findings
        .iter()
        .map(|note| ((&*note.finding.kind, &*note.finding.hash, note.occurrence), note))
        .collect()
}

fn compare_files(run: &str, a: &File, b: &File, comparison: &mut Comparison) {
    if a.ledger.directives != b.ledger.directives {
        let (before, after) = (a.ledger.directives, b.ledger.directives);
        comparison.sizes.push((run.to_string(), a.path.clone(), before, after));
    }
    if (a.ledger.skipped > 0) != (b.ledger.skipped > 0) {
        comparison.parts.push((run.to_string(), a.path.clone(), b.ledger.skipped > 0));
        return;
    }
    let (before, after) = (findings(a), findings(b));
    let verdict = |note: Option<&&Note>| note.map_or(Verdict::Passed, |note| note.finding.verdict);
    let mut keys: Vec<_> = before.keys().chain(after.keys()).copied().collect();
    keys.sort();
    keys.dedup();
    let first = comparison.changes.len();
    for key in keys {
        let (old, new) = (before.get(&key), after.get(&key));
        let Some(shown) = new.or(old).filter(|_| verdict(old) != verdict(new)) else { continue };
        comparison.changes.push(Change {
            run: run.to_string(),
            path: a.path.clone(),
            line: shown.finding.line,
            column: shown.finding.column,
            kind: shown.finding.kind.clone(),
            before: verdict(old),
            after: verdict(new),
            message: shown.finding.message.clone(),
        });
    }
    comparison.changes[first..].sort_by_key(|change| change.line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Tool;
    use crate::finding::Finding;

    fn report(findings: &[(&str, u32, Verdict)]) -> Report {
        let notes = findings.iter().map(|&(hash, line, verdict)| {
            Note::new(Finding {
                index: line,
                line,
                column: 1,
                kind: "assert_return".to_string(),
                verdict,
                expected: String::new(),
                actual: String::new(),
                message: String::new(),
                feature: None,
                hash: hash.to_string(),
            })
        });
        let file = File { path: "a".into(), findings: notes.collect(), ..File::default() };
        let run = Run { files: vec![file], ..Run::default() };
        Report { runs: vec![run], ..Report::new(Tool::default()) }
    }

    #[test]
    fn a_directive_that_moved_is_the_same() {
        let (a, b) = ([("x", 5, Verdict::Failed)], [("x", 9, Verdict::Failed)]);
        assert!(compare(&report(&a), &report(&b)).is_empty());
    }

    #[test]
    fn a_file_that_was_run_in_part_is_no_improvement() {
        let (whole, mut part) = (report(&[("x", 5, Verdict::Failed)]), report(&[]));
        part.runs[0].files[0].ledger.skipped = 1;
        let comparison = compare(&whole, &part);
        assert!(comparison.changes.is_empty());
        assert_eq!(comparison.parts.len(), 1);
    }

    #[test]
    fn changes_are_told_both_ways() {
        let (a, b) = ([("x", 5, Verdict::Failed)], [("y", 9, Verdict::Crashed)]);
        let changes = compare(&report(&a), &report(&b)).changes;
        let told: Vec<_> = changes.iter().map(|c| (c.line, c.before, c.after)).collect();
        assert_eq!(
            told,
            [(5, Verdict::Failed, Verdict::Passed), (9, Verdict::Passed, Verdict::Crashed)]
        );
    }
}
