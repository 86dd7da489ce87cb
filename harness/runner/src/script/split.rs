//! Takes the bytes of a script; gives its top-level forms with their ranges. Never fails: text that
//! is not a form becomes a stretch with a problem, and splitting continues. An annotation is a form
//! only if it is a directive of ours, or has one in it. Never reads a directive.

use super::annotation;
use super::keyword::DIRECTIVES;
use super::lexer::{Lexer, Token};
use std::ops::Range;
use wast::lexer::{Lexer as WastLexer, TokenKind};

/// A stretch of the script that counts as one directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) range: Range<usize>,
    pub(super) shape: Shape,
}

/// The shape of a stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `( ... )`, balanced.
    Form,
    /// Not a form: the reason and its offset.
    Broken(&'static str, usize),
}

/// Why a comment between forms is rejected.
pub(super) const COMMENT: &str = "invalid UTF-8";

/// Splits a script into its top-level forms. Other annotations than ours are omitted if their tokens
/// are valid.
pub(super) fn split(text: &[u8]) -> Vec<Form> {
    let mut splitter =
        Splitter { text, lexer: Lexer::new(text), forms: Vec::new(), distrust: false };
    while let Some((token, start)) = splitter.lexer.next() {
        match token {
            Token::Space => splitter.check_text(start),
            Token::Open => splitter.form(start, true),
            Token::OpenAnnotation => splitter.form(start, false),
            Token::Dangling => {
                let end = splitter.resync(splitter.lexer.at);
                splitter.broken(start..end, "unclosed block comment", start);
            }
            Token::Close => splitter.stray(start, "unbalanced `)`"),
            Token::Atom if text[start..].starts_with("\u{feff}".as_bytes()) => {
                splitter.stray(start, "a byte order mark: the text format has none");
            }
            Token::String { .. } | Token::Atom => splitter.stray(start, "text outside a form"),
        }
    }
    splitter.forms
}

/// The keyword of the form that begins at `text`, or an empty string.
pub(super) fn keyword(text: &[u8]) -> &str {
    let mut lexer = Lexer::new(text);
    lexer.at = 1;
    next_word(text, lexer)
}

/// The word that follows in `text`, or an empty string.
fn next_word<'t>(text: &'t [u8], mut lexer: Lexer<'_>) -> &'t str {
    match lexer.next_solid() {
        Some((Token::Atom, start)) => std::str::from_utf8(&text[start..lexer.at]).unwrap_or(""),
        _ => "",
    }
}

struct Splitter<'t> {
    text: &'t [u8],
    lexer: Lexer<'t>,
    forms: Vec<Form>,
    /// An unclosed form was met: after it, a directive at the beginning of a line ends the form
    /// before it.
    distrust: bool,
}

