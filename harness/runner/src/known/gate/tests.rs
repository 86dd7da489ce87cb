//! Judges made-up findings against made-up lists.

use super::*;
use wassay_record::{Cache, Messages};

pub(crate) fn note(hash: &str, line: u32, verdict: Verdict) -> Note {
    let bare = Finding::bare(line, line, 1, "invoke", verdict);
    Note::new(Finding { hash: hash.to_string(), ..bare })
}

pub(crate) fn named(path: &str) -> ListName {
    ListName::of_suite(path)
}

pub(crate) fn file(findings: Vec<Note>) -> File {
    File { path: "a".to_string(), findings, ..File::default() }
}

fn known(directives: &str, more: &str) -> Known {
    let text = format!(
        "[[known]]\npath = \"a\"\nreason = \"because\"\ndirectives = [{directives}]\n{more}"
    );
    Known::parse(&text, "x86_64-linux").unwrap()
}

/// The kinds of problems after a run of this one file, called `path`.
fn run(
    known: Known,
    path: &str,
    file: &mut File,
    passes: &[Note],
    whole: bool,
) -> Vec<ProblemKind> {
    let mut gate = Gate::new(known);
    let mut problems = gate.judge(&named(path), file, passes, whole, &Config::default());
    problems.extend(gate.close(["a", "v/a", "v/b"].into_iter()));
    problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn a_listed_failure_is_known_and_another_is_not() {
    let mut file = file(vec![note("ab", 1, Verdict::Failed), note("cd", 2, Verdict::Failed)]);
    assert_eq!(run(known("\"invoke ab\"", ""), "a", &mut file, &[], true), []);
    assert_eq!(file.findings[0].known.as_deref(), Some("because"));
    assert_eq!(file.findings[1].known, None);
}

#[test]
fn a_listed_directive_that_passes_is_a_problem() {
    let passes = [note("ab", 1, Verdict::Passed)];
    let kinds = run(known("\"invoke ab\"", ""), "a", &mut file(vec![]), &passes, false);
    assert_eq!(kinds, [ProblemKind::UnexpectedPass]);
}

#[test]
fn at_a_looser_level_a_listed_directive_may_pass() {
    let passes = [note("ab", 1, Verdict::Passed)];
    let text = "messages = \"text\"\n";
    let stage = "messages = \"stage\"\n";
    for (messages, more, problems) in [
        (Messages::Stage, "", 0),
        (Messages::Kind, "", 1),
        (Messages::Text, "", 1),
        (Messages::Kind, text, 0),
        (Messages::Text, text, 1),
        (Messages::Stage, stage, 1),
        (Messages::Text, "may_pass = true\n", 0),
        (Messages::Text, "may_pass = false\n", 1),
    ] {
        let at = |messages| Config { messages, ..Config::default() };
        let mut gate = Gate::new(known("\"invoke ab\"", more));
        let mut found = gate.judge(&named("a"), &mut file(vec![]), &passes, true, &at(messages));
        found.extend(gate.close(["a"].into_iter()));
        assert_eq!(found.len(), problems, "{messages:?}: {found:?}");
    }
}

#[test]
fn a_problem_names_the_file_and_the_line_of_its_entry() {
    let told = |findings: Vec<Note>, passes: &[Note], reason: &str| {
        let text = format!(
            "\n[[known]]\npath = \"a\"\nreason = \"{reason}\"\ndirectives = [\"invoke ab\"]\n"
        );
        let mut gate = Gate::new(Known::parse(&text, "").unwrap().named("lists/mine.toml"));
        let mut problems =
            gate.judge(&named("a"), &mut file(findings), passes, true, &Config::default());
        problems.extend(gate.close(["a"].into_iter()));
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("\n")
    };
    let passed = [note("ab", 3, Verdict::Passed)];
    for (said, expected) in [
        (told(vec![], &[], "r"), "remove it at lists/mine.toml:2"),
        (told(vec![], &passed, "r"), "remove `invoke ab` at lists/mine.toml:2"),
        (told(vec![note("ab", 3, Verdict::Unsupported)], &[], "r"), "at lists/mine.toml:2"),
        (told(vec![note("ab", 3, Verdict::Failed)], &[], PLACEHOLDER), "lists/mine.toml:2 have"),
    ] {
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn an_entry_that_matches_nothing_is_stale_if_the_file_was_run_entirely() {
    let known = || known("\"invoke ab\"", "");
    assert_eq!(run(known(), "a", &mut file(vec![]), &[], false), []);
    assert_eq!(run(known(), "a", &mut file(vec![]), &[], true), [ProblemKind::StaleKnown]);
    let mut unsupported = file(vec![note("ab", 1, Verdict::Unsupported)]);
    assert_eq!(run(known(), "a", &mut unsupported, &[], true), [ProblemKind::StaleKnown]);
}

#[test]
fn what_the_run_demands_and_the_engine_lacks_makes_no_entry_stale() {
    let lacks = |verdict, name: &str| {
        let mut note = note("ab", 1, verdict);
        note.finding.capability = Some(name.to_string());
        file(vec![note])
    };
    // `sessions` needs a second session, and this run has a cache directory besides.
    for (ways, way, verdict, name, problems) in [
        ("", Way::Sessions, Verdict::Unsupported, "a second session", 0),
        ("", Way::Sessions, Verdict::Unsupported, "a cache directory", 0),
        ("", Way::Sessions, Verdict::Unsupported, "serialized modules", 1),
        ("", Way::Sessions, Verdict::Unsupported, "calling", 1),
        ("", Way::Fresh, Verdict::Unsupported, "a second session", 1),
        ("", Way::Fresh, Verdict::Unsupported, "a cache directory", 0),
        ("", Way::Sessions, Verdict::HarnessOnly, "a second session", 1),
        ("\"fresh\"", Way::Fresh, Verdict::Unsupported, "a cache directory", 0),
        ("\"fresh\"", Way::Sessions, Verdict::Unsupported, "a second session", 0),
        // The entry says that it runs and fails in this way.
        ("\"sessions\"", Way::Sessions, Verdict::Unsupported, "a second session", 1),
        ("\"fresh\", \"sessions\"", Way::Sessions, Verdict::Unsupported, "a second session", 1),
    ] {
        let known = known("\"invoke ab\"", &format!("ways = [{ways}]")).in_way(way);
        let config = Config { way, cache: Cache::Directory, ..Config::default() };
        let mut gate = Gate::new(known);
        let mut file = lacks(verdict, name);
        let mut found = gate.judge(&named("a"), &mut file, &[], true, &config);
        found.extend(gate.close(["a"].into_iter()));
        let kinds: Vec<ProblemKind> = found.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, vec![ProblemKind::StaleKnown; problems], "{ways} {way:?} {name}");
        assert_eq!(file.findings[0].known, None);
    }
}

#[test]
fn another_bad_verdict_than_the_listed_one_is_a_regression() {
    for (verdict, crash) in
        [("", false), ("verdict = \"failed\"", false), ("verdict = \"crashed\"", true)]
    {
        let mut file = file(vec![note("ab", 1, Verdict::Crashed)]);
        assert_eq!(run(known("\"invoke ab\"", verdict), "a", &mut file, &[], true), []);
        assert_eq!(file.findings[0].known.is_some(), crash, "{verdict}");
    }
}

#[test]
fn directives_blocked_by_a_known_failure_are_known_too() {
    let blocked = |cause: Option<u32>| {
        let mut note = note("cd", 9, Verdict::Blocked);
        note.finding.cause = cause;
        note
    };
    let of = |cause| {
        let failed = vec![note("ab", 3, Verdict::Failed), note("ef", 5, Verdict::Failed)];
        let mut file = file([failed, vec![blocked(cause)]].concat());
        assert_eq!(run(known("\"invoke ab\"", ""), "a", &mut file, &[], true), []);
        file.findings[2].known.clone()
    };
    assert_eq!(of(Some(3)).as_deref(), Some("because"));
    // Either its cause is an unlisted failure, or it names no cause.
    assert_eq!([of(Some(5)), of(None)], [None, None]);
}

#[test]
fn a_known_failure_and_what_it_blocks_record_the_ways_of_the_entry() {
    let mut blocked = note("cd", 9, Verdict::Blocked);
    blocked.finding.cause = Some(3);
    for (ways, recorded) in
        [("", vec![]), ("ways = [\"fresh\", \"sessions\"]", vec![Way::Fresh, Way::Sessions])]
    {
        let mut file = file(vec![note("ab", 3, Verdict::Failed), blocked.clone()]);
        assert_eq!(run(known("\"invoke ab\"", ways), "a", &mut file, &[], true), []);
        for note in &file.findings {
            assert_eq!((note.known.is_some(), &note.known_ways), (true, &recorded));
        }
    }
}

const SEVERAL: &str = "[[known]]\npaths = [\"a\", \"v/*\"]\nreason = \"because\"\n\
                       directives = [\"invoke ab\"]\n";

#[test]
fn an_entry_of_several_scripts_is_stale_once_all_of_them_ran() {
    let mut gate = Gate::new(Known::parse(SEVERAL, "").unwrap());
    let names = ["a", "v/a", "v/b"];
    let close = |gate: &Gate| gate.close(names.into_iter()).len();
    let judge = |gate: &mut Gate, path: &str, findings| {
        assert_eq!(
            gate.judge(&named(path), &mut file(findings), &[], true, &Config::default()),
            []
        );
    };
    judge(&mut gate, "v/a", vec![]);
    assert_eq!(close(&gate), 0);
    judge(&mut gate, "v/b", vec![]);
    judge(&mut gate, "a", vec![]);
    // The directive is gone, and the named path has no match.
    assert_eq!(close(&gate), 2);
    judge(&mut gate, "v/b", vec![note("ab", 1, Verdict::Failed)]);
    assert_eq!(close(&gate), 1);
    judge(&mut gate, "a", vec![note("ab", 1, Verdict::Failed)]);
    assert_eq!(close(&gate), 0);
}

#[test]
fn a_superseded_text_may_fail_and_may_pass_but_must_be_there() {
    let run = |findings, passes: &[Note]| {
        let mut known = Known::parse("", "").unwrap();
        let entry = "[[known]]\npath = \"a\"\nreason = \"old\"\ndirectives = [\"invoke ab\"]\n";
        known.add_superseded("old.toml", entry).unwrap();
        let mut file = file(findings);
        let problems = run(known, "a", &mut file, passes, true);
        (problems, file.findings.first().and_then(|note| note.known.clone()))
    };
    let failed = |verdict| vec![note("ab", 1, verdict)];
    assert_eq!(run(failed(Verdict::Failed), &[]), (vec![], Some("old".to_string())));
    assert_eq!(run(vec![], &[note("ab", 1, Verdict::Passed)]), (vec![], None));
    assert_eq!(run(failed(Verdict::Crashed), &[]), (vec![], None));
    assert_eq!(run(vec![], &[]), (vec![ProblemKind::StaleKnown], None));
}

#[test]
fn an_entry_for_a_missing_script_is_a_problem_in_any_run() {
    let known = known("\"invoke ab\"", "targets = [\"x86-linux\", \"aarch64-linux\"]\n");
    let strays = known.strays(|path| (path.as_str() == "a").then(|| "there is no `a`".to_string()));
    let told: Vec<&str> = strays.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "there is no `a`: see known.toml:1",
            "no target is `x86-linux`, there are x86_64-linux, aarch64-linux: see known.toml:1",
        ]
    );
    assert!(known.strays(|_| None).len() == 1);
}

#[test]
fn a_placeholder_is_no_reason() {
    let text = format!(
        "[[known]]\npath = \"a\"\nreason = \"{PLACEHOLDER}\"\ndirectives = [\"invoke ab\"]"
    );
    let known = Known::parse(&text, "").unwrap();
    let mut file = file(vec![note("ab", 1, Verdict::Failed)]);
    assert_eq!(run(known, "a", &mut file, &[], true), [ProblemKind::KnownWithoutReason]);
}
