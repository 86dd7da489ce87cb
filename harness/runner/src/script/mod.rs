//! Parses text into a `Script` of positioned `Step`s, directive by directive, whatever the input.
//!
//! Bytes enter; a list of steps leaves, one per top-level form or damaged stretch. The content of a
//! step is parsed on demand ([`Script::read`]). Sees no engine and no verdict.

mod annotation;
mod caching;
mod component;
mod directive;
mod export;
mod fold;
mod foreign;
mod keyword;
mod legacy;
mod lexer;
mod module;
mod numbers;
mod origin;
mod packed;
mod position;
mod quick;
mod remains;
mod request;
mod single;
mod split;
mod text;
mod values;
mod words;

pub(crate) use annotation::is_directive;
pub(crate) use caching::{Caching, Count, Cpu, EngineSetting};
pub(crate) use directive::{Action, Directive, Nested};
pub(crate) use export::defining;
pub(crate) use foreign::{Foreign, Proposal};
pub(crate) use keyword::meant;
pub(crate) use module::{ModuleText, Wasm};
pub use origin::origin;
pub(crate) use position::Position;
pub(crate) use remains::{Defined, Hidden};
pub(crate) use request::{Annotation, Attempt, Call, Does, Place, Source, Target};
pub use single::{BadText, binary};
pub use text::Text;
pub(crate) use values::names_function;

use position::Walker;
use serde::{Deserialize, Serialize};
use split::{Form, Shape};
use std::borrow::Cow;
use std::ops::Range;

/// The keywords of module fields, which start an inline module at the top of a file.
const FIELDS: &[&str] = &[
    "type", "rec", "import", "func", "table", "memory", "global", "export", "start", "elem",
    "data", "tag",
];

/// A script: its text and the positions of its directives.
#[derive(Clone, Debug)]
pub struct Script {
    text: Text,
    steps: Vec<Step>,
    /// The packed directives, if the script was packed.
    readings: Vec<u8>,
}

/// One directive of a script, or one stretch of text that is not a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its index among the steps, from 0.
    pub index: u32,
    /// Its first line, from 1.
    pub line: u32,
    /// Its first column, in characters, from 1.
    pub column: u32,
    /// Its bytes.
    pub range: Range<usize>,
    /// Its keyword, for example `assert_return`; `unreadable` if it has none.
    pub kind: Cow<'static, str>,
    shape: StepShape,
    /// The range of its packed directive, if it has one.
    reading: Option<Range<usize>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum StepShape {
    Form,
    /// The fields of one module, which make up the file.
    InlineModule,
    Broken(&'static str, usize),
}

/// Why a step, or a module in it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unreadable {
    pub(crate) message: String,
    /// Bytes from the start of the step; `None` within quoted text.
    pub(crate) offset: Option<usize>,
}

impl Step {
    /// Whether the text is not a form at all.
    pub(crate) fn is_broken(&self) -> bool {
        matches!(self.shape, StepShape::Broken(..))
    }
}

