//! Takes the text of a directive, usually one that cannot be read; gives its words, strings and
//! names, and whether other directives may hide in it. Never parses a directive.

use super::keyword::meant;
use super::lexer::{Lexer, Token};
use super::{Script, Step, StepShape, split};

/// The effect of the directives that may hide in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hidden {
    /// They bind nothing.
    Nothing,
    /// They may bind any name.
    Names,
    /// They run other scripts.
    Scripts,
}

impl Hidden {
    /// The effect of a list that begins with this word.
    fn of(keyword: Option<&str>) -> Hidden {
        match keyword.and_then(meant) {
            Some("module" | "component" | "register" | "thread") => Hidden::Names,
            Some("script" | "input") => Hidden::Scripts,
            _ => Hidden::Nothing,
        }
    }
}

/// The name in a word like `$id`.
pub(crate) fn id<'a>(word: &&'a str) -> Option<&'a str> {
    word.strip_prefix('$').filter(|id| !id.is_empty())
}

impl Script {
    /// The effect of other directives that may hide in a form that cannot be read, because a
    /// parenthesis is missing or misplaced. Any list inside may be one, except the module of an
    /// assertion and the modules that a thread shares. Strings may hide directives, too: one
    /// without an end takes the rest of its line.
    pub(crate) fn hidden(&self, step: &Step) -> Hidden {
        let text = self.source(step);
        let kind = meant(&step.kind).unwrap_or(&step.kind);
        let mut hidden = Hidden::Nothing;
        // The keyword of the list before this one, and the number of lists so far.
        let (mut outer, mut lists) = ("", 0);
        let mut opens = false;
        for (token, word) in tokens(text) {
            match token {
                Token::Open => (opens, lists) = (true, lists + 1),
                Token::Atom if opens => {
                    opens = false;
                    let word = std::str::from_utf8(word).unwrap_or("");
                    let holds_module = (kind.starts_with("assert") && lists == 2)
                        || (kind == "thread" && outer == "shared");
                    let is_held =
                        holds_module && matches!(meant(word), Some("module" | "component"));
                    if lists > 1 && !is_held {
                        hidden = hidden.max(Hidden::of(Some(word)));
                    }
                    outer = word;
                }
                Token::String { .. } => {
                    opens = false;
                    let lists = word.split(|&byte| byte == b'(').skip(1);
                    let found = lists.map(|list| Hidden::of(first_word(list)));
                    hidden = found.fold(hidden, Hidden::max);
                }
                Token::Space => {}
                _ => opens = false,
            }
        }
        hidden
    }

    /// Whether text that is not a directive may be meant as one: it contains more than parentheses,
    /// closed strings and comments.
    pub(crate) fn has_words(&self, step: &Step) -> bool {
        let is_empty = |(token, _)| {
            matches!(token, Token::Close | Token::Space | Token::String { closed: true })
        };
        !matches!(step.shape, StepShape::Broken(split::COMMENT, _))
            && !tokens(self.source(step)).all(is_empty)
    }

    /// The strings in the text of a step. `None` for one that is not closed, is not UTF-8 or
    /// contains escapes.
    pub(crate) fn strings<'a>(&'a self, step: &Step) -> impl Iterator<Item = Option<&'a str>> {
        tokens(self.source(step)).filter_map(|(token, string)| match token {
            Token::String { closed: false } => Some(None),
            Token::String { closed: true } => {
                let string = std::str::from_utf8(&string[1..string.len() - 1]).ok();
                Some(string.filter(|string| !string.contains('\\')))
            }
            _ => None,
        })
    }

    /// Every `$id` in the text of a step, without its `$`.
    pub(crate) fn ids<'a>(&'a self, step: &Step) -> impl Iterator<Item = &'a str> {
        let words =
            tokens(self.source(step)).filter_map(|(_, word)| std::str::from_utf8(word).ok());
        words.filter_map(|word| word.strip_prefix('$'))
    }

    /// The keyword of the first list inside a form, or an empty string.
    pub(crate) fn inner_keyword(&self, step: &Step) -> &str {
        let text = self.source(step);
        let mut lexer = Lexer::new(text);
        let _ = lexer.next();
        let inner = std::iter::from_fn(|| lexer.next());
        let mut lists = inner.filter(|(token, _)| *token == Token::Open);
        lists.next().map_or("", |(_, start)| split::keyword(&text[start..]))
    }

    /// The words after the keyword of a form, up to the first token that is not a word: they name a
    /// module even if it cannot be read.
    pub(crate) fn words(&self, step: &Step) -> Vec<&str> {
        let mut head = self.head(step);
        let end = head.iter().position(|word| word.starts_with('"')).unwrap_or(head.len());
        head.truncate(end);
        head
    }

    /// The words and strings after the keyword of a form, up to the first parenthesis.
    pub(crate) fn head(&self, step: &Step) -> Vec<&str> {
        let solid = tokens(self.source(step)).filter(|(token, _)| *token != Token::Space).skip(2);
        let head =
            solid.take_while(|(token, _)| matches!(token, Token::Atom | Token::String { .. }));
        head.filter_map(|(_, word)| std::str::from_utf8(word).ok()).collect()
    }
}

