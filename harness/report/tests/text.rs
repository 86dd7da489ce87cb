//! Tests every output format on one made-up report. To accept a change, run this test with
//! `INSTA_UPDATE=always` and review the diff.

use wassay_record::{
    Engine, Expected, File, Finding, Lane, Ledger, Note, Observed, Opt, Partition, Pattern,
    Problem, ProblemKind, Report, Run, Tool, Verdict, compare,
};
use wassay_report::{Look, comparison, figures, junit, markdown, summary, table};

fn finding(index: u32, line: u32, kind: &str, verdict: Verdict, message: &str) -> Finding {
    Finding {
        index,
        line,
        column: 3,
        kind: kind.to_string(),
        verdict,
        expected: None,
        actual: None,
        message: message.to_string(),
        feature: None,
        capability: None,
        cause: None,
        hash: format!("{line:016x}"),
    }
}

fn file(path: &str, suite: &str, proposal: &str, passed: u64, findings: Vec<Note>) -> File {
    let directives = passed + findings.len() as u64;
    let mut ledger = Ledger { directives, passed, ..Ledger::default() };
    findings.iter().for_each(|note| ledger.add(note.finding.verdict));
    let (path, suite, proposal) = (path.to_string(), suite.to_string(), proposal.to_string());
    let text_hash = Some(path.clone());
    File { path, suite, proposal, text_hash, ledger, wall_s: 0.25, findings, ..File::default() }
}

fn failures() -> Vec<Note> {
    let failed = Finding {
        expected: Some(Expected::Results(vec![Pattern::I32(3)])),
        actual: Some(Observed::Returned(vec![Pattern::I32(4)])),
        ..finding(7, 99, "assert_return", Verdict::Failed, "another value")
    };
    let source =
        "  (assert_return (invoke \"add\" (i32.const 1) (i32.const 2))\n    (i32.const 3))";
    let crash = "it was killed by SIGSEGV; its last words: one | two";
    let timeout = "no end after 30 seconds";
    vec![
        Note { source: source.to_string(), ..Note::new(failed) },
        Note::new(finding(8, 101, "invoke", Verdict::Blocked, "depends on line 99, which failed")),
        Note::new(finding(9, 1000, "invoke", Verdict::Crashed, crash)),
        Note {
            source: (1..=12).map(|n| format!("  line {n}\n")).collect::<String>() + "...",
            ..Note::new(finding(10, 9995, "module", Verdict::TimedOut, timeout))
        },
        Note {
            known: Some("the reason why".to_string()),
            ..Note::new(finding(11, 9999, "assert_trap", Verdict::Failed, "known"))
        },
    ]
}

fn unsupported() -> Vec<Note> {
    let finding = |line| finding(line, line, "module", Verdict::Unsupported, "not here");
    let gc = |line| Note::new(Finding { feature: Some("gc".to_string()), ..finding(line) });
    let kinds = Finding { capability: Some("kinds".to_string()), ..finding(3) };
    vec![gc(1), gc(2), Note::new(kinds)]
}

fn run(files: Vec<File>, problems: Vec<Problem>) -> Run {
    let mut ledger = Ledger::default();
    files.iter().for_each(|file| ledger += file.ledger);
    let engine = Engine {
        name: "example".to_string(),
        version: "1.2.3".to_string(),
        target: "x86_64-linux".to_string(),
        ..Engine::default()
    };
    Run { engine, lane: Lane::default(), wall_s: 12.34, ledger, files, problems, ..Run::default() }
}

fn red() -> Run {
    let problem = |kind, path: &str, message: &str| Problem {
        kind,
        path: path.to_string(),
        message: message.to_string(),
    };
    let fault = "the engine cannot be started";
    let problems = vec![
        problem(ProblemKind::UnexpectedPass, "wasm-v1/add.wast", "line 5: listed, but it passed"),
        problem(ProblemKind::StaleKnown, "wasm-v1/add.wast", "no directive is `invoke ab`"),
        problem(
            ProblemKind::LaneDifference,
            "wasm-v1/add.wast",
            "5:1 assert_return: passed here, not there",
        ),
        problem(ProblemKind::Fault, "wasm-v1/add.wast", fault),
        problem(ProblemKind::Fault, "proposals/gc/array.wast", fault),
    ];
    let files = vec![
        file("wasm-v1/add.wast", "wasm-v1", "", 1234, failures()),
        file("proposals/gc/array.wast", "proposals", "gc", 0, unsupported()),
    ];
    run(files, problems)
}

