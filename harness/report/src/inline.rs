//! Takes any text from scripts, workers and file names; gives text for use within a line: it has no
//! line break and no Markdown markup. Does not know where the text comes from.

use crate::style::plain;
use std::fmt::Display;
use wassay_record::Note;

/// The text of what may be missing, or nothing.
pub(crate) fn text(item: &Option<impl Display>) -> String {
    item.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// The first line of a directive's source, if it is known.
pub(crate) fn first_line(note: &Note) -> Option<&str> {
    note.source.lines().map(str::trim).find(|line| !line.is_empty())
}

/// On one line, without characters that a terminal interprets.
pub(crate) fn one_line(text: &str) -> String {
    plain(text.trim_end()).replace('\n', " ")
}

/// As Markdown code, for any text.
pub(crate) fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

/// As a cell of a Markdown table: names stay unchanged, markup is escaped.
pub(crate) fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|").replace('<', "&lt;")
}

/// As Markdown text, for any text.
pub(crate) fn words(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_escaped() {
        let text = "<img src=x> [a](b) `c`\n| *d* \u{1b}[1m";
        assert_eq!(code(text), r"`<img src=x> [a](b) 'c' | *d* \u{1b}[1m`");
        let escaped = r"&lt;img src=x> \[a\](b) \`c\` \| \*d\* \\u{1b}\[1m";
        assert_eq!(words(text), escaped);
        assert_eq!(cell("x86_64 | <b>\n"), r"x86_64 \| &lt;b>");
    }
}