fn tokens(text: &[u8]) -> impl Iterator<Item = (Token, &[u8])> {
    let mut lexer = Lexer::new(text);
    std::iter::from_fn(move || {
        let (token, start) = lexer.next()?;
        Some((token, &text[start..lexer.at]))
    })
}

/// The word at the beginning of this text.
fn first_word(text: &[u8]) -> Option<&str> {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"()\";".contains(byte);
    std::str::from_utf8(text.trim_ascii_start().split(ends).next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::Hidden::{Names, Nothing, Scripts};
    use super::*;
    use crate::script::lexer;

    #[test]
    fn a_directive_hides_anywhere_but_where_its_form_holds_a_module() {
        for (text, hidden) in [
            ("(assert_return (invoke \"f\") (i32.const 1)", Nothing),
            ("(assert_invalid (module $M (func (nop))) \"x\")", Nothing),
            ("(assert_invalid (modul $M) \"x\")", Nothing),
            ("(assert_nothing (component) \"x\")", Nothing),
            ("(module (func) (import \"a\" \"b\") (memory 1))", Nothing),
            ("(module quote \"(func)\" (; (module) ;) 1)", Nothing),
            ("(thread $T (shared (module $M)) (invoke \"f\") (wait $U)", Nothing),
            ("(@note (func) \"(f\"", Nothing),
            ("(assert_return (invoke \"f\") (module)", Names),
            ("(assert_return (invoke \"f\") (modul)", Names),
            ("(assert_return (invoke \"f\") ( ;; c\n (; d ;) module)", Names),
            ("(assert_return (invoke \"f) (i32.const 1)) ( register \"r\")", Names),
            ("(assert_invalid (module (func)) (module) \"x\")", Names),
            ("(assert_invalid (module (func) (component)) \"x\")", Names),
            ("(assert_return (register \"r\"))", Names),
            ("(module (func) (regster \"r\"))", Names),
            ("(register \"r\" (module))", Names),
            ("(invoke \"f\" (thread $T))", Names),
            ("(thread $T (shared (module $M)) (module $M))", Names),
            ("(frobnicate (module))", Names),
            ("(@note \"(module)", Names),
            ("(wait $T (input \"x\"))", Scripts),
            ("(assert_trap (scrpt (module)) \"x\")", Scripts),
        ] {
            let script = Script::parse(text.as_bytes());
            assert_eq!(script.hidden(&script.steps()[0]), hidden, "{text}");
        }
    }

    /// Work is counted in bytes that the lexer examines.
    #[test]
    fn damaged_texts_cost_linear_work() {
        for (head, piece) in [
            ("", "(;;x\n"),
            ("(module ", "((;"),
            ("(module ", "(; (; ;) "),
            ("(module ", "(;(;\n"),
            ("(module ", "( (; ;)\n;; x\n"),
            ("", "( (;\n(module)\n"),
            ("", "(module\n(;\""),
            ("", "(;"),
            ("(invoke ", "("),
            ("(invoke \"", "("),
            ("(invoke \"", "( "),
            ("(assert_return ", "(modle \"(modle $M"),
            ("(try", "((;(try"),
            ("(u32.const", "((;(u32.const"),
        ] {
            let text = head.to_string() + &piece.repeat(40_000 / piece.len());
            let before = lexer::work();
            let script = Script::parse(text.as_bytes());
            for step in script.steps() {
                script.hidden(step);
                script.has_words(step);
                script.strings(step).count();
                script.ids(step).count();
                script.inner_keyword(step);
                script.words(step);
                script.hash(step);
                script.read(step, |_| ());
            }
            let work = lexer::work() - before;
            assert!(work < 40 * text.len(), "{head}{piece}: {work} for {}", text.len());
        }
    }
}
