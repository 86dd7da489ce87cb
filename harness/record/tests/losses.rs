//! Losses in a second report besides verdicts, and that a gate on regressions sees all of them.

use wassay_record::{
    Bounds, Expected, File, Finding, Ledger, Loss, Messages, Note, Opt, Problem, ProblemKind,
    Report, Run, RunPair, SkippedLane, Tool, Trend, Unlisted, Verdict, Which, compare,
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
    let mut slow = run("one", "native");
    slow.config.opt = Opt::None;
    let runs = vec![run("one", "native"), run("one", "far"), run("two", "native"), slow];
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

/// Adds a failure to the file, after its other directives.
fn fail(file: &mut File) {
    let index = file.ledger.directives as u32;
    let finding = Finding {
        expected: Some(Expected::Returned),
        ..Finding::bare(index, index + 1, 1, "invoke", Verdict::Failed)
    };
    file.findings.push(Note::new(finding));
    file.ledger.directives += 1;
    file.ledger.failed += 1;
}

#[test]
fn anything_that_the_second_report_lacks_is_a_regression() {
    let edits: [(&str, Edit); 13] = [
        ("another run of this name", |b| b.runs.truncate(3)),
        ("the end of a text", |b| {
            let ledger = &mut b.runs[0].files[0].ledger;
            (ledger.directives, ledger.passed) = (2, 2);
        }),
        ("a pass in the second run of a name", |b| {
            let file = &mut b.runs[3].files[1];
            file.ledger.directives -= 1;
            fail(file);
        }),
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

#[test]
fn a_failure_in_a_file_that_only_the_second_report_has_is_new() {
    let (a, mut b) = (report(), report());
    let mut failing = file("c", 0);
    fail(&mut failing);
    b.runs[0].files.push(failing);
    let found = compare(&a, &b);
    assert_eq!(found.changes.len(), 1);
    let change = &found.changes[0];
    assert_eq!(
        (change.trend(), change.side, &*change.path),
        (Trend::New, Some(Which::Second), "c")
    );
    assert_eq!(change.expected, Some(Expected::Returned));
    assert!(found.has_regression());
    assert!(compare(&b, &a).changes.is_empty());
    assert!(!compare(&b, &a).has_regression());
}

#[test]
fn runs_of_one_name_are_paired_by_what_they_were_asked() {
    let runs = |settings: &[(Opt, Bounds)]| {
        let run = |&(opt, bounds): &(Opt, Bounds)| {
            let mut run = run("one", "native");
            (run.config.opt, run.config.bounds) = (opt, bounds);
            // The directory of the cache is another one in every run.
            run.config.cache_directory = Some(format!("{opt:?}"));
            run
        };
        let runs = settings.iter().map(run).collect();
        Report { runs, ..Report::new(Tool::default()) }
    };
    let (fast, slow) = ((Opt::Speed, Bounds::Guard), (Opt::None, Bounds::Guard));
    let checked = (Opt::Speed, Bounds::Explicit);
    let found = compare(&runs(&[fast, slow]), &runs(&[slow, fast]));
    assert!(found.is_empty() && found.pairs.len() == 2, "{found:?}");
    // Both runs of a pair have the setting, which distinguishes the pairs.
    let told = |pair: &RunPair| pair.settings.iter().flat_map(|it| it.values.clone()).collect();
    let told: Vec<Vec<String>> = found.pairs.iter().map(told).collect();
    assert_eq!(told, [["speed", "speed"], ["none", "none"]]);
    let found = compare(&runs(&[fast, slow]), &runs(&[checked, slow]));
    let names = [
        ("one on native (bounds guard, opt speed)".to_string(), Which::First),
        ("one on native (bounds explicit, opt speed)".to_string(), Which::Second),
    ];
    assert_eq!(found.runs, names);
    assert!(found.has_regression());
    // If each report has a single run, the two are compared even if their settings differ, and the
    // comparison names the difference.
    let found = compare(&runs(&[fast]), &runs(&[checked]));
    let setting = &found.pairs[0].settings[0];
    assert_eq!(
        (&*setting.name, setting.values.each_ref()),
        ("bounds", [&"guard".to_string(), &"explicit".to_string()])
    );
    assert!(found.is_empty() && !found.has_regression());
    let mut narrow = runs(&[fast]);
    narrow.runs[0].config.features = Some("wasm2".to_string());
    let found = compare(&runs(&[fast]), &narrow);
    let setting = &found.pairs[0].settings[0];
    assert_eq!(
        (&*setting.name, &*setting.values[0], &*setting.values[1]),
        ("features", "not named", "wasm2")
    );
}

#[test]
fn another_engine_lane_or_weaker_check_shows_nothing_of_the_first() {
    let one = || Report { runs: vec![run("one", "native")], ..Report::new(Tool::default()) };
    let edits: [(&str, bool, Edit); 5] = [
        ("an engine", true, |b| b.runs[0].engine.name = "two".to_string()),
        ("a version", false, |b| b.runs[0].engine.version = "2".to_string()),
        ("a lane", true, |b| b.runs[0].lane.name = "far".to_string()),
        ("a weaker check", true, |b| b.runs[0].config.messages = Messages::Stage),
        ("a stricter check", false, |b| b.runs[0].config.messages = Messages::Text),
    ];
    for (what, is_other, edit) in edits {
        let mut b = one();
        edit(&mut b);
        let found = compare(&one(), &b);
        assert_eq!(found.pairs.iter().any(RunPair::is_another_question), is_other, "{what}");
        assert_eq!(found.has_regression(), is_other, "{what}");
        assert!(found.is_empty(), "{what}");
    }
}

#[test]
fn runs_without_a_common_file_are_unrelated() {
    let one = |path| {
        let mut run = run("one", "native");
        run.files = vec![file(path, 0)];
        Report { runs: vec![run], ..Report::new(Tool::default()) }
    };
    let is_related = |a, b| compare(&one(a), &one(b)).pairs[0].is_related;
    assert!(is_related("a", "a") && !is_related("a", "b"));
}