impl Splitter<'_> {
    /// Takes the form that begins at `start`; the lexer is just after its opening parenthesis.
    fn form(&mut self, start: usize, counts: bool) {
        if !self.distrust {
            match self.trusting() {
                // A string without an end may have taken the annotation's parenthesis.
                Some(end) if counts || !has_open_string(&self.text[start..end]) => {
                    return self.closed(start..end, counts);
                }
                _ => {}
            }
            self.distrust = true;
            self.lexer.at = start + 1;
        }
        match self.distrusting(start) {
            Ok(end) => self.closed(start..end, counts),
            Err((end, why, at)) => self.broken(start..end, why, at),
        }
    }

    /// Takes a balanced form, or a balanced annotation.
    fn closed(&mut self, range: Range<usize>, counts: bool) {
        let shape = match counts {
            true => Some(Shape::Form),
            false => match invalid(&self.text[range.clone()]) {
                Some((why, at)) => Some(Shape::Broken(why, range.start + at)),
                None => is_directive_annotation(&self.text[range.clone()]).then_some(Shape::Form),
            },
        };
        self.forms.extend(shape.map(|shape| Form { range, shape }));
    }

    /// The end of the form, by its parentheses alone.
    fn trusting(&mut self) -> Option<usize> {
        let mut depth = 1usize;
        loop {
            match self.lexer.next_bracket()?.0 {
                Token::Open | Token::OpenAnnotation => depth += 1,
                Token::Close if depth == 1 => return Some(self.lexer.at),
                Token::Close => depth -= 1,
                Token::Dangling => return None,
                _ => {}
            }
        }
    }

    /// The end of the form, where a directive at the beginning of a line is never inside it.
    fn distrusting(&mut self, start: usize) -> Result<usize, (usize, &'static str, usize)> {
        const UNCLOSED: &str = "unclosed `(`";
        // This lexer knows whether a comment ends.
        let nests = next_word(self.text, self.lexer.clone()).starts_with("assert_");
        let mut depth = 1usize;
        let mut first = true;
        let mut problem = (UNCLOSED, start);
        loop {
            let Some((token, at)) = self.lexer.next() else {
                return Err((self.text.len(), problem.0, problem.1));
            };
            match token {
                Token::Open | Token::OpenAnnotation => {
                    if is_directive(self.text, at) && !(nests && first) {
                        self.lexer.at = at;
                        return Err((at, problem.0, problem.1));
                    }
                    first = false;
                    depth += 1;
                }
                Token::Close if depth == 1 => return Ok(self.lexer.at),
                Token::Close => depth -= 1,
                Token::String { closed: false } if problem.0 == UNCLOSED => {
                    problem = ("unclosed string", at);
                }
                Token::Dangling => {
                    return Err((self.resync(self.lexer.at), "unclosed block comment", at));
                }
                _ => {}
            }
        }
    }

    /// Takes text that is not a form, up to the next possible form.
    fn stray(&mut self, start: usize, why: &'static str) {
        let mut end = self.lexer.at;
        while let Some((token, at)) = self.lexer.next() {
            match token {
                Token::Space => {}
                Token::Close | Token::Atom | Token::String { .. } => end = self.lexer.at,
                Token::Open | Token::OpenAnnotation | Token::Dangling => {
                    self.lexer.at = at;
                    break;
                }
            }
        }
        self.broken(start..end, why, start);
    }

    fn broken(&mut self, range: Range<usize>, why: &'static str, at: usize) {
        self.lexer.at = self.lexer.at.max(range.end);
        self.forms.push(Form { range, shape: Shape::Broken(why, at) });
    }

    /// A comment between forms must be UTF-8, too, and no form covers it.
    fn check_text(&mut self, start: usize) {
        if let Err(error) = std::str::from_utf8(&self.text[start..self.lexer.at]) {
            let at = start + error.valid_up_to();
            self.broken(at..self.lexer.at, COMMENT, at);
        }
    }

    /// The next directive at the beginning of a line.
    fn resync(&mut self, from: usize) -> usize {
        self.distrust = true;
        (from..self.text.len()).find(|&at| is_directive(self.text, at)).unwrap_or(self.text.len())
    }
}

/// Whether an annotation is a directive, or hides one, which must not vanish with it.
fn is_directive_annotation(text: &[u8]) -> bool {
    let hides =
        || std::str::from_utf8(text).is_ok_and(|text| annotation::misplaced(text).is_some());
    annotation::is_directive(&annotation::kind(text)[1..]) || hides()
}

fn has_open_string(text: &[u8]) -> bool {
    let mut lexer = Lexer::new(text);
    std::iter::from_fn(|| lexer.next()).any(|(token, _)| token == Token::String { closed: false })
}

/// Why the tokens of an annotation are invalid, and where.
fn invalid(annotation: &[u8]) -> Option<(&'static str, usize)> {
    let text = match std::str::from_utf8(annotation) {
        Ok(text) => text,
        Err(error) => return Some(("invalid UTF-8", error.valid_up_to())),
    };
    let mut lexer = WastLexer::new(text);
    lexer.allow_confusing_unicode(true);
    for token in lexer.iter(0) {
        let token = match token {
            Ok(token) => token,
            Err(error) => return Some(("invalid token in an annotation", error.span().offset())),
        };
        // The lexer accepts an empty name, the parser does not. Annotations in this one are mere
        // tokens, and need no name.
        let is_named = || token.kind == TokenKind::Annotation && token.annotation(text).is_ok();
        if token.offset == 1 && !is_named() {
            return Some(("an annotation without a name", token.offset));
        }
    }
    None
}

