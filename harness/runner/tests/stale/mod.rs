//! What a directive that cannot be read leaves behind: each line of `cases.txt` is such a directive,
//! after definitions of the names that it may bind. None of them passes with its old meaning.

use super::{all, run};
use wassay_record::Verdict;

/// Binds every name.
const BEFORE: &str = r#"(module definition $D (func (export "f") (result i32) (i32.const 1)))
(module instance $I $D)
(module $M (func (export "f") (result i32) (i32.const 1)))
(register "a" $M)
"#;

/// A use of each kind of name, by its letter in `cases.txt`.
const USES: [(char, &str); 6] = [
    ('m', r#"(assert_return (invoke $M "f") (i32.const 1))"#),
    ('i', r#"(assert_return (invoke $I "f") (i32.const 1))"#),
    ('c', r#"(assert_return (invoke "f") (i32.const 1))"#),
    ('d', r#"(module instance $J $D)"#),
    ('r', r#"(module (import "a" "f" (func (result i32))))"#),
    ('t', r#"(wait $T)"#),
];

#[test]
fn no_name_that_an_unreadable_directive_may_bind_keeps_its_meaning() {
    let cases = include_str!("cases.txt").lines().skip_while(|line| !line.starts_with('|'));
    for case in cases {
        let (letters, text) = case[1..].split_once("| ").unwrap();
        let text = text.replace("<FF>", "\u{1}").replace("\\n", "\n");
        let blocked: String = USES
            .iter()
            .filter(|(_, used)| verdict_after(&text, used) == Verdict::Blocked)
            .map(|(letter, _)| *letter)
            .collect();
        assert_eq!(blocked, letters.trim(), "{text}");
    }
}

/// The verdict of a use of a name after this text, which is not readable.
fn verdict_after(text: &str, used: &str) -> Verdict {
    let text = format!("{BEFORE}{text}\n{used}");
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xff } else { byte }).collect();
    let findings = run(&bytes, all()).findings;
    assert!(findings.iter().any(|finding| finding.verdict == Verdict::Unreadable), "{text}");
    let before = &findings[..4];
    assert!(before.iter().all(|finding| finding.verdict == Verdict::Passed), "{before:#?}");
    findings.last().unwrap().verdict
}
