//! Prints one directive: takes a finding; gives its place, source, expectation and result as text.
//! Sees no script.

use crate::style::{BAD, BOLD, RULE, of, paint, plain};
use std::fmt::Write;
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
    for (what, text) in [("expected", &finding.expected), ("actual", &finding.actual)] {
        if !text.is_empty() {
            let _ = writeln!(out, "  {what:<8} {}", indent(text));
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
            // If the column is beyond the shown part of the line, the caret is at its end.
            let before = text.chars().take(note.finding.column.saturating_sub(1) as usize);
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
