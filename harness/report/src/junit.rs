//! JUnit XML: one test suite per run and folder, one test case per script.

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::time::Duration;
use wassay_record::{File, ProblemKind, Report, Run};

/// The report as JUnit XML. A script with an unexpected failure has failed; one of which nothing
/// ran is skipped; known failures are told in its output.
pub fn junit(report: &Report) -> String {
    let mut junit = Junit::new("wassay");
    for run in &report.runs {
        let mut folders: Vec<(&str, TestSuite)> = Vec::new();
        for file in &run.files {
            let folder = file.path.rsplit_once('/').map_or(&*file.suite, |(folder, _)| folder);
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
    junit.to_string().unwrap_or_default()
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
        TestCase::new(name, failure(NonSuccessKind::Failure, &count, text))
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
    case.set_classname(format!("{}.{}", run.engine.name, file.suite));
    case.set_time(Duration::from_secs_f64(file.wall_s.max(0.0)));
    case
}

fn failure(kind: NonSuccessKind, message: &str, text: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(text);
    status
}
