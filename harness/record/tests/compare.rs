//! What counts as a difference between two runs, and that no difference is lost.

mod support;

use support::{between, report, run};
use wassay_record::Verdict::{Crashed, Failed, HarnessOnly, Passed, Skipped, Unsupported};
use wassay_record::{
    Change, Event, Expected, File, FileDifference, FileHead, Finding, LaneDifference, LaneResult,
    Ledger, Nan, Note, Observed, OnLane, Pattern, ProblemKind, Recorder, Report, RunHead, Said,
    Tool, Trend, Unlisted, Verdict, Which, compare, compare_lanes, lane_differences,
};

fn returned(value: Pattern) -> Option<Observed> {
    Some(Observed::Returned(vec![value]))
}

fn trap(kind: &str) -> Option<Observed> {
    let (kind, words) = (kind.to_string(), kind.to_string());
    Some(Observed::Trapped { kind, words, message: None, frames: Vec::new() })
}

fn note(hash: &str, index: u32, verdict: Verdict, actual: Option<Observed>) -> Note {
    let canonical = Pattern::F32(Nan::Canonical);
    Note::new(Finding {
        index,
        line: 10 + index,
        column: 3,
        kind: "assert_return".to_string(),
        verdict,
        expected: Some(Expected::Results(vec![canonical])),
        actual,
        message: "another result".to_string(),
        feature: None,
        capability: None,
        cause: None,
        hash: hash.to_string(),
    })
}

/// A file with this many directives: all passed except for the notes and the unlisted ones.
fn file(path: &str, directives: u64, notes: &[Note], unlisted: &[(u32, u32, Verdict)]) -> File {
    let mut ledger = Ledger { directives, ..Ledger::default() };
    notes.iter().for_each(|note| ledger.add(note.finding.verdict));
    let unlisted: Vec<Unlisted> = unlisted
        .iter()
        .map(|&(index, count, verdict)| Unlisted { index, count, verdict })
        .collect();
    for span in &unlisted {
        (0..span.count).for_each(|_| ledger.add(span.verdict));
    }
    let told: u64 = Verdict::ALL.iter().map(|&verdict| ledger.count(verdict)).sum();
    ledger.passed += directives.saturating_sub(told);
    File { path: path.to_string(), ledger, findings: notes.to_vec(), unlisted, ..File::default() }
}

/// The verdicts of each directive that differs.
fn changes(a: File, b: File) -> Vec<(u32, Verdict, Verdict)> {
    let comparison = between(a, b);
    assert_eq!(comparison.files, []);
    let told = |change: &wassay_record::Change| {
        let verdict = |said: &Option<Said>| said.as_ref().unwrap().verdict;
        (change.index, verdict(&change.before), verdict(&change.after))
    };
    comparison.changes.iter().map(told).collect()
}

fn wholes(a: File, b: File) -> Vec<FileDifference> {
    between(a, b).files.into_iter().map(|change| change.what).collect()
}

#[test]
fn a_pass_that_becomes_anything_else_is_a_regression() {
    let said = |verdict| Said { verdict, actual: None, message: String::new() };
    let trend = |before, after| {
        let change = Change {
            run: String::new(),
            path: String::new(),
            index: 0,
            line: 1,
            column: 1,
            side: None,
            kind: String::new(),
            expected: None,
            before: Some(said(before)),
            after: Some(said(after)),
        };
        change.trend()
    };
    // A column for each later verdict, in the same order: regressed, fixed or changed. A wrong
    // result that is no longer checked, and a crash that becomes a wrong result, still fail.
    let rows = [
        (Passed, "crrrrrrrr"),
        (Failed, "fcccccrrc"),
        (Unsupported, "frcrrcrrc"),
        (Verdict::Unreadable, "fcccccrrc"),
        (Verdict::Blocked, "fcccccrrc"),
        (Skipped, "frcrrcrrc"),
        (Crashed, "fcccccccc"),
        (Verdict::TimedOut, "fcccccccc"),
        (HarnessOnly, "frcrrcrrc"),
    ];
    assert_eq!(rows.map(|(before, _)| before), Verdict::ALL);
    for (before, wanted) in rows {
        let found = Verdict::ALL.map(|after| match trend(before, after) {
            Trend::Regressed => 'r',
            Trend::Fixed => 'f',
            Trend::Changed => 'c',
            other => panic!("{before:?} {after:?}: {other:?}"),
        });
        assert_eq!(String::from_iter(found), wanted, "{before:?}");
    }
}

