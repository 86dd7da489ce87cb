//! Takes bytes; gives the few tokens that decide where a form begins and ends. Never fails and
//! never interprets a token: `wast` rejects what is invalid.

use std::rc::Rc;

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
    /// Once a `(;` is known to be unclosed: it, and every later one that does not end on its own
    /// line. Only the others count as comments, so that the search for an end is never repeated.
    dangling: Option<Rc<[usize]>>,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Lexer<'t> {
        Lexer { text, at: 0, dangling: None }
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
        let length = rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
        examined(length + 1);
        self.at += length;
    }

    fn string(&mut self) -> Token {
        let mut at = self.at + 1;
        while let Some(&byte) = self.text.get(at) {
            examined(1);
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
        let is_known =
            self.dangling.as_ref().is_some_and(|known| known.binary_search(&start).is_ok());
        if !is_known {
            let mut depth = 0usize;
            for (mark, end) in marks(self.text, start) {
                match mark {
                    Mark::Begin => depth += 1,
                    Mark::End => depth -= 1,
                    Mark::Line => {}
                }
                if depth == 0 {
                    self.at = end;
                    return Token::Space;
                }
            }
            self.dangling = Some(dangling(self.text, start));
        }
        self.at = start + 2;
        Token::Dangling
    }
}

/// A mark that decides where comments end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// `(;`
    Begin,
    /// `;)`
    End,
    /// The end of a line, or of the text.
    Line,
}

/// The marks from `start` on, each with its end.
fn marks(text: &[u8], mut at: usize) -> impl Iterator<Item = (Mark, usize)> {
    std::iter::from_fn(move || {
        loop {
            examined(1);
            let mark = match (*text.get(at)?, text.get(at + 1)) {
                (b'(', Some(b';')) => Mark::Begin,
                (b';', Some(b')')) => Mark::End,
                (b'\n', _) | (_, None) => Mark::Line,
                _ => {
                    at += 1;
                    continue;
                }
            };
            at += if mark == Mark::Line { 1 } else { 2 };
            return Some((mark, at));
        }
    })
}

/// The offset of a `(;` that no `;)` ends, and of every later one that none on its line ends.
fn dangling(text: &[u8], start: usize) -> Rc<[usize]> {
    let mut dangling = vec![start];
    let mut open = Vec::new();
    for (mark, end) in marks(text, start + 2) {
        match mark {
            Mark::Begin => open.push(end - 2),
            Mark::End => _ = open.pop(),
            Mark::Line => dangling.append(&mut open),
        }
    }
    dangling.append(&mut open);
    dangling.into()
}

#[cfg(test)]
thread_local! {
    static WORK: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The number of bytes that the lexers of this thread have examined.
#[cfg(test)]
pub(super) fn work() -> usize {
    WORK.get()
}

fn examined(bytes: usize) {
    #[cfg(test)]
    WORK.set(WORK.get() + bytes);
    #[cfg(not(test))]
    let _ = bytes;
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

    #[test]
    fn after_it_comments_end_on_their_line() {
        use Token::{Atom, Dangling, Space};
        let wanted = [
            (Dangling, "(;"),
            (Space, " "),
            (Space, "(;(;;);)"),
            (Space, "\n"),
            (Dangling, "(;"),
            (Space, "(;;)"),
            (Space, "\n"),
            (Atom, ";"),
        ];
        let texts: String = wanted.iter().map(|(_, text)| *text).collect();
        assert_eq!(tokens(&texts), wanted);
    }
}
