//! Takes a fault; runs the program with it on the official suite, on our own, and on each script that
//! is named after its bug, and returns what each caught first. Reads the program's reports, and
//! trusts no exit code.

use super::scripts::Scripts;
use super::table::{Own, Row};
use crate::command::shown;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;
use wassay_artifact::fault::{Fault, Seeding, VARIABLE};
use wassay_record::{ProblemKind, Report};

/// The suites: the embedded official one, and our own.
const OFFICIAL: &[&str] = &[];
const OWN: &[&str] = &["regressions"];

/// How many seconds a directive may take: a fault may make an endless loop.
const TIMEOUT: &str = "10";

/// How often a suite is run if its scripts fail now and then.
const ATTEMPTS: u32 = 3;

/// The program that was built for seeded faults, and the scripts of known bugs.
pub struct Hunt {
    pub program: PathBuf,
    pub scripts: Scripts,
}

impl Hunt {
    /// Checks that both suites pass if no fault is seeded.
    ///
    /// # Errors
    /// With the first failure.
    pub fn check_sound(&self) -> Result<()> {
        for suite in [OFFICIAL, OWN] {
            if let Some(failure) = self.first_failure(suite, None)? {
                bail!("{failure} fails without a fault: repair that first");
            }
        }
        Ok(())
    }

    /// Runs both suites and each script of the bug against a fault, each up to its first failure.
    ///
    /// # Errors
    /// If the program gives no report.
    pub fn hunt(&self, fault: Fault) -> Result<Row> {
        let official = self.first_failure(OFFICIAL, Some(fault))?;
        let own = self.first_failure(OWN, Some(fault))?;
        let named = self.scripts.named_after(fault.description().bug).into_iter();
        let scripts = named.map(|name| {
            let caught = self.first_failure(&[name], Some(fault))?;
            Ok(Own { name: name.to_string(), caught })
        });
        Ok(Row { fault, official, own, scripts: scripts.collect::<Result<_>>()? })
    }

    /// The place of the first failure of a suite, in a script that fails again by itself: a busy
    /// machine is no failure.
    ///
    /// # Errors
    /// If the program gives no report, or fails in another place each time.
    fn first_failure(&self, suite: &[&str], fault: Option<Fault>) -> Result<Option<String>> {
        for _ in 0..ATTEMPTS {
            let Some(Failure { place, script }) = self.failure(suite, fault)? else {
                return Ok(None);
            };
            let again = match &script {
                Some(script) => self.failure(&[script], fault)?.is_some(),
                None => true,
            };
            if again {
                return Ok(Some(place));
            }
            eprintln!("{place} failed once, and not again by itself");
        }
        bail!("scripts of {} fail now and then: is the machine too busy?", suite.join(" "))
    }

    fn failure(&self, suite: &[&str], fault: Option<Fault>) -> Result<Option<Failure>> {
        let mut command = Command::new(&self.program);
        command.arg("run").args(suite).args(["--jobs", "1", "--fail-fast", "--quiet"]);
        command.args(["--timeout", TIMEOUT, "--report", "json=-"]);
        command.env_remove(VARIABLE).env_remove(wassay_suites::TESTSUITE_VARIABLE);
        command.envs(fault.map(|fault| (VARIABLE, fault.name())));
        let output =
            command.output().with_context(|| format!("{} does not start", shown(&command)))?;
        let report = Report::from_json(&output.stdout).map_err(|error| {
            let said = String::from_utf8_lossy(&output.stderr);
            anyhow::anyhow!("{} gives no report: {error}\n{}", shown(&command), said.trim())
        })?;
        let seeding = fault.map_or(Seeding::Sound, Seeding::Faulty);
        first(&report, &seeding.notice().unwrap_or_default())
    }
}

/// The first failure of a run.
struct Failure {
    place: String,
    /// The script in which it happened.
    script: Option<String>,
}

/// A report's first failure. Every report of this build has the notice.
fn first(report: &Report, notice: &str) -> Result<Option<Failure>> {
    let [run] = &report.runs[..] else { bail!("a report has {} runs", report.runs.len()) };
    let mut faults = run.problems.iter().filter(|problem| problem.kind == ProblemKind::Fault);
    if !faults.clone().any(|problem| problem.message == notice) {
        bail!("the program does not say that {notice}: it is not the one that was built");
    }
    if let Some((file, note)) = run.regressions().next() {
        let place = format!("{}:{}", file.path, note.finding.line);
        return Ok(Some(Failure { place, script: Some(file.path.clone()) }));
    }
    let fault = faults.find(|problem| problem.message != notice);
    Ok(fault.map(|problem| match &*problem.path {
        "" => Failure { place: problem.message.clone(), script: None },
        path => Failure { place: path.to_string(), script: Some(path.to_string()) },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_record::{File, Finding, Note, Problem, Run, Tool, Verdict};

    fn report(problems: &[(&str, &str)], failed: &[(&str, u32)]) -> Report {
        let problem = |(path, message): &(&str, &str)| Problem {
            kind: ProblemKind::Fault,
            path: path.to_string(),
            message: message.to_string(),
        };
        let file = |(path, line): &(&str, u32)| {
            let finding = Finding::bare(0, *line, 1, "assert_return", Verdict::Failed);
            let findings = vec![Note::new(finding)];
            File { path: path.to_string(), findings, ..File::default() }
        };
        let mut report = Report::new(Tool::default());
        report.runs.push(Run {
            problems: problems.iter().map(problem).collect(),
            files: failed.iter().map(file).collect(),
            ..Run::default()
        });
        report
    }

    #[test]
    fn the_notice_catches_nothing() {
        let first = |problems: &[_], failed: &[_]| {
            let failure = first(&report(problems, failed), "seeded");
            failure.map(|failure| failure.map(|failure| failure.place))
        };
        let seeded = ("", "seeded");
        assert_eq!(first(&[seeded], &[]).unwrap(), None);
        let failed = [("a.wast", 3), ("b.wast", 1)];
        assert_eq!(first(&[seeded], &failed).unwrap().as_deref(), Some("a.wast:3"));
        let crash = ("c.wast", "the engine cannot start");
        assert_eq!(first(&[seeded, crash], &[]).unwrap().as_deref(), Some("c.wast"));
        assert!(first(&[crash], &failed).is_err(), "a normal build");
    }
}
