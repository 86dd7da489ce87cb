//! Takes a script and the byte range of a directive; gives the source lines to show. Never parses
//! them.

use std::ops::Range;

const LINES: usize = 12;
const WIDTH: usize = 400;

/// The source lines of the range, whole and with their indentation, so that columns stay correct.
/// Long lines and long directives are cut and marked with `...`.
pub(crate) fn excerpt(script: &[u8], range: Range<usize>) -> String {
    let end = range.end.min(script.len());
    let start = range.start.min(end);
    let first = script[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let last =
        script[end..].iter().position(|&byte| byte == b'\n').map_or(script.len(), |at| end + at);
    let mut text = String::new();
    for (count, line) in script[first..last].split(|&byte| byte == b'\n').enumerate() {
        if count > 0 {
            text.push('\n');
        }
        if count == LINES {
            text.push_str("...");
            break;
        }
        let shown = &line[..line.len().min(WIDTH)];
        text.push_str(String::from_utf8_lossy(shown).trim_end());
        if shown.len() < line.len() {
            text.push_str(" ...");
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
    fn what_is_cut_says_so() {
        let script = "x\n".repeat(100);
        assert_eq!(excerpt(script.as_bytes(), 0..200).lines().last(), Some("..."));
        let script = "x".repeat(1000);
        assert!(excerpt(script.as_bytes(), 0..1000).ends_with("x ..."));
    }
}