#[test]
fn a_file_with_fewer_passes_has_regressed() {
    let ledger =
        |passed, harness_only| Ledger { directives: 4, passed, harness_only, ..Ledger::default() };
    let trend = |a, b| FileDifference::Counts(a, b).trend();
    assert_eq!(trend(ledger(4, 0), ledger(3, 1)), Trend::Regressed);
    assert_eq!(trend(ledger(3, 1), ledger(4, 0)), Trend::Fixed);
    assert_eq!(trend(ledger(3, 1), ledger(3, 0)), Trend::Changed);
}

#[test]
fn any_two_verdicts_are_a_difference() {
    for a in Verdict::ALL {
        for b in Verdict::ALL {
            // A directive that only one lane skips is reported for the whole file.
            if a == b || a == Skipped || b == Skipped {
                continue;
            }
            let with = |verdict| {
                let notes = [note("x", 1, verdict, None)];
                file("a", 3, if verdict == Passed { &[] } else { &notes }, &[])
            };
            assert_eq!(changes(with(a), with(b)), [(1, a, b)]);
            assert_eq!(changes(with(a), with(a)), []);
        }
    }
}

#[test]
fn directives_without_findings_are_compared_by_position() {
    let plain = |unlisted: &[_]| file("a", 9, &[], unlisted);
    let harness_only = plain(&[(2, 3, HarnessOnly)]);
    assert_eq!(changes(harness_only.clone(), harness_only.clone()), []);
    assert_eq!(
        changes(plain(&[]), plain(&[(2, 2, HarnessOnly)])),
        [(2, Passed, HarnessOnly), (3, Passed, HarnessOnly)]
    );
    assert_eq!(
        changes(harness_only.clone(), plain(&[(2, 2, HarnessOnly), (7, 1, HarnessOnly)])),
        [(4, HarnessOnly, Passed), (7, Passed, HarnessOnly)]
    );
    let failed = file("a", 9, &[note("x", 3, Failed, None)], &[(2, 1, HarnessOnly)]);
    assert_eq!(changes(harness_only, failed), [(3, HarnessOnly, Failed), (4, HarnessOnly, Passed)]);
}

#[test]
fn two_failures_are_the_same_if_their_values_are() {
    let one = || returned(Pattern::I32(1));
    let nan = |bits| returned(Pattern::F32(Nan::Bits(bits)));
    let table = [
        (one(), one(), true),
        (one(), returned(Pattern::I32(2)), false),
        (nan(0x7fc0_0001), nan(0xffe0_0000), true),
        (nan(0x7fc0_0001), nan(0x7fa0_0000), false),
        (trap("unreachable"), trap("cast failure"), false),
        (trap("unreachable"), one(), false),
        (trap("unreachable"), None, false),
        (None, None, true),
    ];
    for (a, b, same) in table {
        let with =
            |actual: &Option<Observed>| file("a", 2, &[note("x", 1, Failed, actual.clone())], &[]);
        let found = changes(with(&a), with(&b));
        let wanted = if same { vec![] } else { vec![(1, Failed, Failed)] };
        assert_eq!(found, wanted, "{a:?} / {b:?}");
        // The details of a crash are not repeatable.
        let with = |actual| file("a", 2, &[note("x", 1, Crashed, actual)], &[]);
        assert_eq!(changes(with(a), with(b)), []);
    }
}

#[test]
fn messages_of_two_engines_are_not_compared() {
    let with = |engine: &str, actual| {
        let mut run = run("native", vec![file("a", 2, &[note("x", 1, Failed, actual)], &[])]);
        run.engine.name = engine.to_string();
        report(vec![run])
    };
    let differ = |a: &Report, b: &Report| !compare(a, b).is_empty();
    let (here, there) = (|| trap("here"), || trap("there"));
    let one = || returned(Pattern::I32(1));
    assert!(differ(&with("a", here()), &with("a", there())));
    assert!(!differ(&with("a", here()), &with("b", there())));
    assert!(differ(&with("a", here()), &with("b", one())));
    assert!(differ(&with("a", returned(Pattern::I32(2))), &with("b", one())));
    // A different kind of wrong outcome is a different wrong result, whatever the message.
    let exhausted = Some(Observed::Exhausted { message: "here".to_string() });
    assert!(differ(&with("a", here()), &with("b", exhausted)));
}

#[test]
fn a_directive_that_moved_is_the_same() {
    let one = |index| file("a", 20, &[note("x", index, Failed, None)], &[]);
    assert!(
        compare(&report(vec![run("l", vec![one(5)])]), &report(vec![run("l", vec![one(9)])]))
            .is_empty()
    );
    // Without a hash, the position identifies the directive.
    let bare = |index| file("a", 20, &[note("", index, Failed, None)], &[]);
    assert_eq!(changes(bare(5), bare(9)), [(5, Failed, Passed), (9, Passed, Failed)]);
}

