//! Takes the text of a module and an offset in its binary form; gives the place in the text that this
//! byte comes from: an instruction of a function, or else the field. Validates nothing.

use super::directive::tokens;
use super::position::Walker;
use wasmparser::{FromReader, Parser, Payload, SectionLimited};
use wast::core::{FuncKind, ModuleField, ModuleKind};
use wast::token::Span;
use wast::{Wat, parser};

/// The line and the column, from 1, where columns count characters. `None` if the byte comes from no
/// single place, or if the module is not written out as text.
pub fn origin(file: &[u8], offset: u64) -> Option<(u32, u32)> {
    let text = std::str::from_utf8(file).ok()?;
    let mut tokens = tokens(text).ok()?;
    tokens.track_instr_spans(true);
    let mut module = parser::parse::<Wat<'_>>(&tokens).ok()?;
    // Afterwards the fields are complete and in the order of the binary form.
    let wasm = module.encode().ok()?;
    let Wat::Module(module) = module else { return None };
    let ModuleKind::Text(fields) = &module.kind else { return None };
    let span = place(&wasm, fields, offset)?;
    let position = Walker::new(file).advance(span.offset());
    Some((position.line, position.column))
}

/// The place of the field, or of the instruction, that this byte encodes.
fn place(wasm: &[u8], fields: &[ModuleField<'_>], offset: u64) -> Option<Span> {
    let nth = |at: usize, span: fn(&ModuleField<'_>) -> Option<Span>| {
        fields.iter().filter_map(span).nth(at)
    };
    let mut functions = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.ok()?;
        if let Payload::CodeSectionEntry(body) = &payload {
            if body.range().contains(&offset) {
                return in_function(fields, functions, body, offset);
            }
            functions += 1;
            continue;
        }
        if matches!(payload, Payload::CodeSectionStart { .. }) {
            continue;
        }
        if !payload.as_section().is_some_and(|(_, range)| range.contains(&offset)) {
            continue;
        }
        return match payload {
            Payload::TypeSection(types) => nth(item(types, offset)?, |field| match field {
                ModuleField::Type(ty) => Some(ty.span),
                ModuleField::Rec(group) => Some(group.span),
                _ => None,
            }),
            Payload::FunctionSection(all) => nth(item(all, offset)?, defined),
            Payload::TableSection(all) => nth(item(all, offset)?, |field| match field {
                ModuleField::Table(table) => Some(table.span),
                _ => None,
            }),
            Payload::MemorySection(all) => nth(item(all, offset)?, |field| match field {
                ModuleField::Memory(memory) => Some(memory.span),
                _ => None,
            }),
            Payload::TagSection(all) => nth(item(all, offset)?, |field| match field {
                ModuleField::Tag(tag) => Some(tag.span),
                _ => None,
            }),
            Payload::GlobalSection(all) => nth(item(all, offset)?, |field| match field {
                ModuleField::Global(global) => Some(global.span),
                _ => None,
            }),
            Payload::ExportSection(all) => nth(item(all, offset)?, |field| match field {
                ModuleField::Export(export) => Some(export.span),
                _ => None,
            }),
            Payload::StartSection { .. } => nth(0, |field| match field {
                ModuleField::Start(function) => Some(function.span()),
                _ => None,
            }),
            Payload::ElementSection(all) => nth(item(all, offset)?, |field| match field {
                ModuleField::Elem(segment) => Some(segment.span),
                _ => None,
            }),
            Payload::DataSection(all) => nth(item(all, offset)?, |field| match field {
                ModuleField::Data(segment) => Some(segment.span),
                _ => None,
            }),
            _ => None,
        };
    }
    None
}

/// The place of a function that the module defines.
fn defined(field: &ModuleField<'_>) -> Option<Span> {
    match field {
        ModuleField::Func(function) if matches!(function.kind, FuncKind::Inline { .. }) => {
            Some(function.span)
        }
        _ => None,
    }
}

/// The item of a section that this byte belongs to.
fn item<'a, T: FromReader<'a>>(section: SectionLimited<'a, T>, offset: u64) -> Option<usize> {
    let begins = section.into_iter_with_offsets().map_while(|item| item.ok().map(|(at, _)| at));
    begins.take_while(|at| *at <= offset).count().checked_sub(1)
}

/// The place of an instruction in the body of the function; that of the function for its locals and
/// its end.
fn in_function(
    fields: &[ModuleField<'_>],
    at: usize,
    body: &wasmparser::FunctionBody<'_>,
    offset: u64,
) -> Option<Span> {
    let functions = fields.iter().filter(|field| defined(field).is_some());
    let ModuleField::Func(function) = functions.into_iter().nth(at)? else { return None };
    let FuncKind::Inline { expression, .. } = &function.kind else { return None };
    let operators = body.get_operators_reader().ok()?.into_iter_with_offsets();
    let begins = operators.map_while(|operator| operator.ok().map(|(_, at)| at));
    let before = begins.take_while(|at| *at <= offset).count();
    let spans = expression.instr_spans.as_deref().unwrap_or_default();
    let instruction = before.checked_sub(1).and_then(|at| spans.get(at));
    Some(instruction.copied().unwrap_or(function.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::{Validator, WasmFeatures};

    /// The place of the module's first error.
    fn of_error(text: &str) -> (Option<(u32, u32)>, String) {
        let wasm = super::super::binary(text.as_bytes()).unwrap();
        let error = Validator::new_with_features(WasmFeatures::all()).validate_all(&wasm);
        let error = error.map(drop).unwrap_err();
        (origin(text.as_bytes(), error.offset()), error.message().to_string())
    }

    #[test]
    fn an_error_of_validation_has_a_place_in_the_text() {
        for (text, line, column) in [
            ("(module\n  (func (result i32)\n    (i32.add (i64.const 1)\n (i32.const 2))))", 3, 6),
            ("(module (func)\n (func (param i32)\n  local.get 0\n  local.get 7\n drop))", 4, 3),
            (
                "(module (import \"m\" \"f\" (func))\n (func (local i32) nop\n  (unreachable)\n (drop (i64.eqz (i32.const 1)))))",
                4,
                9,
            ),
            ("(module\n  (func (result i32)))", 2, 4),
            ("(module\n\n (global i32 (i64.const 1)))", 3, 3),
            ("(module (func $f)\n (export \"a\" (func $f))\n (export \"a\" (func $f)))", 3, 3),
            ("(module (memory 1)\n  (data (i64.const 0) \"x\"))", 2, 4),
            ("(module (table 1 funcref)\n  (elem (i64.const 0)))", 2, 4),
            ("(module (func $f (param i32))\n (start $f))", 2, 9),
            ("(module\n (memory 2 1))", 2, 3),
            ("(module\n (table 2 1 funcref))", 2, 3),
            ("(func)\n(func drop)", 2, 7),
        ] {
            let (place, message) = of_error(text);
            assert_eq!(place, Some((line, column)), "{text}: {message}");
        }
    }

    #[test]
    fn what_is_not_written_out_has_no_place() {
        let binary = "(module binary \"\\00asm\\01\\00\\00\\00\")";
        assert_eq!(origin(binary.as_bytes(), 8), None);
        for offset in [0, 7, 1 << 40] {
            assert_eq!(origin(b"(module (func drop))", offset), None, "{offset}");
        }
        assert_eq!(origin(b"\0asm", 0), None);
    }
}
