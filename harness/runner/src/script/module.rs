//! Takes a module as a script writes it, as fields, bytes or quoted text; gives its bytes and the
//! identifiers of its functions. `wast` parses and encodes the text. Nothing is validated here.

use super::directive::{tokens as tokens_of, unreadable};
use super::{Unreadable, legacy};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use wast::Wat;
use wast::core::{Elem, ElemKind, ElemPayload, ItemKind, Module, ModuleField, ModuleKind};
use wast::kw;
use wast::lexer::Lexer;
use wast::parser::{self, Parse, Parser};
use wast::token::{Id, Index, Span};

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
        self.encode_after(&mut |_| {})
    }

    /// The bytes of the module, and the indices of its functions that have an `$id`. None has one in
    /// a binary module.
    pub(crate) fn encode_with_ids(&mut self) -> (Wasm, HashMap<String, u32>) {
        let mut ids = HashMap::new();
        let wasm = self.encode_after(&mut |module| ids = func_ids(module));
        (wasm, ids)
    }

    /// The bytes of the module, after a look at its fields: encoding changes them.
    fn encode_after(&mut self, look: &mut dyn FnMut(&Module<'_>)) -> Wasm {
        match &mut self.body {
            Body::Fields(module) => {
                look(module);
                match bytes_of(module) {
                    Ok(bytes) => Wasm::Bytes(bytes),
                    Err(error) => Wasm::Unresolved(unreadable(&error)),
                }
            }
            Body::Quoted(strings) => encode_quoted(strings, look),
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

/// The bytes of a module. `wast` writes the index of a table wherever the text, or an abbreviation,
/// names one. Segments of functions for table 0 get the form without it, as the specification's
/// interpreter writes them: 1.0 has no other.
fn bytes_of(module: &mut Module<'_>) -> Result<Vec<u8>, wast::Error> {
    module.resolve()?;
    if let ModuleKind::Text(fields) = &mut module.kind {
        for field in fields {
            if let ModuleField::Elem(Elem {
                kind: ElemKind::Active { table: table @ Some(Index::Num(0, _)), .. },
                payload: ElemPayload::Indices(_),
                ..
            }) = field
            {
                *table = None;
            }
        }
    }
    module.encode()
}

/// The indices of a module's functions by their `$id`s. `wast` rejects an import after a definition.
fn func_ids(module: &Module<'_>) -> HashMap<String, u32> {
    let ModuleKind::Text(fields) = &module.kind else { return HashMap::new() };
    let mut funcs = Vec::new();
    for field in fields {
        match field {
            ModuleField::Import(imports) => {
                let sigs = imports.item_sigs().into_iter();
                let is_func = |kind: &_| matches!(kind, ItemKind::Func(_) | ItemKind::FuncExact(_));
                funcs.extend(sigs.filter(|sig| is_func(&sig.kind)).map(|sig| sig.id));
            }
            ModuleField::Func(func) => funcs.push(func.id),
            _ => {}
        }
    }
    let ids = funcs.into_iter().zip(0..);
    ids.filter_map(|(id, index)| Some((id?.name().to_string(), index))).collect()
}

fn encode_quoted(strings: &[&[u8]], look: &mut dyn FnMut(&Module<'_>)) -> Wasm {
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
    match encode_text(text, look) {
        Ok(bytes) => Wasm::Bytes(bytes),
        Err(Broken::Grammar(error)) => Wasm::Refused(located(&error)),
        Err(Broken::Names(error)) => Wasm::Unresolved(located(&error)),
    }
}

/// Why the text of a module has no bytes.
pub(super) enum Broken {
    /// It breaks the grammar.
    Grammar(wast::Error),
    /// It uses an undefined name, or defines a name twice.
    Names(wast::Error),
}

/// The bytes of the module that a whole text describes.
pub(super) fn encode_text(
    text: &str,
    look: &mut dyn FnMut(&Module<'_>),
) -> Result<Vec<u8>, Broken> {
    // A module without fields is empty; `wast` requires at least one.
    let lexer = Lexer::new(text);
    if lexer.iter(0).all(|token| token.is_ok_and(|token| is_space(token.kind))) {
        return Ok(b"\0asm\x01\0\0\0".to_vec());
    }
    let mut encode = |text: &str| -> Result<Vec<u8>, Broken> {
        let tokens = tokens_of(text).map_err(Broken::Grammar)?;
        let mut module = parser::parse::<Wat<'_>>(&tokens).map_err(Broken::Grammar)?;
        match &mut module {
            Wat::Module(module) => {
                look(module);
                bytes_of(module).map_err(Broken::Names)
            }
            Wat::Component(component) => {
                let message = "a component is no module".to_string();
                Err(Broken::Grammar(wast::Error::new(component.span, message)))
            }
        }
    };
    encode(text).or_else(|broken| match broken {
        Broken::Grammar(error) => {
            // Legacy exceptions: flatten the text and read it again.
            let flat = legacy::flatten(text).map(|flat| encode(&flat.text));
            flat.filter(|flat| !matches!(flat, Err(Broken::Grammar(_))))
                .unwrap_or(Err(Broken::Grammar(error)))
        }
        names => Err(names),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The first byte of a segment is its form: 1.0 has form 0 only.
    #[test]
    fn segments_of_table_0_have_the_form_of_1_0() {
        let table = "(func $f) (table $t 1 funcref) (table $u 1 funcref)";
        for (segment, form) in [
            ("(elem (i32.const 0) $f)", 0),
            ("(elem (table 0) (i32.const 0) func $f)", 0),
            ("(elem (table $u) (i32.const 0) func $f)", 2),
            ("(elem (table $t) (i32.const 0) funcref (ref.func $f))", 6),
            ("(elem func $f)", 1),
        ] {
            let bytes = encode_text(&format!("(module {table} {segment})"), &mut |_| {});
            let bytes = bytes.unwrap_or_else(|_| panic!("{segment} is not encoded"));
            let section = wasmparser::Parser::new(0).parse_all(&bytes).find_map(|payload| {
                match payload.unwrap() {
                    wasmparser::Payload::ElementSection(section) => {
                        Some(section.range().start as usize)
                    }
                    _ => None,
                }
            });
            assert_eq!(bytes[section.unwrap() + 1], form, "{segment}");
        }
        let inline = encode_text("(module (func $f) (table funcref (elem $f)))", &mut |_| {});
        assert!(inline.is_ok_and(|bytes| bytes.windows(4).any(|four| four == [9, 7, 1, 0])));
    }
}
