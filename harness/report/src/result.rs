//! What one run came to, in a line: takes a run, gives the line and the directives that a run which
//! was stopped did not wait for. Knows no form of report; each one shows these in its own way.

use crate::style::{BAD, GOOD, ODD, count, paint, plain};
use crate::untested::tested_nothing;
use wassay_record::{File, Finding, Run, Verdict, Way};

/// What the run is, and then what became of it, in parts; with colours.
pub(crate) fn result(run: &Run) -> (String, Vec<String>) {
    let unexpected = run.regressions().count();
    let known = run.known();
    let mut parts = Vec::new();
    if let Some(reason) = &run.stopped {
        parts.push(paint(ODD, format_args!("stopped early: {}", plain(reason))));
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
    let way = match run.config.way {
        Way::Fresh => String::new(),
        way => format!(", {}", way.name()),
    };
    (format!("{engine} on {lane}{way}: {files} in {:.1} s{shards}:", run.wall_s), parts)
}

/// The directives that a run which was stopped did not wait for, with their files.
pub(crate) fn was_running(run: &Run) -> impl Iterator<Item = (&File, &Finding)> {
    run.files.iter().flat_map(|file| {
        let findings = file.findings.iter().map(|note| &note.finding);
        let cut = findings.filter(|finding| finding.verdict == Verdict::Skipped);
        cut.map(move |finding| (file, finding))
    })
}