fn green() -> Run {
    run(vec![file("wasm-v1/add.wast", "wasm-v1", "", 1, Vec::new())], Vec::new())
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn report(runs: Vec<Run>) -> Report {
    Report { runs, ..Report::new(Tool { name: "wassay".into(), version: "0".into() }) }
}

#[test]
fn a_red_run() {
    insta::assert_snapshot!(plain(&summary(
        &red(),
        &Look { failures: 3, no_table: false, ..Look::default() }
    )));
}

/// Failures that differ only in numbers, one with hostile text, and the directives that they block.
fn many() -> Run {
    let failed = |line: u32| Finding {
        expected: Some(Expected::Results(vec![Pattern::I32(line)])),
        actual: Some(Observed::Returned(vec![Pattern::I32(4)])),
        ..finding(line, line, "assert_return", Verdict::Failed, "another value")
    };
    let blocked = |line| Finding {
        cause: Some(2),
        ..finding(line, line, "invoke", Verdict::Blocked, "depends on line 2")
    };
    let mut hostile =
        finding(9, 2, "invoke", Verdict::Crashed, "last words: \u{1b}[2J<b>`*\u{202e}");
    hostile.column = 500;
    let source = "x".repeat(40) + "\u{1b}]0;title ...";
    let mut notes: Vec<Note> = [7, 8, 10].map(|line| Note::new(failed(line))).to_vec();
    notes.push(Note { source, ..Note::new(hostile) });
    notes.extend([3, 4].map(|line| Note::new(blocked(line))));
    run(vec![file("bugs/a\u{7}.wast", "ad-hoc", "", 3, notes)], Vec::new())
}

#[test]
fn many_failures_end_in_their_causes() {
    let text = plain(&summary(&many(), &Look { failures: 0, no_table: false, ..Look::default() }));
    insta::assert_snapshot!(text);
    let text = plain(&summary(&many(), &Look { failures: 1, no_table: false, ..Look::default() }));
    assert!(
        text.contains("\n... and 3 more failures; `--report json=FILE` has them all"),
        "{text}"
    );
}

#[test]
fn what_a_script_says_moves_no_cursor_and_is_no_markup() {
    let mut run = many();
    run.files[0].findings.drain(..3);
    let text = summary(&run, &Look { failures: 9, no_table: true, ..Look::default() })
        + &markdown(&report(vec![run]));
    insta::assert_snapshot!(plain(&text));
}

#[test]
fn no_name_breaks_a_table() {
    let mut run = many();
    (run.engine.name, run.lane.name) = ("a|b\n".to_string(), "<i>\u{1b}[m".to_string());
    run.files[0].suite = "x | y".to_string();
    let report = report(vec![run]);
    for text in [table(&report), markdown(&report), figures(&report)] {
        let text = plain(&text);
        assert!(!text.contains("| y") || text.contains("x \\| y"), "{text}");
        assert!(!text.contains("<i>") || !text.contains("|---"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn long_numbers_have_separators() {
    let notes = (1..=1234).flat_map(|_| unsupported().into_iter().take(1)).collect();
    let one = run(vec![file("a.wast", "ad-hoc", "", 1, notes)], vec![]);
    let text = plain(&summary(&one, &Look::default()));
    assert!(text.contains("\nunsupported: gc 1,234\n"), "{text}");
}

#[test]
fn the_table_fits_a_terminal() {
    let ledger = Ledger {
        directives: 1_000_000,
        passed: 900_000,
        failed: 5,
        unsupported: 99_990,
        blocked: 2,
        skipped: 3,
        ..Ledger::default()
    };
    let path = "proposals/nontrapping-float-to-int-conversions/a.wast";
    let mut long = file(path, "proposals", "nontrapping-float-to-int-conversions", 0, vec![]);
    long.ledger = ledger;
    let text = plain(&summary(&run(vec![long, green().files.remove(0)], vec![]), &Look::default()));
    let wide = text.lines().find(|line| line.chars().count() > 80);
    assert_eq!(wide, None, "{text}");
    // No part of a name is left out.
    let name = "\nproposals/nontrapping-float-to-int-conversions\n";
    assert!(text.contains(name) && !text.contains("crashed"), "{text}");
}

#[test]
fn a_red_run_in_few_words() {
    insta::assert_snapshot!(plain(&summary(
        &red(),
        &Look { failures: 0, no_table: true, ..Look::default() }
    )));
}

#[test]
fn a_green_run() {
    insta::assert_snapshot!(plain(&summary(
        &green(),
        &Look { failures: 3, no_table: false, ..Look::default() }
    )));
}

#[test]
fn an_interrupted_run_that_does_not_add_up() {
    let mut run = green();
    run.ledger.directives = 5;
    run.stopped = Some("interrupted".to_string());
    insta::assert_snapshot!(plain(&summary(
        &run,
        &Look { failures: 3, no_table: true, ..Look::default() }
    )));
}

#[test]
fn no_report_of_an_interrupted_run_looks_green() {
    let cut = finding(1, 3, "invoke", Verdict::Skipped, "interrupted");
    let mut run = run(vec![file("slow.wast", "", "", 1, vec![Note::new(cut)])], Vec::new());
    run.stopped = Some("interrupted".to_string());
    run.files[0].stopped.clone_from(&run.stopped);
    run.partition = Some(Partition { of: 3, shards: vec![2], ..Partition::default() });
    let report = report(vec![run]);
    insta::assert_snapshot!(markdown(&report) + &junit(&report, &[]));
}

#[test]
fn colours() {
    let text = summary(&green(), &Look { failures: 3, no_table: true, ..Look::default() });
    insta::assert_snapshot!(text.replace('\x1b', "ESC"));
}

#[test]
fn markdown_of_two_runs() {
    insta::assert_snapshot!(markdown(&report(vec![red(), green()])));
}

#[test]
fn table_of_two_lanes() {
    let mut other = green();
    other.lane.name = "aarch64".to_string();
    other.files[0].ledger.harness_only = 2;
    other.files[0].ledger.directives += 2;
    other.ledger = other.files[0].ledger;
    insta::assert_snapshot!(table(&report(vec![red(), other])));
}

#[test]
fn table_of_two_engines() {
    let mut other = green();
    other.engine.name = "second".to_string();
    assert!(table(&report(vec![green(), other])).contains("| second on native |"));
}

#[test]
fn runs_of_one_lane_are_told_apart_by_their_settings() {
    let mut slow = green();
    slow.config.opt = Opt::None;
    let both = report(vec![green(), slow]);
    for (what, text) in [
        ("table", table(&both)),
        ("figures", plain(&figures(&both))),
        ("markdown", markdown(&both)),
        ("junit", junit(&both, &[])),
        ("comparison", plain(&comparison(&compare(&both, &both), ["a", "b"], 20))),
    ] {
        for opt in ["opt speed", "opt none"] {
            assert!(text.contains(opt), "{what}: {text}");
        }
    }
    let look = Look { is_one_of_several: true, distinction: "opt none", ..Look::default() };
    let text = plain(&summary(&both.runs[1], &look));
    assert!(text.starts_with("example 1.2.3 on native (x86_64-linux), opt none\n"), "{text}");
    assert!(!table(&report(vec![green()])).contains("opt"));
}

#[test]
fn junit_of_two_runs() {
    insta::assert_snapshot!(junit(&report(vec![red(), green()]), &[]));
}

#[test]
fn every_script_is_a_case() {
    let known = failures().pop().unwrap();
    let mut both = run(
        vec![
            file("a/known.wast", "", "", 0, vec![known.clone()]),
            file("a/mixed.wast", "", "", 4, failures()),
            file("a/passed.wast", "", "", 4, vec![known]),
        ],
        Vec::new(),
    );
    both.partition = Some(Partition { of: 3, shards: vec![2], scripts: 3, ..Partition::default() });
    let empty = Run { files: Vec::new(), ledger: Ledger::default(), ..both.clone() };
    insta::assert_snapshot!(junit(&report(vec![both, empty]), &[]));
}

#[test]
fn the_heading_comes_first_if_there_are_several_runs() {
    let look = Look { failures: 0, is_one_of_several: true, ..Look::default() };
    for no_table in [false, true] {
        let text = plain(&summary(&red(), &Look { no_table, ..look }));
        assert!(text.starts_with("example 1.2.3 on native (x86_64-linux)\n"), "{text}");
        assert_eq!(text.matches("(x86_64-linux)").count(), 1, "{text}");
    }
}

#[test]
fn figures_of_two_lanes() {
    let mut slow = green();
    slow.lane.name = "aarch64".to_string();
    (slow.wall_s, slow.peak_rss) = (100.0, Some(300 << 20));
    let other =
        Run { engine: Engine { name: "other".into(), ..Engine::default() }, ..slow.clone() };
    let mut report = report(vec![green(), slow, other]);
    report.relate_to_native();
    insta::assert_snapshot!(plain(&figures(&report)));
}

#[test]
fn a_comparison() {
    let text = comparison(&compare(&report(vec![green()]), &report(vec![red()])), ["a", "b"], 20);
    insta::assert_snapshot!(plain(&text));
}

#[test]
fn junit_of_problems_elsewhere() {
    let mut run = green();
    let problem = |path: &str, message: &str| Problem {
        kind: ProblemKind::LaneDifference,
        path: path.to_string(),
        message: message.to_string(),
    };
    run.problems = vec![
        problem("b.wast", "there on native, not there on aarch64"),
        problem("wasm-v1/add.wast", "1:1 module: passed on native, crashed on aarch64"),
        problem("", "of no file"),
    ];
    insta::assert_snapshot!(junit(&report(vec![run]), &[]));
}

#[test]
fn an_unreadable_directive_fails_its_case() {
    let message = "unknown directive `modul` (did you mean `module`?), at 9:2";
    let note = Note::new(finding(3, 9, "modul", Verdict::Unreadable, message));
    let run = run(vec![file("a.wast", "", "", 4, vec![note])], Vec::new());
    let xml = junit(&report(vec![run]), &[]);
    assert!(xml.contains(r#"failures="2""#), "{xml}");
    assert!(xml.contains(r#"<testcase name="a.wast:9:3 modul""#), "{xml}");
    let failure = r#"<failure message="unreadable">a.wast:9:3: unknown directive"#;
    assert!(xml.contains(failure), "{xml}");
}
