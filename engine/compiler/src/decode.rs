//! Decodes wasm bytes to a module without code, and the bodies of its functions. The bodies are not
//! validated yet: that happens together with their translation.

use crate::convert::{self, TypeConverter};
use crate::data;
use crate::error::CompileError;
use std::collections::BTreeSet;
use wasmparser::{
    FuncToValidate, FunctionBody, Parser, Payload, ValidPayload, Validator, ValidatorResources,
    WasmFeatures,
};
use wassay_artifact::fault::Fault;
use wassay_artifact::index::*;
use wassay_artifact::module::*;
use wassay_artifact::types::*;

pub(crate) type ConstCode = ConstExpr;

/// A function whose body is not validated yet.
pub(crate) struct Body<'a> {
    pub to_validate: FuncToValidate<ValidatorResources>,
    pub body: FunctionBody<'a>,
}

/// A module in which everything but the function bodies is validated.
pub(crate) struct Decoded<'a> {
    pub module: Module,
    pub types: TypeConverter,
    pub bodies: Vec<Body<'a>>,
    pub passed_on: PassedOn<'a>,
}

/// The parts that go into the artifact as they are.
#[derive(Default)]
pub(crate) struct PassedOn<'a> {
    /// The bytes of the data segments.
    pub data: Vec<u8>,
    /// Names of functions, ascending by function.
    pub names: Vec<(FuncIndex, &'a str)>,
}

/// Decodes a module, and validates everything but function bodies.
pub(crate) fn decode(wasm: &[u8], features: WasmFeatures) -> Result<Decoded<'_>, Failure> {
    let mut decoder = Decoder {
        module: Module::default(),
        types: TypeConverter::default(),
        bodies: Vec::new(),
        passed_on: PassedOn::default(),
        escaping: BTreeSet::new(),
    };
    let mut validator = Validator::new_with_features(features);
    // Some encodings are malformed without a feature, for example a memory index other than zero.
    let mut parser = Parser::new(0);
    parser.set_features(features);
    for payload in parser.parse_all(wasm) {
        let payload = payload?;
        match validator.payload(&payload) {
            Ok(ValidPayload::Func(to_validate, body)) => {
                decoder.bodies.push(Body { to_validate, body });
            }
            Ok(ValidPayload::Ok | ValidPayload::Parser(_) | ValidPayload::End(_)) => {}
            Err(error)
                if Fault::DuplicateExports.is_seeded()
                    && error.message().starts_with("duplicate export") => {}
            Err(error) => return Err(error.into()),
        }
        decoder.payload(payload)?;
    }
    Ok(decoder.finish())
}

/// Why decoding stopped: the module or the compiler is at fault.
pub(crate) enum Failure {
    Wasm(wasmparser::Error),
    Ours(CompileError),
}

impl From<wasmparser::Error> for Failure {
    fn from(error: wasmparser::Error) -> Self {
        Failure::Wasm(error)
    }
}

impl From<CompileError> for Failure {
    fn from(error: CompileError) -> Self {
        Failure::Ours(error)
    }
}

struct Decoder<'a> {
    module: Module,
    types: TypeConverter,
    bodies: Vec<Body<'a>>,
    passed_on: PassedOn<'a>,
    /// Functions that can be referenced.
    escaping: BTreeSet<FuncIndex>,
}

