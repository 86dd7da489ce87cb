//! Text -> `Script` of positioned `Step`s, directive by directive, surviving anything.
//!
//! Bytes enter; a list of steps leaves, one per top-level form or piece of wreckage. What a step
//! says is parsed only when it is its turn ([`Script::read`]). Knows no engine and no verdict.

mod directive;
mod fold;
mod legacy;
mod lexer;
mod module;
mod position;
mod split;
mod values;

pub(crate) use directive::{Action, Directive, Nested};
pub(crate) use module::{ModuleText, Wasm};
pub(crate) use position::Position;

use position::Walker;
use split::{Form, Shape};
use std::borrow::Cow;
use std::ops::Range;

/// The words that begin a field of a module, and so an inline module at the top of a file.
const FIELDS: &[&str] = &[
    "type", "rec", "import", "func", "table", "memory", "global", "export", "start", "elem",
    "data", "tag",
];

/// A script: its text, and where its directives are.
#[derive(Clone, Debug)]
pub struct Script {
    text: Vec<u8>,
    steps: Vec<Step>,
}

/// One directive of a script, or one stretch of text that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its position among the steps, from 0.
    pub index: u32,
    /// The line where it begins, from 1.
    pub line: u32,
    /// The column where it begins, in characters, from 1.
    pub column: u32,
    /// Its bytes.
    pub range: Range<usize>,
    /// Its keyword, for example `assert_return`; `unreadable` where it has none.
    pub kind: Cow<'static, str>,
    shape: StepShape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum StepShape {
    Form,
    /// The file is the fields of one module.
    InlineModule,
    Broken(&'static str, usize),
}

/// Why a step, or a module in it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) message: String,
    /// Bytes from the start of the step; unknown within quoted text.
    pub(crate) offset: Option<usize>,
}

impl Script {
    /// Splits a script into steps. Never fails: what cannot be read is a step that will be judged
    /// *unsupported*.
    pub fn parse(text: &[u8]) -> Script {
        let forms = split::split(text);
        let steps = match inline_module(text, &forms) {
            Some(range) => {
                let position = Walker::new(text).advance(range.start);
                vec![Step {
                    index: 0,
                    line: position.line,
                    column: position.column,
                    range,
                    kind: Cow::Borrowed("module"),
                    shape: StepShape::InlineModule,
                }]
            }
            None => steps(text, forms),
        };
        Script { text: text.to_vec(), steps }
    }

    /// The steps, in the order of the file.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The whole text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The text of a step.
    pub fn source(&self, step: &Step) -> &[u8] {
        &self.text[step.range.clone()]
    }

    /// The line where a step ends.
    pub fn last_line(&self, step: &Step) -> u32 {
        let breaks = self.source(step).iter().filter(|&&byte| byte == b'\n').count();
        step.line + breaks as u32
    }

    /// A hash of the step's text, with white space and comments folded: 16 hex digits. The part of
    /// a known failure's key that survives line shifts.
    pub fn hash(&self, step: &Step) -> String {
        fold::hash(self.source(step))
    }

    /// Where in the file `offset` bytes into the step are.
    pub(crate) fn locate(&self, step: &Step, offset: usize) -> Position {
        let start = Position { line: step.line, column: step.column };
        Walker::from(self.source(step), start).advance(offset)
    }

    /// Reads a step and hands what it says to `then`.
    pub(crate) fn read<R>(
        &self,
        step: &Step,
        then: impl FnOnce(Result<Directive<'_>, Unreadable>) -> R,
    ) -> R {
        let broken = |message: &str, offset| Unreadable {
            message: message.to_string(),
            offset: Some(offset),
        };
        if let StepShape::Broken(why, at) = step.shape {
            return then(Err(broken(why, at - step.range.start)));
        }
        match std::str::from_utf8(self.source(step)) {
            Err(error) => then(Err(broken("invalid UTF-8", error.valid_up_to()))),
            Ok(text) => directive::read(text, step.shape == StepShape::InlineModule, then),
        }
    }

    /// The words that follow the keyword of a form, up to anything that is no word: how a module
    /// that cannot be read is called.
    pub(crate) fn words(&self, step: &Step) -> Vec<&str> {
        let text = self.source(step);
        let mut lexer = lexer::Lexer::new(text);
        let _ = (lexer.next(), lexer.next_solid());
        let mut words = Vec::new();
        while let Some((lexer::Token::Atom, start)) = lexer.next_solid() {
            words.extend(std::str::from_utf8(&text[start..lexer.at]));
        }
        words
    }
}

fn steps(text: &[u8], forms: Vec<Form>) -> Vec<Step> {
    let mut walker = Walker::new(text);
    let steps = forms.into_iter().zip(0..).map(|(Form { range, shape }, index)| {
        let Position { line, column } = walker.advance(range.start);
        let kind = match &text[range.clone()] {
            [b'(', b';', ..] => Cow::Borrowed("unreadable"),
            form @ [b'(', ..] => kind(split::keyword(form)),
            _ => Cow::Borrowed("unreadable"),
        };
        let shape = match shape {
            Shape::Form => StepShape::Form,
            Shape::Broken(why, at) => StepShape::Broken(why, at),
        };
        Step { index, line, column, range, kind, shape }
    });
    steps.collect()
}

fn kind(keyword: &str) -> Cow<'static, str> {
    if keyword.is_empty() {
        return Cow::Borrowed("unreadable");
    }
    match split::DIRECTIVES.iter().find(|&&name| name == keyword) {
        Some(&name) => Cow::Borrowed(name),
        None => Cow::Owned(keyword.chars().take(64).collect()),
    }
}

/// The range of the one module whose fields are all that the file has, if it is so.
fn inline_module(text: &[u8], forms: &[Form]) -> Option<Range<usize>> {
    let is_field = |form: &Form| {
        form.shape == Shape::Form && FIELDS.contains(&split::keyword(&text[form.range.clone()]))
    };
    if forms.is_empty() || !forms.iter().all(is_field) {
        return None;
    }
    // With the annotations before and behind: they may be custom sections.
    let (_, start) = lexer::Lexer::new(text).next_solid()?;
    Some(start..start + text[start..].trim_ascii_end().len())
}
