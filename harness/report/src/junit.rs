//! Takes a report; gives JUnit XML: one test suite per run and folder, with a test case for each
//! script, and one for each directive that failed or is a known failure.
//! Further suites list the lanes and the engines that did not run, because an absent one would look
//! like a passed one. Runs nothing.

use crate::inline::{first_line, text};
use crate::lanes::sentences;
use crate::result::{NOT_RUN, was_running};
use crate::style;
use crate::untested::why_untested;
use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::time::Duration;
use wassay_record::{
    File, Finding, LaneDifference, Ledger, Note, Problem, ProblemKind, Report, Run,
    lane_differences, with_distinction,
};

/// The report as JUnit XML. An unexpected failure is a failure; a known one is skipped, with its
/// reason. A script that did not run is skipped, too. A lane or engine that did not run is
/// skipped, unless `must_run` names it: then it is an error. A run that was stopped early is an error.
pub fn junit(report: &Report, must_run: &[String]) -> String {
    let mut junit = Junit::new("wassay");
    let differences = lane_differences(report);
    for (run, distinction) in report.runs.iter().zip(report.distinctions()) {
        let lane = &*with_distinction(&run.lane.name, &distinction);
        let problems = problems(run, lane, &differences);
        let mut folders: Vec<(&str, TestSuite)> = Vec::new();
        for file in &run.files {
            let folder = folder(file);
            let at = folders.iter().position(|(name, _)| *name == folder);
            let at = at.unwrap_or_else(|| {
                let name = format!("{}::{lane}::{folder}", run.engine.name);
                folders.push((folder, TestSuite::new(name)));
                folders.len() - 1
            });
            folders[at].1.add_test_cases(cases(run, lane, file, &problems));
        }
        junit.add_test_suites(folders.into_iter().map(|(_, suite)| suite));
        junit.add_test_suites(elsewhere(run, lane, &problems));
    }
    junit.add_test_suites(left_out(report, must_run));
    junit.to_string().unwrap_or_default()
}

/// The problems of a run. A difference between lanes has the results of both.
fn problems(run: &Run, lane: &str, differences: &[LaneDifference]) -> Vec<Problem> {
    let is_one = |problem: &&Problem| problem.kind == ProblemKind::LaneDifference;
    let recorded: HashSet<&str> =
        run.problems.iter().filter(is_one).map(|problem| &*problem.path).collect();
    let mut told = sentences(differences, run, lane);
    told.retain(|(path, _)| recorded.contains(&**path));
    let has_sentence: HashSet<&str> = told.iter().map(|(path, _)| &**path).collect();
    let others = run.problems.iter().filter(|it| !is_one(it) || !has_sentence.contains(&*it.path));
    let others: Vec<Problem> = others.cloned().collect();
    let kind = ProblemKind::LaneDifference;
    let told = told.into_iter().map(|(path, message)| Problem { kind, path, message });
    others.into_iter().chain(told).collect()
}

fn folder(file: &File) -> &str {
    file.path.rsplit_once('/').map_or(&*file.suite, |(folder, _)| folder)
}

/// The lanes and the engines that did not run.
fn left_out(report: &Report, must_run: &[String]) -> impl Iterator<Item = TestSuite> {
    let lanes = report.skipped_lanes.iter().map(|it| (&it.lane, it.advice()));
    let engines = report.skipped_engines.iter().map(|it| (&it.engine, it.advice()));
    let lanes = ("lanes", "the lane did not run", lanes.collect::<Vec<_>>());
    let engines = ("engines", "the engine did not run", engines.collect());
    [lanes, engines].into_iter().filter(|(.., all)| !all.is_empty()).map(|(name, what, all)| {
        let mut suite = TestSuite::new(name);
        for (skipped, why) in all {
            let status = match must_run.contains(skipped) {
                true => failure(NonSuccessKind::Error, what, why),
                false => skipped_because(why),
            };
            let mut case = TestCase::new(skipped, status);
            case.set_classname(name);
            suite.add_test_case(case);
        }
        suite
    })
}

