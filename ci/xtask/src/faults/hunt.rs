//! Takes a fault; runs the program with it on the official suite, on our own, on each script that is
//! named after its bug, and on the check of cache directories that must see it; returns what each
//! caught first. Reads the program's reports, and trusts no exit code.

use super::scripts::Scripts;
use super::table::{Own, Row};
use crate::command::shown;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;
use wassay_artifact::fault::{CHECKED, Fault, Seeding, VARIABLE};
use wassay_cache_faults::{Launch, Stop, checks, engines};
use wassay_record::{ProblemKind, Report};

/// The suites: the embedded official one, and our own.
const OFFICIAL: &[&str] = &[];
const OWN: &[&str] = &["regressions"];

/// The engine that can be faulty.
const ENGINE: &str = "cranelift";

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
        for (_, check) in CHECKED {
            if let Some(why) = self.check(check, None)? {
                bail!("the check {check} fails without a fault: {why}");
            }
        }
        Ok(())
    }

    /// Runs both suites, each script of the bug and its check against a fault, each up to its first
    /// failure.
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
        let check = fault.check().map(|name| {
            let caught = self.check(name, Some(fault))?.map(|_| name.to_string());
            Ok(Own { name: name.to_string(), caught })
        });
        let scripts = scripts.chain(check).collect::<Result<_>>()?;
        Ok(Row { fault, official, own, scripts })
    }

    /// Why a check of cache directories fails; `None` if it passes.
    ///
    /// # Errors
    /// If it cannot run.
    fn check(&self, name: &str, fault: Option<Fault>) -> Result<Option<String>> {
        let words = vec![self.program.display().to_string(), "probe".to_string()];
        let env = fault.map(|fault| (VARIABLE.to_string(), fault.name().to_string()));
        let launch = Launch { words, env: env.into_iter().collect(), factor: 1.0 };
        let engines = engines(&launch).map_err(anyhow::Error::msg)?;
        let engine = engines.iter().find(|engine| engine.name == ENGINE);
        let engine = engine.with_context(|| format!("the program has no {ENGINE}"))?;
        let check = checks().into_iter().find(|check| check.name == name);
        let check = check.with_context(|| format!("there is no check {name}"))?;
        match check.run(&launch, engine) {
            Ok(()) => Ok(None),
            Err(Stop::Failed(why)) => Ok(Some(why)),
            Err(Stop::Unsupported(what)) => bail!("the check {name} needs {what}"),
        }
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
    fn every_fault_that_no_script_sees_has_a_check() {
        let names: Vec<String> = checks().into_iter().map(|check| check.name).collect();
        for (fault, check) in CHECKED {
            assert!(names.iter().any(|name| name == check), "{}: {check}", fault.name());
        }
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
