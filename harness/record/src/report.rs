//! The JSON report: the results of one or several runs, for machines and for later comparison. Its
//! shape is versioned. `schema/report-2.schema.json` describes it; `ci/schema/run --bless`
//! generates that file from these types. Fields may be added within a version, never removed or
//! changed. In version 1, `expected` and `actual` were text. Sees no file.

use crate::audit::audit;
use crate::caching::CacheCounts;
use crate::config::Config;
use crate::describe::{Engine, Lane, Tool};
use crate::event::Note;
use crate::outcome::{Expected, Observed};
use crate::partition::Partition;
use crate::verdict::{Ledger, Verdict};
use serde::{Deserialize, Serialize};

/// The version of the report's shape.
pub const REPORT_SCHEMA: u32 = 2;

/// Everything that one invocation found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: u32,
    /// The program that made the report.
    pub tool: Tool,
    /// One per engine and lane.
    pub runs: Vec<Run>,
    /// The lanes that were selected and could not run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped_lanes: Vec<SkippedLane>,
    /// The engines that were selected and could not run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped_engines: Vec<SkippedEngine>,
}

/// A lane that was selected and could not run here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkippedLane {
    /// The lane's name.
    pub lane: String,
    /// What prevented it.
    pub reason: String,
    /// The command that solves this or shows how, or a text with commands in backticks.
    pub remedy: String,
}

impl SkippedLane {
    /// What prevented it and what helps, in a sentence.
    pub fn advice(&self) -> String {
        with_remedy(&self.reason, &self.remedy)
    }
}

/// An engine that was selected and could not run here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkippedEngine {
    /// The engine's name.
    pub engine: String,
    /// What prevented it.
    pub reason: String,
    /// The command that solves this or shows how, or a text with commands in backticks.
    pub remedy: String,
    /// It is installed and did not start, which is a failure everywhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub did_not_start: bool,
}

impl SkippedEngine {
    /// What prevented it and what helps, in a sentence.
    pub fn advice(&self) -> String {
        with_remedy(&self.reason, &self.remedy)
    }
}

/// What prevents a lane or an engine from running and what helps, in a sentence. Commands are in backticks, so
/// that no line break divides them.
pub fn with_remedy(reason: &str, remedy: &str) -> String {
    match remedy {
        "" => reason.to_string(),
        text if text.contains('`') => format!("{reason}; to run it: {text}"),
        command => format!("{reason}; to run it: `{command}`"),
    }
}

impl Report {
    /// An empty report of this tool.
    pub fn new(tool: Tool) -> Report {
        let (skipped_lanes, skipped_engines) = (Vec::new(), Vec::new());
        Report { schema: REPORT_SCHEMA, tool, runs: Vec::new(), skipped_lanes, skipped_engines }
    }

    /// Records that a selected lane could not run; repeated reasons are recorded once.
    pub fn skip_lane(&mut self, skipped: SkippedLane) {
        if !self.skipped_lanes.contains(&skipped) {
            self.skipped_lanes.push(skipped);
        }
    }

    /// Records that a selected engine could not run; repeated reasons are recorded once.
    pub fn skip_engine(&mut self, skipped: SkippedEngine) {
        if !self.skipped_engines.contains(&skipped) {
            self.skipped_engines.push(skipped);
        }
    }

    /// Reads a report; refuses one of another version, and one whose counts contradict its lists.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the bytes, and where.
    pub fn from_json(bytes: &[u8]) -> Result<Report, String> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let version: Version = serde_json::from_slice(bytes)
            .map_err(|error| format!("this is not a wassay report: {error}"))?;
        if version.schema != REPORT_SCHEMA {
            return Err(format!(
                "the report has schema {}, this wassay reads schema {REPORT_SCHEMA}",
                version.schema
            ));
        }
        let report: Report = serde_json::from_slice(bytes)
            .map_err(|error| format!("the report is damaged: {error}"))?;
        audit(&report).map_err(|error| format!("the report contradicts itself: {error}"))?;
        Ok(report)
    }

    /// The report as JSON text, with a newline at its end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// One engine on one lane.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Run {
    /// The engine.
    pub engine: Engine,
    /// Where its workers ran.
    pub lane: Lane,
    /// How it was configured.
    pub config: Config,
    /// The shards that it covers; `None` if it covers the whole selection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<Partition>,
    /// Seconds from start to end; for a merged run, the sum over its shards.
    pub wall_s: f64,
    /// `wall_s` divided by that of the same engine's run on the lane `native` in this report, with
    /// the same settings except those of lanes; `None` if there is none, or if either was stopped
    /// early.
    #[serde(default)]
    pub ratio_to_native: Option<f64>,
    /// The most memory that a worker and its adapters used, in bytes, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_rss: Option<u64>,
    /// How many functions were compiled instead of loaded from a cache; `None` if the engine does
    /// not count them. Older reports leave it out if it is 0, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub functions_compiled: Option<u64>,
    /// What the engine's cache did; `None` without a cache, or if the engine does not count that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheCounts>,
    /// Why the run ended before its time, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// The sum of the files' ledgers.
    pub ledger: Ledger,
    /// What makes the run fail besides its findings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// The files, in the order in which they were listed.
    pub files: Vec<File>,
}

