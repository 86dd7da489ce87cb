//! Prints one directive: takes a finding; gives its place, source, expectation and result as text.
//! Sees no script.

use crate::inline::text;
use crate::style::{BAD, BOLD, RULE, of, paint, plain};
use std::fmt::Write;
use wassay_record::excerpt::{CUT, LEAD};
use wassay_record::{File, Note};

/// The finding as a paragraph of lines.
pub(crate) fn show(file: &File, note: &Note) -> String {
    let finding = &note.finding;
    let (line, column) = (finding.line, finding.column);
    let verdict = paint(of(finding.verdict), finding.verdict.words());
    let place = format!("{}:{line}:{column}", file.path);
    let mut out = format!("{verdict} {} {}\n", paint(BOLD, plain(&place)), plain(&finding.kind));
    if !note.source.is_empty() {
        show_source(&mut out, note);
    }
    // Writing to a string cannot fail.
    for (what, text) in [("expected", text(&finding.expected)), ("actual", text(&finding.actual))] {
        if !text.is_empty() {
            let _ = writeln!(out, "  {what:<8} {}", indent(&text));
        }
    }
    if !finding.message.is_empty() {
        let _ = writeln!(out, "  {}", indent(&finding.message));
    }
    out
}

/// The source lines of a directive, with a caret under its beginning.
pub(crate) fn show_source(out: &mut String, note: &Note) {
    let first = note.finding.line as usize;
    let lines: Vec<&str> = note.source.lines().collect();
    let width = (first + lines.len()).to_string().len();
    let bar = paint(RULE, "|");
    for (at, text) in lines.iter().enumerate() {
        let is_cut = *text == "..." && at + 1 == lines.len() && at > 0;
        let label = if is_cut { String::new() } else { (first + at).to_string() };
        let label = paint(RULE, format_args!("{label:>width$}"));
        let _ = writeln!(out, "  {label} {bar} {}", shown(text));
        if at == 0 {
            // A directive far inside its line comes after a mark that stands for what precedes it.
            let column = note.finding.column.saturating_sub(1) as usize;
            let is_cut = column >= LEAD && text.starts_with(CUT);
            let before = text.chars().take(if is_cut { CUT.len() } else { column });
            let indent = shown(&before.collect::<String>()).chars().count();
            let indent = indent.min(shown(text).chars().count().saturating_sub(1));
            let _ = writeln!(out, "  {:width$} {bar} {:indent$}{}", "", "", paint(BAD, "^"));
        }
    }
}

/// Source text without characters that a terminal interprets.
fn shown(text: &str) -> String {
    plain(&text.replace('\t', " ")).into_owned()
}

/// Indents all lines after the first one like the first one.
fn indent(text: &str) -> String {
    plain(text.trim_end()).replace('\n', "\n           ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_record::{Finding, Verdict};

    /// What stands above the caret.
    fn above_caret(column: u32, source: &str) -> char {
        let finding = Finding::bare(0, 1, column, "", Verdict::Failed);
        let mut out = String::new();
        show_source(&mut out, &Note { source: source.to_string(), ..Note::new(finding) });
        let out = anstream::adapter::strip_str(&out).to_string();
        let (text, caret) = out.trim_end_matches('\n').split_once('\n').unwrap();
        text.chars().nth(caret.find('^').unwrap()).unwrap()
    }

    #[test]
    fn the_caret_is_under_the_directive() {
        assert_eq!(above_caret(4, "one(two"), '(');
        assert_eq!(above_caret(1_000_000, "... (far inside"), '(');
        assert_eq!(above_caret(5, "... (a line that begins so"), '(');
        assert_eq!(above_caret(1, "... (a line that begins so"), '.');
    }
}
