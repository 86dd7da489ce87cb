//! Events, verdicts and run metadata: the contract between running and reporting. Knows no engine
//! and no wast. Versioned, so that records of different days can be compared.

#![forbid(unsafe_code)]

mod audit;
mod bits;
mod caching;
mod compare;
mod config;
mod describe;
mod event;
pub mod excerpt;
mod finding;
mod merge;
mod outcome;
mod partition;
mod pattern;
mod recorder;
mod relate;
mod report;
mod text;
mod verdict;

pub use caching::CacheCounts;
pub use compare::{
    Change, Comparison, EngineDifference, FileChange, FileDifference, LaneDifference, LaneResult,
    Loss, OnLane, Place, RunPair, Said, Setting, Trend, Which, compare, compare_lanes, distinguish,
    engine_differences, lane_differences, same_open, with_distinction,
};
pub use config::{Bounds, Cache, Config, Isa, Messages, Opt, Relaxed, Way};
pub use describe::{Engine, Lane, Tool};
pub use event::{Batch, EVENTS_VERSION, Event, FileEvent, FileHead, Note, RunHead, Span};
pub use finding::Finding;
pub use merge::{MergeError, incomplete, merge, nothing};
pub use outcome::{Expected, Frame, Observed, Stage};
pub use partition::{Mismatch, Partition};
pub use pattern::{FuncName, Hierarchy, Lanes, Nan, Pattern};
pub use recorder::Recorder;
pub use report::{
    File, OpenResult, Problem, ProblemKind, REPORT_SCHEMA, Report, Run, SkippedEngine, SkippedLane,
    Unlisted, with_remedy,
};
pub use verdict::{Ledger, Verdict};
