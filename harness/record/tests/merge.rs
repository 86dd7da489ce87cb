//! How merging reports affects the comparison of lanes.

use wassay_record::Verdict::{Failed, Unsupported};
use wassay_record::{
    Bounds, File, Finding, Ledger, Messages, Note, Opt, Problem, ProblemKind, Report, Run, Tool,
    Verdict, compare, lane_differences, merge,
};

/// A file with two directives; the second has this verdict.
fn file(path: &str, second: Verdict) -> File {
    let mut ledger = Ledger { directives: 2, passed: 1, ..Ledger::default() };
    ledger.add(second);
    let bare = Finding::bare(1, 5, 1, "assert_return", second);
    let finding = Finding { hash: "x".to_string(), ..bare };
    let findings = if second == Verdict::Passed { vec![] } else { vec![Note::new(finding)] };
    File { path: path.to_string(), ledger, findings, ..File::default() }
}

fn report(lane: &str, files: Vec<File>) -> Report {
    let mut run = Run { files, ..Run::default() };
    run.files.iter().for_each(|file| run.ledger += file.ledger);
    run.engine.name = "example".to_string();
    run.lane.name = lane.to_string();
    Report { runs: vec![run], ..Report::new(Tool::default()) }
}

fn passing(lane: &str, paths: &[&str]) -> Report {
    report(lane, paths.iter().map(|path| file(path, Verdict::Passed)).collect())
}

fn merged(reports: Vec<Report>) -> Report {
    reports.into_iter().reduce(|all, next| merge(all, next).unwrap()).unwrap()
}

/// The lane differences of each run.
fn told(report: &Report) -> Vec<Vec<String>> {
    let of_lanes = |problem: &&Problem| problem.kind == ProblemKind::LaneDifference;
    let text = |problem: &Problem| format!("{}: {}", problem.path, problem.message);
    let run = |run: &Run| run.problems.iter().filter(of_lanes).map(text).collect();
    report.runs.iter().map(run).collect()
}

#[test]
fn lanes_of_different_reports_are_compared() {
    let one = merged(vec![
        passing("native", &["a"]),
        report("aarch64", vec![file("a", Failed)]),
        passing("other", &["a"]),
    ]);
    let sentence = "a: 5:1 assert_return differs from the lane native";
    assert_eq!(told(&one), [vec![], vec![sentence.to_string()], vec![]]);
    assert_eq!(lane_differences(&one).len(), 1);
}

#[test]
fn differences_in_the_reports_are_not_repeated() {
    let one = merged(vec![passing("native", &["a"]), report("aarch64", vec![file("a", Failed)])]);
    let again = merged(vec![one.clone(), passing("other", &["a"])]);
    assert_eq!(told(&again)[..2], told(&one)[..]);
    // With another first lane, the difference belongs to the lane that differs from that one.
    let again = merged(vec![passing("other", &["a"]), one]);
    let sentence = "a: 5:1 assert_return differs from the lane other";
    assert_eq!(told(&again), [vec![], vec![], vec![sentence.to_string()]]);
}

#[test]
fn other_problems_stay() {
    let mut stale = passing("native", &["a"]);
    let (kind, path) = (ProblemKind::StaleKnown, "a".to_string());
    stale.runs[0].problems.push(Problem { kind, path, message: "stale".to_string() });
    let one = merged(vec![stale.clone(), passing("aarch64", &["a"])]);
    assert_eq!(one.runs[0].problems, stale.runs[0].problems);
}

#[test]
fn shards_of_several_lanes_agree_in_any_order() {
    let shards = [
        passing("native", &["a", "b"]),
        passing("native", &["c"]),
        passing("aarch64", &["b", "c"]),
        passing("aarch64", &["a"]),
    ];
    for order in [[0, 1, 2, 3], [0, 2, 1, 3], [3, 1, 0, 2], [2, 0, 3, 1]] {
        let all = merged(order.map(|at: usize| shards[at].clone()).to_vec());
        assert_eq!(told(&all), [vec![], Vec::<String>::new()], "{order:?}");
    }
    // Shards are missing: files that only one lane has are reported.
    let some = merged(shards[..3].to_vec());
    assert_eq!(told(&some)[1], ["a: the file differs from the lane native"]);
}

#[test]
fn runs_with_different_settings_are_not_compared() {
    let strict = |mut report: Report| {
        report.runs[0].config.messages = Messages::Text;
        report
    };
    let mut far = report("aarch64", vec![file("a", Unsupported)]);
    far.runs[0].config.bounds = Bounds::Explicit;
    let one = merged(vec![strict(passing("native", &["a"])), far.clone()]);
    assert_eq!(told(&one), [vec![], Vec::<String>::new()]);
    // Settings that belong to a lane do not matter.
    assert_eq!(told(&merged(vec![passing("native", &["a"]), far]))[1].len(), 1);
}

#[test]
fn runs_of_one_engine_and_lane_are_told_apart() {
    let with = |edit: fn(&mut Run), mut report: Report| {
        edit(&mut report.runs[0]);
        report
    };
    let opt: fn(&mut Run) = |run| run.config.opt = Opt::None;
    let older: fn(&mut Run) = |run| run.engine.version = "1".to_string();
    let newer: fn(&mut Run) = |run| run.engine.version = "2".to_string();
    let far = || report("aarch64", vec![file("a", Failed)]);
    let one = merged(vec![
        passing("native", &["a"]),
        far(),
        with(opt, passing("native", &["a"])),
        with(opt, far()),
    ]);
    let names = [
        "example on native (opt speed)",
        "example on aarch64 (opt speed)",
        "example on native (opt none)",
        "example on aarch64 (opt none)",
    ];
    assert_eq!(one.run_names(), names);
    // Each setting has its own first lane.
    let lanes = lane_differences(&one)
        .into_iter()
        .map(|difference| difference.lanes.into_iter().map(|on| on.lane).collect::<Vec<_>>());
    let [fast, slow] = ["speed", "none"]
        .map(|opt| ["native", "aarch64"].map(|lane| format!("{lane} (opt {opt})")).to_vec());
    assert_eq!(lanes.collect::<Vec<_>>(), [fast, slow]);
    let two = merged(vec![
        with(older, passing("native", &["a"])),
        with(newer, passing("native", &["a"])),
        far(),
    ]);
    let names = ["example on native (version 1)", "example on native (version 2)"];
    assert_eq!(two.run_names()[..2], names);
    assert_eq!(two.run_names()[2], "example on aarch64");
    // A comparison of two such reports names the run of each difference.
    let mut worse = two.clone();
    worse.runs[1].files[0] = file("a", Failed);
    assert_eq!(compare(&two, &worse).changes[0].run, names[1]);
    assert_eq!(compare(&one, &one).pairs.len(), 4);
}
