//! What one run came to, in a line: takes a run, gives the line and the directives that a run which
//! was stopped did not wait for. Knows no form of report; each one shows these in its own way.

use crate::style::{BAD, GOOD, ODD, count, paint, plain};
use crate::untested::tested_nothing;
use wassay_record::{File, Finding, Run, Verdict};

/// What a run is called that was stopped before it began.
pub(crate) const NOT_RUN: &str = "not run";

/// What the run is, and then what became of it, in parts; with colours. `distinction` distinguishes
/// it from the other runs of its engine and lane.
pub(crate) fn result(run: &Run, distinction: &str) -> (String, Vec<String>) {
    let unexpected = run.regressions().count();
    let known = run.known();
    let mut parts = Vec::new();
    if let Some(reason) = &run.stopped {
        let what = if run.was_not_run() { NOT_RUN } else { "stopped early" };
        parts.push(paint(ODD, format_args!("{what}: {}", plain(reason))));
    }
    if unexpected > 0 {
        parts.push(paint(BAD, count(unexpected, "unexpected failure", "unexpected failures")));
    }
    if !run.problems.is_empty() {
        parts.push(paint(BAD, count(run.problems.len(), "problem", "problems")));
    }
    if known > 0 {
        parts.push(count(known, "known failure", "known failures"));
    }
    if unexpected == 0 && run.problems.is_empty() && run.stopped.is_none() {
        parts.insert(0, paint(GOOD, "as expected"));
        if tested_nothing(run) {
            parts.insert(1, paint(ODD, "but nothing was tested"));
        }
    }
    let files = count(run.files.len(), "file", "files");
    let (engine, lane) = (plain(&run.engine.name), &run.lane.name);
    let shards = run.partition.as_ref().map(|shards| format!(", {shards}")).unwrap_or_default();
    let distinction = match distinction {
        "" => String::new(),
        distinction => format!(", {}", plain(distinction)),
    };
    let seconds = match run.was_not_run() {
        true => String::new(),
        false => format!(" in {:.1} s", run.wall_s),
    };
    (format!("{engine} on {lane}{distinction}: {files}{seconds}{shards}:"), parts)
}

/// The directives that a run which was stopped did not wait for, with their files.
pub(crate) fn was_running(run: &Run) -> impl Iterator<Item = (&File, &Finding)> {
    run.files.iter().flat_map(|file| {
        let findings = file.findings.iter().map(|note| &note.finding);
        let cut = findings.filter(|finding| finding.verdict == Verdict::Skipped);
        cut.map(move |finding| (file, finding))
    })
}
