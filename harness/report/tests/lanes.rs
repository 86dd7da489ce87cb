//! Tests the text about lanes: where they differ, what they cost, which were skipped.

use wassay_record::{
    Expected, File, Finding, Ledger, Note, Observed, Pattern, Problem, ProblemKind, Report, Run,
    SkippedLane, Tool, Unlisted, Verdict,
};
use wassay_report::{Look, closing, differences, junit, markdown, skipped_lanes, summary};

fn note(index: u32, kind: &str, verdict: Verdict, actual: Option<u32>, message: &str) -> Note {
    let three = Expected::Results(vec![Pattern::I32(3)]);
    Note::new(Finding {
        index,
        line: 10 + index,
        column: 3,
        kind: kind.to_string(),
        verdict,
        expected: (verdict == Verdict::Failed).then_some(three),
        actual: actual.map(|value| Observed::Returned(vec![Pattern::I32(value)])),
        message: message.to_string(),
        feature: None,
        capability: None,
        cause: None,
        hash: format!("{index:016x}"),
    })
}

fn file(path: &str, directives: u64, findings: Vec<Note>, unlisted: Vec<Unlisted>) -> File {
    let mut ledger = Ledger { directives, ..Ledger::default() };
    findings.iter().for_each(|note| ledger.add(note.finding.verdict));
    unlisted.iter().for_each(|span| ledger.harness_only += u64::from(span.count));
    ledger.passed = directives - findings.len() as u64 - ledger.harness_only;
    let (path, suite) = (path.to_string(), "wasm-v1".to_string());
    File { path, suite, ledger, findings, unlisted, ..File::default() }
}

fn run(lane: &str, wall_s: f64, peak_rss: Option<u64>, files: Vec<File>) -> Run {
    let mut run = Run { wall_s, peak_rss, files, ..Run::default() };
    (run.engine.name, run.engine.version) = ("example".to_string(), "1.2.3".to_string());
    run.engine.target = "x86_64-linux".to_string();
    run.lane.name = lane.to_string();
    for file in &run.files {
        run.ledger += file.ledger;
    }
    run
}

