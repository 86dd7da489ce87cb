//! Blesses lists and compares the text before and after.

use super::*;
use crate::known::gate::tests::{file, named, note};
use wassay_record::Messages;

fn engine() -> Engine {
    let features = vec!["simd".to_string()];
    Engine { features, target: "x86_64-linux".to_string(), ..Engine::default() }
}

/// The list after a run of `a`, which is the only script besides `v/*`.
fn blessed(text: &str, file: &File, passes: &[Note], whole: bool) -> String {
    blessed_with(&Config::default(), text, file, passes, whole)
}

fn blessed_at(messages: Messages, text: &str, file: &File, passes: &[Note], whole: bool) -> String {
    blessed_with(&Config { messages, ..Config::default() }, text, file, passes, whole)
}

fn blessed_with(config: &Config, text: &str, file: &File, passes: &[Note], whole: bool) -> String {
    let mut known = Known::parse(text, "x86_64-linux").unwrap();
    known.add_superseded("old", OLD).unwrap();
    let engine = engine();
    let found = Found {
        engine: &engine,
        lane: "native",
        config,
        scripts: &[Ran { path: &named("a"), file, passes, whole }],
        exists: &|path| path.matches_in_suite("a") || path.matches_in_suite("v/b"),
        ran_whole: &|path| whole && path.as_str() == "a",
    };
    bless(text, &known, found).unwrap()
}

const OLD: &str = "[[known]]\npath = \"a\"\nreason = \"old\"\ndirectives = [\"invoke 01\"]\n";
const STATED: &str = "[supports.all]\nfeatures = [\"simd\"]\ncapabilities = []\n";

#[test]
fn reasons_and_comments_stay_stale_entries_go_and_new_ones_wait() {
    let text = format!(
        "# The head.\n\n{STATED}\n# About the next.\n[[known]]\npath = \"a\" # this one\n\
         reason = \"because\"\ndirectives = [\n    # Why this one.\n    \"invoke ab\", # line 5\n    \
         \"invoke gone\", # line 8\n    # Why that one.\n    \"invoke ef\", # see there\n]\n\n\
         # Set apart.\n\n# About the gone.\n[[known]]\npath = \"gone\"\nreason = \"r\"\n\
         directives = [\"x y\"]\n\n[[known]]\npath = \"v/b\"\nreason = \"not run\"\n\
         directives = [\"x y\"]\n"
    );
    let failed = |hash, line| note(hash, line, Verdict::Failed);
    let mut blocked = note("bl", 11, Verdict::Blocked);
    blocked.finding.cause = Some(9);
    let crashed = note("cr", 10, Verdict::Crashed);
    let old = failed("01", 1);
    let found =
        file(vec![failed("ab", 7), failed("cd", 9), failed("ef", 8), crashed, blocked, old]);
    let after = blessed(&text, &found, &[], true);
    insta::assert_snapshot!(after);
    assert_eq!(blessed(&after, &found, &[], true), after);
}

#[test]
fn a_script_that_was_run_in_part_changes_nothing() {
    let text =
        format!("{STATED}\n[[known]]\npath = \"a\"\nreason = \"r\"\ndirectives = [\"x y\"]\n");
    assert_eq!(blessed(&text, &file(vec![note("zz", 1, Verdict::Failed)]), &[], false), text);
}

#[test]
fn passing_directives_and_missing_paths_leave_an_entry() {
    let text = format!(
        "{STATED}\n[[known]]\npaths = [\"a\", \"gone\", \"v/*\"]\nreason = \"r\"\n\
         directives = [\"invoke ab\", \"invoke cd\"]\n"
    );
    let passes = [note("ab", 1, Verdict::Passed)];
    let after = blessed(&text, &file(vec![note("cd", 2, Verdict::Failed)]), &passes, true);
    let expected = text.replace("\"invoke ab\", ", "").replace(", \"gone\"", "");
    assert_eq!(after, expected);
    // A path without remaining directives is removed, too.
    let after = blessed(&text, &file(vec![]), &passes, true);
    assert!(after.contains("paths = [ \"v/*\"]") || after.contains("paths = [\"v/*\"]"), "{after}");
}

#[test]
fn what_the_run_demands_and_the_engine_lacks_leaves_the_list_unchanged() {
    let text = format!(
        "{STATED}\n[[known]]\npaths = [\"a\", \"v/*\"]\nreason = \"r\"\n\
         directives = [\"invoke ab\"]\n"
    );
    let mut lacking = note("ab", 1, Verdict::Unsupported);
    lacking.finding.capability = Some("garbage collection under stress".to_string());
    let lacking = file(vec![lacking]);
    let stressed = Config { gc_stress: true, ..Config::default() };
    assert_eq!(blessed_with(&stressed, &text, &lacking, &[], true), text);
    assert!(!blessed(&text, &lacking, &[], true).contains("invoke ab"));
}

#[test]
fn what_an_engine_supports_is_stated() {
    let after = blessed("", &file(vec![]), &[], true);
    assert_eq!(after, "[supports.all]\nfeatures = [\n    \"simd\",\n]\ncapabilities = []\n");
    let stated = "# Why.\n[supports.all]\nfeatures = [\"gc\"]\n";
    let after = blessed(stated, &file(vec![]), &[], true);
    assert_eq!(
        after,
        "# Why.\n[supports.all]\nfeatures = [\n    \"simd\",\n]\ncapabilities = []\n"
    );
}

#[test]
fn fifty_thousand_stale_entries_go() {
    let entry = "[[known]]\npath = \"a\"\nreason = \"r\"\ndirectives = [\"x y\"]\n";
    let entry = |number: usize| entry.replace("x y", &format!("x {number}"));
    let text: String = (0..50_000).map(entry).collect();
    let after = blessed(&format!("{STATED}{text}"), &file(vec![]), &[], true);
    assert_eq!(after, STATED);
}

#[test]
fn a_new_entry_records_its_level_and_stays_at_looser_ones() {
    let failed = file(vec![note("ab", 1, Verdict::Failed)]);
    let after = blessed_at(Messages::Text, STATED, &failed, &[], true);
    assert!(after.contains("reason = \"FIXME: say why\"\nmessages = \"text\"\n"), "{after}");
    let passes = [note("ab", 1, Verdict::Passed)];
    for (messages, stays) in
        [(Messages::Kind, true), (Messages::Stage, true), (Messages::Text, false)]
    {
        let then = blessed_at(messages, &after, &file(vec![]), &passes, true);
        assert_eq!(then == after, stays, "{messages:?}: {then}");
    }
    // A crash has the same verdict at every level.
    let crashed = file(vec![note("ab", 1, Verdict::Crashed)]);
    let after = blessed_at(Messages::Text, STATED, &crashed, &[], true);
    assert!(after.contains("verdict = \"crashed\"") && !after.contains("messages"), "{after}");
}

#[test]
fn a_limit_that_a_run_meets_is_stated() {
    let mut lacking = note("ab", 1, Verdict::Unsupported);
    lacking.finding.capability = Some("calling".to_string());
    let after = blessed(STATED, &file(vec![lacking.clone()]), &[], true);
    assert!(after.contains("capabilities = []\nlimits = [\n    \"calling\",\n]\n"), "{after}");
    for found in [file(vec![lacking]), file(vec![])] {
        assert_eq!(blessed(&after, &found, &[], true), after);
    }
}
