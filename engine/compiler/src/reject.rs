//! Takes a module that the validator rejected; decides between malformed and invalid, which the
//! validator does not distinguish. A module that cannot be decoded is malformed; all others are
//! invalid.

use crate::error::CompileError;
use wasmparser::{Error, Operator, Parser, Payload, WasmFeatures};

/// Rules of the specification's binary format that the validator checks itself.
const MALFORMED: &[&str] = &[
    "section out of order",
    "duplicate section",
    "inconsistent lengths",
    "data count",
    "unknown binary version",
    "magic header",
    "unexpected content after last section",
    "bad magic number",
    "unknown section",
    "malformed section id",
    // Flags of disabled proposals are malformed: a mutability of 2, limits of 2 to 15.
    "shared globals require",
    "shared tables require",
    "threads must be enabled for shared memories",
    "memory64 must be enabled",
    "custom page sizes proposal must be enabled",
];

/// Decides whether the module is malformed or invalid.
pub(crate) fn reject(wasm: &[u8], features: WasmFeatures, error: &Error) -> CompileError {
    let message = error.message().to_string();
    let offset = error.offset() as usize;
    if breaks_format(&message) || undecodable(wasm, features) {
        CompileError::Malformed { message, offset }
    } else {
        CompileError::Invalid { message, offset }
    }
}

/// Whether the message is about a rule of [`MALFORMED`]. A name of the module may stand in it, between
/// backquotes, and have any words.
fn breaks_format(message: &str) -> bool {
    let own = [message.split('`').next(), message.rsplit('`').next()];
    let mut own = own.into_iter().flatten();
    own.any(|text| MALFORMED.iter().any(|words| text.contains(words)))
}

fn undecodable(wasm: &[u8], features: WasmFeatures) -> bool {
    read_everything(wasm, features).is_err()
}

/// Reads every byte of the module without validating anything.
fn read_everything(wasm: &[u8], features: WasmFeatures) -> Result<(), Error> {
    let mut parser = Parser::new(0);
    parser.set_features(features);
    for payload in parser.parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => drain(section)?,
            Payload::ImportSection(section) => drain(section.into_imports())?,
            Payload::FunctionSection(section) => drain(section)?,
            Payload::TableSection(section) => {
                for table in section {
                    if let wasmparser::TableInit::Expr(expr) = table?.init {
                        read_expr(&expr)?;
                    }
                }
            }
            Payload::MemorySection(section) => drain(section)?,
            Payload::TagSection(section) => drain(section)?,
            Payload::GlobalSection(section) => {
                for global in section {
                    read_expr(&global?.init_expr)?;
                }
            }
            Payload::ExportSection(section) => drain(section)?,
            Payload::ElementSection(section) => {
                for element in section {
                    read_element(element?)?;
                }
            }
            Payload::DataSection(section) => {
                for data in section {
                    if let wasmparser::DataKind::Active { offset_expr, .. } = data?.kind {
                        read_expr(&offset_expr)?;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                drain(body.get_locals_reader()?)?;
                let mut reader = body.get_operators_reader()?;
                while !reader.eof() {
                    reader.read()?;
                }
                reader.finish()?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_element(element: wasmparser::Element<'_>) -> Result<(), Error> {
    if let wasmparser::ElementKind::Active { offset_expr, .. } = &element.kind {
        read_expr(offset_expr)?;
    }
    match element.items {
        wasmparser::ElementItems::Functions(items) => drain(items),
        wasmparser::ElementItems::Expressions(_, items) => {
            for expr in items {
                read_expr(&expr?)?;
            }
            Ok(())
        }
    }
}

fn read_expr(expr: &wasmparser::ConstExpr<'_>) -> Result<(), Error> {
    let mut reader = expr.get_operators_reader();
    while !reader.eof() {
        if matches!(reader.read()?, Operator::End) && reader.eof() {
            break;
        }
    }
    Ok(())
}

fn drain<T>(items: impl IntoIterator<Item = Result<T, Error>>) -> Result<(), Error> {
    items.into_iter().try_for_each(|item| item.map(drop))
}
