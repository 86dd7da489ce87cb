//! Takes a module that wasmtime rejected; decides between malformed and invalid, which wasmtime's
//! parser does not distinguish. What that parser cannot decode is malformed, and so is what breaks a
//! rule of the binary format that only its validator checks.

use wasmtime::wasmparser::{
    BinaryReaderError, ConstExpr, DataKind, Element, ElementItems, ElementKind, Parser, Payload,
    TableInit, WasmFeatures,
};
use wassay_engine::{Fault, Rejected, Stage};

/// Rules of the specification's binary format that the validator checks, by the words of their errors.
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
    // Flags of disabled proposals.
    "shared globals require",
    "shared tables require",
    "threads must be enabled for shared memories",
    "memory64 must be enabled",
    "custom page sizes proposal must be enabled",
];

/// What the parser says of every type that needs a collector, in an engine without one.
const COLLECTED: &str = "gc types are disallowed";

/// The rejection, with its stage; `None` if the error is not the parser's.
///
/// # Errors
/// `Unsupported` if the error is about a type that the strategy lacks.
pub fn rejected(
    wasm: &[u8],
    features: WasmFeatures,
    error: &wasmtime::Error,
) -> Result<Option<Rejected>, Fault> {
    let Some(parser) = error.downcast_ref::<BinaryReaderError>() else { return Ok(None) };
    let message = parser.message().to_string();
    // A name of the module may stand in the message, between backquotes, and have any words.
    let own = [message.split('`').next(), message.rsplit('`').next()];
    let says = |words: &str| own.iter().flatten().any(|text| text.contains(words));
    if says(COLLECTED) {
        return Err(Fault::unsupported("externref and other types that need a collector"));
    }
    let is_malformed = MALFORMED.iter().any(|words| says(words)) || decode(wasm, features).is_err();
    let stage = if is_malformed { Stage::Malformed } else { Stage::Invalid };
    Ok(Some(Rejected { stage: Some(stage), message, offset: Some(parser.offset()) }))
}

/// Reads every byte of the module and validates nothing.
fn decode(wasm: &[u8], features: WasmFeatures) -> Result<(), BinaryReaderError> {
    let mut parser = Parser::new(0);
    parser.set_features(features);
    for payload in parser.parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => all(section)?,
            Payload::ImportSection(section) => all(section.into_imports())?,
            Payload::FunctionSection(section) => all(section)?,
            Payload::TableSection(section) => {
                for table in section {
                    if let TableInit::Expr(init) = table?.init {
                        expression(&init)?;
                    }
                }
            }
            Payload::MemorySection(section) => all(section)?,
            Payload::TagSection(section) => all(section)?,
            Payload::GlobalSection(section) => {
                for global in section {
                    expression(&global?.init_expr)?;
                }
            }
            Payload::ExportSection(section) => all(section)?,
            Payload::ElementSection(section) => {
                for segment in section {
                    elements(segment?)?;
                }
            }
            Payload::DataSection(section) => {
                for segment in section {
                    if let DataKind::Active { offset_expr, .. } = segment?.kind {
                        expression(&offset_expr)?;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                all(body.get_locals_reader()?)?;
                let mut operators = body.get_operators_reader()?;
                while !operators.eof() {
                    operators.read()?;
                }
                operators.finish()?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn elements(segment: Element<'_>) -> Result<(), BinaryReaderError> {
    if let ElementKind::Active { offset_expr, .. } = &segment.kind {
        expression(offset_expr)?;
    }
    match segment.items {
        ElementItems::Functions(items) => all(items),
        ElementItems::Expressions(_, items) => {
            items.into_iter().try_for_each(|item| expression(&item?))
        }
    }
}

fn expression(init: &ConstExpr<'_>) -> Result<(), BinaryReaderError> {
    let mut operators = init.get_operators_reader();
    while !operators.eof() {
        operators.read()?;
    }
    Ok(())
}

fn all<T>(
    items: impl IntoIterator<Item = Result<T, BinaryReaderError>>,
) -> Result<(), BinaryReaderError> {
    items.into_iter().try_for_each(|item| item.map(drop))
}