/// Three lanes that differ in every possible way, and two that could not run.
fn red() -> Report {
    let failed = |actual| note(1, "assert_return", Verdict::Failed, Some(actual), "another result");
    let crashed = note(2, "invoke", Verdict::Crashed, None, "it was killed by SIGSEGV");
    let harness_only = Unlisted { index: 6, count: 1, verdict: Verdict::HarnessOnly };
    let native = vec![
        file("wasm-v1/add.wast", 9, vec![failed(4)], vec![]),
        file("wasm-v1/long.wast", 5, vec![], vec![]),
        file("wasm-v1/only.wast", 5, vec![], vec![]),
    ];
    let one = vec![
        file("wasm-v1/add.wast", 9, vec![crashed], vec![harness_only]),
        file("wasm-v1/long.wast", 6, vec![], vec![]),
        file("wasm-v1/only.wast", 5, vec![], vec![]),
    ];
    let two = vec![
        file("wasm-v1/add.wast", 9, vec![failed(5)], vec![]),
        file("wasm-v1/long.wast", 7, vec![], vec![]),
    ];
    let skipped = |lane: &str, reason: &str, remedy: &str| SkippedLane {
        lane: lane.to_string(),
        reason: reason.to_string(),
        remedy: remedy.to_string(),
    };
    let mut report = Report::new(Tool { name: "wassay".into(), version: "0".into() });
    report.runs = vec![
        run("native", 10.0, Some(64 << 20), native),
        run("aarch64", 84.0, Some(300 << 20), one),
        run("aarch64-cortex-a53", 95.5, None, two),
    ];
    for run in &mut report.runs[1..] {
        let kind = ProblemKind::LaneDifference;
        run.problems.push(Problem { kind, path: String::new(), message: "a sentence".into() });
    }
    report.skipped_lanes = vec![
        skipped("x86_64-max", "there is no `qemu-x86_64` here", "ci/setup"),
        skipped("elsewhere", "no such machine", ""),
    ];
    report.relate_to_native();
    report
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn the_end_of_a_run_on_several_lanes() {
    insta::assert_snapshot!(plain(&closing(&red(), 20)));
}

#[test]
fn a_lane_that_differs() {
    let look = Look { failures: 0, no_table: true, ..Look::default() };
    insta::assert_snapshot!(plain(&summary(&red().runs[1], &look)));
}

#[test]
fn lanes_as_markdown() {
    insta::assert_snapshot!(markdown(&red()));
}

#[test]
fn colours_of_a_difference() {
    let mut report = red();
    report.runs.truncate(2);
    report.runs.iter_mut().for_each(|run| run.files.truncate(1));
    insta::assert_snapshot!(differences(&report, 50).replace('\x1b', "ESC"));
}

#[test]
fn lanes_that_agree_have_no_section() {
    let mut report = red();
    report.runs.truncate(1);
    report.runs.push(Run { lane: red().runs[1].lane.clone(), ..report.runs[0].clone() });
    report.skipped_lanes.clear();
    assert_eq!(differences(&report, 50), "");
    assert_eq!(skipped_lanes(&report), "");
    assert!(!markdown(&report).contains("lanes"));
    report.runs.truncate(1);
    assert_eq!(closing(&report, 20), "");
}

#[test]
fn engines_are_named_where_there_are_two() {
    let mut report = red();
    report.runs.truncate(2);
    let mut other = report.runs[0].clone();
    other.engine.name = "other".to_string();
    report.runs.push(other);
    assert!(plain(&differences(&report, 50)).contains("add.wast:11:3 assert_return (example)\n"));
}

#[test]
fn many_differences_are_cut() {
    let many = |count: u32| {
        let notes = (0..count).map(|at| note(at, "invoke", Verdict::Crashed, None, "it crashed"));
        vec![file("wasm-v1/many.wast", 60, notes.collect(), vec![])]
    };
    let mut report = red();
    report.runs = vec![run("native", 1.0, None, many(0)), run("aarch64", 1.0, None, many(60))];
    assert!(plain(&differences(&report, 50)).ends_with("... and 10 more differences\n"));
    assert!(markdown(&report).contains("\n- ... and 10 more differences\n"));
}

#[test]
fn causes_come_before_what_they_block() {
    let mut notes: Vec<Note> = (1..60)
        .map(|at| note(at, "invoke", Verdict::Blocked, None, "depends on line 10"))
        .collect();
    notes.push(note(70, "module", Verdict::Failed, None, "it was not loaded"));
    let here = |notes| vec![file("wasm-v1/many.wast", 99, notes, vec![])];
    let mut report = red();
    report.runs = vec![run("native", 1.0, None, here(vec![])), run("far", 1.0, None, here(notes))];
    for text in [plain(&differences(&report, 50)), markdown(&report)] {
        let (_, section) = text.split_once("iffers between lanes").unwrap();
        let first = section.find("many.wast:").unwrap();
        assert!(section[first..].starts_with("many.wast:80:3"), "{text}");
    }
}

#[test]
fn junit_tells_lanes_apart_and_which_did_not_run() {
    let mut report = red();
    report.runs.truncate(2);
    for run in &mut report.runs {
        run.files.truncate(1);
        run.files.push(file("proposals/x/add.wast", 1, vec![], vec![]));
    }
    let text = junit(&report, &["elsewhere".to_string()]);
    let cases: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("<testcase "))
        .map(|line| line.split(" time=").next().unwrap_or_default().trim_end_matches('>'))
        .collect();
    let once: std::collections::BTreeSet<_> = cases.iter().collect();
    assert_eq!(once.len(), cases.len(), "{cases:#?}");
    insta::assert_snapshot!(text.split_once("<testsuite name=\"lanes\"").unwrap().1);
}

#[test]
fn junit_of_differences() {
    let mut report = red();
    report.skipped_lanes.clear();
    report.compare_lanes();
    insta::assert_snapshot!(junit(&report, &[]));
}
