//! Tests the lines about scripts that did not test the engine.

use wassay_record::{Engine, File, Finding, Ledger, Note, Run, Verdict};
use wassay_report::{Look, summary};

fn file(path: &str, passed: u64, findings: Vec<Note>) -> File {
    let mut ledger = Ledger { directives: passed, passed, ..Ledger::default() };
    ledger.directives += findings.len() as u64;
    findings.iter().for_each(|note| ledger.add(note.finding.verdict));
    File { path: path.to_string(), ledger, findings, ..File::default() }
}

fn run(files: Vec<File>) -> Run {
    let mut ledger = Ledger::default();
    files.iter().for_each(|file| ledger += file.ledger);
    let engine = Engine { name: "example".to_string(), ..Engine::default() };
    let mut run = Run { engine, wall_s: 12.34, ledger, files, ..Run::default() };
    run.lane.name = "native".to_string();
    run
}

/// The notes of a directive that needs each of these features.
fn lacking(features: &[&str]) -> Vec<Note> {
    let at = |(index, feature): (usize, &&str)| {
        Note::new(Finding {
            index: index as u32,
            line: 1,
            column: 1,
            kind: "module".to_string(),
            verdict: Verdict::Unsupported,
            expected: None,
            actual: None,
            message: "not here".to_string(),
            feature: Some(feature.to_string()),
            capability: None,
            cause: None,
            hash: format!("{index:016x}"),
        })
    };
    features.iter().enumerate().map(at).collect()
}

#[test]
fn untested_scripts_are_grouped_by_what_they_lack() {
    let folder = "regressions/a-folder-with-a-long-name";
    let of = |name: &str, features: &[&str]| {
        file(&format!("{folder}/{name}.wast"), 0, lacking(features))
    };
    let mut parsed = file("parsed.wast", 2, Vec::new());
    (parsed.ledger.passed, parsed.ledger.harness_only) = (0, 2);
    let empty = file("empty.wast", 0, Vec::new());
    let one = vec![file("one.wast", 1, Vec::new())];
    let mut files = vec![of("a", &["threads"]), parsed, empty, of("b", &["gc", "gc"])];
    files.extend(["c", "d", "e", "f"].map(|name| of(name, &["gc"])));
    files.extend(["g", "h"].map(|name| of(name, &["custom-descriptors", "exceptions", "gc"])));
    files.extend(one.clone());
    let look = Look { no_table: true, ..Look::default() };
    let text = anstream::adapter::strip_str(&summary(&run(files), &look)).to_string();
    assert_eq!(text.lines().find(|line| line.chars().count() > 80), None, "{text}");
    // A single script has a line of its own.
    let alone = one.into_iter().chain([of("i", &["threads", "multi-memory", "gc"])]).collect();
    let alone = summary(&run(alone), &look);
    insta::assert_snapshot!(format!("{text}\n{}", anstream::adapter::strip_str(&alone)));
}
