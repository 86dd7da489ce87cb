//! Takes the text of a module and the name of an export; gives the field that defines the exported
//! item. Reads only words, so a name written with escapes is not found. Never fails.

use super::lexer::{Lexer, Token};
use std::ops::Range;

/// The range of the field that defines what the module exports under this name; of the export itself
/// if that refers to its item by number.
pub(crate) fn defining(module: &[u8], name: &str) -> Option<Range<usize>> {
    let fields = fields(module);
    let quoted = format!("\"{name}\"");
    let words = [&b"export"[..], quoted.as_bytes()];
    let export = fields.iter().find(|field| field.has(&words))?;
    let id = match export.words[..] {
        [b"export", _, kind, id] if id.starts_with(b"$") => [kind, id],
        _ => return Some(export.range.clone()),
    };
    let item = fields.iter().find(|field| match field.words.first() {
        Some(&b"import") => field.has(&id),
        _ => field.words.starts_with(&id),
    });
    Some(item.unwrap_or(export).range.clone())
}

/// A field of a module.
struct Field<'a> {
    range: Range<usize>,
    /// Its words and strings without brackets, in order.
    words: Vec<&'a [u8]>,
}

impl Field<'_> {
    fn has(&self, words: &[&[u8]; 2]) -> bool {
        self.words.windows(2).any(|pair| pair == words)
    }
}

/// The fields of a module that has no unclosed bracket or comment.
fn fields(module: &[u8]) -> Vec<Field<'_>> {
    let mut lexer = Lexer::new(module);
    let (mut fields, mut depth): (Vec<Field<'_>>, u32) = (Vec::new(), 0);
    while let Some((token, at)) = lexer.next_solid() {
        let field = if depth < 2 { None } else { fields.last_mut() };
        match (token, field) {
            (Token::Open | Token::OpenAnnotation, field) => {
                if field.is_none() && depth == 1 {
                    fields.push(Field { range: at..module.len(), words: Vec::new() });
                }
                depth += 1;
            }
            (Token::Close, field) => {
                depth = depth.saturating_sub(1);
                if let Some(field) = field.filter(|_| depth == 1) {
                    field.range.end = lexer.at;
                }
            }
            (Token::Atom | Token::String { .. }, Some(field)) => {
                field.words.push(&module[at..lexer.at]);
            }
            _ => {}
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_has_a_field() {
        for (module, expected) in [
            (r#"(module (func $a) (func (export "f") (nop)))"#, r#"(func (export "f") (nop))"#),
            (r#"(module (func (export "e") (export "f")))"#, r#"(func (export "e") (export "f"))"#),
            (r#"(module $m (func $a (nop)) (export "f" (func $a)))"#, "(func $a (nop))"),
            (
                r#"(module (global $a i32 (i32.const 0)) (func $a) (export "f" (func $a)))"#,
                "(func $a)",
            ),
            (
                r#"(module (import "a" "b" (func $a)) (export "f" (func $a)))"#,
                r#"(import "a" "b" (func $a))"#,
            ),
            (r#"(module (func) (export "f" (func 0)))"#, r#"(export "f" (func 0))"#),
            (r#"(module (export "f" (func $none)))"#, r#"(export "f" (func $none))"#),
            (r#"(module (; (export "f") ;) (func $f) (export "g" (func $f)))"#, ""),
            (r#"(module (data "f") (func (call $export) "f"))"#, ""),
            (r#"(module binary "export" "f")"#, ""),
            (r#"(module (func (export "f""#, r#"(func (export "f""#),
            ("", ""),
        ] {
            let found = defining(module.as_bytes(), "f").map(|range| &module[range]);
            assert_eq!(found.unwrap_or_default(), expected, "{module}");
        }
    }
}
