//! Takes a script; gives one that says the same in fewer steps of reading: modules written as text
//! become binary ones. For workers that read slowly, under an emulator; done where reading is fast.
//!
//! Directives keep their order and their lines, so that whatever a worker says of one by its index
//! holds for the original. What cannot be encoded, or says how it is read, stays as it is.

use super::directive::{Action, Directive};
use super::lexer::{Lexer, Token};
use super::module::{ModuleText, Wasm};
use super::split;
use super::{Script, Step};
use std::ops::Range;

/// A module of a script as bytes, and what its form says besides.
struct Lowered {
    id: Option<String>,
    definition: bool,
    wasm: Vec<u8>,
}

/// The script with its modules in binary form.
pub(crate) fn lower(script: &Script) -> Vec<u8> {
    let text = script.text();
    let mut out = Vec::with_capacity(text.len() * 2);
    let mut copied = 0;
    for step in script.steps() {
        let Some((form, module)) = lowered(script, step) else { continue };
        out.extend_from_slice(&text[copied..form.start]);
        write(&mut out, &module, &text[form.clone()]);
        copied = form.end;
    }
    out.extend_from_slice(&text[copied..]);
    out
}

/// The module of a step, and where its form is in the script.
fn lowered(script: &Script, step: &Step) -> Option<(Range<usize>, Lowered)> {
    let source = script.source(step);
    let form = match &*step.kind {
        "module" => 0..source.len(),
        "assert_invalid" | "assert_unlinkable" | "assert_trap" => first_form(source)?,
        _ => return None,
    };
    if split::keyword(&source[form.clone()]) != "module" || says_how(&source[form.clone()]) {
        return None;
    }
    let module = script.read(step, |directive| match directive.ok()? {
        Directive::Module(module)
        | Directive::AssertInvalid { module, .. }
        | Directive::AssertUnlinkable { module, .. }
        | Directive::AssertTrap { action: Action::Module(module), .. } => encoded(module),
        _ => None,
    })?;
    let at = step.range.start;
    Some((at + form.start..at + form.end, module))
}

fn encoded(mut module: ModuleText<'_>) -> Option<Lowered> {
    let id = module.id.map(str::to_string);
    // An identifier in quotes would have to be escaped again: it is rare, and left alone.
    let plain = |id: &String| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !id.iter().all(plain) {
        return None;
    }
    match module.encode() {
        Wasm::Bytes(wasm) => Some(Lowered { id, definition: module.definition, wasm }),
        Wasm::Refused(_) => None,
    }
}

/// The first form inside of a form.
fn first_form(source: &[u8]) -> Option<Range<usize>> {
    let mut lexer = Lexer::new(source);
    lexer.at = 1;
    let mut depth = 0usize;
    let mut start = 0;
    loop {
        match lexer.next_solid()? {
            (Token::Open, at) => {
                if depth == 0 {
                    start = at;
                }
                depth += 1;
            }
            (Token::OpenAnnotation, _) => depth += 1,
            (Token::Close, _) if depth <= 1 => {
                return (depth == 1).then_some(start..lexer.at);
            }
            (Token::Close, _) => depth -= 1,
            _ => {}
        }
    }
}

/// Whether the module is already binary, or quoted, or no module but an instance of one.
fn says_how(form: &[u8]) -> bool {
    let mut lexer = Lexer::new(form);
    let _ = (lexer.next(), lexer.next_solid());
    while let Some((Token::Atom, start)) = lexer.next_solid() {
        if matches!(&form[start..lexer.at], b"binary" | b"quote" | b"instance") {
            return true;
        }
    }
    false
}

fn write(out: &mut Vec<u8>, module: &Lowered, original: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.extend_from_slice(b"(module");
    if module.definition {
        out.extend_from_slice(b" definition");
    }
    if let Some(id) = &module.id {
        out.extend_from_slice(b" $");
        out.extend_from_slice(id.as_bytes());
    }
    out.extend_from_slice(b" binary \"");
    for byte in &module.wasm {
        match byte {
            b' '..=b'~' if !matches!(byte, b'"' | b'\\') => out.push(*byte),
            _ => {
                let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
                out.push(b'\\');
                out.extend_from_slice(&digits);
            }
        }
    }
    out.push(b'"');
    // Lines stay where they are.
    out.extend(original.iter().filter(|byte| **byte == b'\n'));
    out.push(b')');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(script: &Script) -> Vec<Option<Vec<u8>>> {
        let bytes = |step: &Step| {
            script.read(step, |directive| match directive.ok()? {
                Directive::Module(mut module)
                | Directive::AssertInvalid { mut module, .. }
                | Directive::AssertUnlinkable { mut module, .. }
                | Directive::AssertTrap { action: Action::Module(mut module), .. } => {
                    match module.encode() {
                        Wasm::Bytes(wasm) => Some(wasm),
                        Wasm::Refused(_) => None,
                    }
                }
                _ => None,
            })
        };
        script.steps().iter().map(bytes).collect()
    }

    #[test]
    fn every_script_of_the_suite_says_the_same_when_it_is_lowered() {
        let catalogue = wassay_suites::Catalogue::embedded().unwrap();
        let mut binaries = 0;
        for item in catalogue.scripts().iter().step_by(7) {
            let original = Script::parse(&item.read().unwrap());
            let lowered = Script::parse(&lower(&original));
            let places = |script: &Script| -> Vec<_> {
                let step = |step: &Step| (step.kind.clone(), step.line, script.last_line(step));
                script.steps().iter().map(step).collect()
            };
            assert_eq!(places(&original), places(&lowered), "{}", item.name);
            assert_eq!(modules(&original), modules(&lowered), "{}", item.name);
            binaries += lowered.text().windows(8).filter(|word| word == b" binary ").count();
        }
        assert!(binaries > 100, "{binaries} binary modules");
    }

    #[test]
    fn what_says_how_it_is_read_stays() {
        for text in [
            "(module quote \"(func)\")",
            "(module $a binary \"\\00asm\\01\\00\\00\\00\")",
            "(assert_malformed (module quote \"x\") \"y\")",
            "(module instance $i $m)",
            "(module (func (unknown)))",
            "(assert_trap (invoke \"module\") \"x\")",
            "(module $\"a b\" (func))",
        ] {
            assert_eq!(lower(&Script::parse(text.as_bytes())), text.as_bytes());
        }
        let lowered = lower(&Script::parse(b"(module definition $m\n)(invoke $m \"f\")"));
        let lowered = String::from_utf8(lowered).unwrap();
        // With the name section that the identifier makes.
        let binary = r#"(module definition $m binary "\00asm\01\00\00\00\00\09\04name\00\02\01m""#;
        assert_eq!(lowered, format!("{binary}\n)(invoke $m \"f\")"));
    }
}