impl<'a> Decoder<'a> {
    fn payload(&mut self, payload: Payload<'a>) -> Result<(), Failure> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    let types = self.types.rec_group(&group?)?;
                    self.module.rec_groups.push(types.len() as u32);
                    self.module.types.extend(types);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.import(import?)?;
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.module.functions.push(TypeIndex(ty?));
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    let table = table?;
                    self.module.tables.push(self.types.table(&table.ty)?);
                    let init = match &table.init {
                        wasmparser::TableInit::RefNull => None,
                        wasmparser::TableInit::Expr(expr) => Some(self.const_expr(expr)?),
                    };
                    self.module.table_inits.push(init);
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    self.module.memories.push(convert::memory(&memory?));
                }
            }
            Payload::TagSection(section) => {
                for tag in section {
                    self.module.tags.push(TypeIndex(tag?.func_type_idx));
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let global = global?;
                    self.module.globals.push(self.types.global(&global.ty)?);
                    let init = self.const_expr(&global.init_expr)?;
                    self.module.global_inits.push(init);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    self.export(export?);
                }
            }
            Payload::StartSection { func, .. } => {
                self.module.start = Some(FuncIndex(func));
                self.escaping.insert(FuncIndex(func));
            }
            Payload::ElementSection(section) => {
                for element in section {
                    let element = self.element(element?)?;
                    self.module.elements.push(element);
                }
            }
            Payload::DataSection(section) => {
                for data in section {
                    self.data_segment(data?)?;
                }
            }
            Payload::CustomSection(section) => self.custom(&section),
            _ => {}
        }
        Ok(())
    }

    fn import(&mut self, import: wasmparser::Import<'_>) -> Result<(), Failure> {
        let module = &mut self.module;
        let item = match import.ty {
            wasmparser::TypeRef::Func(ty) | wasmparser::TypeRef::FuncExact(ty) => {
                module.functions.push(TypeIndex(ty));
                module.imported.functions += 1;
                ExternIndex::Func(FuncIndex(last(&module.functions)))
            }
            wasmparser::TypeRef::Table(ty) => {
                module.tables.push(self.types.table(&ty)?);
                module.imported.tables += 1;
                ExternIndex::Table(TableIndex(last(&module.tables)))
            }
            wasmparser::TypeRef::Memory(ty) => {
                module.memories.push(convert::memory(&ty));
                module.imported.memories += 1;
                ExternIndex::Memory(MemoryIndex(last(&module.memories)))
            }
            wasmparser::TypeRef::Global(ty) => {
                module.globals.push(self.types.global(&ty)?);
                module.imported.globals += 1;
                ExternIndex::Global(GlobalIndex(last(&module.globals)))
            }
            wasmparser::TypeRef::Tag(ty) => {
                module.tags.push(TypeIndex(ty.func_type_idx));
                module.imported.tags += 1;
                ExternIndex::Tag(TagIndex(last(&module.tags)))
            }
        };
        module.imports.push(Import {
            module: import.module.to_string(),
            name: import.name.to_string(),
            item,
        });
        Ok(())
    }

    fn export(&mut self, export: wasmparser::Export<'_>) {
        let item = match export.kind {
            wasmparser::ExternalKind::Func | wasmparser::ExternalKind::FuncExact => {
                self.escaping.insert(FuncIndex(export.index));
                ExternIndex::Func(FuncIndex(export.index))
            }
            wasmparser::ExternalKind::Table => ExternIndex::Table(TableIndex(export.index)),
            wasmparser::ExternalKind::Memory => ExternIndex::Memory(MemoryIndex(export.index)),
            wasmparser::ExternalKind::Global => ExternIndex::Global(GlobalIndex(export.index)),
            wasmparser::ExternalKind::Tag => ExternIndex::Tag(TagIndex(export.index)),
        };
        self.module.exports.push(Export { name: export.name.to_string(), item });
    }

    fn element(&mut self, element: wasmparser::Element<'_>) -> Result<ElementSegment, Failure> {
        let (ty, items) = match element.items {
            wasmparser::ElementItems::Functions(functions) => {
                let functions = functions
                    .into_iter()
                    .map(|func| func.map(FuncIndex))
                    .collect::<Result<Vec<_>, _>>()?;
                self.escaping.extend(&functions);
                // Functions are never null (specification, *Element Section*).
                let ty = RefType { nullable: false, heap: HeapType::Func };
                (ty, ElementItems::Functions(functions))
            }
            wasmparser::ElementItems::Expressions(ty, expressions) => {
                let mut items = Vec::new();
                for expr in expressions {
                    items.push(self.const_expr(&expr?)?);
                }
                (self.types.reference(ty)?, ElementItems::Expressions(items))
            }
        };
        let mode = match element.kind {
            wasmparser::ElementKind::Passive => ElementMode::Passive,
            wasmparser::ElementKind::Declared => ElementMode::Declared,
            wasmparser::ElementKind::Active { table_index, offset_expr } => ElementMode::Active {
                table: TableIndex(table_index.unwrap_or(0)),
                offset: self.const_expr(&offset_expr)?,
            },
        };
        Ok(ElementSegment { ty, items, mode })
    }

    fn data_segment(&mut self, segment: wasmparser::Data<'_>) -> Result<(), Failure> {
        let mode = match segment.kind {
            wasmparser::DataKind::Passive => DataMode::Passive,
            wasmparser::DataKind::Active { memory_index, offset_expr } => DataMode::Active {
                memory: MemoryIndex(memory_index),
                offset: self.const_expr(&offset_expr)?,
            },
        };
        let start = self.passed_on.data.len() as u32;
        self.passed_on.data.extend_from_slice(segment.data);
        self.module.data.push(DataSegment { bytes: start..self.passed_on.data.len() as u32, mode });
        Ok(())
    }

    fn const_expr(&mut self, expr: &wasmparser::ConstExpr<'_>) -> Result<ConstExpr, Failure> {
        let code = self.types.const_expr(expr)?;
        self.escaping.extend(code.0.iter().filter_map(|op| match op {
            ConstOp::RefFunc(func) => Some(*func),
            _ => None,
        }));
        Ok(code)
    }

    /// Names are decoration: a malformed name section is ignored, as the specification requires.
    fn custom(&mut self, section: &wasmparser::CustomSectionReader<'a>) {
        let wasmparser::KnownCustom::Name(names) = section.as_known() else { return };
        for subsection in names.into_iter().map_while(Result::ok) {
            match subsection {
                wasmparser::Name::Module { name, .. } => {
                    self.module.name = Some(name.to_string());
                }
                wasmparser::Name::Function(names) => {
                    self.passed_on.names = names
                        .into_iter()
                        .map_while(Result::ok)
                        .map(|naming| (FuncIndex(naming.index), naming.name))
                        .collect();
                    self.passed_on.names.sort_by_key(|(func, _)| *func);
                }
                _ => {}
            }
        }
    }

    fn finish(mut self) -> Decoded<'a> {
        let imported = self.module.imported;
        self.module.escaping =
            self.escaping.iter().filter_map(|func| imported.defined_func(*func)).collect();
        data::merge(&mut self.module, &mut self.passed_on.data);
        Decoded {
            module: self.module,
            types: self.types,
            bodies: self.bodies,
            passed_on: self.passed_on,
        }
    }
}

fn last<T>(space: &[T]) -> u32 {
    space.len() as u32 - 1
}
