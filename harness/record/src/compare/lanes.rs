//! Takes a report of several lanes; returns what differs between them, each directive once with the
//! result of every lane that differs. Compares what ran: a skipped lane is reported elsewhere, and
//! what a stopped run did not reach is not a difference.

use super::change::{Change, Comparison, FileChange, FileDifference, Said, Which};
use super::name::with_distinction;
use super::runs::compare_lanes;
use crate::config::{Bounds, Cache, Config, Isa};
use crate::outcome::Expected;
use crate::report::{Problem, ProblemKind, Report, Run};
use crate::verdict::{Ledger, Verdict};
use std::collections::{HashMap, HashSet};

/// A directive or a file that is not the same on all lanes of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneDifference {
    /// The engine.
    pub engine: String,
    /// The file.
    pub path: String,
    /// The directive; `None` for the file as a whole.
    pub place: Option<Place>,
    /// The first lane of the engine, then those that differ from it.
    pub lanes: Vec<OnLane>,
}

/// Which directive of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its position among the directives of the file, from 0.
    pub index: u32,
    /// Its line, from 1; 0 where no lane lists it.
    pub line: u32,
    /// Its column in characters, from 1; 0 where no lane lists it.
    pub column: u32,
    /// Its keyword; empty where no lane lists it.
    pub kind: String,
    /// What the script expects, where a lane says.
    pub expected: Option<Expected>,
}

/// One lane's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnLane {
    /// The lane, with what distinguishes its run from others of this lane.
    pub lane: String,
    /// The directive's verdict; `None` for a file as a whole.
    pub verdict: Option<Verdict>,
    /// What the engine did, or else the reason for the verdict; empty for a pass. For a whole file,
    /// its size, counts or presence.
    pub actual: String,
}

/// The differences between the lanes of each engine. Every run is compared with the engine's first
/// one.
pub fn lane_differences(report: &Report) -> Vec<LaneDifference> {
    let mut all = Vec::new();
    let mut places = HashMap::new();
    let distinctions = report.distinctions();
    for (at, run) in report.runs.iter().enumerate() {
        let Some(first) = first_lane(&report.runs[..at], run) else { continue };
        for mut difference in between(&report.runs[first], run) {
            for (on, which) in difference.lanes.iter_mut().zip([first, at]) {
                on.lane = with_distinction(&on.lane, &distinctions[which]);
            }
            let index = difference.place.as_ref().map(|place| place.index);
            // A file as a whole can have several differences.
            let about = index.is_none().then(|| difference.lanes[0].actual.clone());
            let key = (first, difference.path.clone(), index, about);
            match places.get(&key) {
                Some(&at) => add(&mut all, at, difference),
                None => {
                    places.insert(key, all.len());
                    all.push(difference);
                }
            }
        }
    }
    all
}

fn add(all: &mut [LaneDifference], at: usize, other: LaneDifference) {
    let Some(known) = all.get_mut(at) else { return };
    known.lanes.extend(other.lanes.into_iter().skip(1));
    // A lane on which the directive passed does not have its line; another lane may.
    if let (Some(place), Some(better)) = (&mut known.place, other.place)
        && (place.line == 0 || place.expected.is_none())
    {
        *place = better;
    }
}

/// The position of the run to compare `run` with: the first one of the same engine with the same settings, if that
/// was on another lane. A run that ended is preferred to one that was stopped.
fn first_lane(earlier: &[Run], run: &Run) -> Option<usize> {
    let alike = |other: &Run| {
        other.engine.name == run.engine.name && asks_the_same(&other.config, &run.config)
    };
    let whole = |other: &Run| alike(other) && other.stopped.is_none();
    let first = earlier.iter().position(whole).or_else(|| earlier.iter().position(alike))?;
    (earlier[first].lane.name != run.lane.name).then_some(first)
}

/// Whether two configurations differ only in settings that belong to lanes.
pub(crate) fn asks_the_same(a: &Config, b: &Config) -> bool {
    let asked = |config: &Config| Config {
        bounds: Bounds::default(),
        isa: Isa::default(),
        isa_with: Vec::new(),
        cache: Cache::default(),
        cache_directory: None,
        ..config.clone()
    };
    asked(a) == asked(b)
}

impl Report {
    /// Records the differences between all lanes as problems of the later lane, in place of those
    /// of an earlier comparison with fewer runs or files. A merge calls this; the recorder compares
    /// each run when it has ended.
    pub fn compare_lanes(&mut self) {
        (0..self.runs.len()).for_each(|at| self.compare_lane(at));
    }

    /// The same for one run, which is compared with those before it.
    pub(crate) fn compare_lane(&mut self, at: usize) {
        let (earlier, rest) = self.runs.split_at_mut(at);
        let Some(run) = rest.first_mut() else { return };
        run.problems.retain(|problem| problem.kind != ProblemKind::LaneDifference);
        if let Some(first) = first_lane(earlier, run) {
            let differences = between(&earlier[first], run);
            run.problems.extend(differences.into_iter().map(LaneDifference::into_problem));
        }
    }
}

