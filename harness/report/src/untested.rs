//! Takes a run; gives a line for each script that did not test the engine, with the verdicts of its
//! directives. Judges nothing.

use crate::style::{ODD, count, number, paint, plain};
use std::collections::BTreeMap;
use std::fmt::Write;
use wassay_record::{File, Ledger, Run, Verdict};

/// How many scripts are described; more are counted.
const DESCRIBED: usize = 3;

/// The lines, with colours; empty if every script tested the engine.
pub(crate) fn untested(run: &Run) -> String {
    let files: Vec<&File> = run.files.iter().filter(|file| is_untested(run, file)).collect();
    let mut out = String::new();
    // Writing to a string cannot fail.
    for file in files.iter().take(DESCRIBED) {
        let _ = writeln!(out, "{}: {}", plain(&file.path), paint(ODD, why_untested(file)));
    }
    if let Some(rest @ 1..) = files.len().checked_sub(DESCRIBED) {
        let more = count(rest, "more file", "more files");
        let _ = writeln!(out, "{}", paint(ODD, format_args!("nothing was tested in {more}")));
    }
    out
}

/// Whether the run tested nothing at all, although nothing kept it from doing so.
pub(crate) fn tested_nothing(run: &Run) -> bool {
    !run.files.is_empty() && run.files.iter().all(|file| is_untested(run, file))
}

/// Whether the script ran to its end without testing the engine. Blocked, unreadable and skipped
/// directives are reported elsewhere.
fn is_untested(run: &Run, file: &File) -> bool {
    let Ledger { directives, unsupported, harness_only, .. } = file.ledger;
    let is_cut = run.stopped.is_some() || file.stopped.is_some();
    let has_problem = || run.problems.iter().any(|problem| problem.path == file.path);
    !is_cut && unsupported + harness_only == directives && !has_problem()
}

/// What became of the directives of a script that tests nothing, in a sentence.
pub fn why_untested(file: &File) -> String {
    let Ledger { directives, unsupported, harness_only, .. } = file.ledger;
    if directives == 0 {
        return "no directives".to_string();
    }
    let mut lacking: BTreeMap<&str, u64> = BTreeMap::new();
    let findings = file.findings.iter().map(|note| &note.finding);
    for finding in findings.filter(|finding| finding.verdict == Verdict::Unsupported) {
        *lacking.entry(finding.lacking().unwrap_or("unnamed")).or_default() += 1;
    }
    let lacking: Vec<&str> = lacking.into_keys().collect();
    let parts = [(unsupported, Verdict::Unsupported), (harness_only, Verdict::HarnessOnly)];
    let parts = parts.into_iter().filter(|(directives, _)| *directives > 0);
    let parts: Vec<String> = parts
        .map(|(directives, verdict)| {
            let names = match verdict {
                Verdict::Unsupported => format!(" ({})", plain(&lacking.join(", "))),
                _ => String::new(),
            };
            format!("{} {}{names}", number(directives), verdict.words())
        })
        .collect();
    format!("nothing was tested: {}", parts.join(", "))
}