impl Script {
    /// Splits a script into steps. Never fails: an unreadable stretch is a step that will be judged
    /// *unreadable*.
    pub fn parse(text: impl Into<Text>) -> Script {
        let text = text.into();
        let forms = split::split(&text);
        let steps = match inline_module(&text, &forms) {
            Some(range) => {
                let position = Walker::new(&text).advance(range.start);
                vec![Step {
                    index: 0,
                    line: position.line,
                    column: position.column,
                    range,
                    kind: Cow::Borrowed("module"),
                    shape: StepShape::InlineModule,
                    reading: None,
                }]
            }
            None => steps(&text, forms),
        };
        Script { text, steps, readings: Vec::new() }
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

    /// The last line of a step.
    pub fn last_line(&self, step: &Step) -> u32 {
        let breaks = self.source(step).iter().filter(|&&byte| byte == b'\n').count();
        step.line + breaks as u32
    }

    /// Whether part of the step is on one of these lines.
    pub fn is_on(&self, step: &Step, (first, last): (u32, u32)) -> bool {
        step.line <= last && self.last_line(step) >= first
    }

    /// A hash of the step's text that ignores white space and comments: 16 hex digits. It makes the
    /// key of a known failure survive line shifts.
    pub fn hash(&self, step: &Step) -> String {
        fold::hash(self.source(step))
    }

    /// The position in the file of `offset` bytes into the step.
    pub(crate) fn locate(&self, step: &Step, offset: usize) -> Position {
        let start = Position { line: step.line, column: step.column };
        Walker::from(self.source(step), start).advance(offset)
    }

    /// Reads a step and passes its directive to `then`.
    pub(crate) fn read<R>(
        &self,
        step: &Step,
        then: impl FnOnce(Result<Directive<'_>, Unreadable>) -> R,
    ) -> R {
        let Some(reading) = &step.reading else { return self.read_text(step, then) };
        let read = postcard::from_bytes(&self.readings[reading.clone()]);
        then(read.map_err(|error| {
            let message = format!("its packed form is damaged: {error}");
            Unreadable { message, offset: None }
        }))
    }

    /// Does the same from the text, even if the step is packed.
    pub(crate) fn read_text<R>(
        &self,
        step: &Step,
        then: impl FnOnce(Result<Directive<'_>, Unreadable>) -> R,
    ) -> R {
        let broken = |message: &str, at| Unreadable { message: message.into(), offset: Some(at) };
        if let StepShape::Broken(why, at) = step.shape {
            return then(Err(broken(why, at - step.range.start)));
        }
        match std::str::from_utf8(self.source(step)) {
            Err(error) => then(Err(broken("invalid UTF-8", error.valid_up_to()))),
            Ok(text) => directive::read(text, step.shape == StepShape::InlineModule, then),
        }
    }
}

fn steps(text: &[u8], forms: Vec<Form>) -> Vec<Step> {
    let mut walker = Walker::new(text);
    let steps = forms.into_iter().zip(0..).map(|(Form { range, shape }, index)| {
        let Position { line, column } = walker.advance(range.start);
        let kind = match &text[range.clone()] {
            [b'(', b';', ..] => Cow::Borrowed("unreadable"),
            form @ [b'(', b'@', ..] => kind(&annotation::kind(form)),
            form @ [b'(', ..] => kind(split::keyword(form)),
            _ => Cow::Borrowed("unreadable"),
        };
        let shape = match shape {
            Shape::Form => StepShape::Form,
            Shape::Broken(why, at) => StepShape::Broken(why, at),
        };
        Step { index, line, column, range, kind, shape, reading: None }
    });
    steps.collect()
}

fn kind(keyword: &str) -> Cow<'static, str> {
    if keyword.is_empty() {
        return Cow::Borrowed("unreadable");
    }
    match keyword::DIRECTIVES.iter().find(|&&name| name == keyword) {
        Some(&name) => Cow::Borrowed(name),
        None => Cow::Owned(keyword.chars().take(64).collect()),
    }
}

/// The range of the inline module, if the file consists only of module fields.
fn inline_module(text: &[u8], forms: &[Form]) -> Option<Range<usize>> {
    let is_field = |form: &Form| {
        form.shape == Shape::Form && FIELDS.contains(&split::keyword(&text[form.range.clone()]))
    };
    if forms.is_empty() || !forms.iter().all(is_field) {
        return None;
    }
    // Annotations before and after are included: they may be custom sections.
    let (_, start) = lexer::Lexer::new(text).next_solid()?;
    Some(start..start + text[start..].trim_ascii_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_have_their_position_and_kind() {
        let text = "(module $ä quote \"é\") (assert_return\n (invoke $ä \"f\")\n)\n  (:-) )";
        let script = Script::parse(text.as_bytes());
        let steps: Vec<_> = script
            .steps()
            .iter()
            .map(|step| (step.line, step.column, script.last_line(step), &*step.kind))
            .collect();
        let wanted = [
            (1, 1, 1, "module"),
            (1, 23, 3, "assert_return"),
            (4, 3, 4, ":-"),
            (4, 8, 4, "unreadable"),
        ];
        assert_eq!(steps, wanted);
        let inner = [0, 1, 3].map(|at| script.inner_keyword(&script.steps()[at]));
        assert_eq!(inner, ["", "invoke", ""]);
        assert_eq!(script.locate(&script.steps()[1], 17), Position { line: 2, column: 3 });
        assert_eq!(script.source(&script.steps()[3]), b")");
    }

    #[test]
    fn a_file_of_fields_is_one_module() {
        let script = Script::parse(b";; c\n (@custom \"a\") (func) (memory 0) ;; d\n\n");
        assert_eq!(script.steps().len(), 1);
        let step = &script.steps()[0];
        assert_eq!((step.line, step.column, &*step.kind), (2, 2, "module"));
        assert_eq!(script.source(step), b"(@custom \"a\") (func) (memory 0) ;; d");
        // With a directive among them, each form is a step of its own.
        assert_eq!(Script::parse(b"(func) (invoke \"f\") (memory 0)").steps().len(), 3);
        assert!(Script::parse(b" ;; nothing").steps().is_empty());
    }

    #[test]
    fn modules_are_read_in_every_directive() {
        let script = Script::parse(b"(assert_malformed (module $a quote \"(\" \")\") \"x\")");
        let refused = script.read(&script.steps()[0], |directive| match directive {
            Ok(Directive::AssertMalformed { mut module, message: "x" }) => {
                assert_eq!((module.id, module.definition), (Some("a"), false));
                module.encode()
            }
            other => panic!("{other:?}"),
        });
        assert!(matches!(refused, Wasm::Refused(Unreadable { offset: None, .. })));
    }

    #[test]
    fn an_annotation_has_a_name_unless_it_is_in_another_one() {
        for (annotation, is_valid) in [
            ("(@a)", true),
            ("(@\"a b\" (b) $)", true),
            ("(@a (@ b) (@) (@\"\") (@(@)))", true),
            ("(@)", false),
            ("(@ b)", false),
            ("(@(@a)b)", false),
            ("(@\"\")", false),
        ] {
            let quoted = annotation.replace('"', "\\\"");
            for text in [
                annotation.to_string(),
                format!("(invoke \"f\" {annotation})"),
                format!("(invoke \"f\" (i32.const {annotation} 1))"),
                format!("(module {annotation} (func))"),
                format!("(module quote \"(func {quoted})\")"),
            ] {
                let script = Script::parse(&*text);
                let is_read = script.steps().iter().all(|step| {
                    script.read(step, |directive| match directive {
                        Ok(Directive::Module(mut text)) => matches!(text.encode(), Wasm::Bytes(_)),
                        directive => directive.is_ok(),
                    })
                });
                assert_eq!(is_read, is_valid, "{text}");
            }
        }
    }

    /// Damages texts in many ways: every result is read without a panic, as consecutive steps.
    #[test]
    fn damaged_texts_are_survived() {
        let catalogue = wassay_suites::Catalogue::embedded().unwrap();
        let mut seed = 0x9e37_79b9_7f4a_7c15u64;
        let mut random = move |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % below.max(1) as u64) as usize
        };
        let pieces: [&[u8]; 10] =
            [b"(", b")", b"\"", b"(;", b";)", b";;", b"\\", b"\n(module ", b"\xff", b"(@a \""];
        for item in catalogue.scripts().iter().step_by(9) {
            let original = item.read().unwrap();
            if original.len() > 40_000 {
                continue;
            }
            for _ in 0..4 {
                let mut text = original.to_vec();
                for _ in 0..=random(3) {
                    let at = random(text.len());
                    let end = (at + random(4)).min(text.len());
                    text.splice(at..end, pieces[random(pieces.len())].iter().copied());
                }
                let script = Script::parse(&*text);
                let mut end = 0;
                for step in script.steps() {
                    assert!(step.range.start >= end && step.range.end > step.range.start);
                    end = step.range.end;
                    assert_eq!(script.hash(step).len(), 16);
                    script.read(step, |directive| match directive {
                        Ok(
                            Directive::Module(mut module)
                            | Directive::AssertInvalid { mut module, .. }
                            | Directive::AssertMalformed { mut module, .. },
                        ) => drop(module.encode()),
                        Ok(_) => {}
                        Err(unreadable) => {
                            script.locate(step, unreadable.offset.unwrap_or(0));
                        }
                    });
                }
            }
        }
    }
}
