//! Takes a module as a script writes it, as fields, bytes or quoted text; gives its bytes. `wast`
//! parses and encodes the text. Nothing is validated here.

use super::directive::{tokens as tokens_of, unreadable};
use super::{Unreadable, legacy};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use wast::Wat;
use wast::core::{Module, ModuleField, ModuleKind};
use wast::kw;
use wast::lexer::Lexer;
use wast::parser::{self, Parse, Parser};
use wast::token::{Id, Span};

/// A module as written in a script.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ModuleText<'a> {
    pub(crate) id: Option<&'a str>,
    /// Whether it is a `definition`, which is not instantiated.
    pub(crate) definition: bool,
    #[serde(borrow)]
    body: Body<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Body<'a> {
    /// Already encoded.
    Encoded(#[serde(borrow)] Cow<'a, [u8]>),
    /// Already rejected.
    Refused(Unreadable),
    Unresolved(Unreadable),
    // Variants that are not packed come last, so that both sides number the others alike.
    #[serde(skip)]
    Fields(Box<Module<'a>>),
    #[serde(skip)]
    Quoted(Vec<&'a [u8]>),
}

/// The result of encoding a module's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wasm {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// Its text breaks the grammar.
    Refused(Unreadable),
    /// Its text uses an undefined name, or defines a name twice.
    Unresolved(Unreadable),
}

impl ModuleText<'_> {
    /// The bytes of the module.
    pub(crate) fn encode(&mut self) -> Wasm {
        match &mut self.body {
            Body::Fields(module) => match module.encode() {
                Ok(bytes) => Wasm::Bytes(bytes),
                Err(error) => Wasm::Unresolved(unreadable(&error)),
            },
            Body::Quoted(strings) => encode_quoted(strings),
            Body::Encoded(bytes) => Wasm::Bytes(bytes.to_vec()),
            Body::Refused(unreadable) => Wasm::Refused(unreadable.clone()),
            Body::Unresolved(unreadable) => Wasm::Unresolved(unreadable.clone()),
        }
    }

    /// Replaces the module by its bytes, or by the rejection.
    pub(super) fn settle(&mut self) {
        self.body = match self.encode() {
            Wasm::Bytes(bytes) => Body::Encoded(Cow::Owned(bytes)),
            Wasm::Refused(unreadable) => Body::Refused(unreadable),
            Wasm::Unresolved(unreadable) => Body::Unresolved(unreadable),
        };
    }
}

fn encode_quoted(strings: &[&[u8]]) -> Wasm {
    let mut text = Vec::with_capacity(strings.iter().map(|string| string.len() + 1).sum());
    for string in strings {
        text.extend_from_slice(string);
        text.push(b' ');
    }
    // Offsets into quoted text are not offsets into the script.
    let refused = |message: String| Unreadable { message, offset: None };
    let Ok(text) = std::str::from_utf8(&text) else {
        return Wasm::Refused(refused("malformed UTF-8 encoding".to_string()));
    };
    let located = |error: &wast::Error| {
        let (line, column) = error.span().linecol_in(text);
        refused(format!("{}, at {}:{} of the quote", error.message(), line + 1, column + 1))
    };
    // A module without fields is empty; `wast` requires at least one.
    let lexer = Lexer::new(text);
    if lexer.iter(0).all(|token| token.is_ok_and(|token| is_space(token.kind))) {
        return Wasm::Bytes(b"\0asm\x01\0\0\0".to_vec());
    }
    let encode = |text: &str| -> parser::Result<Wasm> {
        let tokens = tokens_of(text)?;
        let mut module = parser::parse::<Wat<'_>>(&tokens)?;
        if let Wat::Component(component) = &module {
            return Err(wast::Error::new(component.span, "a component is no module".to_string()));
        }
        Ok(match module.encode() {
            Ok(bytes) => Wasm::Bytes(bytes),
            Err(error) => Wasm::Unresolved(located(&error)),
        })
    };
    encode(text).unwrap_or_else(|error| {
        // Legacy exceptions: flatten the text and read it again.
        let flat = legacy::flatten(text).and_then(|flat| encode(&flat.text).ok());
        flat.unwrap_or_else(|| Wasm::Refused(located(&error)))
    })
}

fn is_space(kind: wast::lexer::TokenKind) -> bool {
    use wast::lexer::TokenKind;
    matches!(kind, TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment)
}

/// Registers the annotations that mean something, as long as the result lives; all others are
/// skipped like comments.
pub(super) fn annotations<'a>(parser: Parser<'a>) -> impl Sized + use<'a> {
    ["custom", "producers", "name", "dylink.0", "metadata.code.branch_hint"]
        .map(|name| parser.register_annotation(name))
}

/// `module ...` without its parentheses, or only the fields.
impl<'a> Parse<'a> for ModuleText<'a> {
    fn parse(parser: Parser<'a>) -> parser::Result<Self> {
        let _annotations = annotations(parser);
        let mut definition = false;
        let mut id = None;
        let mut name = None;
        let mut span = Span::from_offset(0);
        if parser.peek::<kw::module>()? {
            span = parser.parse::<kw::module>()?.0;
            if parser.peek::<kw::definition>()? {
                parser.parse::<kw::definition>()?;
                definition = true;
            }
            id = parser.parse::<Option<Id<'a>>>()?;
            if parser.peek::<kw::quote>()? {
                parser.parse::<kw::quote>()?;
                let body = Body::Quoted(strings(parser)?);
                return Ok(ModuleText { id: id.map(|id| id.name()), definition, body });
            }
            name = parser.parse()?;
        }
        let kind = if parser.peek::<kw::binary>()? {
            parser.parse::<kw::binary>()?;
            ModuleKind::Binary(strings(parser)?)
        } else {
            let mut fields = Vec::new();
            while !parser.is_empty() {
                fields.push(parser.parens(ModuleField::parse)?);
            }
            ModuleKind::Text(fields)
        };
        let body = Body::Fields(Box::new(Module { span, id, name, kind }));
        Ok(ModuleText { id: id.map(|id| id.name()), definition, body })
    }
}

fn strings<'a>(parser: Parser<'a>) -> parser::Result<Vec<&'a [u8]>> {
    let mut strings = Vec::new();
    while !parser.is_empty() {
        strings.push(parser.parse()?);
    }
    Ok(strings)
}
