//! Takes a report of several engines; returns the directives on which they disagree, each once with
//! what every engine says. Leaves out engines that say nothing about a directive, because they lack
//! something that it needs.

use super::change::{Change, Said};
use super::lanes::{Place, asks_the_same};
use super::runs::compare_lanes;
use crate::report::{Report, Run};
use crate::verdict::Verdict;
use std::collections::{BTreeMap, HashSet};

/// A directive on which engines disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineDifference {
    /// The lane.
    pub lane: String,
    /// The file.
    pub path: String,
    /// The directive.
    pub place: Place,
    /// Each engine and what it says, in the order of the runs.
    pub engines: Vec<(String, Said)>,
    /// Whether every failure among them is a known one.
    pub is_known: bool,
}

/// The position of the first of all runs that are compared with each other, a file, and the position
/// of a directive in it.
type Key = (usize, String, u32);

/// The differences between the engines of each lane, in each way: first those with a failure that is
/// not known. Whether one engine reports a trap in other words than another does not count.
pub fn engine_differences(report: &Report) -> Vec<EngineDifference> {
    let mut places: BTreeMap<Key, (Place, BTreeMap<usize, Said>)> = BTreeMap::new();
    let runs = &report.runs;
    for (at, run) in runs.iter().enumerate() {
        let Some(first) = runs.iter().position(|other| is_alike(other, run)) else { continue };
        let others = runs.iter().enumerate().take(at);
        let others = others.filter(|(_, other)| other.engine.name != run.engine.name);
        for (before, other) in others.filter(|(_, other)| is_alike(other, run)) {
            for change in compare_lanes(other, run).changes {
                let Change { path, index, line, column, kind, expected, .. } = change;
                let (Some(ours), Some(theirs)) = (change.before, change.after) else { continue };
                if !judges(&ours) || !judges(&theirs) {
                    continue;
                }
                let place = Place { index, line, column, kind, expected };
                let new = || (place.clone(), BTreeMap::new());
                let (known, said) = places.entry((first, path, index)).or_insert_with(new);
                known.improve(place);
                said.insert(before, ours);
                said.insert(at, theirs);
            }
        }
    }
    let excused: Vec<HashSet<(&str, u32)>> = runs.iter().map(known).collect();
    let difference = |((first, path, index), (place, said)): (Key, (Place, BTreeMap<_, Said>))| {
        let is_excused = |(at, said): (&usize, &Said)| {
            !said.verdict.is_bad() || excused[*at].contains(&(&*path, index))
        };
        let is_known = said.iter().all(is_excused);
        let engines = said.into_iter().map(|(at, said)| (runs[at].engine.name.clone(), said));
        let (lane, engines) = (runs[first].lane.name.clone(), engines.collect());
        EngineDifference { lane, path, place, engines, is_known }
    };
    let mut all: Vec<EngineDifference> = places.into_iter().map(difference).collect();
    all.sort_by_key(|difference| difference.is_known);
    all
}

/// Whether two runs differ in nothing but their engines.
fn is_alike(a: &Run, b: &Run) -> bool {
    let place = |run: &Run| (run.lane.name.clone(), run.config.way, run.config.cache);
    place(a) == place(b) && asks_the_same(&a.config, &b.config)
}

/// Whether this is the engine's own answer.
fn judges(said: &Said) -> bool {
    match said.verdict {
        Verdict::Passed | Verdict::Failed | Verdict::Crashed | Verdict::TimedOut => true,
        Verdict::Unreadable
        | Verdict::Blocked
        | Verdict::Unsupported
        | Verdict::Skipped
        | Verdict::HarnessOnly => false,
    }
}

/// The directives of a run that are known failures.
fn known(run: &Run) -> HashSet<(&str, u32)> {
    let notes = run.files.iter().flat_map(|file| file.findings.iter().map(move |it| (file, it)));
    let known = notes.filter(|(_, note)| note.known.is_some());
    known.map(|(file, note)| (&*file.path, note.finding.index)).collect()
}
