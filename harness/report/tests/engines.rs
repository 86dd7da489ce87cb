//! Tests the text about several engines: the matrix, where they disagree, which were skipped, and the
//! table of `wassay table --engines`.

use wassay_record::{
    Expected, File, Finding, Ledger, Note, Observed, Pattern, Report, Run, SkippedEngine, Tool,
    Verdict, engine_differences,
};
use wassay_report::{
    check_engine_table, closing, disagreements, engine_table, junit, markdown, matrix,
};

/// A directive that did not pass: its position, its verdict, what it returned and why it is known.
type Bad = (u32, Verdict, Option<u32>, &'static str);

fn note((index, verdict, actual, known): Bad) -> Note {
    let three = Expected::Results(vec![Pattern::I32(3)]);
    let mut note = Note::new(Finding {
        index,
        line: 10 + index,
        column: 1,
        kind: "assert_return".to_string(),
        verdict,
        expected: (verdict == Verdict::Failed).then_some(three),
        actual: actual.map(|value| Observed::Returned(vec![Pattern::I32(value)])),
        message: format!("the engine's own words for {verdict:?}"),
        feature: None,
        capability: None,
        cause: None,
        hash: format!("{index:016x}"),
    });
    note.known = (!known.is_empty()).then(|| known.to_string());
    note
}

fn file(path: &str, suite: &str, directives: u64, bad: &[Bad]) -> File {
    let findings: Vec<Note> = bad.iter().map(|bad| note(*bad)).collect();
    let mut ledger = Ledger { directives, ..Ledger::default() };
    findings.iter().for_each(|note| ledger.add(note.finding.verdict));
    ledger.passed = directives - findings.len() as u64;
    let text_hash = Some("one text".to_string());
    let (path, suite) = (path.to_string(), suite.to_string());
    File { path, suite, text_hash, ledger, findings, ..File::default() }
}

fn run(engine: &str, version: &str, files: Vec<File>) -> Run {
    let mut run = Run { wall_s: 1.5, files, ..Run::default() };
    (run.engine.name, run.engine.version) = (engine.to_string(), version.to_string());
    run.engine.target = "x86_64-linux".to_string();
    run.lane.name = "native".to_string();
    for file in &run.files {
        run.ledger += file.ledger;
    }
    run
}

/// Three engines: in `add.wast` they disagree about directives 1 to 3, and in 4 to 6 they do not.
fn report() -> Report {
    use Verdict::{Blocked, Crashed, Failed, Unsupported};
    let files = |add: &[Bad], simd: &[Bad]| {
        vec![
            file("core/add.wast", "core", 1900, add),
            file("proposals/simd/v.wast", "proposals/simd", 20, simd),
        ]
    };
    let one = [(4, Unsupported, None, ""), (5, Failed, Some(7), "wrong everywhere")];
    let two = [
        (1, Failed, Some(4), ""),
        (2, Failed, Some(5), "a bug of two"),
        (5, Failed, Some(7), "wrong everywhere"),
        (6, Blocked, None, ""),
    ];
    let three = [
        (2, Crashed, None, "it crashes"),
        (3, Failed, Some(8), "another bug"),
        (5, Failed, Some(7), "wrong everywhere"),
    ];
    let lacks: Vec<Bad> = (0..20).map(|index| (index, Unsupported, None, "")).collect();
    let mut report = Report::new(Tool { name: "wassay".into(), version: "0".into() });
    report.runs = vec![
        run("one", "1.0", files(&one, &[])),
        run("two", "2.0", files(&two, &lacks)),
        run("three", "3.0", files(&three, &[])),
    ];
    report.skip_engine(SkippedEngine {
        engine: "four".to_string(),
        reason: "`four` is not installed".to_string(),
        remedy: "ci/setup".to_string(),
        did_not_start: false,
    });
    report
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn the_end_of_a_run_of_several_engines() {
    insta::assert_snapshot!(plain(&(matrix(&report()) + &closing(&report(), 20))));
}

#[test]
fn engines_as_markdown() {
    let text = markdown(&report());
    let (_, text) = text.split_once("## Engines differ").unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn only_what_engines_judge_differently_is_a_difference() {
    let differences = engine_differences(&report());
    let places: Vec<_> = differences.iter().map(|it| (it.place.index, it.is_known)).collect();
    assert_eq!(places, [(1, false), (2, true), (3, true)]);
    let engines = |at: usize| differences[at].engines.iter().map(|(name, _)| &**name);
    assert_eq!(engines(0).collect::<Vec<_>>(), ["one", "two", "three"]);
    let mut lanes = report();
    lanes.runs[1].lane.name = "aarch64".to_string();
    lanes.runs[2].lane.name = "far".to_string();
    assert_eq!(engine_differences(&lanes), [], "engines on other lanes are not compared");
}

#[test]
fn a_single_engine_has_neither_matrix_nor_differences() {
    let mut report = report();
    report.runs.truncate(1);
    assert_eq!(matrix(&report) + &disagreements(&report, 20), "");
}

#[test]
fn many_differences_are_limited() {
    let text = plain(&disagreements(&report(), 1));
    assert!(text.contains("core/add.wast:11:1") && !text.contains("core/add.wast:12:1"), "{text}");
    let rest = "... and 2 more known differences; `--report markdown=FILE` lists all";
    assert!(text.contains(rest), "{text}");
    let mut unknown = report();
    let files = unknown.runs.iter_mut().flat_map(|run| &mut run.files);
    files.flat_map(|file| &mut file.findings).for_each(|note| note.known = None);
    let text = plain(&disagreements(&unknown, 1));
    assert!(text.contains("... and 2 more differences; `--report markdown=FILE` lists all"));
}

#[test]
fn many_engines_are_shown_below_each_other() {
    let mut report = report();
    let more = (0..6).map(|at| Run {
        engine: wassay_record::Engine {
            name: format!("engine-{at}"),
            ..report.runs[0].engine.clone()
        },
        ..report.runs[0].clone()
    });
    let more: Vec<Run> = more.collect();
    report.runs.extend(more);
    let text = plain(&matrix(&report));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert_eq!(text.matches("suite ").count(), 2, "{text}");
}

#[test]
fn a_skipped_engine_is_a_case_of_its_own() {
    let text = junit(&report(), &[]);
    assert!(text.contains("<testsuite name=\"engines\""), "{text}");
    assert!(text.contains("`four` is not installed; to run it: `ci/setup`"), "{text}");
    let text = junit(&report(), &["four".to_string()]);
    assert!(text.contains("<error message=\"the engine did not run\""), "{text}");
}

#[test]
fn a_table_of_engines() {
    insta::assert_snapshot!(engine_table(&report()));
}

#[test]
fn a_report_is_compared_with_a_table() {
    let table = engine_table(&report());
    let check = |report: &Report| {
        let check = check_engine_table(report, &table);
        (check.problems.join("; "), check.notes.join("; "))
    };
    let nothing = || (String::new(), String::new());
    assert_eq!(check(&report()), nothing());
    let mut fewer = report();
    fewer.runs.truncate(1);
    assert_eq!(check(&fewer), nothing(), "an engine that is not here is not compared");
    let mut newer = report();
    newer.runs[0].engine.version = "1.1".to_string();
    let note = "not compared: one 1.1, because the table has one 1.0";
    assert_eq!(check(&newer), (String::new(), note.to_string()));
    let mut new = report();
    new.runs[0].engine.name = "five".to_string();
    assert_eq!(check(&new).0, "there is no column of five");
    let mut worse = report();
    worse.runs[1].files.remove(0);
    worse.runs[1].files[0].ledger.passed += 1;
    let problems = "core, two 2.0: the report has no such row; proposals/simd, two 2.0: the table has \
                    `0 / 20`, the report `1 / 20`";
    assert_eq!(check(&worse).0, problems);
    let mut other = report();
    other.runs[1].files[0].suite = "elsewhere".to_string();
    let problems = "core, two 2.0: the report has no such row; elsewhere, two 2.0: the table has no \
                    such row";
    assert_eq!(check(&other).0, problems);
    let mut strange = report();
    strange.runs.iter_mut().for_each(|run| run.engine.version = "9".to_string());
    assert_eq!(check(&strange).0, "no engine of the report is there in the same version");
    let rows: Vec<&str> = table.lines().collect();
    let twice = [rows.as_slice(), &rows[2..3]].concat().join("\n");
    assert_eq!(check_engine_table(&report(), &twice).problems, ["there are two rows of core"]);
}
