//! Takes the bytes of a module; reports what is wrong with its custom sections, which neither
//! `wasmparser` nor most engines check. Sees no engine.
//!
//! Branch hints: custom section `metadata.code.branch_hint`, appendix of the specification on
//! custom annotations. Names: the name section of the same appendix.

use std::collections::HashSet;
use wasmparser::{
    BinaryReaderError, BranchHintSectionReader, FunctionBody, KnownCustom, Name, Operator, Parser,
    Payload,
};

/// The first problem, in the words of the suite, or `Ok`.
pub(super) fn check(wasm: &[u8]) -> Result<(), String> {
    let mut hints: Option<BranchHintSectionReader<'_>> = None;
    let mut imported = 0u32;
    let mut bodies: Vec<FunctionBody<'_>> = Vec::new();
    let mut code_seen = false;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(malformed("module"))? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(malformed("module"))?;
                    let is_func = matches!(
                        import.ty,
                        wasmparser::TypeRef::Func(_) | wasmparser::TypeRef::FuncExact(_)
                    );
                    imported += u32::from(is_func);
                }
            }
            Payload::CodeSectionStart { .. } => code_seen = true,
            Payload::CodeSectionEntry(body) => bodies.push(body),
            Payload::CustomSection(section) => match section.name() {
                "name" => names(section.as_known())?,
                "metadata.code.branch_hint" if code_seen => {
                    return Err(hint("misplaced section"));
                }
                "metadata.code.branch_hint" if hints.is_some() => {
                    return Err(hint("duplicate section"));
                }
                "metadata.code.branch_hint" => match section.as_known() {
                    KnownCustom::BranchHints(reader) => hints = Some(reader),
                    _ => return Err(hint("malformed section")),
                },
                _ => {}
            },
            _ => {}
        }
    }
    match hints {
        Some(reader) => branch_hints(reader, imported, &bodies),
        None => Ok(()),
    }
}

fn hint(what: &str) -> String {
    format!("@metadata.code.branch_hint annotation: {what}")
}

fn malformed(what: &'static str) -> impl Fn(BinaryReaderError) -> String {
    move |error| format!("malformed {what}: {}", error.message())
}

fn branch_hints(
    reader: BranchHintSectionReader<'_>,
    imported: u32,
    bodies: &[FunctionBody<'_>],
) -> Result<(), String> {
    let mut last_func = None;
    for function in reader {
        let function = function.map_err(|_| hint("malformed section"))?;
        if last_func.is_some_and(|last| last >= function.func) {
            return Err(hint("functions out of order"));
        }
        last_func = Some(function.func);
        let body = function.func.checked_sub(imported).and_then(|at| bodies.get(at as usize));
        let body = body.ok_or_else(|| hint("invalid function"))?;
        let targets = targets(body).map_err(|_| hint("invalid target"))?;
        let mut last_offset = None;
        for entry in function.hints {
            let entry = entry.map_err(|_| hint("malformed section"))?;
            if last_offset.is_some_and(|last| last >= entry.func_offset) {
                return Err(hint("duplicate annotation"));
            }
            last_offset = Some(entry.func_offset);
            if !targets.contains(&entry.func_offset) {
                return Err(hint("invalid target"));
            }
        }
    }
    Ok(())
}

/// Valid positions of a hint: the offsets of `if` and `br_if` from the start of the body.
fn targets(body: &FunctionBody<'_>) -> Result<HashSet<u32>, BinaryReaderError> {
    let start = body.range().start;
    let mut targets = HashSet::new();
    for operator in body.get_operators_reader()?.into_iter_with_offsets() {
        let (operator, offset) = operator?;
        if matches!(operator, Operator::If { .. } | Operator::BrIf { .. }) {
            targets.insert((offset - start) as u32);
        }
    }
    Ok(targets)
}

fn names(known: KnownCustom<'_>) -> Result<(), String> {
    let KnownCustom::Name(reader) = known else {
        return Err("malformed name section".to_string());
    };
    let mut seen = HashSet::new();
    for subsection in reader {
        let subsection = subsection.map_err(malformed("name section"))?;
        if !seen.insert(std::mem::discriminant(&subsection)) {
            return Err("malformed name section: duplicate subsection".to_string());
        }
        if let Name::Function(map)
        | Name::Type(map)
        | Name::Table(map)
        | Name::Memory(map)
        | Name::Global(map)
        | Name::Element(map)
        | Name::Data(map)
        | Name::Tag(map) = subsection
        {
            let mut last = None;
            for naming in map {
                let naming = naming.map_err(malformed("name section"))?;
                if last.is_some_and(|last| last >= naming.index) {
                    return Err("malformed name section: names out of order".to_string());
                }
                last = Some(naming.index);
            }
        }
    }
    Ok(())
}