/// Whether the run was stopped early or is a shard without scripts, and the problems of scripts that
/// are not in the run: scripts that only another lane has, and known failures whose script is gone.
fn elsewhere(run: &Run, lane: &str, problems: &[Problem]) -> Option<TestSuite> {
    let here: HashSet<&str> = run.files.iter().map(|file| &*file.path).collect();
    let mut paths: BTreeMap<&str, String> = BTreeMap::new();
    for problem in problems.iter().filter(|problem| !here.contains(&*problem.path)) {
        let text = paths.entry(&problem.path).or_default();
        // Writing to a string cannot fail.
        let _ = match &*problem.path {
            "" => writeln!(text, "{}", problem.message),
            path => writeln!(text, "{path}: {}", problem.message),
        };
    }
    let name = format!("{}::{lane}::not run", run.engine.name);
    let mut suite = TestSuite::new(name);
    suite.add_test_cases(run.stopped.as_deref().map(|reason| {
        let places = was_running(run).map(|(file, Finding { line, column, .. })| {
            format!("; was running {}:{line}:{column}", file.path)
        });
        let what = reason.to_string() + &places.collect::<String>();
        let (name, text) = match run.was_not_run() {
            true => (NOT_RUN, "the run was stopped before it began"),
            false => {
                ("stopped early", "the run was stopped early: directives after this were not run")
            }
        };
        let status = failure(NonSuccessKind::Error, &what, text.to_string());
        let mut case = TestCase::new(name, status);
        case.set_classname(class(run, lane, "not run"));
        case
    }));
    let shard = run.partition.as_ref().filter(|_| run.files.is_empty());
    suite.add_test_cases(shard.map(|shard| {
        let mut case = TestCase::new("no script", skipped_because(shard.has_none()));
        case.set_classname(class(run, lane, "not run"));
        case
    }));
    suite.add_test_cases(paths.into_iter().map(|(path, text)| {
        let count = format!("{} unexpected", text.lines().count());
        let name = if path.is_empty() { "run" } else { path };
        let mut case = TestCase::new(name, failure(NonSuccessKind::Failure, &count, text));
        case.set_classname(class(run, lane, "not run"));
        case
    }));
    (!suite.test_cases.is_empty()).then_some(suite)
}

/// The cases of one script: the script itself, then its bad directives. `lane` distinguishes the run
/// from others of its engine.
fn cases(run: &Run, lane: &str, file: &File, problems: &[Problem]) -> Vec<TestCase> {
    let script = file.path.rsplit('/').next().unwrap_or_default();
    let named = |name: String, status| {
        let mut case = TestCase::new(name, status);
        case.set_classname(class(run, lane, folder(file)));
        case
    };
    let bad = file.findings.iter().filter(|note| note.finding.verdict.is_bad());
    let mut whole = named(script.to_string(), whole(file, problems));
    // The other cases are part of it.
    whole.set_time(Duration::from_secs_f64(file.wall_s.max(0.0)));
    let bad = bad.map(|note| {
        let Finding { line, column, kind, .. } = &note.finding;
        named(format!("{script}:{line}:{column} {kind}"), directive(file, note))
    });
    std::iter::once(whole).chain(bad).collect()
}

/// The status of a bad directive.
fn directive(file: &File, note: &Note) -> TestCaseStatus {
    let Finding { line, column, verdict, message, expected, actual, .. } = &note.finding;
    if let Some(reason) = &note.known {
        return skipped_because(format!("known: {}: {reason}", verdict.words()));
    }
    let mut description = format!("{}:{line}:{column}: {message}\n", file.path);
    if let Some(source) = first_line(note) {
        // Writing to a string cannot fail.
        let _ = writeln!(description, "    {source}");
    }
    for (what, value) in [("expected", text(expected)), ("actual", text(actual))] {
        if !value.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(description, "    {what} {value}");
        }
    }
    failure(NonSuccessKind::Failure, &verdict.words(), description)
}

/// The status of a script.
fn whole(file: &File, problems: &[Problem]) -> TestCaseStatus {
    let problems = problems.iter().filter(|problem| problem.path == file.path);
    let (faults, problems): (Vec<_>, Vec<_>) =
        problems.partition(|problem| problem.kind == ProblemKind::Fault);
    let told = problems.iter().chain(&faults).map(|it| format!("{}: {}\n", it.path, it.message));
    let failures = file.findings.iter().filter(|note| note.is_unexpected());
    let failures = failures.map(|Note { finding, .. }| {
        let Finding { line, column, kind, verdict, .. } = finding;
        format!("{}:{line}:{column} {kind}: {}\n", file.path, verdict.words())
    });
    let text: Vec<String> = told.chain(failures).collect();
    let count = || format!("{} unexpected", text.len());
    match (text.is_empty(), faults.is_empty()) {
        (true, _) => quiet(file),
        (false, true) => failure(NonSuccessKind::Failure, &count(), text.concat()),
        (false, false) => failure(NonSuccessKind::Error, "fault", text.concat()),
    }
}

/// The status of a script without unexpected failures. One that did not run to its end has not
/// passed, and neither has one that puts the engine to no test.
fn quiet(file: &File) -> TestCaseStatus {
    let Ledger { passed, skipped, .. } = file.ledger;
    // A run may stop after the last directive of a script.
    if skipped == 0 && passed > 0 {
        return TestCaseStatus::success();
    }
    let known = file.findings.iter().filter(|note| note.known.is_some()).count();
    skipped_because(match (skipped, known) {
        _ if file.stopped.is_some() && file.ledger.directives == 0 => NOT_RUN.to_string(),
        (0, 0) => why_untested(file),
        (0, _) => {
            format!("nothing passed: {}", style::count(known, "known failure", "known failures"))
        }
        _ => format!("not run: {}", style::count(skipped as usize, "directive", "directives")),
    })
}

fn skipped_because(why: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}

/// Contains the lane and the whole folder, so that class and name identify a case.
fn class(run: &Run, lane: &str, folder: &str) -> String {
    format!("{}.{lane}.{folder}", run.engine.name)
}

fn failure(kind: NonSuccessKind, message: &str, text: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(text);
    status
}
