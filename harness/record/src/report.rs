//! The JSON report: what one or several runs found, for machines and for later comparison.
//! Its shape is versioned and written down in `schema/report-1.schema.json`; a field may be
//! added within a version, never removed or changed.

use crate::describe::{Config, Engine, Lane, Tool};
use crate::event::Note;
use crate::verdict::Ledger;
use serde::{Deserialize, Serialize};

/// The version of the report's shape.
pub const REPORT_SCHEMA: u32 = 1;

/// Everything that one invocation found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: u32,
    /// What made the report.
    pub tool: Tool,
    /// One per engine and lane.
    pub runs: Vec<Run>,
}

impl Report {
    /// An empty report of this tool.
    pub fn new(tool: Tool) -> Report {
        Report { schema: REPORT_SCHEMA, tool, runs: Vec::new() }
    }

    /// Reads a report and refuses one of another version.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the bytes, and where.
    pub fn from_json(bytes: &[u8]) -> Result<Report, String> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let version: Version = serde_json::from_slice(bytes)
            .map_err(|error| format!("this is no wassay report: {error}"))?;
        if version.schema != REPORT_SCHEMA {
            return Err(format!(
                "the report has schema {}, this wassay reads schema {REPORT_SCHEMA}",
                version.schema
            ));
        }
        serde_json::from_slice(bytes).map_err(|error| format!("the report is damaged: {error}"))
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
pub struct Run {
    /// The engine.
    pub engine: Engine,
    /// Where its workers ran.
    pub lane: Lane,
    /// How it was configured.
    pub config: Config,
    /// Seconds from start to end; the sum over its shards for a merged run.
    pub wall_s: f64,
    /// The most memory that a worker held, in bytes, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_rss: Option<u64>,
    /// Why the run ended before its time, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// The sum of the files' ledgers.
    pub ledger: Ledger,
    /// What fails the run besides its findings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// The files, in the order in which they were listed.
    pub files: Vec<File>,
}

/// One script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// The script's stable name, or the path that the user gave.
    pub path: String,
    /// The suite that it belongs to.
    pub suite: String,
    /// The proposal that it belongs to; empty for a part of the standard.
    pub proposal: String,
    /// How many directives it has, and what was said of them.
    pub ledger: Ledger,
    /// Seconds from start to end.
    pub wall_s: f64,
    /// Why its rest was skipped, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// What is to be said of the directives that did not pass. Directives that test only the
    /// text parser, and those that the user's filter skipped, are counted and not listed.
    pub findings: Vec<Note>,
}

/// Something that fails a run and is no directive's verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of problem.
    pub kind: ProblemKind,
    /// The file that it concerns; empty where there is none.
    pub path: String,
    /// What is wrong and what to do, in a sentence.
    pub message: String,
}

/// What can be wrong besides a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// A directive passed that is listed as a known failure, or failed in another way.
    UnexpectedPass,
    /// An entry among the known failures matches no directive.
    StaleKnown,
    /// An entry among the known failures has no reason yet.
    KnownWithoutReason,
    /// A directive has another verdict on this lane than on the first one.
    LaneDifference,
    /// The harness broke, or the engine could not be started.
    Fault,
}

impl Run {
    /// Findings that speak against the engine and that nobody expected, with their files.
    pub fn regressions(&self) -> impl Iterator<Item = (&File, &Note)> {
        self.files.iter().flat_map(|file| {
            let unexpected = |note: &&Note| note.finding.verdict.is_bad() && note.known.is_none();
            file.findings.iter().filter(unexpected).map(move |note| (file, note))
        })
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
        assert_eq!(error, "the report has schema 99, this wassay reads schema 1");
        assert!(Report::from_json(b"[]").unwrap_err().starts_with("this is no wassay report"));
    }

    #[test]
    fn a_report_survives_json() {
        let mut report = Report::new(Tool { name: "wassay".into(), version: "0".into() });
        report.runs.push(Run::default());
        assert_eq!(Report::from_json(report.to_json().as_bytes()).unwrap(), report);
    }
}
