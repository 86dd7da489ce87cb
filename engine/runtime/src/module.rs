//! A module whose code is in memory, with its types in canonical form.

use crate::code::{Image, ImageKind};
use crate::error::LoadError;
use crate::extern_type::ExternType;
use crate::runtime::Runtime;
use crate::types::TypeRegistry;
use std::sync::{Arc, OnceLock};
use wassay_artifact::Artifact;
use wassay_artifact::abi::Layout;
use wassay_artifact::index::*;
use wassay_artifact::module::*;
use wassay_artifact::types::*;

/// A module that can be instantiated. Its code stays mapped as long as this or an instance lives.
pub struct LoadedModule {
    runtime: Arc<Runtime>,
    module: Arc<Module>,
    image: Image,
    /// The canonical number of each type; generated code reads it.
    type_ids: Box<[u32]>,
    layout: Layout,
    /// Positions of exports, sorted by name; made when first asked for.
    by_name: OnceLock<Box<[u32]>>,
}

impl LoadedModule {
    pub(crate) fn new(
        runtime: &Arc<Runtime>,
        artifact: Artifact,
    ) -> Result<LoadedModule, LoadError> {
        let module = Arc::new(artifact.module()?);
        check(&module, &artifact).map_err(LoadError::corrupt)?;
        let types = runtime.types().intern_module(&module.types, &module.rec_groups);
        let type_ids = types.map_err(LoadError::corrupt)?.into_iter().map(|ty| ty.0).collect();
        let image = Image::map(artifact, ImageKind::Module(Arc::clone(&module)))?;
        let layout = Layout::of(&module);
        let runtime = Arc::clone(runtime);
        Ok(LoadedModule { runtime, module, image, type_ids, layout, by_name: OnceLock::new() })
    }

    /// The module, its types named by its own indices.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The artifact that it was loaded from.
    pub fn artifact(&self) -> &Artifact {
        self.image.parts().artifact()
    }

    /// The canonical number of a type of the module; the index must be one of the module's.
    pub fn canonical(&self, ty: TypeIndex) -> CanonicalType {
        CanonicalType(self.type_ids[ty.at()])
    }

    /// The type of something in one of the module's spaces, as it is declared.
    pub fn extern_type(&self, item: ExternIndex) -> Option<ExternType> {
        let module = &*self.module;
        Some(match item {
            ExternIndex::Func(func) => {
                ExternType::Func(self.canonical(*module.functions.get(func.at())?))
            }
            ExternIndex::Table(table) => ExternType::Table(self.table_type(table)?),
            ExternIndex::Memory(memory) => ExternType::Memory(*module.memories.get(memory.at())?),
            ExternIndex::Global(global) => ExternType::Global(self.global_type(global)?),
            ExternIndex::Tag(tag) => ExternType::Tag(self.canonical(*module.tags.get(tag.at())?)),
        })
    }

    /// The types that its imports are declared with, in the order of the import section.
    pub fn import_types(&self) -> impl Iterator<Item = ExternType> {
        // `check` has found every item.
        self.module.imports.iter().filter_map(|import| self.extern_type(import.item))
    }

    /// The types of its exports, in the order of the export section.
    pub fn export_types(&self) -> impl Iterator<Item = ExternType> {
        self.module.exports.iter().filter_map(|export| self.extern_type(export.item))
    }

    /// What its canonical types are numbers in.
    pub fn types(&self) -> &TypeRegistry {
        self.runtime.types()
    }

    /// The export of this name.
    pub fn export(&self, name: &str) -> Option<ExternIndex> {
        let exports = &self.module.exports;
        let by_name = self.by_name.get_or_init(|| {
            let mut positions: Box<[u32]> = (0..exports.len() as u32).collect();
            positions.sort_by_key(|at| &exports[*at as usize].name);
            positions
        });
        let found = by_name.binary_search_by(|at| exports[*at as usize].name.as_str().cmp(name));
        Some(exports[by_name[found.ok()?] as usize].item)
    }

