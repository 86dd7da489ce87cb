//! The tables that people write in TOML: takes a text; gives values, or an error with its line and
//! column. Knows no table.

#![forbid(unsafe_code)]

use serde::de::DeserializeOwned;
use std::ops::Range;

/// Why a table cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct TableError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// A description of the problem.
    pub message: String,
}

/// A text and the offsets where its lines begin.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// The lines of this text.
    pub fn of(text: &'a str) -> Lines<'a> {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// Reads the text as TOML.
    ///
    /// # Errors
    /// If the text is not TOML, or not a `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, TableError> {
        toml::from_str(self.text).map_err(|wrong| self.error(wrong.span(), wrong.message()))
    }

    /// The line of an offset, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// The line and column of an offset, from 1.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        let before = self.text.get(self.starts[line - 1]..offset).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    /// An error at the start of this range, or at the start of the text.
    pub fn error(&self, span: Option<Range<usize>>, message: impl Into<String>) -> TableError {
        let (line, column) = self.position(span.map_or(0, |span| span.start));
        TableError { line, column, message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn columns_count_characters() {
        let text = "a = 1\n\"\u{e9}\u{1f600}\" = x\r\n\n";
        let lines = Lines::of(text);
        let positions = [0, 6, text.find('=').unwrap(), text.find('x').unwrap(), text.len()];
        let positions = positions.map(|offset| lines.position(offset));
        assert_eq!(positions, [(1, 1), (2, 1), (1, 3), (2, 8), (4, 1)]);
        // An offset past the end, or within a character, has a line.
        assert_eq!((lines.position(999), lines.position(8)), ((4, 1), (2, 1)));
        assert_eq!(Lines::of("").position(0), (1, 1));
    }

    #[test]
    fn errors_have_their_position() {
        let refused = |text: &str| {
            let read = Lines::of(text).read::<BTreeMap<String, u8>>();
            read.unwrap_err().to_string()
        };
        assert_eq!(
            refused("a = 1\n\u{e9} = 2\n"),
            "2:1: invalid unquoted key, expected letters, \
                   numbers, `-`, `_`"
        );
        assert_eq!(refused("a = 1\nb = \"x\"\n"), "2:5: invalid type: string \"x\", expected u8");
        assert_eq!(Lines::of("a = 7").read::<BTreeMap<String, u8>>().unwrap()["a"], 7);
    }
}
