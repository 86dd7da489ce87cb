//! Summarizes many failures by cause: takes unexpected findings; gives one line per group of
//! similar findings, the most frequent first, so that an engine's author sees what to fix first.
//! Sees no file.

use crate::inline::text;
use crate::style::{BOLD, count, number, of, paint, plain, wrapped};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use wassay_record::{Expected, File, Note, Observed, Verdict};

/// The number of causes to list.
const LISTED: usize = 10;
/// The number of characters to show of a text.
const SHOWN: usize = 200;

/// Something that went wrong.
pub(crate) struct Case {
    /// The verdict, with colours.
    pub what: String,
    /// What was expected and what came, or else why.
    pub text: String,
    /// Where.
    pub place: String,
}

impl Case {
    /// A finding as a case.
    pub fn of(file: &File, note: &Note) -> Case {
        let verdict = note.finding.verdict;
        let place = format!("{}:{}", file.path, note.finding.line);
        Case { what: paint(of(verdict), verdict.words()), text: said(note), place }
    }
}

/// The causes as lines, with a heading: cases that are alike are one.
pub(crate) fn causes(cases: impl IntoIterator<Item = Case>) -> String {
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    let mut causes: Vec<(Case, usize)> = Vec::new();
    for case in cases {
        let key = (case.what.clone(), alike(&case.text));
        let at = *places.entry(key).or_insert(causes.len());
        match causes.get_mut(at) {
            Some((first, count)) => {
                *count += 1;
                if first.text != case.text {
                    first.text = alike(&case.text);
                }
            }
            None => causes.push((case, 1)),
        }
    }
    causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", paint(BOLD, "by cause"));
    for (Case { what, text, place }, count) in causes.iter().take(LISTED) {
        let text: String = plain(text).replace('\n', " ").chars().take(SHOWN).collect();
        let count = format!("{:>7}  ", number(*count as u64));
        let _ = writeln!(out, "{}", wrapped(&count, &format!("{what}: {text}")));
        let _ = writeln!(out, "         first at {}", plain(place));
    }
    if causes.len() > LISTED {
        let more = count(causes.len() - LISTED, "more cause", "more causes");
        let _ = writeln!(out, "         ... and {more}");
    }
    out
}

/// Whether a failure is more than the consequence of another one.
pub(crate) fn is_cause(note: &Note) -> bool {
    note.finding.verdict != Verdict::Blocked || note.finding.cause.is_none()
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
    if let (Some(Expected::Trap(_)), Some(Observed::Trapped { .. })) =
        (&finding.expected, &finding.actual)
    {
        // The engine's own text may have a backtrace.
        return format!("trap: {}", finding.message);
    }
    match (&*text(&finding.expected), &*text(&finding.actual)) {
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
    fn messages_that_differ_in_numbers_are_grouped() {
        let one = "expected (i32.const 7), got (i32.const -0x8)";
        assert_eq!(alike(one), "expected (i32.const _), got (i32.const _)");
        assert_eq!(alike("(f64.const nan:0xf) i64 a-1 x2"), "(f64.const nan:_) i64 a-_ x2");
    }
}
