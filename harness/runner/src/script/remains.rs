//! Takes the text of a directive that cannot be read; gives what it may have defined, and whether
//! other directives may hide in it. Never parses a directive.

use super::keyword::{begun, meant};
use super::lexer::{Lexer, Token};
use super::words::{Word, tokens, words};
use super::{Script, Step, StepShape, annotation, split};
use std::borrow::Cow;

/// The effect of the directives that may hide in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hidden {
    /// They bind nothing.
    Nothing,
    /// They may bind any name.
    Names,
    /// They run other scripts, or ask the embedder to do anything.
    Scripts,
}

impl Hidden {
    /// The effect of a list that begins with this word.
    fn of(keyword: Option<&str>) -> Hidden {
        match keyword.and_then(|word| meant(word).or_else(|| begun(word))) {
            Some("module" | "component" | "register" | "thread") => Hidden::Names,
            Some("script" | "input") => Hidden::Scripts,
            _ => Hidden::Nothing,
        }
    }
}

/// What a module or component that cannot be read may have bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Defined<'a> {
    /// A module, and its instance.
    Module(Option<Cow<'a, str>>),
    /// A module that is not instantiated.
    Definition(Option<Cow<'a, str>>),
    /// An instance of a module that was defined before.
    Instance(Option<Cow<'a, str>>),
    /// It has a word where none belongs: that may be any name.
    Anything,
}

impl Script {
    /// The effect of other directives that may hide in a form that cannot be read, because a
    /// parenthesis is missing or misplaced. Any list inside may be one, except the module of an
    /// assertion and the modules that a thread shares. Strings may hide directives, too: one
    /// without an end takes the rest of its line.
    pub(crate) fn hidden(&self, step: &Step) -> Hidden {
        let kind = meant(&step.kind).unwrap_or(&step.kind);
        let mut hidden = Hidden::Nothing;
        // The keyword of the list before this one, and the number of lists inside the form so far.
        let (mut outer, mut lists) = ("", 0);
        let mut opens = true;
        for (token, word) in tokens(self.source(step)).skip(1) {
            match token {
                Token::Open => (opens, lists) = (true, lists + 1),
                Token::Atom if is_annotation_of_ours(word) => hidden = Hidden::Scripts,
                Token::Atom if opens => {
                    opens = false;
                    let word = std::str::from_utf8(word).unwrap_or("");
                    let holds_module = (lists == 1 && holds_module(kind, step.is_broken()))
                        || (kind == "thread" && outer == "shared");
                    let is_held =
                        holds_module && matches!(meant(word), Some("module" | "component"));
                    // The caller knows the keyword of the form itself, unless it is cut.
                    if (lists > 0 || meant(word).is_none()) && !is_held {
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
                // It separates the keyword from its parenthesis as a comment does.
                Token::OpenAnnotation if opens => hidden = hidden.max(Hidden::Names),
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

    /// The keyword of the first list inside a form, or an empty string.
    pub(crate) fn inner_keyword(&self, step: &Step) -> &str {
        let text = self.source(step);
        let mut lexer = Lexer::new(text);
        let _ = lexer.next();
        let inner = std::iter::from_fn(|| lexer.next());
        let mut lists = inner.filter(|(token, _)| *token == Token::Open);
        lists.next().map_or("", |(_, start)| split::keyword(&text[start..]))
    }

    /// What a form that begins with `module` or `component` may have bound.
    pub(crate) fn defined(&self, step: &Step) -> Defined<'_> {
        let mut words = words(self.source(step)).peekable();
        let keyword = match (words.next(), words.next()) {
            (Some(Word::Open), Some(Word::Other(Some(keyword)))) => keyword,
            _ => return Defined::Anything,
        };
        let head =
            words.next_if(|word| matches!(word, Word::Other(Some("instance" | "definition"))));
        if head == Some(Word::Other(Some("instance"))) {
            return instance(words);
        }
        let id = match words.next_if(|word| matches!(word, Word::Id(_))) {
            Some(Word::Id(None)) => return Defined::Anything,
            Some(Word::Id(id)) => id,
            _ => None,
        };
        let quotes = words.next_if(|word| matches!(word, Word::Other(Some("binary" | "quote"))));
        if strays(words, quotes.is_some(), meant(keyword) == Some("component")) {
            return Defined::Anything;
        }
        match head {
            Some(_) => Defined::Definition(id),
            None => Defined::Module(id),
        }
    }
}

/// The instance that the words after `module instance` name: a single name is the module's.
fn instance<'a>(words: impl Iterator<Item = Word<'a>>) -> Defined<'a> {
    let mut ids = Vec::new();
    for word in words {
        match word {
            Word::Id(Some(id)) => ids.push(id),
            Word::Close => break,
            _ => return Defined::Anything,
        }
    }
    match ids.len() {
        0 | 1 => Defined::Instance(None),
        2 => Defined::Instance(ids.into_iter().next()),
        _ => Defined::Anything,
    }
}

/// Whether a word after the head of a module is one that belongs into its head, so that the head is
/// not what it seems.
fn strays<'a>(words: impl Iterator<Item = Word<'a>>, quotes: bool, is_component: bool) -> bool {
    let (mut depth, mut opens) = (0_usize, false);
    for word in words {
        let begins = std::mem::take(&mut opens) && depth == 1;
        match word {
            Word::Open => (depth, opens) = (depth + 1, true),
            Word::OpenAnnotation => depth += 1,
            Word::Close => depth = depth.saturating_sub(1),
            Word::String(_) if quotes => {}
            Word::Id(_) if begins => return true,
            Word::Other(Some("definition" | "instance" | "binary" | "quote"))
                if begins && !is_component =>
            {
                return true;
            }
            Word::Id(_) | Word::String(_) | Word::Other(_) if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// Whether the first list in a form like this is a module that binds nothing. A form without its
/// end may have taken a module that is not its own.
fn holds_module(kind: &str, is_broken: bool) -> bool {
    match kind {
        "assert_malformed"
        | "assert_invalid"
        | "assert_malformed_custom"
        | "assert_invalid_custom"
        | "assert_unlinkable"
        | "assert_trap" => true,
        _ => kind.starts_with("assert") && !is_broken,
    }
}

/// The word at the beginning of this text.
fn first_word(text: &[u8]) -> Option<&str> {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"()\";".contains(byte);
    std::str::from_utf8(text.trim_ascii_start().split(ends).next()?).ok()
}

/// Whether a word begins an annotation that is a directive.
fn is_annotation_of_ours(word: &[u8]) -> bool {
    let name = word.strip_prefix(b"@").and_then(|name| std::str::from_utf8(name).ok());
    name.is_some_and(annotation::is_directive)
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
            ("(assert_return (invoke \"f\") (m)odule)", Names),
            ("(assert_return (invoke \"f\") (mod ule $M)", Names),
            ("(assert_return (invoke \"f\") (reg\"ister \"r\")", Names),
            ("(invoke \"f\" (scr)ipt (module))", Scripts),
            ("(scr ipt (invoke \"f\"))", Scripts),
            ("(reg ister \"r\")", Names),
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
            ("(@note (module)", Names),
            ("(@ (register \"r\"))", Names),
            ("(@note \"\\q\" (module $M (func)))", Names),
            ("(assert_return ((@note) module $M)", Names),
            ("(@note (@note (input \"x\")", Scripts),
            ("(assert_trap (module $M (func) \"x\")", Nothing),
            ("(assert_exhaustion (module $M (func)))", Nothing),
            ("(assert_return (module $M (func) 2)", Names),
            ("(assert_exhaustion (module $M (func))", Names),
            ("(assert_exception (module $M (func))", Names),
            ("(assert_nothing (module $M (func))", Names),
            ("(wait $T (input \"x\"))", Scripts),
            ("(assert_trap (scrpt (module)) \"x\")", Scripts),
        ] {
            let script = Script::parse(text.as_bytes());
            assert_eq!(script.hidden(&script.steps()[0]), hidden, "{text}");
        }
    }

    #[test]
    fn a_module_is_named_by_its_head_alone() {
        let module = |id: &'static str| Defined::Module(Some(id.into()));
        let definition = |id: &'static str| Defined::Definition(Some(id.into()));
        let instance = |id: &'static str| Defined::Instance(Some(id.into()));
        use Defined::Anything;
        for (text, defined) in [
            ("(module (func $f (nop)) (export \"f\" (func $f)))", Defined::Module(None)),
            ("(module $M (func (nop))", module("M")),
            ("(module (; c ;) $\"M\" (@name \"n\") (func))", module("M")),
            ("(modul $M (fnc $f) (func) binary)", Anything),
            ("(module $M (fnc $f))", module("M")),
            ("(module $M binary \"\" \"a)", module("M")),
            ("(module quote \"(func\" (func)", Defined::Module(None)),
            ("(module definition $D quote \"\" (func))", definition("D")),
            ("(module instance)", Defined::Instance(None)),
            ("(module instance $D", Defined::Instance(None)),
            ("(module instance $I $D", instance("I")),
            ("(component $C (instance $i (instantiate $m)))", module("C")),
            ("(component definition $C (core module $m))", definition("C")),
            ("(component instance $I $C)", instance("I")),
            ("(module binary $M \"\")", Anything),
            ("(module quote $M \"(func)\")", Anything),
            ("(module quote \"(func)\" $M)", Anything),
            ("(module (func) $M)", Anything),
            ("(module $M2 $M (func))", Anything),
            ("(module M (func))", Anything),
            ("(module \"x\" $M (func))", Anything),
            ("(module $M definition (func))", Anything),
            ("(module $I instance $D)", Anything),
            ("(module definition definition $D (func))", Anything),
            ("(module ($M (func)))", Anything),
            ("(module (func) ($M))", Anything),
            ("(module (definition $D (func)))", Anything),
            ("(module (quote \"(func)\" $M))", Anything),
            ("(module $\"M)", Anything),
            ("(module $ (func))", Anything),
            ("(module instance $I ($D))", Anything),
            ("(module instance I $D)", Anything),
            ("(module instance $I $D $D)", Anything),
            ("(module$ $M)", Anything),
        ] {
            let script = Script::parse(text.as_bytes());
            assert_eq!(script.defined(&script.steps()[0]), defined, "{text}");
        }
        let script = Script::parse(b"(module $M\xff (func))");
        assert_eq!(script.defined(&script.steps()[0]), Anything);
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
            ("(module ", "$\"a\"b$"),
            ("(module ", "a$\""),
            ("(module ", "$a "),
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
                script.own_id(step);
                script.defined(step);
                script.hash(step);
                script.read(step, |_| ());
            }
            let work = lexer::work() - before;
            assert!(work < 40 * text.len(), "{head}{piece}: {work} for {}", text.len());
        }
    }
}
