//! The text of a comparison: what is counted and in which group it stands. Compares nothing itself.

use wassay_record::{
    Change, Comparison, Expected, FileChange, FileDifference, Ledger, Loss, Messages, Observed,
    Pattern, Problem, ProblemKind, RunPair, Said, Setting, SkippedLane, Verdict, Which,
};
use wassay_report::comparison;

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// A directive that crashed before.
fn recovered(path: &str, after: Said) -> Change {
    Change {
        run: "example on native".to_string(),
        path: path.to_string(),
        line: 5,
        column: 1,
        kind: "invoke".to_string(),
        index: 3,
        expected: None,
        side: None,
        before: Some(said(Verdict::Crashed, None)),
        after: Some(after),
    }
}

#[test]
fn a_comparison_without_a_difference() {
    let text = comparison(&Comparison::default(), ["a", "b"], 20);
    insta::assert_snapshot!(plain(&text));
    let after = Said { message: String::new(), ..said(Verdict::Passed, None) };
    let change = recovered("wasm-v1/add.wast", after);
    let one = Comparison { changes: vec![change], ..Comparison::default() };
    assert!(
        plain(&comparison(&one, ["a", "b"], 20))
            .contains("invoke (example on native): crashed (in words) -> passed\n")
    );
}

#[test]
fn what_differs_is_counted_in_the_right_words() {
    let change = recovered("a.wast", said(Verdict::Passed, None));
    let file = |path: &str, what| FileChange {
        run: "example on native".to_string(),
        path: path.to_string(),
        what,
    };
    let (only, sizes) = (FileDifference::OnlyIn(Which::First), FileDifference::Sizes(1, 2));
    let run = ("other on native".to_string(), Which::First);
    let all = |changes: usize, files: &[(&str, FileDifference)], runs: usize| {
        let differs = Comparison {
            changes: vec![change.clone(); changes],
            files: files.iter().map(|(path, what)| file(path, *what)).collect(),
            runs: vec![run.clone(); runs],
            ..Comparison::default()
        };
        let text = plain(&comparison(&differs, ["a", "b"], 20));
        text.lines().last().unwrap_or_default().to_string()
    };
    assert_eq!(all(0, &[], 0), "no difference");
    assert_eq!(all(1, &[], 0), "1 directive differs");
    assert_eq!(all(2, &[], 0), "2 directives differ");
    assert_eq!(all(0, &[("a", only)], 0), "1 file differs");
    // One file with two differences.
    assert_eq!(all(0, &[("a", only), ("a", sizes)], 0), "1 file differs");
    assert_eq!(all(0, &[("a", only), ("b", sizes)], 0), "2 files differ");
    assert_eq!(all(0, &[], 1), "1 run is only in one report");
    assert_eq!(all(1, &[("a", only)], 0), "1 directive and 1 file differ");
    let several = "2 directives and 1 file differ; 2 runs are only in one report";
    assert_eq!(all(2, &[("a", only)], 2), several);
    let losses = vec![lost_feature(), lost_feature()];
    let with = |changes| Comparison { changes, losses: losses.clone(), ..Comparison::default() };
    for (changes, said) in [(vec![], "2 losses"), (vec![change], "1 directive differs; 2 losses")] {
        let text = plain(&comparison(&with(changes), ["a", "b"], 20));
        assert_eq!(text.lines().last(), Some(said));
    }
}

/// Two runs that were compared, with engines as `NAME VERSION`.
fn pair(engines: [&str; 2], lanes: [&str; 2], settings: Vec<Setting>) -> RunPair {
    let engine = |text: &str| {
        let (name, version) = text.split_once(' ').unwrap_or((text, ""));
        (name.to_string(), version.to_string())
    };
    let messages = [Messages::default(); 2];
    let lanes = lanes.map(str::to_string);
    RunPair { engines: engines.map(engine), lanes, settings, messages, is_related: true }
}

#[test]
fn the_first_line_names_what_was_compared() {
    let setting = |name: &str, values: [&str; 2]| Setting {
        name: name.to_string(),
        values: values.map(str::to_string),
    };
    let settings =
        || vec![setting("messages", ["text", "kind"]), setting("opt", ["speed", "none"])];
    let same = ["native"; 2];
    for (engines, lanes, settings, said) in [
        (["x 1", "x 1"], same, vec![], "x 1, native"),
        (["x 1", "x 2"], same, vec![], "x 1 -> 2, native"),
        (["x", "x"], same, vec![], "x, native"),
        (["x 1", "y 1"], ["native", "far"], vec![], "x 1 -> y 1, native -> far"),
        (["x 1", "x 1"], same, settings(), "x 1, native, messages text -> kind, opt speed -> none"),
    ] {
        let pairs = vec![pair(engines, lanes, settings)];
        let text = comparison(&Comparison { pairs, ..Comparison::default() }, ["a", "b"], 20);
        assert_eq!(plain(&text), format!("{said}\nno difference\n"));
    }
}

fn lost_feature() -> Loss {
    let (run, name) = ("example on native".to_string(), "simd".to_string());
    Loss::Support { run, what: "feature", name }
}

fn said(verdict: Verdict, actual: Option<Observed>) -> Said {
    Said { verdict, actual, message: "in words".to_string() }
}

