//! The differences that a comparison of two reports, or of two lanes, finds. Compares nothing
//! itself.

use super::question::RunPair;
use crate::finding::why;
use crate::outcome::{Expected, Observed};
use crate::report::{Problem, SkippedLane};
use crate::verdict::{Ledger, Verdict};
use std::cmp::Ordering;

/// What two reports disagree about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The runs that were compared, with what was asked of each.
    pub pairs: Vec<RunPair>,
    /// Directives that differ.
    pub changes: Vec<Change>,
    /// Files that differ as a whole.
    pub files: Vec<FileChange>,
    /// Runs that only one report has, and which one has them.
    pub runs: Vec<(String, Which)>,
    /// Runs that were stopped before they began in one report only, and which one that is.
    pub unrun: Vec<(String, Which)>,
    /// Why each report was stopped early, if it was.
    pub stopped: [Option<String>; 2],
    /// What else the second report has lost.
    pub losses: Vec<Loss>,
}

/// Something that the first report had and the second lacks, other than a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The run has a fault, or another problem that is not about its list of known failures.
    Problem {
        /// The engine and lane.
        run: String,
        /// The problem.
        problem: Problem,
    },
    /// The engine no longer claims a feature or a capability.
    Support {
        /// The engine and lane.
        run: String,
        /// `feature` or `capability`.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A lane could not run.
    Lane(SkippedLane),
}

/// One of the two that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Which {
    First,
    Second,
}

/// A directive with two verdicts, or that failed in two ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The engine and lane.
    pub run: String,
    /// The file.
    pub path: String,
    /// The directive's position among the directives of its file, from 0.
    pub index: u32,
    /// The line, in the report that lists the directive (the second, if both do); 0 if none does.
    pub line: u32,
    /// The column, in the same report; 0 if none lists it.
    pub column: u32,
    /// The report whose text has the directive there, if the other may have another text.
    pub side: Option<Which>,
    /// The directive's keyword; empty if no report lists it.
    pub kind: String,
    /// What the script expects, if a report says.
    pub expected: Option<Expected>,
    /// The directive in the first report; `None` if the report does not list it and its text may
    /// not have it.
    pub before: Option<Said>,
    /// The directive in the second report; `None` likewise.
    pub after: Option<Said>,
}

/// The direction of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trend {
    /// It became worse.
    Regressed,
    /// It became better.
    Fixed,
    /// It differs, and is neither better nor worse.
    Changed,
    /// Only the second report lists it, and the first may have another text.
    New,
    /// Only the first report lists it, and the second may have another text.
    Gone,
}

impl Trend {
    fn of(before: u64, after: u64) -> Trend {
        match after.cmp(&before) {
            Ordering::Greater => Trend::Regressed,
            Ordering::Less => Trend::Fixed,
            Ordering::Equal => Trend::Changed,
        }
    }
}

impl Said {
    /// The observation, or else the reason for the verdict, for people; empty for a pass.
    pub fn why(&self) -> String {
        why(&self.actual, &self.message)
    }
}

impl Change {
    /// The direction of the change. A pass that becomes anything else is worse, and so is a wrong
    /// result that becomes a crash. Only a pass is better: a failure that becomes *unsupported* is
    /// no longer checked.
    pub fn trend(&self) -> Trend {
        let severity = |said: &Said| u64::from(said.verdict.severity());
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => match Trend::of(severity(before), severity(after)) {
                Trend::Fixed if after.verdict != Verdict::Passed => Trend::Changed,
                trend => trend,
            },
            (None, _) => Trend::New,
            (_, None) => Trend::Gone,
        }
    }
}

impl FileDifference {
    /// The direction of the change, by the number of directives that did not pass if only counts
    /// are known.
    pub fn trend(&self) -> Trend {
        match self {
            FileDifference::Counts(a, b) => {
                let not_passed = |ledger: &Ledger| ledger.directives.saturating_sub(ledger.passed);
                Trend::of(not_passed(a), not_passed(b))
            }
            FileDifference::Cut(..) => Trend::Regressed,
            _ => Trend::Changed,
        }
    }
}

/// What a report has about one directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The verdict.
    pub verdict: Verdict,
    /// What was observed; `None` for a pass, unless the script leaves the result open.
    pub actual: Option<Observed>,
    /// The reason for the verdict, in a sentence; empty for a pass.
    pub message: String,
}

/// A file that differs between the two.
#[derive(Clone, Debug, PartialEq)]
pub struct FileChange {
    /// The engine and lane.
    pub run: String,
    /// The file.
    pub path: String,
    /// The difference.
    pub what: FileDifference,
}

/// How a file can differ as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileDifference {
    /// Only one has it.
    OnlyIn(Which),
    /// Their texts differ, so a directive that one report does not list may not be in it.
    Text,
    /// They have different numbers of directives.
    Sizes(u64, u64),
    /// They have the same text, and the second has fewer directives of it.
    Cut(u64, u64),
    /// One skipped directives that the other ran, so these cannot be compared.
    InPart(Which),
    /// The counts of verdicts differ, and the listed directives do not account for it.
    Counts(Ledger, Ledger),
}

impl Comparison {
    /// Whether anything is worse, or may be. A directive that only the second report lists may have
    /// passed in the first. The result of a run that the second report lacks is unknown, and so is
    /// that of a file that it ran only in part. A file that it lacks may have been removed with
    /// good reason. Passes of another engine, on another lane or by a weaker check do not stand for
    /// those of the first.
    pub fn has_regression(&self) -> bool {
        let directives = self.changes.iter().map(Change::trend);
        let mut all = directives.chain(self.files.iter().map(|file| file.what.trend()));
        all.any(|trend| matches!(trend, Trend::Regressed | Trend::New))
            || self.files.iter().any(|file| file.what == FileDifference::InPart(Which::Second))
            || self.runs.iter().any(|(_, which)| *which == Which::First)
            || self.unrun.iter().any(|(_, which)| *which == Which::Second)
            || !self.losses.is_empty()
            || self.pairs.iter().any(RunPair::is_another_question)
    }

    /// Whether the reports agree in every result that both have.
    pub fn is_empty(&self) -> bool {
        let Comparison { pairs: _, changes, files, runs, unrun, stopped: _, losses } = self;
        let one_sided = runs.is_empty() && unrun.is_empty();
        changes.is_empty() && files.is_empty() && one_sided && losses.is_empty()
    }
}
