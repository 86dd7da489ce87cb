//! Takes text; gives it with colours, escaped for a terminal, or aligned. Colours are always
//! written, and removed at output if the reader is not a terminal. Opens no terminal.

use anstyle::{AnsiColor, Style};
use std::borrow::Cow;
use std::fmt::Display;
use wassay_record::Verdict;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const ODD: Style = AnsiColor::Yellow.on_default();
pub(crate) const RULE: Style = AnsiColor::Blue.on_default();

/// The colour of a verdict.
pub(crate) fn of(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Passed => GOOD,
        Verdict::Failed | Verdict::Unreadable | Verdict::Crashed | Verdict::TimedOut => BAD,
        Verdict::Blocked | Verdict::Unsupported | Verdict::Skipped => ODD,
        Verdict::HarnessOnly => DIM,
    }
}

/// The text in a colour.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Text from a script, a worker or a file name, made safe for a terminal: characters that move the
/// cursor, change colours or the direction of writing are shown as escapes. Line breaks stay.
pub fn plain(text: &str) -> Cow<'_, str> {
    let is_harmless = |c: char| !is_control(c) || c == '\n';
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match c {
        '\t' => " ".to_string(),
        c if is_harmless(c) => c.to_string(),
        c => c.escape_unicode().to_string(),
    };
    Cow::Owned(text.chars().map(shown).collect())
}

fn is_control(c: char) -> bool {
    // The latter characters have no width, end lines or control the direction of writing.
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The terminal width that a summary should fit.
pub(crate) const WIDTH: usize = 80;

/// A list after its heading, wrapped over as many lines as necessary; colours have no width.
pub(crate) fn listed(heading: &str, items: impl IntoIterator<Item = String>) -> String {
    let mut out = heading.to_string();
    let mut column = width(heading);
    for (at, item) in items.into_iter().enumerate() {
        let more = width(&item) + 2;
        let separator = match at {
            0 => " ",
            _ if column + more >= WIDTH => ",\n  ",
            _ => ", ",
        };
        column = if separator.contains('\n') { more } else { column + more };
        out.push_str(separator);
        out.push_str(&item);
    }
    out
}

/// The width of a text without its colours.
fn width(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().chars().count()
}

/// The text after its heading, broken at spaces so that lines fit `WIDTH`; later lines begin where
/// the text does. A word that is longer than a line stays whole, and so does code.
pub fn wrapped(heading: &str, text: &str) -> String {
    broken(heading, width(heading), text)
}

/// The lines of a message, each broken so that it fits `WIDTH`; what continues a line is indented by
/// two columns more than the line. Colours have no width.
pub fn message(text: &str) -> String {
    let line = |line: &str| {
        let (margin, words) = line.split_at(line.len() - line.trim_start_matches(' ').len());
        match width(line) <= WIDTH {
            true => line.to_string(),
            false => broken(margin, margin.len() + 2, words),
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The text after its heading, broken like [`wrapped`]; later lines have this indentation.
pub(crate) fn broken(heading: &str, indent: usize, text: &str) -> String {
    let mut out = heading.to_string();
    let mut begin = width(heading);
    let mut column = begin;
    for word in words(text) {
        let width = width(&word);
        if column > begin && column + 1 + width > WIDTH {
            out += &format!("\n{:indent$}", "");
            (begin, column) = (indent, indent);
        } else if column > begin {
            out.push(' ');
            column += 1;
        }
        out.push_str(&word);
        column += width;
    }
    out
}

/// The words of a text; code between backticks is one word.
fn words(text: &str) -> Vec<String> {
    let quotes = |text: &str| text.matches('`').count();
    let has_code = quotes(text).is_multiple_of(2);
    let mut words: Vec<String> = Vec::new();
    let mut is_code = false;
    for word in text.split(' ') {
        match words.last_mut() {
            Some(last) if is_code => *last += &format!(" {word}"),
            _ if word.is_empty() => {}
            _ => words.push(word.to_string()),
        }
        is_code ^= has_code && !quotes(word).is_multiple_of(2);
    }
    words
}

/// A number with thousands separators.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun.
pub(crate) fn count(value: usize, one: &str, many: &str) -> String {
    let noun = if value == 1 { one } else { many };
    format!("{} {noun}", number(value as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(
            plain("a\u{1b}[2J\r\u{9b}1m\tb\u{202e}\u{200b}\u{feff}c\nd"),
            r"a\u{1b}[2J\u{d}\u{9b}1m b\u{202e}\u{200b}\u{feff}c
d"
        );
        assert!(matches!(plain("(i32.const 1) \u{e9}\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_long_text_is_wrapped_with_indentation() {
        let (letters, long) = ("a".repeat(40), "b".repeat(90));
        assert_eq!(wrapped("head  ", "one two"), "head  one two");
        // 6 + 40 + 1 + 33 columns are a full line.
        let full = "c".repeat(33);
        assert_eq!(
            wrapped("head  ", &format!("{letters} {full} {letters} {full}d {long} e")),
            format!(
                "head  {letters} {full}\n      {letters}\n      {full}d\n      {long}\n      e"
            )
        );
        assert_eq!(wrapped("head", ""), "head");
    }

    #[test]
    fn colours_have_no_width_and_code_stays_on_one_line() {
        let (heading, letters) = (paint(BOLD, "head"), "a".repeat(70));
        let text = wrapped(&heading, &format!("{letters} {} f", paint(BAD, "b cdef")));
        assert_eq!(plain_of(&text), format!("head{letters} b\n    cdef f"));
        let text = wrapped(&heading, &format!("{letters} {} f", paint(BAD, "b cd")));
        assert_eq!(plain_of(&text), format!("head{letters} b cd\n    f"));
        let code = format!("{letters} write `a b c d` and `e`");
        assert_eq!(wrapped("", &code), format!("{letters} write\n`a b c d` and `e`"));
        // A lone backtick begins no code.
        assert_eq!(
            wrapped("", &format!("{letters} a ` b c d e f")),
            format!("{letters} a ` b c d\ne f")
        );
    }

    #[test]
    fn a_message_is_broken_line_by_line() {
        let (letters, long) = ("a".repeat(60), "b".repeat(30));
        let text = format!("one:  two\n{letters} {long} c\n  three");
        assert_eq!(message(&text), format!("one:  two\n{letters}\n  {long} c\n  three"));
        let text = format!("one\n  {letters} {long}");
        assert_eq!(message(&text), format!("one\n  {letters}\n    {long}"));
    }

    fn plain_of(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(
            [0, 999, 1000, 67023, 1234567].map(number).join(" "),
            "0 999 1,000 67,023 1,234,567"
        );
    }
}
