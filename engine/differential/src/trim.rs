//! Takes a module and a predicate; gives a smaller module that still satisfies it, by removing
//! operators from bodies. Indices, exports and types stay, so that the calls and their arguments
//! are the same. Knows no engine.

use anyhow::{Result, bail};
use wasm_encoder as enc;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

/// The number of operators to remove at once, at most.
const LONGEST: usize = 48;

/// A module in pieces: everything before and after the code, and the code by operators.
#[derive(Clone)]
struct Pieces {
    before: Vec<(u8, Vec<u8>)>,
    bodies: Vec<Body>,
    behind: Vec<(u8, Vec<u8>)>,
}

/// A body: its locals, and its operators without the final `end`.
#[derive(Clone)]
struct Body {
    locals: Vec<u8>,
    operators: Vec<Vec<u8>>,
}

/// Removes every part that `shows` does not need. Returns the smallest module for which `shows`
/// still holds.
///
/// # Errors
/// If the module cannot be read, or `shows` returns an error.
pub fn trim(wasm: &[u8], shows: &mut dyn FnMut(&[u8]) -> Result<bool>) -> Result<Vec<u8>> {
    let mut pieces = Pieces::read(wasm)?;
    let mut attempt = |pieces: &Pieces| -> Result<bool> {
        let wasm = pieces.write();
        let valid = Validator::new_with_features(WasmFeatures::all()).validate_all(&wasm).is_ok();
        Ok(valid && shows(&wasm)?)
    };
    if !attempt(&pieces)? {
        bail!("it does not show in the module as it is read");
    }
    const UNREACHABLE: u8 = 0;
    for index in 0..pieces.bodies.len() {
        let mut shorter = pieces.clone();
        shorter.bodies[index].operators = vec![vec![UNREACHABLE]];
        if attempt(&shorter)? {
            pieces = shorter;
        }
    }
    for index in 0..pieces.bodies.len() {
        for length in (1..=LONGEST).rev() {
            let mut at = 0;
            while at + length <= pieces.bodies[index].operators.len() {
                let mut shorter = pieces.clone();
                shorter.bodies[index].operators.drain(at..at + length);
                if attempt(&shorter)? {
                    pieces = shorter;
                } else {
                    at += 1;
                }
            }
        }
    }
    Ok(pieces.write())
}

impl Pieces {
    fn read(wasm: &[u8]) -> Result<Pieces> {
        let mut pieces = Pieces { before: vec![], bodies: vec![], behind: vec![] };
        let mut in_code = false;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::CodeSectionStart { .. } => in_code = true,
                Payload::CodeSectionEntry(body) => {
                    let start = body.range().start as usize;
                    let mut reader = body.get_operators_reader()?;
                    let first = reader.original_position() as usize;
                    let mut operators = Vec::new();
                    while !reader.eof() {
                        let from = reader.original_position() as usize;
                        reader.read()?;
                        operators.push(wasm[from..reader.original_position() as usize].to_vec());
                    }
                    operators.pop();
                    pieces.bodies.push(Body { locals: wasm[start..first].to_vec(), operators });
                }
                payload => {
                    if let Some((id, range)) = payload.as_section() {
                        let section = wasm[range.start as usize..range.end as usize].to_vec();
                        let list = if in_code { &mut pieces.behind } else { &mut pieces.before };
                        list.push((id, section));
                    }
                }
            }
        }
        Ok(pieces)
    }

    fn write(&self) -> Vec<u8> {
        const END: u8 = 0x0b;
        let mut module = enc::Module::new();
        for (id, data) in &self.before {
            module.section(&enc::RawSection { id: *id, data });
        }
        let mut code = enc::CodeSection::new();
        for body in &self.bodies {
            let operators = body.operators.concat();
            code.raw(&[&body.locals[..], &operators, &[END]].concat());
        }
        if !self.bodies.is_empty() {
            module.section(&code);
        }
        for (id, data) in &self.behind {
            module.section(&enc::RawSection { id: *id, data });
        }
        module.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Case, Generator, Id};

    fn structured(seed: u64) -> Vec<u8> {
        Case::generate(Id::new(Generator::Structured, seed)).modules.remove(0)
    }

    /// The number of operators with this name, as printed.
    fn count(wasm: &[u8], name: &str) -> usize {
        let text = wasmprinter::print_bytes(wasm).unwrap();
        text.lines().filter(|line| line.trim() == name).count()
    }

    #[test]
    fn irrelevant_code_is_removed() {
        let wasm = structured(1);
        assert!(count(&wasm, "i32.eqz") > 3);
        let trimmed = trim(&wasm, &mut |wasm| Ok(count(wasm, "i32.eqz") >= 1)).unwrap();
        assert_eq!(count(&trimmed, "i32.eqz"), 1);
        assert_eq!(count(&trimmed, "global.set 4"), 0);
        assert!(trimmed.len() < wasm.len() / 2);
    }

    #[test]
    fn a_module_without_the_difference_is_rejected() {
        assert!(trim(&structured(1), &mut |_| Ok(false)).is_err());
    }
}
