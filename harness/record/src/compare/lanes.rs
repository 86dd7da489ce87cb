//! Takes a report of several lanes; returns what differs between them, each directive once with the
//! result of every lane that differs. Compares what ran: a skipped lane is reported elsewhere, and
//! what a stopped run did not reach is not a difference.

use super::change::{Change, Comparison, FileChange, FileDifference, Said, Which};
use super::name::with_distinction;
use super::runs::compare_lanes;
use crate::config::{Bounds, Cache, Config, Isa, Way};
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
    /// Whether it is a known failure in just those ways in which it fails, so that it is no problem.
    pub is_known: bool,
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

impl Place {
    /// Takes what another run knows about the same directive: one in which it passed does not have its
    /// line.
    pub(super) fn improve(&mut self, better: Place) {
        if self.line == 0 || self.expected.is_none() {
            *self = better;
        }
    }
}

/// One lane's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnLane {
    /// The lane, with what distinguishes its run from others of this lane.
    pub lane: String,
    /// What it has.
    pub result: LaneResult,
}

/// What one lane has where lanes differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneResult {
    /// The directive's verdict and the reason; `None` if the lane does not list the directive, and
    /// its text may not have it.
    Directive(Option<Said>),
    /// Whether the lane has the file.
    HasFile(bool),
    /// The lane skips directives of the file that another lane runs, or else runs what another
    /// skips.
    SkipsMore(bool),
    /// The file has one text on this lane and another elsewhere.
    Text(Which),
    /// The number of directives in the file.
    Size(u64),
    /// The file's counts.
    Counts(Ledger),
}

/// The differences between the lanes of each engine. Every run is compared with the engine's first
/// one.
pub fn lane_differences(report: &Report) -> Vec<LaneDifference> {
    let mut all: Vec<LaneDifference> = Vec::new();
    let mut places: HashMap<_, Vec<usize>> = HashMap::new();
    let distinctions = report.distinctions();
    for (at, run) in report.runs.iter().enumerate() {
        let Some(first) = first_lane(&report.runs[..at], run) else { continue };
        for mut difference in between(&report.runs[first], run) {
            for (on, which) in difference.lanes.iter_mut().zip([first, at]) {
                on.lane = with_distinction(&on.lane, &distinctions[which]);
            }
            let index = difference.place.as_ref().map(|place| place.index);
            let here = places.entry((first, difference.path.clone(), index)).or_default();
            // A file as a whole can have several differences.
            let is_same = |known: &LaneDifference| {
                index.is_some() || known.lanes[0].result == difference.lanes[0].result
            };
            match here.iter().find(|at| is_same(&all[**at])) {
                Some(&at) => all[at].add(difference),
                None => {
                    here.push(all.len());
                    all.push(difference);
                }
            }
        }
    }
    all
}

/// The position of the run to compare `run` with: the first one of the same engine with the same
/// settings, if that was on another lane or in another way. A run that ended is preferred to one
/// that was stopped.
fn first_lane(earlier: &[Run], run: &Run) -> Option<usize> {
    let alike = |other: &Run| {
        other.engine.name == run.engine.name && asks_the_same(&other.config, &run.config)
    };
    let whole = |other: &Run| alike(other) && other.stopped.is_none();
    let first = earlier.iter().position(whole).or_else(|| earlier.iter().position(alike))?;
    let place = |run: &Run| (run.lane.name.clone(), run.config.way, run.config.cache);
    (place(&earlier[first]) != place(run)).then_some(first)
}

/// Whether two configurations differ only in settings that belong to lanes and ways.
pub(crate) fn asks_the_same(a: &Config, b: &Config) -> bool {
    let asked = |config: &Config| Config {
        bounds: Bounds::default(),
        isa: Isa::default(),
        isa_with: Vec::new(),
        cache: Cache::default(),
        cache_directory: None,
        way: Way::default(),
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
            let first = &earlier[first];
            let base = match first.lane.name == run.lane.name {
                false => format!("the lane {}", first.lane.name),
                true if first.config.way != run.config.way => {
                    format!("the way {}", first.config.way.name())
                }
                true if first.config.cache == Cache::Directory => {
                    "the run with a cache directory".to_string()
                }
                true => "the run without a cache directory".to_string(),
            };
            let differences = between(first, run).into_iter().filter(|it| !it.is_known);
            run.problems.extend(differences.map(|it| it.into_problem(&base)));
        }
    }
}

