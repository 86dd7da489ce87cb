//! JUnit XML: one test suite per run and folder, one test case per script; and one suite of the
//! lanes that did not run, since a lane without a word would look like one that passed.

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::time::Duration;
use wassay_record::{File, ProblemKind, Report, Run};

/// The report as JUnit XML. A script with an unexpected failure has failed; one of which nothing
/// ran is skipped; known failures are told in its output. A lane that did not run is skipped, too,
/// unless it is one of those that `must_run` names: then it is an error.
pub fn junit(report: &Report, must_run: &[String]) -> String {
    let mut junit = Junit::new("wassay");
    for run in &report.runs {
        let mut folders: Vec<(&str, TestSuite)> = Vec::new();
        for file in &run.files {
            let folder = folder(file);
            let at = folders.iter().position(|(name, _)| *name == folder);
            let at = at.unwrap_or_else(|| {
                let name = format!("{}::{}::{folder}", run.engine.name, run.lane.name);
                folders.push((folder, TestSuite::new(name)));
                folders.len() - 1
            });
            folders[at].1.add_test_case(case(run, file));
        }
        junit.add_test_suites(folders.into_iter().map(|(_, suite)| suite));
        junit.add_test_suites(elsewhere(run));
    }
    junit.add_test_suites(lanes(report, must_run));
    junit.to_string().unwrap_or_default()
}

fn folder(file: &File) -> &str {
    file.path.rsplit_once('/').map_or(&*file.suite, |(folder, _)| folder)
}

/// The lanes that did not run.
fn lanes(report: &Report, must_run: &[String]) -> Option<TestSuite> {
    let mut suite = TestSuite::new("lanes");
    for skipped in &report.skipped_lanes {
        let (lane, why) = (&skipped.lane, skipped.advice());
        let status = if must_run.contains(lane) {
            failure(NonSuccessKind::Error, "the lane did not run", why)
        } else {
            let mut status = TestCaseStatus::skipped();
            status.set_message(why);
            status
        };
        let mut case = TestCase::new(lane, status);
        case.set_classname("lanes");
        suite.add_test_case(case);
    }
    (!suite.test_cases.is_empty()).then_some(suite)
}

/// The problems of scripts that the run does not have: one that only another lane has, or a known
/// failure of one that is gone.
fn elsewhere(run: &Run) -> Option<TestSuite> {
    let here: HashSet<&str> = run.files.iter().map(|file| &*file.path).collect();
    let mut paths: BTreeMap<&str, String> = BTreeMap::new();
    for problem in run.problems.iter().filter(|problem| !here.contains(&*problem.path)) {
        let text = paths.entry(&problem.path).or_default();
        // Writing to a string cannot fail.
        let _ = match &*problem.path {
            "" => writeln!(text, "{}", problem.message),
            path => writeln!(text, "{path}: {}", problem.message),
        };
    }
    let name = format!("{}::{}::not run", run.engine.name, run.lane.name);
    let mut suite = TestSuite::new(name);
    suite.add_test_cases(paths.into_iter().map(|(path, text)| {
        let count = format!("{} unexpected", text.lines().count());
        let name = if path.is_empty() { "run" } else { path };
        let mut case = TestCase::new(name, failure(NonSuccessKind::Failure, &count, text));
        case.set_classname(class(run, "not run"));
        case
    }));
    (!suite.test_cases.is_empty()).then_some(suite)
}

fn case(run: &Run, file: &File) -> TestCase {
    let bad = |note: &&wassay_record::Note| note.finding.verdict.is_bad() && note.known.is_none();
    let unexpected: Vec<_> = file.findings.iter().filter(bad).collect();
    let problems: Vec<_> = run.problems.iter().filter(|p| p.path == file.path).collect();
    let mut text = String::new();
    for note in &unexpected {
        let finding = &note.finding;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}:{}:{}: {} {}: {}",
            file.path,
            finding.line,
            finding.column,
            finding.verdict.name(),
            finding.kind,
            finding.message,
        );
        for (what, value) in [("expected", &finding.expected), ("actual", &finding.actual)] {
            if !value.is_empty() {
                let _ = writeln!(text, "    {what} {value}");
            }
        }
    }
    for problem in &problems {
        let _ = writeln!(text, "{}: {}", file.path, problem.message);
    }
    let status = if problems.iter().any(|problem| problem.kind == ProblemKind::Fault) {
        failure(NonSuccessKind::Error, "fault", text)
    } else if !unexpected.is_empty() || !problems.is_empty() {
        let count = unexpected.len() + problems.len();
        failure(NonSuccessKind::Failure, &format!("{count} unexpected"), text)
    } else if file.ledger.passed == 0 && file.ledger.unsupported + file.ledger.skipped > 0 {
        let mut status = TestCaseStatus::skipped();
        status.set_message(format!(
            "{} unsupported, {} skipped",
            file.ledger.unsupported, file.ledger.skipped
        ));
        status
    } else {
        TestCaseStatus::success()
    };
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let mut case = TestCase::new(name, status);
    case.set_classname(class(run, folder(file)));
    case.set_time(Duration::from_secs_f64(file.wall_s.max(0.0)));
    case
}

/// With the lane and the whole folder in it, class and name of a case are no other's.
fn class(run: &Run, folder: &str) -> String {
    format!("{}.{}.{folder}", run.engine.name, run.lane.name)
}

fn failure(kind: NonSuccessKind, message: &str, text: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(text);
    status
}