#[test]
fn a_file_of_another_size_is_a_difference() {
    let (short, long) = (file("a", 2, &[], &[]), file("a", 3, &[], &[(0, 1, HarnessOnly)]));
    assert_eq!(wholes(short, long), [FileDifference::Sizes(2, 3)]);
}

#[test]
fn a_file_that_one_lane_lacks_is_a_difference() {
    let files = |names: &[&str]| names.iter().map(|name| file(name, 1, &[], &[])).collect();
    let comparison = compare_lanes(&run("x", files(&["a", "b"])), &run("y", files(&["b", "c"])));
    let told: Vec<_> = comparison.files.iter().map(|file| (&*file.path, file.what)).collect();
    let only = FileDifference::OnlyIn;
    assert_eq!(told, [("a", only(Which::First)), ("c", only(Which::Second))]);
}

#[test]
fn a_file_that_ran_in_part_is_no_improvement() {
    let whole = file("a", 9, &[note("x", 5, Failed, None), note("y", 1, Failed, None)], &[]);
    let part = file("a", 9, &[], &[(4, 5, Skipped)]);
    let comparison = between(whole.clone(), part.clone());
    assert_eq!(comparison.files.len(), 1);
    assert_eq!(comparison.files[0].what, FileDifference::InPart(Which::Second));
    // Directives that both ran are compared all the same.
    assert_eq!(comparison.changes.len(), 1);
    assert_eq!(comparison.changes[0].index, 1);
    // Both ran a part, but different parts.
    let other = file("a", 9, &[], &[(0, 2, Skipped)]);
    let both = [Which::First, Which::Second].map(FileDifference::InPart);
    assert_eq!(wholes(part.clone(), other), both);
    assert_eq!(wholes(part.clone(), part.clone()), []);
    // An older report does not record which directives were skipped, so nothing is guessed.
    let old = File { unlisted: Vec::new(), ..part };
    let comparison = between(old, whole);
    assert_eq!(comparison.files[0].what, FileDifference::InPart(Which::First));
    assert_eq!(comparison.changes, []);
}

#[test]
fn counts_that_no_directive_accounts_for_are_a_difference() {
    let told = file("a", 9, &[], &[(2, 3, HarnessOnly)]);
    let old = File { unlisted: Vec::new(), ..told.clone() };
    let none = file("a", 9, &[], &[]);
    let counts = |a: &File, b: &File| FileDifference::Counts(a.ledger, b.ledger);
    assert_eq!(wholes(old.clone(), none.clone()), [counts(&old, &none)]);
    assert_eq!(wholes(old.clone(), old.clone()), []);
    // One verdict is missing: the ledger of one lane does not add up.
    let mut short = none.clone();
    short.ledger.passed -= 1;
    assert_eq!(wholes(none.clone(), short.clone()), [counts(&none, &short)]);
}

#[test]
fn a_damaged_report_is_compared_safely() {
    let mut a = file("a", 3, &[], &[]);
    let count = u32::MAX;
    a.unlisted = vec![Unlisted { index: 1, count, verdict: HarnessOnly }; 2];
    assert_eq!(between(a.clone(), a.clone()).changes, []);
    a.ledger.directives = u64::MAX;
    assert_eq!(between(a.clone(), a).changes, []);
}

#[test]
fn a_run_that_one_report_lacks_is_a_difference() {
    let (one, two) = (run("native", vec![]), run("aarch64", vec![]));
    let comparison = compare(&report(vec![one.clone(), two]), &report(vec![one]));
    assert_eq!(comparison.runs, [("example on aarch64".to_string(), Which::First)]);
}

/// The file, the index and line of the directive, and the result of each lane.
fn told(difference: &LaneDifference) -> String {
    let place = difference.place.as_ref();
    let place = place.map_or(String::new(), |it| format!("#{} line {}", it.index, it.line));
    let result = |on: &OnLane| match &on.result {
        LaneResult::Directive(Some(said)) => {
            format!("{}: {} {}", on.lane, said.verdict.name(), said.why())
        }
        LaneResult::Counts(ledger) => format!("{}: {} passed", on.lane, ledger.passed),
        other => format!("{}: {other:?}", on.lane),
    };
    let lanes: Vec<String> = difference.lanes.iter().map(result).collect();
    format!("{}{place} | {}", difference.path, lanes.join(" | "))
}

