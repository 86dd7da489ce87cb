//! Summarizes many failures by cause: takes unexpected findings; gives one line per group of
//! similar findings, the most frequent first, so that an engine's author sees what to fix first.
//! Sees no file.

use crate::style::{BOLD, count, number, of, paint, plain};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use wassay_record::{File, Note, Verdict};

/// The number of causes to list.
const LISTED: usize = 10;
/// The number of characters to show of a text.
const SHOWN: usize = 200;

/// Similar findings.
struct Cause<'a> {
    verdict: Verdict,
    text: String,
    count: usize,
    first: (&'a File, &'a Note),
}

/// The causes as lines, under a heading.
pub(crate) fn causes(unexpected: &[(&File, &Note)]) -> String {
    let mut places: HashMap<(Verdict, String), usize> = HashMap::new();
    let mut causes: Vec<Cause<'_>> = Vec::new();
    for &(file, note) in unexpected {
        let verdict = note.finding.verdict;
        let text = said(note);
        let at = *places.entry((verdict, alike(&text))).or_insert(causes.len());
        match causes.get_mut(at) {
            Some(cause) => {
                cause.count += 1;
                if cause.text != text {
                    cause.text = alike(&text);
                }
            }
            None => causes.push(Cause { verdict, text, count: 1, first: (file, note) }),
        }
    }
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", paint(BOLD, "by cause"));
    for Cause { verdict, text, count, first: (file, note) } in causes.iter().take(LISTED) {
        let verdict = paint(of(*verdict), verdict.words());
        let text: String = plain(text).replace('\n', " ").chars().take(SHOWN).collect();
        let place = format!("{}:{}", file.path, note.finding.line);
        let count = number(*count as u64);
        let _ = writeln!(out, "{count:>7}  {verdict}: {text}\n         first at {}", plain(&place));
    }
    if causes.len() > LISTED {
        let more = count(causes.len() - LISTED, "more cause", "more causes");
        let _ = writeln!(out, "         ... and {more}");
    }
    out
}

/// The number of directives that each line of a file blocks, and the message of the first of them.
pub(crate) fn blocked_by<'a>(
    unexpected: impl Iterator<Item = (&'a File, &'a Note)>,
) -> BTreeMap<(&'a str, u32), (usize, &'a str)> {
    let mut blocked = BTreeMap::new();
    for (file, note) in unexpected {
        if let (Verdict::Blocked, Some(line)) = (note.finding.verdict, note.finding.cause) {
            let place = (file.path.as_str(), line);
            blocked.entry(place).or_insert((0, note.finding.message.as_str())).0 += 1;
        }
    }
    blocked
}

/// The expected and the actual result, or else the message.
fn said(note: &Note) -> String {
    let finding = &note.finding;
    match (&*finding.expected, &*finding.actual) {
        ("", "") => finding.message.clone(),
        (expected, "") => format!("expected {expected}: {}", finding.message),
        ("", actual) => format!("{actual}: {}", finding.message),
        (expected, actual) => format!("expected {expected}, got {actual}"),
    }
}

/// The text with `_` for each number: texts that differ only in numbers are similar.
fn alike(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let starts = !before.is_alphanumeric() && before != '_';
        let is_sign = c == '-' && chars.peek().is_some_and(char::is_ascii_digit);
        if starts && (c.is_ascii_digit() || is_sign) {
            while chars.peek().is_some_and(|c| c.is_ascii_alphanumeric() || "._+".contains(*c)) {
                chars.next();
            }
            out.push('_');
            before = '_';
        } else {
            out.push(c);
            before = c;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_in_numbers_is_alike() {
        let one = "expected (i32.const 7), got (i32.const -0x8)";
        assert_eq!(alike(one), "expected (i32.const _), got (i32.const _)");
        assert_eq!(alike("(f64.const nan:0xf) i64 a-1 x2"), "(f64.const nan:_) i64 a-_ x2");
    }
}