/// The differences of `run` from `first`.
fn between(first: &Run, run: &Run) -> Vec<LaneDifference> {
    let Comparison { changes, files, .. } = compare_lanes(first, run);
    let named = |path: String, place, on: [LaneResult; 2], is_known| {
        let lanes = [first, run].into_iter().zip(on);
        let lanes = lanes.map(|(run, result)| OnLane { lane: run.lane.name.clone(), result });
        let (engine, lanes) = (run.engine.name.clone(), lanes.collect());
        LaneDifference { engine, path, place, lanes, is_known }
    };
    let is_stopped = first.stopped.is_some() || run.stopped.is_some();
    // Files that a stopped run did not reach.
    let all = first.files.iter().chain(&run.files);
    let unread = all.filter(|file| is_stopped && file.ledger.directives == 0);
    let unread: HashSet<&str> = unread.map(|file| &*file.path).collect();
    let ran = |change: &FileChange| {
        !is_stopped || !unread.contains(&*change.path) && is_of_what_ran(&change.what)
    };
    let files = files
        .into_iter()
        .filter(ran)
        .map(|FileChange { path, what, .. }| named(path, None, on_file(what), false));
    let changes = changes.into_iter().filter(|change| !unread.contains(&*change.path));
    // An engine may lack what a way needs.
    let is_other_way = first.config.way != run.config.way;
    let is_lacking = |said: &&Said| is_other_way && said.verdict == Verdict::Unsupported;
    let changes = changes.filter(|it| !it.before.iter().chain(&it.after).any(|it| is_lacking(&it)));
    let known = [known_only(first, run), known_only(run, first)];
    let directives = changes.map(|change| {
        let is_known = is_known(&change, &known);
        let Change { path, index, line, column, kind, expected, before, after, .. } = change;
        let place = Place { index, line, column, kind, expected };
        named(path, Some(place), [before, after].map(LaneResult::Directive), is_known)
    });
    files.chain(directives).collect()
}

/// The directives of a run that are known failures in its way and not in that of the other run: the
/// path of each and its position.
fn known_only<'a>(run: &'a Run, other: &Run) -> HashSet<(&'a str, u32)> {
    let notes = run.files.iter().flat_map(|file| file.findings.iter().map(move |it| (file, it)));
    let known = notes.filter(|(_, it)| it.is_known_only_in(run.config.way, other.config.way));
    known.map(|(file, note)| (&*file.path, note.finding.index)).collect()
}

/// Whether a directive fails in one way or both, and each way in which it does is one of those in
/// which it is a known failure. `known` has these directives of both runs.
fn is_known(change: &Change, known: &[HashSet<(&str, u32)>; 2]) -> bool {
    let fails = |said: &Option<Said>| said.as_ref().is_none_or(|said| said.verdict.is_bad());
    let sides = [&change.before, &change.after].map(fails);
    let place = (&*change.path, change.index);
    let excused = sides.iter().zip(known).all(|(fails, known)| !fails || known.contains(&place));
    sides.contains(&true) && excused
}

/// Whether the difference is more than a file or directive that a stopped run did not reach.
fn is_of_what_ran(what: &FileDifference) -> bool {
    match what {
        FileDifference::OnlyIn(_) | FileDifference::InPart(_) => false,
        FileDifference::Sizes(..) | FileDifference::Cut(..) | FileDifference::Text => true,
        FileDifference::Counts(a, b) => a.skipped == 0 && b.skipped == 0,
    }
}

/// What the two lanes have for the same file.
fn on_file(what: FileDifference) -> [LaneResult; 2] {
    let sides = |which| match which {
        Which::First => [true, false],
        Which::Second => [false, true],
    };
    match what {
        FileDifference::OnlyIn(which) => sides(which).map(LaneResult::HasFile),
        FileDifference::InPart(which) => sides(which).map(LaneResult::SkipsMore),
        FileDifference::Text => [Which::First, Which::Second].map(LaneResult::Text),
        FileDifference::Sizes(a, b) | FileDifference::Cut(a, b) => [a, b].map(LaneResult::Size),
        FileDifference::Counts(a, b) => [a, b].map(LaneResult::Counts),
    }
}

impl LaneDifference {
    /// Adds a lane that differs in the same place.
    fn add(&mut self, other: LaneDifference) {
        self.lanes.extend(other.lanes.into_iter().skip(1));
        self.is_known &= other.is_known;
        if let (Some(place), Some(better)) = (&mut self.place, other.place) {
            place.improve(better);
        }
    }

    /// The problem that a run records: the place of the difference, and the lane or way to compare
    /// with. The findings of both runs have the results.
    fn into_problem(self, first: &str) -> Problem {
        let place = match &self.place {
            None => "the file".to_string(),
            Some(Place { index, line, column, kind, .. }) => at(*index, *line, *column, kind),
        };
        let message = format!("{place}{DIFFERS}{first}");
        Problem { kind: ProblemKind::LaneDifference, path: self.path, message }
    }
}

/// What stands between the place of a difference and the run that it is a difference from.
const DIFFERS: &str = " differs from ";

/// The place of a directive in a problem.
fn at(index: u32, line: u32, column: u32, kind: &str) -> String {
    match line {
        0 => format!("directive {index}"),
        _ => format!("{line}:{column} {kind}"),
    }
}

/// The place of a directive, as a problem about it has it.
pub(super) fn place_of(change: &Change) -> String {
    at(change.index, change.line, change.column, &change.kind)
}

/// The place in a problem about a difference between lanes or ways.
pub(super) fn place_in(problem: &Problem) -> Option<&str> {
    let is_one = problem.kind == ProblemKind::LaneDifference;
    problem.message.split_once(DIFFERS).filter(|_| is_one).map(|(place, _)| place)
}
