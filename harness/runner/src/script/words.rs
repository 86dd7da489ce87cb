//! Takes the text of a directive, damaged or not; gives its words, with the content of ids and
//! strings. Never fails and never parses a directive.

use super::lexer::{Lexer, Token};
use super::{Script, Step};
use std::borrow::Cow;
use wast::lexer::{Lexer as WastLexer, TokenKind};

/// A word of a text that may be damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word<'a> {
    /// `(`
    Open,
    /// `(` of an annotation, `(@...`.
    OpenAnnotation,
    /// `)`
    Close,
    /// An `$id`, quoted or not, without its `$`. `None` if a `$` is part of a word that is not an id.
    Id(Option<Cow<'a, str>>),
    /// A string. `None` if it is not closed, is not UTF-8 or contains escapes.
    String(Option<&'a str>),
    /// Any other word. `None` if it is not UTF-8.
    Other(Option<&'a str>),
}

impl Script {
    /// The id right after the keyword of a form. `None` if there is none, or if it is unclear.
    pub(crate) fn own_id(&self, step: &Step) -> Option<Cow<'_, str>> {
        let mut words = words(self.source(step)).skip(2);
        match (words.next(), words.next()) {
            (_, Some(Word::Id(_))) => None,
            (Some(Word::Id(id)), _) => id,
            _ => None,
        }
    }

    /// Every `$id` in the text of a step. `None` for one that is unclear.
    pub(crate) fn ids<'a>(&'a self, step: &Step) -> impl Iterator<Item = Option<Cow<'a, str>>> {
        words(self.source(step)).filter_map(|word| match word {
            Word::Id(id) => Some(id),
            _ => None,
        })
    }

    /// The strings in the text of a step. `None` for one that is not closed, is not UTF-8 or
    /// contains escapes.
    pub(crate) fn strings<'a>(&'a self, step: &Step) -> impl Iterator<Item = Option<&'a str>> {
        words(self.source(step)).filter_map(|word| match word {
            Word::String(string) => Some(string),
            _ => None,
        })
    }

    /// Whether a string is the first word after the keyword of a form, apart from ids.
    pub(crate) fn begins_with_string(&self, step: &Step) -> bool {
        let mut words = words(self.source(step)).skip(2);
        let first = words.find(|word| !matches!(word, Word::Id(_)));
        matches!(first, Some(Word::String(_)))
    }
}

/// The tokens of a text, with white space and comments.
pub(super) fn tokens(text: &[u8]) -> impl Iterator<Item = (Token, &[u8])> {
    located(text).map(|(token, start, end)| (token, &text[start..end]))
}

/// The words of a text.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = Word<'_>> {
    let mut tokens = located(text).peekable();
    std::iter::from_fn(move || {
        loop {
            let (token, start, mut end) = tokens.next()?;
            let word = match token {
                Token::Space | Token::Dangling => continue,
                Token::Open => Word::Open,
                Token::OpenAnnotation => Word::OpenAnnotation,
                Token::Close => Word::Close,
                Token::String { .. } | Token::Atom => {
                    // Strings and atoms without a space between them are one word if any is an id.
                    let mut is_id = token == Token::Atom && text[start..end].contains(&b'$');
                    while let Some(&(joined @ (Token::Atom | Token::String { .. }), at, to)) =
                        tokens.peek()
                        && (is_id || joined == Token::Atom && text[at..to].contains(&b'$'))
                    {
                        (is_id, end) = (true, to);
                        tokens.next();
                    }
                    match token {
                        _ if is_id => Word::Id(id(&text[start..end])),
                        Token::String { closed } => Word::String(string(&text[start..end], closed)),
                        _ => Word::Other(std::str::from_utf8(&text[start..end]).ok()),
                    }
                }
            };
            return Some(word);
        }
    })
}

/// The tokens of a text, each with its start and end.
fn located(text: &[u8]) -> impl Iterator<Item = (Token, usize, usize)> {
    let mut lexer = Lexer::new(text);
    std::iter::from_fn(move || {
        let (token, start) = lexer.next()?;
        Some((token, start, lexer.at))
    })
}

/// The content of a string without escapes.
fn string(text: &[u8], closed: bool) -> Option<&str> {
    let text = text.get(1..text.len() - 1).filter(|_| closed)?;
    std::str::from_utf8(text).ok().filter(|text| !text.contains('\\'))
}

/// The id that a word is, as the parser reads it.
fn id(word: &[u8]) -> Option<Cow<'_, str>> {
    let word = std::str::from_utf8(word).ok()?;
    let token = WastLexer::new(word).parse(&mut 0).ok()??;
    let is_whole = token.kind == TokenKind::Id && token.src(word) == word;
    is_whole.then(|| token.id(word).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_the_parser_reads_it() {
        for (text, ids) in [
            ("(module $M)", vec![Some("M")]),
            ("(module $\"M\" $\"a b\")", vec![Some("M"), Some("a b")]),
            ("(module $\"\\4d\"$)", vec![None]),
            ("(module $\"\\4d\")", vec![Some("M")]),
            ("(module $a$b)", vec![Some("a$b")]),
            ("(module$M)", vec![None]),
            ("(module $)", vec![None]),
            ("(module $ \"M\")", vec![None]),
            ("(module $\"\")", vec![None]),
            ("(module $M\"x\")", vec![None]),
            ("(module \"x\"$M)", vec![None]),
            ("(module $\"M\"x)", vec![None]),
            ("(module $\"M", vec![None]),
            ("(module $M,)", vec![None]),
            ("(module $\u{e4})", vec![None]),
            ("(module (;$M;) \"$M\" ;; $M\n)", vec![]),
        ] {
            let script = Script::parse(text.as_bytes());
            let step = &script.steps()[0];
            let read: Vec<_> = script.ids(step).collect();
            assert_eq!(read.iter().map(Option::as_deref).collect::<Vec<_>>(), ids, "{text}");
        }
        let script = Script::parse(b"(module $M\xff)");
        assert_eq!(script.ids(&script.steps()[0]).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn a_form_has_the_id_after_its_keyword() {
        for (text, id) in [
            ("(thread $T (shared (module $M)))", Some("T")),
            ("(wait $\"T U\")", Some("T U")),
            ("(wait (; c ;) $T", Some("T")),
            ("(wait)", None),
            ("(wait T)", None),
            ("(wait $T $U)", None),
            ("(thread (shared (module $M)) $T)", None),
        ] {
            let script = Script::parse(text.as_bytes());
            assert_eq!(script.own_id(&script.steps()[0]).as_deref(), id, "{text}");
        }
    }

    #[test]
    fn an_id_is_no_string() {
        let script = Script::parse(b"(register $\"N\" \"a\" \"b\\\"\" \"c\"d \"e)");
        let strings: Vec<_> = script.strings(&script.steps()[0]).collect();
        assert_eq!(strings, [Some("a"), None, Some("c"), None]);
    }
}
