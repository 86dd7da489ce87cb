//! Takes bytes; gives the few tokens that decide where a form begins and ends. Never fails and
//! never interprets a token: `wast` rejects what is invalid.

/// A stretch of text, by its effect on the nesting of forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `(`
    Open,
    /// `(` of an annotation, `(@...`.
    OpenAnnotation,
    /// `)`
    Close,
    /// A string literal. `closed` is false if its line, or the file, ends first.
    String {
        /// Whether the closing quote was found.
        closed: bool,
    },
    /// White space or a comment.
    Space,
    /// The beginning of an unclosed block comment.
    Dangling,
    /// A run of other characters.
    Atom,
}

/// Walks over a text, in linear time for any input.
#[derive(Clone)]
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    /// The offset of the next token.
    pub(super) at: usize,
    /// The first `(;` that is known to be unclosed. After it, only comments that end on their own
    /// line count as comments, so that the search for an end is never repeated.
    dangling: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Lexer<'t> {
        Lexer { text, at: 0, dangling: usize::MAX }
    }

    /// The next token and its offset; `None` at the end.
    pub(super) fn next(&mut self) -> Option<(Token, usize)> {
        let start = self.at;
        let token = match *self.text.get(start)? {
            b'(' => match self.text.get(start + 1) {
                Some(b';') => self.block_comment(),
                Some(b'@') => self.single(Token::OpenAnnotation),
                _ => self.single(Token::Open),
            },
            b')' => self.single(Token::Close),
            b'"' => self.string(),
            b' ' | b'\t' | b'\n' | b'\r' => {
                self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
                Token::Space
            }
            b';' if self.text.get(start + 1) == Some(&b';') => {
                self.take_while(|byte| !matches!(byte, b'\n' | b'\r'));
                Token::Space
            }
            _ => {
                self.at += 1;
                self.take_while(|byte| {
                    !matches!(byte, b'(' | b')' | b'"' | b';' | b' ' | b'\t' | b'\n' | b'\r')
                });
                Token::Atom
            }
        };
        Some((token, start))
    }

    /// The next parenthesis outside of comments and strings, or the beginning of an unclosed block
    /// comment.
    pub(super) fn next_bracket(&mut self) -> Option<(Token, usize)> {
        loop {
            self.take_while(|byte| !matches!(byte, b'(' | b')' | b'"' | b';'));
            match self.next()? {
                (Token::Space | Token::Atom | Token::String { .. }, _) => {}
                bracket => return Some(bracket),
            }
        }
    }

    /// The next token that is neither white space nor a comment.
    pub(super) fn next_solid(&mut self) -> Option<(Token, usize)> {
        loop {
            match self.next()? {
                (Token::Space, _) => {}
                solid => return Some(solid),
            }
        }
    }

    fn single(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = &self.text[self.at..];
        self.at += rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
    }

    fn string(&mut self) -> Token {
        let mut at = self.at + 1;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b'"' => {
                    self.at = at + 1;
                    return Token::String { closed: true };
                }
                b'\n' | b'\r' => break,
                b'\\' if !matches!(self.text.get(at + 1), None | Some(b'\n' | b'\r')) => at += 2,
                _ => at += 1,
            }
        }
        self.at = at;
        Token::String { closed: false }
    }

    fn block_comment(&mut self) -> Token {
        let start = self.at;
        let one_line = start >= self.dangling;
        let mut depth = 1usize;
        let mut at = start + 2;
        while let Some(&byte) = self.text.get(at) {
            match (byte, self.text.get(at + 1)) {
                (b'(', Some(b';')) => {
                    depth += 1;
                    at += 2;
                }
                (b';', Some(b')')) => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        self.at = at;
                        return Token::Space;
                    }
                }
                (b'\n', _) if one_line => break,
                _ => at += 1,
            }
        }
        self.dangling = self.dangling.min(start);
        self.at = start + 2;
        Token::Dangling
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(Token, &str)> {
        let mut lexer = Lexer::new(text.as_bytes());
        let mut tokens = Vec::new();
        while let Some((token, start)) = lexer.next() {
            tokens.push((token, &text[start..lexer.at]));
        }
        tokens
    }

    #[test]
    fn comments_nest_and_strings_hide_parentheses() {
        assert_eq!(
            tokens(r#"(a "(\")" (; (; ) ;) ;);;)"#),
            [
                (Token::Open, "("),
                (Token::Atom, "a"),
                (Token::Space, " "),
                (Token::String { closed: true }, r#""(\")""#),
                (Token::Space, " "),
                (Token::Space, "(; (; ) ;) ;)"),
                (Token::Space, ";;)"),
            ]
        );
    }

    #[test]
    fn brackets_skip_spaces_atoms_and_strings() {
        let pieces =
            ["(", ")", "(@a", "\"(\\\"\"", "\"(\n", ";;(\n", ";", "a;b", "(;", ";)", " ", "x\n"];
        for number in 0..pieces.len().pow(4) {
            let digits = (0..4).scan(number, |rest, _| {
                let digit = *rest % pieces.len();
                *rest /= pieces.len();
                Some(pieces[digit])
            });
            let text: String = digits.collect();
            let [mut all, mut brackets] =
                [Lexer::new(text.as_bytes()), Lexer::new(text.as_bytes())];
            let solid = std::iter::from_fn(|| all.next()).filter(|(token, _)| {
                !matches!(token, Token::Space | Token::Atom | Token::String { .. })
            });
            assert!(solid.eq(std::iter::from_fn(|| brackets.next_bracket())), "{text:?}");
        }
    }

    #[test]
    fn a_string_ends_with_its_line() {
        assert_eq!(
            tokens("\"a\n)\"\\"),
            [
                (Token::String { closed: false }, "\"a"),
                (Token::Space, "\n"),
                (Token::Close, ")"),
                (Token::String { closed: false }, "\"\\"),
            ]
        );
    }

    #[test]
    fn a_comment_that_never_ends_is_searched_once() {
        let lines = "(;\n".repeat(200_000);
        let mut lexer = Lexer::new(lines.as_bytes());
        assert_eq!(std::iter::from_fn(|| lexer.next()).count(), 400_000);
    }
}
