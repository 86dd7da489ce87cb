//! Events: the whole contract between running and reporting. The pool makes them from its workers'
//! answers and from what it observes itself; reporters receive them as [`Event`]s. No event decides
//! how it is shown.

use crate::caching::CacheCounts;
use crate::config::{Config, Way};
use crate::describe::{Engine, Lane};
use crate::finding::Finding;
use crate::partition::Partition;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// The version of the protocol between worker and parent, which includes [`Batch`]; a parent
/// refuses a worker with another version.
pub const EVENTS_VERSION: u32 = 6;

/// What reporters receive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// One engine on one lane starts.
    RunStarted(Box<RunHead>),
    /// Something happened in a file of the run, counted from 0 in the run's list.
    File {
        /// Which file.
        file: usize,
        /// What happened.
        what: FileEvent,
    },
    /// The run has ended; every file that was begun has had its `Finished`.
    RunFinished {
        /// Seconds from start to end.
        wall_s: f64,
        /// Why it ended before its time, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stopped: Option<String>,
    },
}

/// What a run is about to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunHead {
    /// The engine.
    pub engine: Engine,
    /// Where its workers run.
    pub lane: Lane,
    /// How it is configured.
    pub config: Config,
    /// The shard that it runs; `None` if it runs the whole selection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<Partition>,
    /// The files, in the order in which reports show them.
    pub files: Vec<FileHead>,
}

/// A file to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHead {
    /// The script's stable name, or the path that the user gave.
    pub path: String,
    /// The suite that it belongs to, for example `wasm-v1`.
    pub suite: String,
    /// The proposal that it belongs to; empty for a part of the standard.
    pub proposal: String,
    /// A hash of its text, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_hash: Option<String>,
}

/// What happened in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileEvent {
    /// The script was read and has this many directives.
    Started {
        /// How many.
        directives: u32,
    },
    /// Verdicts were given.
    Verdicts(Batch),
    /// The engine has worked for the script.
    Worked {
        /// How many functions it compiled instead of loading them from a cache; `None` if it does
        /// not count them.
        functions: Option<u64>,
        /// What its cache did; `None` if there is none, or if it does not count that.
        cache: Option<CacheCounts>,
    },
    /// Something broke that belongs to no directive: the harness, or an engine that cannot start.
    Fault {
        /// What broke.
        message: String,
    },
    /// The file is done. Only a fault may follow, of the worker that ran it.
    Finished {
        /// Seconds from start to end.
        wall_s: f64,
        /// The most memory that the worker has used so far, in bytes, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peak_rss: Option<u64>,
        /// Why the rest of the file was skipped, if it was: `interrupted`, for example.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stopped: Option<String>,
    },
}

/// Verdicts in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Directives without a finding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
    /// Directives with a finding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// Consecutive directives with one verdict and no finding: passed, skipped by the user's filter, or
/// *harness only*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span(
    /// The first directive.
    pub u32,
    /// How many.
    pub u32,
    /// The verdict.
    pub Verdict,
);

/// A finding, with the data that distinguishes its directive from similar ones and shows it to a
/// person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Note {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// How many earlier directives of the file have the same kind and hash.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub occurrence: u32,
    /// The directive's source lines, or the first ones of a long directive; empty if the verdict
    /// does not fail a run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Why the verdict was expected, for a known failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
    /// The ways in which it is a known failure; empty if in all, or if it is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_ways: Vec<Way>,
}

impl Note {
    /// A note without more than the finding.
    pub fn new(finding: Finding) -> Note {
        let (source, known_ways) = (String::new(), Vec::new());
        Note { finding, occurrence: 0, source, known: None, known_ways }
    }

    /// Whether it is a known failure in the first way, and not in the second.
    pub fn is_known_only_in(&self, way: Way, other: Way) -> bool {
        let listed = |way| self.known_ways.contains(&way);
        self.known.is_some() && listed(way) && !listed(other)
    }

    /// Whether the finding speaks against the engine and is not a known failure.
    pub fn is_unexpected(&self) -> bool {
        self.finding.verdict.is_bad() && self.known.is_none()
    }
}

impl Batch {
    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.notes.is_empty()
    }

    /// Adds a directive without a finding.
    pub fn push(&mut self, index: u32, verdict: Verdict) {
        match self.spans.last_mut() {
            Some(Span(from, count, same)) if *same == verdict && *from + *count == index => {
                *count += 1;
            }
            _ => self.spans.push(Span(index, 1, verdict)),
        }
    }

    /// Every directive of the batch with its verdict: first those of the spans, then those of the
    /// notes.
    pub fn verdicts(&self) -> impl Iterator<Item = (u32, Verdict)> {
        let spans = self.spans.iter().flat_map(|&Span(from, count, verdict)| {
            (from..from.saturating_add(count)).map(move |index| (index, verdict))
        });
        spans.chain(self.notes.iter().map(|note| (note.finding.index, note.finding.verdict)))
    }
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Expected, Observed, Pattern};

    #[test]
    fn consecutive_passes_are_one_span_on_the_wire() {
        let mut batch = Batch::default();
        for index in [0, 1, 2, 5, 6] {
            batch.push(index, Verdict::Passed);
        }
        batch.push(7, Verdict::HarnessOnly);
        assert_eq!(
            serde_json::to_string(&FileEvent::Verdicts(batch.clone())).unwrap(),
            r#"{"verdicts":{"spans":[[0,3,"passed"],[5,2,"passed"],[7,1,"harness_only"]]}}"#
        );
        assert_eq!(batch.verdicts().count(), 6);
    }

    #[test]
    fn events_survive_the_wire() {
        let finding = Finding {
            index: 3,
            line: 9,
            column: 1,
            kind: "assert_return".to_string(),
            verdict: Verdict::Failed,
            expected: Some(Expected::Results(vec![Pattern::I32(1)])),
            actual: Some(Observed::Returned(vec![Pattern::I32(2)])),
            message: "another value".to_string(),
            feature: None,
            capability: None,
            cause: None,
            hash: "abc".to_string(),
        };
        let note = Note { occurrence: 2, ..Note::new(finding) };
        let event = Event::File {
            file: 7,
            what: FileEvent::Verdicts(Batch { spans: Vec::new(), notes: vec![note] }),
        };
        let line = serde_json::to_string(&event).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
    }
}
