//! Takes a module; reads every byte of it and validates nothing. What cannot be read is malformed.

use wasmparser::{
    ConstExpr, DataKind, Element, ElementItems, ElementKind, Error, Operator, Parser, Payload,
    TableInit, WasmFeatures,
};

/// Reads every byte of the module without validating anything.
pub fn read_everything(wasm: &[u8], features: WasmFeatures) -> Result<(), Error> {
    let mut parser = Parser::new(0);
    parser.set_features(features);
    for payload in parser.parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => drain(section)?,
            Payload::ImportSection(section) => drain(section.into_imports())?,
            Payload::FunctionSection(section) => drain(section)?,
            Payload::TableSection(section) => {
                for table in section {
                    if let TableInit::Expr(expr) = table?.init {
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
                    if let DataKind::Active { offset_expr, .. } = data?.kind {
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

fn read_element(element: Element<'_>) -> Result<(), Error> {
    if let ElementKind::Active { offset_expr, .. } = &element.kind {
        read_expr(offset_expr)?;
    }
    match element.items {
        ElementItems::Functions(items) => drain(items),
        ElementItems::Expressions(_, items) => {
            for expr in items {
                read_expr(&expr?)?;
            }
            Ok(())
        }
    }
}

fn read_expr(expr: &ConstExpr<'_>) -> Result<(), Error> {
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