/// One script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct File {
    /// The script's stable name, or the path that the user gave.
    pub path: String,
    /// The suite that it belongs to.
    pub suite: String,
    /// The proposal that it belongs to; empty for a part of the standard.
    pub proposal: String,
    /// A hash of its text: files with the same hash have the same directives. `None` in older
    /// reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_hash: Option<String>,
    /// The number of its directives, and of each verdict.
    pub ledger: Ledger,
    /// Seconds from start to end.
    pub wall_s: f64,
    /// Why the rest of it was skipped, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// The directives that did not pass. Those that test only the text parser, and those that the
    /// user's filter skipped, are in `unlisted`.
    pub findings: Vec<Note>,
    /// The directives that did not pass and have no finding, in file order. Together with the
    /// findings they give the verdict of each directive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<Unlisted>,
    /// The results of passes that the script leaves open: the results of a bare `invoke` or `get`,
    /// one of several alternatives, any reference of a kind. Empty for scripts with threads, whose
    /// results may differ in every run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<OpenResult>,
}

/// The result of a directive, if the script leaves it open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenResult {
    /// The directive's position among the directives of the file, from 0.
    pub index: u32,
    /// Line of the directive's opening parenthesis, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The directive's keyword.
    pub kind: String,
    /// What the script expects.
    pub expected: Expected,
    /// What was observed.
    pub actual: Observed,
}

/// Consecutive directives with one verdict, other than *passed*, and no finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unlisted {
    /// The first directive's position among the directives of the file, from 0.
    pub index: u32,
    /// How many.
    pub count: u32,
    /// The verdict of each.
    pub verdict: Verdict,
}

/// Something that makes a run fail and is no directive's verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// What kind of problem.
    pub kind: ProblemKind,
    /// The file that it concerns; empty where there is none.
    pub path: String,
    /// What is wrong and what to do, in a sentence.
    pub message: String,
}

/// The kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// A directive that is listed as a known failure passed, or failed in another way.
    UnexpectedPass,
    /// An entry of the known failures matches no directive.
    StaleKnown,
    /// An entry of the known failures has no reason yet.
    KnownWithoutReason,
    /// The engine lacks a feature or capability that the list of known failures states, or calls
    /// directives unsupported for another reason that the list does not state.
    LostSupport,
    /// The engine has a feature or capability that the list does not state yet.
    UnstatedSupport,
    /// A directive or a file differs on this lane from the first one.
    LaneDifference,
    /// The harness broke, or the engine could not be started.
    Fault,
}

impl ProblemKind {
    /// Whether it comes from a list of known failures: with another list it may not exist.
    pub const fn is_about_a_list(self) -> bool {
        match self {
            ProblemKind::UnexpectedPass
            | ProblemKind::StaleKnown
            | ProblemKind::KnownWithoutReason
            | ProblemKind::LostSupport
            | ProblemKind::UnstatedSupport => true,
            ProblemKind::LaneDifference | ProblemKind::Fault => false,
        }
    }
}

impl Run {
    /// Findings that speak against the engine and are not known failures, with their files.
    pub fn regressions(&self) -> impl Iterator<Item = (&File, &Note)> {
        self.files.iter().flat_map(|file| {
            let unexpected = file.findings.iter().filter(|note| note.is_unexpected());
            unexpected.map(move |note| (file, note))
        })
    }

    /// Whether nothing in it fails: every directive has its verdict, none of them is bad, and there
    /// is no other problem.
    pub fn is_as_expected(&self) -> bool {
        self.ledger.adds_up() && self.problems.is_empty() && self.regressions().next().is_none()
    }

    /// Whether it was stopped before any directive was tried. Such a run shows only what is missing.
    pub fn was_not_run(&self) -> bool {
        let is_untried =
            |file: &File| file.ledger.directives == file.ledger.skipped && file.findings.is_empty();
        self.stopped.is_some() && self.files.iter().all(is_untried)
    }

    /// How many findings were expected.
    pub fn known(&self) -> usize {
        self.files
            .iter()
            .flat_map(|file| &file.findings)
            .filter(|note| note.known.is_some())
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_another_version_is_refused() {
        let error = Report::from_json(br#"{"schema": 99, "anything": []}"#).unwrap_err();
        assert_eq!(error, "the report has schema 99, this wassay reads schema 2");
        assert!(Report::from_json(b"[]").unwrap_err().starts_with("this is not a wassay report"));
    }

    #[test]
    fn a_report_without_newer_fields_is_read() {
        let mut report = Report::new(Tool::default());
        report.runs.push(Run { files: vec![File::default()], ..Run::default() });
        let text = report.to_json();
        let text = text.replace(r#""ratio_to_native":null,"#, "").replace(r#""unreadable":0,"#, "");
        for field in ["ratio_to_native", "skipped_", "unlisted", "unreadable"] {
            assert!(!text.contains(field));
        }
        assert_eq!(Report::from_json(text.as_bytes()).unwrap(), report);
    }

    #[test]
    fn an_unknown_field_is_ignored() {
        let report = Report::new(Tool::default());
        let text = report.to_json().replacen('{', r#"{"a_field_of_tomorrow":true,"#, 1);
        assert_eq!(Report::from_json(text.as_bytes()).unwrap(), report);
    }

    #[test]
    fn commands_in_a_remedy_are_in_backticks() {
        let text = "`a b` in the tree, and copy c";
        for (remedy, sentence) in [
            ("", "no QEMU".to_string()),
            ("ci/setup -x", "no QEMU; to run it: `ci/setup -x`".to_string()),
            (text, format!("no QEMU; to run it: {text}")),
        ] {
            let lane = SkippedLane {
                reason: "no QEMU".to_string(),
                remedy: remedy.to_string(),
                ..SkippedLane::default()
            };
            assert_eq!(lane.advice(), sentence);
        }
    }

    #[test]
    fn a_report_survives_json() {
        let mut report = Report::new(Tool { name: "wassay".into(), version: "0".into() });
        report.runs.push(Run::default());
        assert_eq!(Report::from_json(report.to_json().as_bytes()).unwrap(), report);
    }
}
