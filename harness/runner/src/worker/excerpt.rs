//! Takes a script and the byte range of a directive; gives the source lines to show. Never parses
//! them, and looks at a bounded part of the script only: a script may be one line.

use std::ops::Range;
use wassay_record::excerpt::{CUT, LEAD};

const LINES: usize = 12;
const WIDTH: usize = 400;

/// How far the end of a line that is cut is looked for.
const BEYOND: usize = 1 << 14;

/// The source lines of the range, with their indentation, so that columns stay correct. Long lines
/// and long directives are cut and marked with `...`; a directive far inside a line begins the
/// excerpt, after [`CUT`].
pub(crate) fn excerpt(script: &[u8], range: Range<usize>) -> String {
    let end = range.end.min(script.len());
    let start = range.start.min(end);
    let before = &script[start.saturating_sub(LEAD)..start];
    let mut text = String::new();
    let mut at = match before.iter().rposition(|&byte| byte == b'\n') {
        Some(newline) => start - before.len() + newline + 1,
        None if before.len() == start => 0,
        None => {
            text.push_str(CUT);
            start
        }
    };
    for count in 0.. {
        if count == LINES {
            text.push_str("...");
            break;
        }
        let rest = &script[at..];
        let shown = &rest[..rest.len().min(WIDTH)];
        let line_end = |part: &[u8]| part.iter().position(|&byte| byte == b'\n');
        let next = match line_end(shown) {
            Some(newline) => {
                text.push_str(String::from_utf8_lossy(&shown[..newline]).trim_end());
                Some(newline)
            }
            None => {
                text.push_str(String::from_utf8_lossy(shown).trim_end());
                if shown.len() < rest.len() {
                    text.push_str(" ...");
                }
                line_end(&rest[..rest.len().min(BEYOND)])
            }
        };
        match next {
            Some(newline) if at + newline < end => {
                at += newline + 1;
                text.push('\n');
            }
            _ => break,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lines_are_shown() {
        let script = b"one\n  (two\n    three) four\nfive";
        assert_eq!(excerpt(script, 6..22), "  (two\n    three) four");
        assert_eq!(excerpt(script, 0..1), "one");
        assert_eq!(excerpt(script, 999..1000), "five");
    }

    #[test]
    fn a_directive_far_inside_a_line_begins_the_excerpt() {
        let script = format!("{}(here 1)\n(next)", "x ".repeat(1_000_000));
        let at = script.find("(here").unwrap();
        assert_eq!(excerpt(script.as_bytes(), at..at + 8), "... (here 1)");
        let script = format!("\n{}(here)", " ".repeat(LEAD - 1));
        let shown = excerpt(script.as_bytes(), LEAD..LEAD + 6);
        assert_eq!(shown.find("(here"), Some(LEAD - 1));
    }

    #[test]
    fn the_end_of_a_long_line_is_not_looked_for_far_away() {
        let long = "x".repeat(BEYOND);
        let near = format!("{}\n(next)\n", &long[..WIDTH + 10]);
        assert_eq!(excerpt(near.as_bytes(), 0..near.len()).lines().nth(1), Some("(next)"));
        let far = format!("{long}\n(next)\n");
        assert_eq!(excerpt(far.as_bytes(), 0..far.len()).lines().count(), 1);
    }

    #[test]
    fn a_cut_excerpt_is_marked() {
        let script = "x\n".repeat(100);
        assert_eq!(excerpt(script.as_bytes(), 0..200).lines().last(), Some("..."));
        let script = "x".repeat(1000);
        assert!(excerpt(script.as_bytes(), 0..1000).ends_with("x ..."));
    }
}
