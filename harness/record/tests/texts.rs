//! Two reports of a script that was edited in between: what counts as new, gone or changed.

use wassay_record::Verdict::{Blocked, Failed};
use wassay_record::{
    Comparison, File, FileDifference, Finding, Ledger, Note, Report, Run, Said, Tool, Trend,
    Verdict, Which, compare,
};

fn note(hash: &str, index: u32, verdict: Verdict) -> Note {
    let bare = Finding::bare(index, index + 1, 1, "assert_return", verdict);
    Note::new(Finding { hash: hash.to_string(), ..bare })
}

/// A report of one script with this text and nine directives: all passed except for the notes.
fn report(text: Option<&str>, findings: &[Note]) -> Report {
    let mut ledger = Ledger { directives: 9, ..Ledger::default() };
    findings.iter().for_each(|note| ledger.add(note.finding.verdict));
    ledger.passed = 9 - findings.len() as u64;
    let (path, text_hash) = ("bugs/mine.wast".to_string(), text.map(str::to_string));
    let file = File { path, text_hash, ledger, findings: findings.to_vec(), ..File::default() };
    let run = Run { ledger, files: vec![file], ..Run::default() };
    Report { runs: vec![run], ..Report::new(Tool::default()) }
}

/// Each directive's trend, the report that has its line, and its verdicts.
fn told(found: &Comparison) -> Vec<(Trend, Option<Which>, [Option<Verdict>; 2])> {
    let verdict = |said: &Option<Said>| said.as_ref().map(|said| said.verdict);
    let told = |change: &wassay_record::Change| {
        (change.trend(), change.side, [&change.before, &change.after].map(verdict))
    };
    found.changes.iter().map(told).collect()
}

#[test]
fn a_directive_of_one_text_only_is_neither_fixed_nor_regressed() {
    let before = [note("deleted", 1, Failed), note("both", 3, Failed)];
    let after = [note("both", 2, Blocked), note("added", 5, Failed)];
    let expected = vec![
        (Trend::Gone, Some(Which::First), [Some(Failed), None]),
        (Trend::Changed, Some(Which::Second), [Some(Failed), Some(Blocked)]),
        (Trend::New, Some(Which::Second), [None, Some(Failed)]),
    ];
    let (a, b) = (report(Some("x"), &before), report(Some("y"), &after));
    let found = compare(&a, &b);
    assert_eq!(told(&found), expected);
    assert_eq!(
        found.files.iter().map(|file| file.what).collect::<Vec<_>>(),
        [FileDifference::Text]
    );
    // An older report does not record a hash of the text.
    for (one, other) in [(None, None), (Some("x"), None), (None, Some("x"))] {
        let found = compare(&report(one, &before), &report(other, &after));
        assert_eq!((told(&found), found.files.len()), (expected.clone(), 0), "{one:?} {other:?}");
    }
}

#[test]
fn in_one_text_a_directive_that_is_not_listed_has_passed() {
    let (a, b) =
        (report(Some("x"), &[note("a", 1, Failed)]), report(Some("x"), &[note("b", 2, Failed)]));
    let trends: Vec<Trend> = told(&compare(&a, &b)).iter().map(|told| told.0).collect();
    assert_eq!(trends, [Trend::Fixed, Trend::Regressed]);
    assert!(compare(&a, &a).is_empty());
}

#[test]
fn a_new_failure_may_be_a_regression() {
    let (none, new) = (report(Some("x"), &[]), report(Some("y"), &[note("a", 1, Failed)]));
    assert!(compare(&none, &new).has_regression());
    assert!(!compare(&new, &none).has_regression());
    assert!(!compare(&none, &report(Some("y"), &[])).has_regression());
    assert!(!compare(&none, &report(Some("y"), &[])).is_empty(), "the texts differ");
}