fn returned(value: u32) -> Option<Observed> {
    Some(Observed::Returned(vec![Pattern::I32(value)]))
}

#[test]
fn a_comparison_of_everything_that_can_differ() {
    let run = || "example on native".to_string();
    let path = || "wasm-v1/add.wast".to_string();
    let change = |line, before, after| Change {
        run: run(),
        path: path(),
        index: 3,
        line,
        column: line.min(1),
        kind: if line == 0 { String::new() } else { "assert_return".to_string() },
        expected: Some(Expected::Results(vec![Pattern::I32(3)])),
        side: None,
        before: Some(before),
        after: Some(after),
    };
    let silent = |verdict| Said { message: String::new(), ..said(verdict, None) };
    let only = |side, [before, after]: [Option<Said>; 2]| {
        let both = change(7, said(Verdict::Passed, None), said(Verdict::Passed, None));
        Change { side: Some(side), before, after, ..both }
    };
    let wrong = || Some(said(Verdict::Failed, returned(9)));
    let broke = Some(Observed::Broke { message: "(i32.const\n2)".to_string() });
    let changes = vec![
        only(Which::First, [wrong(), None]),
        only(Which::Second, [None, wrong()]),
        change(0, silent(Verdict::Passed), silent(Verdict::HarnessOnly)),
        change(5, said(Verdict::Failed, returned(1)), said(Verdict::Failed, broke)),
    ];
    let (a, b) = (
        Ledger { passed: 5, harness_only: 1, ..Ledger::default() },
        Ledger { passed: 4, harness_only: 2, ..Ledger::default() },
    );
    let whats = [
        FileDifference::OnlyIn(Which::First),
        FileDifference::InPart(Which::Second),
        FileDifference::Text,
        FileDifference::Sizes(6, 7),
        FileDifference::Cut(7, 6),
        FileDifference::Counts(a, b),
    ];
    let files = whats.map(|what| FileChange { run: run(), path: path(), what }).to_vec();
    let runs = vec![("other on native".to_string(), Which::Second)];
    let problem = |kind, message: &str| Loss::Problem {
        run: run(),
        problem: Problem { kind, path: path(), message: message.to_string() },
    };
    let losses = vec![
        Loss::Lane(SkippedLane {
            lane: "aarch64".to_string(),
            reason: "no QEMU".to_string(),
            remedy: "ci/setup".to_string(),
        }),
        problem(ProblemKind::Fault, "the engine\ndied"),
        problem(ProblemKind::LostSupport, "it lacks `simd`"),
        lost_feature(),
    ];
    let pairs = vec![pair(["cranelift 0.134.0", "cranelift 0.135.8"], ["native"; 2], Vec::new())];
    let unrun = vec![
        ("example on native (way reloaded)".to_string(), Which::First),
        ("example on native (way sessions)".to_string(), Which::Second),
    ];
    let stopped = [Some("fail-fast".to_string()), Some("interrupted".to_string())];
    let all = Comparison { pairs, changes, files, runs, unrun, stopped, losses };
    insta::assert_snapshot!(plain(&comparison(&all, ["a", "b"], 20)));
}

#[test]
fn an_interruption_is_said_before_the_lists_and_without_a_difference() {
    let stopped = [None, Some("interrupted".to_string())];
    let cut = Comparison { stopped, ..Comparison::default() };
    let text = plain(&comparison(&cut, ["a.json", "b.json"], 20));
    let said = "b.json was stopped early: interrupted; what it did not run is not compared";
    assert_eq!(text, format!("{said}\nno difference\n"));
}

#[test]
fn differences_between_ways_are_called_so_and_limited() {
    let difference = |line: u32| Loss::Problem {
        run: "example on native (way reloaded)".to_string(),
        problem: Problem {
            kind: ProblemKind::LaneDifference,
            path: "bugs/a.wast".to_string(),
            message: format!("{line}:1 module differs from the way fresh"),
        },
    };
    let losses: Vec<Loss> = (1..=30).map(difference).collect();
    let pairs = vec![pair(["x 1"; 2], ["native"; 2], Vec::new())];
    let all = Comparison { pairs, losses, ..Comparison::default() };
    insta::assert_snapshot!(plain(&comparison(&all, ["a", "b"], 2)));
    let text = plain(&comparison(&all, ["a", "b"], 0));
    assert!(!text.contains("a.wast") && !text.contains("lane"), "{text}");
}

#[test]
fn many_differences_are_counted_and_end_in_their_causes() {
    let change = |line: u32| Change {
        line,
        before: Some(Said { message: String::new(), ..said(Verdict::Passed, None) }),
        after: Some(said(Verdict::Failed, returned(line))),
        ..recovered("a.wast", said(Verdict::Passed, None))
    };
    let mut changes: Vec<Change> = (1..=30).map(change).collect();
    changes.push(recovered("b.wast", said(Verdict::Passed, None)));
    let differing = Comparison { changes, ..Comparison::default() };
    insta::assert_snapshot!(plain(&comparison(&differing, ["a", "b"], 2)));
    let text = plain(&comparison(&differing, ["a", "b"], 0));
    assert!(text.contains(" (30)\n  `--show N` lists N of them\nby cause\n"), "{text}");
}
