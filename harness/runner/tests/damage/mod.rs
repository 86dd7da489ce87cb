//! Damages a script as a slip of the keyboard may: deletes or moves a parenthesis, changes a letter.
//! Where that makes a directive unreadable, no directive after it passes that fails in the whole
//! script. The script binds every name twice and then expects the first meaning, so that
//! a directive passes if a damaged definition leaves an old meaning in place.

use super::{all, run};
use std::ops::Range;
use wassay_record::Verdict;
use wassay_runner::Script;

const DIRECTIVES: &[&str] = &[
    r#"(module $M (func (export "f") (result i32) (i32.const 1)))"#,
    r#"(register "r" $M)"#,
    r#"(module definition $D (func (export "f") (result i32) (i32.const 1)))"#,
    r#"(module instance $I $D)"#,
    r#"(assert_return (invoke $M "f") (i32.const 1))"#,
    r#"(assert_malformed (module quote "(func") "unexpected end")"#,
    r#"(assert_trap (module $N (func unreachable) (start 0)) "unreachable")"#,
    r#"(thread $T (module $M (func (export "f"))) (invoke $M "f"))"#,
    r#"(wait $T)"#,
    r#"(get "g")"#,
    r#"(module $M (func (export "f") (result i32) (i32.const 2)))"#,
    r#"(register "r" $M)"#,
    r#"(module definition $D (func (export "f") (result i32) (i32.const 2)))"#,
    r#"(module instance $I $D)"#,
    r#"(assert_return (invoke $I "f") (i32.const 1))"#,
    r#"(assert_return (invoke "f") (i32.const 1))"#,
    r#"(assert_return (invoke $M "f") (i32.const 1))"#,
    r#"(module (import "r" "f" (func $f (result i32))) (func (export "g") (result i32) (call $f)))"#,
    r#"(assert_return (invoke "g") (i32.const 1))"#,
    r#"(module instance $J $D)"#,
    r#"(assert_return (invoke $J "f") (i32.const 1))"#,
];

/// One byte to replace by a few others.
#[derive(Clone, Debug)]
struct Edit(usize, &'static str, usize);

#[test]
fn what_follows_damage_passes_only_if_it_passes_without() {
    let mut caught = [0; 4];
    for separator in ["\n", "\n  ", " "] {
        let text = DIRECTIVES.join(separator);
        let failed = failed(&text);
        assert_eq!(failed.len(), 6, "{failed:?}");
        let places = |wanted: fn(u8) -> bool| -> Vec<usize> {
            (0..text.len()).filter(|&at| wanted(text.as_bytes()[at])).collect()
        };
        let closing = places(|byte| byte == b')');
        // Another letter in a name makes another name, which nothing can tell.
        let mut letters = places(|byte| byte.is_ascii_alphanumeric() || b"$\"_(".contains(&byte));
        letters.retain(|&at| at == 0 || !b"$\"".contains(&text.as_bytes()[at - 1]));
        // Between two words, or within a keyword. Half a name is another name.
        let mut edges = places(|byte| b" \n$()".contains(&byte));
        edges.extend(within_keywords(&text));
        let delete = |at: usize| Edit(at, "", 1);
        let change = |at: usize| Edit(at, "x", 1);
        let close = |at: usize| Edit(at, ")", 0);
        let mut random = random();
        let mut one_of = |places: &[usize]| places[random(places.len())];
        let deleted = closing.iter().map(|&at| vec![delete(at)]).collect();
        let changed = letters.iter().map(|&at| vec![change(at)]).collect();
        let mut two = |other: &dyn Fn(usize) -> Edit, places: &[usize]| -> Vec<Vec<Edit>> {
            let edits = (0..2_000).map(|_| [delete(one_of(&closing)), other(one_of(places))]);
            edits.map(Vec::from).collect()
        };
        let kinds: [Vec<Vec<Edit>>; 4] =
            [deleted, changed, two(&close, &edges), two(&change, &letters)];
        for (edits, caught) in kinds.into_iter().zip(&mut caught) {
            for edits in edits {
                *caught += usize::from(check(&text, &failed, edits));
            }
        }
    }
    eprintln!("{caught:?}");
    assert!(caught.iter().zip([100, 400, 500, 500]).all(|(caught, least)| *caught >= least));
}

/// A script waits only for threads that it starts, so the `wait` did nothing wrong.
#[test]
fn a_wait_for_a_thread_that_unreadable_text_may_have_started_is_blocked() {
    for form in [
        r#"(thraed $T (invoke "f"))"#,
        r#"(thread $T (frobnicate))"#,
        r#"(assert_return (thread $T (invoke "f")))"#,
        r#"(assert_return (invoke "f") (thread $T (invoke "f"))"#,
        r#"(assert_trap (invoke "f") (thr)ead $T) "unreachable")"#,
        r#"(frobnicate $T)"#,
        r#"(frobnicate (thread $"T"))"#,
    ] {
        let verdict = |id: &str| {
            let text = format!("(module (func (export \"f\")))\n{form}\n(wait ${id})");
            let found = run(text.as_bytes(), all()).findings;
            (found[1].verdict, found.last().unwrap().verdict)
        };
        assert_eq!(verdict("T"), (Verdict::Unreadable, Verdict::Blocked), "{form}");
    }
    let text = b"(module) (assert_return (invoke \"f\") 7) (wait $T)";
    assert_eq!(run(text, all()).findings[2].verdict, Verdict::Failed);
}

/// Whether the damage makes unreadable directives of all text that it touches. If so, nothing after
/// it may pass that fails without.
fn check(text: &str, failed: &[Range<usize>], mut edits: Vec<Edit>) -> bool {
    edits.sort_by_key(|edit| (edit.0, edit.2));
    let (mut damaged, mut copied, mut touched) = (String::new(), 0, Vec::new());
    for Edit(at, with, length) in &edits {
        damaged.push_str(&text[copied..*at]);
        touched.push(damaged.len());
        damaged.push_str(with);
        copied = at + length;
    }
    let end = damaged.len();
    damaged.push_str(&text[copied..]);
    let script = Script::parse(damaged.as_bytes());
    let findings = run(damaged.as_bytes(), all()).findings;
    let steps = || script.steps().iter().zip(&findings);
    let unread = |at: &usize| {
        steps().any(|(step, finding)| {
            finding.verdict == Verdict::Unreadable
                && (step.range.start..=step.range.end).contains(at)
        })
    };
    if !touched.iter().all(unread) {
        return false;
    }
    for (step, finding) in steps() {
        if finding.verdict == Verdict::Passed && step.range.start >= end {
            let shift = |at: usize| at + text.len() - damaged.len();
            let range = shift(step.range.start)..shift(step.range.end);
            assert!(!failed.contains(&range), "{edits:?}: {finding:?} in\n{damaged}");
        }
    }
    true
}

/// The places within the words that begin a list.
fn within_keywords(text: &str) -> impl Iterator<Item = usize> {
    let lists = text.match_indices('(').map(|(at, _)| at + 1);
    lists.flat_map(|start| {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let length = text[start..].bytes().take_while(|byte| is_word(*byte)).count();
        start + 1..start + length
    })
}

/// The directives that fail.
fn failed(text: &str) -> Vec<Range<usize>> {
    let script = Script::parse(text.as_bytes());
    let findings = run(text.as_bytes(), all()).findings;
    let failed = findings.iter().filter(|finding| finding.verdict == Verdict::Failed);
    failed.map(|finding| script.steps()[finding.index as usize].range.clone()).collect()
}

/// Numbers below a limit, the same in every run.
fn random() -> impl FnMut(usize) -> usize {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    move |below| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    }
}
