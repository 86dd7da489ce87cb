//! The types of imports and exports as lines have them, and as the trait has them.

use super::ty::{FuncType, GlobalType, MemoryType, TableType};
use crate::handles::Handles;
use serde::{Deserialize, Serialize};
use wassay_engine::{self as engine, ExportType, Fault, ImportType};

/// The type of an extern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ExternType {
    Func(FuncType),
    Table(TableType),
    Memory(MemoryType),
    Global(GlobalType),
    Tag(FuncType),
}

/// An import of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Import {
    pub module: String,
    pub name: String,
    #[serde(rename = "type")]
    pub ty: ExternType,
}

/// An export of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Export {
    pub name: String,
    #[serde(rename = "type")]
    pub ty: ExternType,
}

impl ExternType {
    /// The type for a line.
    ///
    /// # Errors
    /// If the other end cannot know a defined type.
    pub fn write(ty: &engine::ExternType, handles: &impl Handles) -> Result<ExternType, Fault> {
        Ok(match ty {
            engine::ExternType::Func(ty) => ExternType::Func(FuncType::write(ty, handles)?),
            engine::ExternType::Table(ty) => ExternType::Table(TableType::write(*ty, handles)?),
            engine::ExternType::Memory(ty) => ExternType::Memory(MemoryType::write(*ty)),
            engine::ExternType::Global(ty) => ExternType::Global(GlobalType::write(*ty, handles)?),
            engine::ExternType::Tag(ty) => ExternType::Tag(FuncType::write(ty, handles)?),
        })
    }

    /// The type that a line has.
    ///
    /// # Errors
    /// If there is no such defined type, or if no module can have the type.
    pub fn read(&self, handles: &impl Handles) -> Result<engine::ExternType, Fault> {
        Ok(match self {
            ExternType::Func(ty) => engine::ExternType::Func(ty.read(handles)?),
            ExternType::Table(ty) => engine::ExternType::Table(ty.read(handles)?),
            ExternType::Memory(ty) => engine::ExternType::Memory(ty.read()?),
            ExternType::Global(ty) => engine::ExternType::Global(ty.read(handles)?),
            ExternType::Tag(ty) => engine::ExternType::Tag(ty.read(handles)?),
        })
    }
}

impl Import {
    /// The import for a line.
    ///
    /// # Errors
    /// If the other end cannot know a defined type.
    pub fn write(import: ImportType, handles: &impl Handles) -> Result<Import, Fault> {
        let ty = ExternType::write(&import.ty, handles)?;
        Ok(Import { module: import.module, name: import.name, ty })
    }

    /// The import that a line has.
    ///
    /// # Errors
    /// As for its type.
    pub fn read(self, handles: &impl Handles) -> Result<ImportType, Fault> {
        let ty = self.ty.read(handles)?;
        Ok(ImportType { module: self.module, name: self.name, ty })
    }
}

impl Export {
    /// The export for a line.
    ///
    /// # Errors
    /// If the other end cannot know a defined type.
    pub fn write(export: ExportType, handles: &impl Handles) -> Result<Export, Fault> {
        Ok(Export { ty: ExternType::write(&export.ty, handles)?, name: export.name })
    }

    /// The export that a line has.
    ///
    /// # Errors
    /// As for its type.
    pub fn read(self, handles: &impl Handles) -> Result<ExportType, Fault> {
        Ok(ExportType { ty: self.ty.read(handles)?, name: self.name })
    }
}