    pub(crate) fn runtime(&self) -> &Arc<Runtime> {
        &self.runtime
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(crate) fn type_ids(&self) -> &[u32] {
        &self.type_ids
    }

    pub(crate) fn code(&self, func: DefinedFuncIndex) -> Option<*const u8> {
        self.image.code(func)
    }

    pub(crate) fn data(&self, segment: &DataSegment) -> &[u8] {
        let range = segment.bytes.start as usize..segment.bytes.end as usize;
        self.artifact().data().get(range).unwrap_or_default()
    }

    fn table_type(&self, table: TableIndex) -> Option<TableType<CanonicalType>> {
        let TableType { element, minimum, maximum, table64 } =
            *self.module.tables.get(table.at())?;
        let element = element.map(|ty| self.canonical(ty));
        Some(TableType { element, minimum, maximum, table64 })
    }

    fn global_type(&self, global: GlobalIndex) -> Option<GlobalType<CanonicalType>> {
        let GlobalType { content, mutable } = *self.module.globals.get(global.at())?;
        Some(GlobalType { content: content.map(|ty| self.canonical(ty)), mutable })
    }
}

impl std::fmt::Debug for LoadedModule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadedModule").field("name", &self.module.name).finish_non_exhaustive()
    }
}

/// Finds what would make an index go wrong later. Not a validation: code is trusted anyway.
fn check(module: &Module, artifact: &Artifact) -> Result<(), String> {
    let known = |ok: bool, what: &str| if ok { Ok(()) } else { Err(format!("unknown {what}")) };
    let ty = |ty: TypeIndex| known(ty.at() < module.types.len(), "type");
    let heap = |heap: HeapType<TypeIndex>| match heap {
        HeapType::Concrete(_, index) => ty(index),
        _ => Ok(()),
    };
    let val = |val: ValType<TypeIndex>| match val {
        ValType::Ref(reference) => heap(reference.heap),
        _ => Ok(()),
    };
    let item = |item: ExternIndex| {
        let ok = match item {
            ExternIndex::Func(func) => func.at() < module.functions.len(),
            ExternIndex::Table(table) => table.at() < module.tables.len(),
            ExternIndex::Memory(memory) => memory.at() < module.memories.len(),
            ExternIndex::Global(global) => global.at() < module.globals.len(),
            ExternIndex::Tag(tag) => tag.at() < module.tags.len(),
        };
        known(ok, "extern")
    };
    let defined = |all: usize, imported: u32, bodies: usize, what: &str| {
        if all == imported as usize + bodies {
            Ok(())
        } else {
            Err(format!("wrong number of {what}"))
        }
    };
    let imported = &module.imported;
    defined(module.functions.len(), imported.functions, artifact.function_count(), "functions")?;
    defined(module.tables.len(), imported.tables, module.table_inits.len(), "tables")?;
    defined(module.globals.len(), imported.globals, module.global_inits.len(), "globals")?;
    known(imported.memories as usize <= module.memories.len(), "memory")?;
    known(imported.tags as usize <= module.tags.len(), "tag")?;
    known(counts(&module.imports) == *imported, "import")?;
    module.functions.iter().chain(&module.tags).try_for_each(|index| ty(*index))?;
    module.tables.iter().try_for_each(|table| heap(table.element.heap))?;
    module.globals.iter().try_for_each(|global| val(global.content))?;
    module.imports.iter().try_for_each(|import| item(import.item))?;
    module.exports.iter().try_for_each(|export| item(export.item))?;
    module.start.map_or(Ok(()), |start| item(ExternIndex::Func(start)))?;
    let functions = artifact.function_count();
    module.escaping.iter().try_for_each(|func| known(func.at() < functions, "function"))?;
    for segment in &module.elements {
        if let ElementMode::Active { table, .. } = &segment.mode {
            item(ExternIndex::Table(*table))?;
        }
    }
    for segment in &module.data {
        if let DataMode::Active { memory, .. } = &segment.mode {
            item(ExternIndex::Memory(*memory))?;
        }
    }
    Ok(())
}

fn counts(imports: &[Import]) -> ImportCounts {
    let mut counts = ImportCounts::default();
    for import in imports {
        *match import.item {
            ExternIndex::Func(_) => &mut counts.functions,
            ExternIndex::Table(_) => &mut counts.tables,
            ExternIndex::Memory(_) => &mut counts.memories,
            ExternIndex::Global(_) => &mut counts.globals,
            ExternIndex::Tag(_) => &mut counts.tags,
        } += 1;
    }
    counts
}