/// The differences of `run` from `first`.
fn between(first: &Run, run: &Run) -> Vec<LaneDifference> {
    let Comparison { changes, files, .. } = compare_lanes(first, run);
    let named = |path: String, place, on: [(Option<Verdict>, String); 2]| {
        let lanes = [first, run].into_iter().zip(on);
        let lanes = lanes.map(|(run, (verdict, actual))| OnLane {
            lane: run.lane.name.clone(),
            verdict,
            actual,
        });
        LaneDifference { engine: run.engine.name.clone(), path, place, lanes: lanes.collect() }
    };
    let is_stopped = first.stopped.is_some() || run.stopped.is_some();
    // Files that a stopped run did not reach.
    let all = first.files.iter().chain(&run.files);
    let unread = all.filter(|file| is_stopped && file.ledger.directives == 0);
    let unread: HashSet<&str> = unread.map(|file| &*file.path).collect();
    let ran = |change: &FileChange| {
        !is_stopped || !unread.contains(&*change.path) && is_of_what_ran(&change.what)
    };
    let files = files.into_iter().filter(ran).map(|FileChange { path, what, .. }| {
        let on = on_file(what).map(|text| (None, text));
        named(path, None, on)
    });
    let changes = changes.into_iter().filter(|change| !unread.contains(&*change.path));
    let directives = changes.map(|change| {
        let Change { path, index, line, column, kind, expected, before, after, .. } = change;
        let place = Place { index, line, column, kind, expected };
        named(path, Some(place), [on_directive(before), on_directive(after)])
    });
    files.chain(directives).collect()
}

/// Whether the difference is more than a file or directive that a stopped run did not reach.
fn is_of_what_ran(what: &FileDifference) -> bool {
    match what {
        FileDifference::OnlyIn(_) | FileDifference::InPart(_) => false,
        FileDifference::Sizes(..) | FileDifference::Cut(..) | FileDifference::Text => true,
        FileDifference::Counts(a, b) => a.skipped == 0 && b.skipped == 0,
    }
}

fn on_directive(said: Option<Said>) -> (Option<Verdict>, String) {
    let Some(said) = said else { return (None, "not listed".to_string()) };
    (Some(said.verdict), said.why())
}

/// What the two lanes have for the same file.
fn on_file(what: FileDifference) -> [String; 2] {
    let sides = |which, this: &str, that: &str| match which {
        Which::First => [this.to_string(), that.to_string()],
        Which::Second => [that.to_string(), this.to_string()],
    };
    match what {
        FileDifference::OnlyIn(which) => sides(which, "there", "not there"),
        FileDifference::InPart(which) => sides(
            which,
            "skips directives that another lane runs",
            "runs directives that another lane skips",
        ),
        FileDifference::Text => ["one text", "another text"].map(str::to_string),
        FileDifference::Sizes(a, b) | FileDifference::Cut(a, b) => {
            [a, b].map(|count| format!("{count} directives"))
        }
        FileDifference::Counts(a, b) => [a, b].map(counts),
    }
}

fn counts(ledger: Ledger) -> String {
    let counted = Verdict::ALL.iter().filter(|verdict| ledger.count(**verdict) > 0);
    let parts: Vec<String> =
        counted.map(|&verdict| format!("{} {}", ledger.count(verdict), verdict.words())).collect();
    parts.join(", ")
}

impl LaneDifference {
    fn into_problem(self) -> Problem {
        let (kind, message) = (ProblemKind::LaneDifference, self.sentence());
        Problem { kind, path: self.path, message }
    }

    /// The file and where in it: `a.wast:5:1`, or `a.wast, directive 17` (counted from 0) where no
    /// lane lists the directive, or the file alone.
    pub fn at(&self) -> String {
        let path = &self.path;
        match &self.place {
            None => path.clone(),
            Some(Place { line: 0, index, .. }) => format!("{path}, directive {index}"),
            Some(Place { line, column, .. }) => format!("{path}:{line}:{column}"),
        }
    }

    /// The difference in a sentence that does not name the file: `5:1 assert_return: passed on
    /// native, failed (i32.const 1) on aarch64`.
    pub fn sentence(&self) -> String {
        let lanes: Vec<String> = self.lanes.iter().map(OnLane::sentence).collect();
        let lanes = lanes.join(", ");
        match &self.place {
            None => lanes,
            Some(Place { line: 0, index, .. }) => format!("directive {index}: {lanes}"),
            Some(Place { line, column, kind, .. }) => format!("{line}:{column} {kind}: {lanes}"),
        }
    }
}

impl OnLane {
    fn sentence(&self) -> String {
        let OnLane { lane, verdict, actual } = self;
        match (verdict, &**actual) {
            (None, actual) => format!("{actual} on {lane}"),
            (Some(verdict), "") => format!("{} on {lane}", verdict.name()),
            // Values already have parentheses.
            (Some(verdict), value) if value.starts_with('(') => {
                format!("{} {value} on {lane}", verdict.name())
            }
            (Some(verdict), why) => format!("{} ({why}) on {lane}", verdict.name()),
        }
    }
}
