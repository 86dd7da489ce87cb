//! Losses in a second report besides verdicts, and that a gate on regressions sees all of them.

use wassay_record::{
    File, Ledger, Loss, Problem, ProblemKind, Report, Run, SkippedLane, Tool, Unlisted, Verdict,
    compare,
};

fn file(path: &str, skipped: u32) -> File {
    let ledger = Ledger {
        directives: 3,
        passed: 3 - u64::from(skipped),
        skipped: skipped.into(),
        ..Ledger::default()
    };
    let span = Unlisted { index: 0, count: skipped, verdict: Verdict::Skipped };
    let unlisted = if skipped == 0 { Vec::new() } else { vec![span] };
    let text_hash = Some("x".to_string());
    File { path: path.to_string(), text_hash, ledger, unlisted, ..File::default() }
}

fn run(engine: &str, lane: &str) -> Run {
    let mut run = Run { files: vec![file("a", 0), file("b", 0)], ..Run::default() };
    (run.engine.name, run.lane.name) = (engine.to_string(), lane.to_string());
    run.engine.features = ["gc", "simd"].map(str::to_string).to_vec();
    run.engine.capabilities = vec!["kinds".to_string()];
    run
}

fn report() -> Report {
    let runs = vec![run("one", "native"), run("one", "far"), run("two", "native")];
    let mut report = Report { runs, ..Report::new(Tool::default()) };
    report.skip_lane(skipped("always"));
    report
}

fn skipped(lane: &str) -> SkippedLane {
    SkippedLane { lane: lane.to_string(), reason: "no QEMU".to_string(), remedy: String::new() }
}

fn problem(kind: ProblemKind) -> Problem {
    Problem { kind, path: "a".to_string(), message: "it broke".to_string() }
}

type Edit = fn(&mut Report);

#[test]
fn anything_that_the_second_report_lacks_is_a_regression() {
    let edits: [(&str, Edit); 10] = [
        ("a run", |b| _ = b.runs.remove(0)),
        ("every run of a lane", |b| b.runs.retain(|run| run.lane.name != "far")),
        ("every run of an engine", |b| b.runs.retain(|run| run.engine.name != "two")),
        ("a part of a file", |b| b.runs[0].files[0] = file("a", 2)),
        ("a feature", |b| _ = b.runs[0].engine.features.remove(0)),
        ("a capability", |b| b.runs[1].engine.capabilities.clear()),
        ("a lane that could run", |b| b.skip_lane(skipped("far"))),
        ("a run without a fault", |b| b.runs[0].problems.push(problem(ProblemKind::Fault))),
        ("stated support", |b| b.runs[0].problems.push(problem(ProblemKind::LostSupport))),
        ("agreement", |b| b.runs[1].problems.push(problem(ProblemKind::LaneDifference))),
    ];
    for (what, edit) in edits {
        let (a, mut b) = (report(), report());
        edit(&mut b);
        assert!(compare(&a, &b).has_regression(), "{what}");
        // The opposite change is a difference, but no regression.
        assert!(!compare(&b, &a).has_regression(), "{what}, found again");
        assert!(compare(&b, &b).is_empty(), "{what}, missing in both");
    }
}

#[test]
fn additions_and_problems_of_lists_are_no_regression() {
    let edits: [(&str, Edit); 7] = [
        ("a run", |b| b.runs.push(run("three", "native"))),
        ("a file", |b| b.runs[0].files.push(file("c", 0))),
        ("no longer a file", |b| _ = b.runs[0].files.remove(0)),
        ("a feature", |b| b.runs[0].engine.features.push("threads".to_string())),
        ("a stale entry", |b| b.runs[0].problems.push(problem(ProblemKind::StaleKnown))),
        ("an unexpected pass", |b| b.runs[0].problems.push(problem(ProblemKind::UnexpectedPass))),
        ("a lane that can run", |b| b.skipped_lanes.clear()),
    ];
    for (what, edit) in edits {
        let (a, mut b) = (report(), report());
        edit(&mut b);
        assert!(!compare(&a, &b).has_regression(), "{what}");
    }
}

#[test]
fn two_engines_do_not_lose_each_others_features() {
    let one = |engine, features: &[&str]| {
        let mut run = run(engine, "native");
        run.engine.features = features.iter().map(|name| name.to_string()).collect();
        Report { runs: vec![run], ..Report::new(Tool::default()) }
    };
    assert!(compare(&one("one", &["gc"]), &one("two", &[])).losses.is_empty());
    let lost = compare(&one("one", &["gc", "simd"]), &one("one", &["simd"])).losses;
    let (run, name) = ("one on native".to_string(), "gc".to_string());
    assert_eq!(lost, [Loss::Support { run, what: "feature", name }]);
}
