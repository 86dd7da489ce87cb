//! Takes byte offsets in increasing order; gives lines and columns. Each byte is examined once, so
//! the cost is linear in the size of the file. Never interprets the text.

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Walks through a text and tracks its position.
pub(super) struct Walker<'t> {
    text: &'t [u8],
    at: usize,
    position: Position,
}

impl<'t> Walker<'t> {
    pub(super) fn new(text: &'t [u8]) -> Walker<'t> {
        Walker::from(text, Position { line: 1, column: 1 })
    }

    /// A walker for a part of a file that begins at this position.
    pub(super) fn from(text: &'t [u8], position: Position) -> Walker<'t> {
        Walker { text, at: 0, position }
    }

    /// Advances to `offset`; a smaller offset than before changes nothing.
    pub(super) fn advance(&mut self, offset: usize) -> Position {
        let offset = offset.clamp(self.at, self.text.len());
        let mut line = &self.text[self.at..offset];
        if let Some(last) = memchr::memrchr(b'\n', line) {
            let newlines = memchr::memchr_iter(b'\n', &line[..last]).count() as u32 + 1;
            self.position = Position { line: self.position.line + newlines, column: 1 };
            line = &line[last + 1..];
        }
        let starts_character = |byte: &&u8| **byte & 0xc0 != 0x80;
        self.position.column += line.iter().filter(starts_character).count() as u32;
        self.at = offset;
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "aö(\r\n  (";
        let mut walker = Walker::new(text.as_bytes());
        assert_eq!(walker.advance(3), Position { line: 1, column: 3 });
        assert_eq!(walker.advance(text.len() - 1), Position { line: 2, column: 3 });
        assert_eq!(walker.advance(0), Position { line: 2, column: 3 });
    }
}
