//! What the engine's cache did in a run: takes the run, and the run that filled its directory; gives
//! a line, the modules that were not stored, and the reason for those that a reloaded run did not find. Sees no directory.

use crate::style::{BAD, ODD, count, listed, message, paint};
use wassay_record::{CacheCounts, Observed, Run};

/// What the cache did, in a line with colours; empty if there was none or the engine does not count.
pub(crate) fn cache(run: &Run) -> String {
    let Some(counts) = &run.cache else { return String::new() };
    let CacheCounts { hits, misses: _, stores, unstored, stale, corrupt, evictions } = *counts;
    let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let counted = |value, one: &str, many: &str| count(number(value), one, many);
    let mut parts = vec![counted(hits, "module loaded", "modules loaded")];
    parts.push(match run.functions_compiled {
        Some(functions) if functions > 0 => {
            let functions = counted(functions, "function", "functions");
            format!("{} stored ({functions} compiled)", counted(stores, "module", "modules"))
        }
        _ => counted(stores, "module stored", "modules stored"),
    });
    let refused = [(stale, "outdated"), (corrupt, "damaged")];
    for (value, what) in refused.into_iter().filter(|(value, _)| *value > 0) {
        let (one, many) = (format!("{what} entry"), format!("{what} entries"));
        parts.push(paint(ODD, format_args!("{} removed", counted(value, &one, &many))));
    }
    if evictions > 0 {
        parts.push(counted(evictions, "entry removed", "entries removed") + " to make room");
    }
    let mut out = listed("cache:", parts) + "\n";
    if unstored > 0 {
        let what = counted(unstored, "module has", "modules have");
        let text = format!(
            "{}: {what} no entry: the directory is full, cannot be written, or has too small a limit",
            paint(ODD, "not stored")
        );
        out += &(message(&text) + "\n");
    }
    out
}

/// Whether the cache had an entry that it should not have.
pub(crate) fn is_damaged(run: &Run) -> bool {
    run.cache.is_some_and(|counts| counts.corrupt > 0)
}

/// Why a reloaded run did not find modules in the directory that `filled` has filled; empty if it
/// found all.
pub(crate) fn missing(run: &Run, filled: Option<&Run>) -> String {
    let findings = run.files.iter().flat_map(|file| &file.findings);
    let is_miss = |actual: &Option<Observed>| matches!(actual, Some(Observed::Missed { .. }));
    let missing = findings.filter(|note| is_miss(&note.finding.actual)).count();
    let Some(filled) = filled.filter(|_| missing > 0) else { return String::new() };
    let what = count(missing, "directive needed", "directives needed");
    let text = format!(
        "{}: {what} what was not in the cache directory: {}",
        paint(BAD, "missing"),
        why(missing as u64, filled, run).join("; ")
    );
    message(&text) + "\n"
}

/// What became of entries that are missing, as far as the counts of both runs show.
fn why(missing: u64, filled: &Run, run: &Run) -> Vec<String> {
    let (Some(first), Some(second)) = (filled.cache, run.cache) else {
        return vec!["the engine does not count what it stores".to_string()];
    };
    // Every valid module that the first run compiled or loaded is one that the second one wants.
    let wanted = second.hits.saturating_add(missing);
    let unstored = wanted.saturating_sub(first.hits.saturating_add(first.stores)).min(missing);
    let mut rest = missing - unstored;
    let mut reasons = Vec::new();
    let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    if unstored > 0 {
        let times = count(number(unstored), "module was", "modules were");
        reasons.push(format!(
            "{times} not stored: the directory is full, or `--cache-limit` is smaller than an entry"
        ));
    }
    let damaged = second.corrupt.min(rest);
    rest -= damaged;
    if damaged > 0 {
        let entries = count(number(damaged), "entry was", "entries were");
        reasons.push(format!("{entries} damaged between the runs"));
    }
    let evictions = first.evictions.saturating_add(second.evictions);
    match (rest, evictions) {
        (0, _) => {}
        (_, 0) => {
            let entries = count(number(rest), "entry was", "entries were");
            reasons
                .push(format!("{entries} removed between the runs, as `wassay cache clear` does"));
        }
        (_, evictions) => {
            let entries = count(number(evictions), "entry was", "entries were");
            reasons.push(format!(
                "{entries} removed to make room: use a larger `--cache-limit`, or none"
            ));
        }
    }
    reasons
}