#[test]
fn differences_of_several_lanes_are_reported_together() {
    let right = || vec![file("a", 9, &[], &[(8, 1, HarnessOnly)]), file("b", 2, &[], &[])];
    let wrong = |value| {
        file("a", 9, &[note("x", 1, Failed, returned(Pattern::I32(value)))], &[(8, 1, HarnessOnly)])
    };
    let report = report(vec![
        run("native", right()),
        run("one", vec![wrong(1), file("b", 3, &[], &[])]),
        run("two", right()),
        run("three", vec![file("a", 9, &[note("x", 1, Unsupported, None)], &[])]),
        run("four", vec![wrong(2), file("b", 4, &[], &[])]),
    ]);
    let differences = lane_differences(&report);
    assert_eq!(
        differences.iter().map(told).collect::<Vec<_>>(),
        [
            "b | native: Size(2) | one: Size(3) | four: Size(4)",
            "a#1 line 11 | native: passed  | one: failed (i32.const 1) | three: unsupported another \
             result | four: failed (i32.const 2)",
            "b | native: HasFile(true) | three: HasFile(false)",
            "a#8 line 0 | native: harness_only  | three: passed ",
        ]
    );
}

#[test]
fn other_engines_and_the_same_lane_are_not_compared() {
    let wrong = || vec![file("a", 9, &[note("x", 1, Failed, None)], &[])];
    let mut other = run("aarch64", wrong());
    other.engine.name = "other".to_string();
    let same_lane = run("native", wrong());
    let report = report(vec![run("native", vec![]), other, same_lane]);
    assert_eq!(lane_differences(&report), []);
}

#[test]
fn a_stopped_lane_is_compared_over_the_part_that_ran() {
    let stopped = |lane: &str, files| {
        let mut run = run(lane, files);
        run.stopped = Some("fail-fast".to_string());
        run
    };
    let whole = || {
        let failed = file("c", 4, &[note("z", 3, Failed, None)], &[]);
        run(
            "native",
            vec![file("a", 9, &[], &[(7, 1, HarnessOnly)]), file("b", 4, &[], &[]), failed],
        )
    };
    // One directive differs, one file ran in part, one did not run, and one was not begun.
    let part = |lane: &str| {
        let skipped = file("b", 4, &[], &[(0, 4, Skipped)]);
        let begun = file("a", 9, &[note("x", 1, Crashed, None)], &[(5, 4, Skipped)]);
        stopped(lane, vec![begun, skipped, file("c", 0, &[], &[])])
    };
    let only = "a#1 line 11 | native: passed  | aarch64: crashed another result";
    let all = |runs| lane_differences(&report(runs)).iter().map(told).collect::<Vec<_>>();
    assert_eq!(all(vec![whole(), part("aarch64")]), [only]);
    // The first run may be the one that was stopped.
    let mut first = part("aarch64");
    first.files.pop();
    assert_eq!(
        all(vec![first.clone(), whole()]),
        ["a#1 line 11 | aarch64: crashed another result | native: passed "]
    );
    // A lane that ran to its end is preferred as the reference.
    assert_eq!(all(vec![first, run("native", vec![]), run("far", vec![])]), Vec::<String>::new());
    // Differences that the stop does not explain remain: sizes, and lost verdicts.
    let longer = stopped("aarch64", vec![file("a", 8, &[], &[(2, 6, Skipped)])]);
    let mut short = stopped("far", vec![file("b", 4, &[], &[])]);
    short.files[0].ledger.passed -= 1;
    assert_eq!(
        all(vec![whole(), longer, short]),
        ["a | native: Size(9) | aarch64: Size(8)", "b | native: 4 passed | far: 3 passed",]
    );
}

#[test]
fn every_difference_is_a_problem_of_the_later_lane() {
    let mut recorder = Recorder::new(Tool::default());
    for (lane, directives) in [("native", ["a", "b"]), ("aarch64", ["b", "c"])] {
        let files = directives.map(|path| FileHead { path: path.into(), ..FileHead::default() });
        let mut head = RunHead { files: files.to_vec(), ..RunHead::default() };
        head.lane.name = lane.to_string();
        recorder.event(Event::RunStarted(Box::new(head)));
        recorder.event(Event::RunFinished { wall_s: 1.0, stopped: None });
        recorder.compare_lanes();
    }
    let report = recorder.into_report();
    assert_eq!(report.runs[0].problems, []);
    let problems = &report.runs[1].problems;
    assert!(problems.iter().all(|problem| problem.kind == ProblemKind::LaneDifference));
    let told: Vec<_> = problems.iter().map(|p| format!("{}: {}", p.path, p.message)).collect();
    assert_eq!(
        told,
        ["a", "c"].map(|path| format!("{path}: the file differs from the lane native"))
    );
}