/// Whether a directive begins at the beginning of this line.
fn is_directive(text: &[u8], at: usize) -> bool {
    let at_line = at == 0 || text[at - 1] == b'\n';
    let Some(rest) = text[at..].strip_prefix(b"(") else { return false };
    at_line
        && (rest.starts_with(b"@wassay")
            || DIRECTIVES.iter().any(|name| {
                rest.strip_prefix(name.as_bytes()).is_some_and(|rest| {
                    matches!(rest.first(), Some(b' ' | b'\t' | b'\r' | b'\n' | b'(' | b')'))
                })
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        split(text.as_bytes())
            .into_iter()
            .map(|form| match form.shape {
                Shape::Form => text[form.range].to_string(),
                Shape::Broken(why, at) => format!("{why} at {at}: {}", &text[form.range]),
            })
            .collect()
    }

    #[test]
    fn forms_are_split_by_their_parentheses() {
        assert_eq!(
            shown("(module)\n(; c ;) (@note \")\") (a \"(\" (b)) ;; d\n"),
            ["(module)", "(a \"(\" (b))"]
        );
        assert_eq!(shown(""), [""; 0]);
        assert_eq!(
            shown("(assert_invalid\n(module)\n\"x\")"),
            ["(assert_invalid\n(module)\n\"x\")"]
        );
    }

    #[test]
    fn text_outside_any_form_is_one_piece_each() {
        assert_eq!(
            shown("(module)) x \"y\"\n(module)"),
            ["(module)", "unbalanced `)` at 8: ) x \"y\"", "(module)"]
        );
        let mark = "a byte order mark: the text format has none at 0: \u{feff}";
        assert_eq!(shown("\u{feff};;! gc = true\n(module)"), [mark, "(module)"]);
    }

    #[test]
    fn reading_resumes_at_the_next_directive() {
        assert_eq!(
            shown("(module (func)\n(invoke \"f)\n(assert_invalid\n(module) \"x\")\n(; (\n(module)"),
            [
                "unclosed `(` at 0: (module (func)\n",
                "unclosed string at 23: (invoke \"f)\n",
                "(assert_invalid\n(module) \"x\")",
                "unclosed block comment at 57: (; (\n",
                "(module)",
            ]
        );
    }

    #[test]
    fn an_annotation_is_omitted_only_if_its_tokens_are_valid() {
        for text in [
            "(@note \"\\u{e9}\" $x (; (; ;) ;) (b) ,;)",
            "(@\"a b\" 1)",
            "(@a)",
            "(@a (@ b))",
            "(@a @ @x (@x) (@x y) (@) (@ x) (@\"\") (@(@(@(@)))))",
        ] {
            assert_eq!(shown(&format!("{text}\n(module)")), ["(module)"]);
        }
        for (text, why) in [
            ("(@note \"\\q\")", "invalid token in an annotation at 9"),
            ("(@ (invoke \"f\"))", "an annotation without a name at 1"),
            ("(@)", "an annotation without a name at 1"),
            ("(@\"\" 1)", "an annotation without a name at 1"),
            ("(@\"a\"b (invoke \"f\"))", "an annotation without a name at 1"),
            ("(@a \u{1})", "invalid token in an annotation at 4"),
        ] {
            let broken = format!("{why}: {text}");
            assert_eq!(shown(&format!("{text} (a)\n(module)")), [&broken, "(a)", "(module)"]);
        }
        let why = Shape::Broken("invalid UTF-8", 4);
        assert_eq!(split(b"(@a \xff)"), [Form { range: 0..6, shape: why }]);
    }

    #[test]
    fn an_annotation_takes_no_directives_with_its_string() {
        assert_eq!(
            shown("(@note \"see 5)\n(invoke \"f\")\n(@note \"done\")\n)\n(module)"),
            [
                "unclosed string at 7: (@note \"see 5)\n",
                "(invoke \"f\")",
                "unbalanced `)` at 43: )",
                "(module)",
            ]
        );
        assert_eq!(
            shown("(@note \"a) (invoke \"f\"))"),
            ["unclosed string at 21: (@note \"a) (invoke \"f\"))"]
        );
        assert_eq!(
            shown("(@note \"a)\n (invoke \"f\"))\n(module)"),
            ["invalid token in an annotation at 10: (@note \"a)\n (invoke \"f\"))", "(module)"]
        );
    }

    #[test]
    fn unbalanced_files_cost_linear_time() {
        let text = "(module\n(;\"".repeat(200_000);
        assert!(!split(text.as_bytes()).is_empty());
        let text = "(func ".repeat(400_000);
        assert_eq!(split(text.as_bytes()).len(), 1);
        let text = "(".repeat(10) + &"(;".repeat(400_000);
        assert!(!split(text.as_bytes()).is_empty());
    }
}
