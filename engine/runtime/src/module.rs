//! A module whose code is in memory, with its types in canonical form.

use crate::code::{Image, ImageKind};
use crate::error::LoadError;
use crate::escaping::Escaping;
use crate::extern_type::{ExternType, describe};
use crate::memory;
use crate::types::TypeRegistry;
use crate::unregistered;
use crate::vm::{ContextHeader, VmContext};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use wassay_artifact::Artifact;
use wassay_artifact::abi::Layout;
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::index::*;
use wassay_artifact::module::*;
use wassay_artifact::types::{CanonicalType, ExternIndex, GlobalType, TableType};
use wassay_engine::{ExportType, Fault, ImportType};

/// A module that can be instantiated. Its code stays mapped as long as this or an instance lives.
pub struct LoadedModule {
    types: Arc<TypeRegistry>,
    module: Arc<Module>,
    image: Image,
    /// The canonical number of each type; generated code reads it.
    type_ids: Box<[u32]>,
    layout: Layout,
    /// Indices of exports, sorted by name; computed on first use.
    by_name: OnceLock<Box<[u32]>>,
    escaping: OnceLock<Escaping>,
    /// The context of an instance that is gone, for the next one: all function references are in
    /// place already.
    spare: Mutex<Option<VmContext>>,
    /// Whether the module's data was written before: only then is an image worth making.
    was_written: AtomicBool,
    /// The initial contents of a memory, made for the second instance.
    contents: OnceLock<Option<memory::Image>>,
}

impl LoadedModule {
    pub(crate) fn new(
        registry: &Arc<TypeRegistry>,
        artifact: Artifact,
    ) -> Result<LoadedModule, LoadError> {
        let module = Arc::new(artifact.module()?);
        let types = registry.intern_module(&module.types, &module.rec_groups);
        let types = types.map_err(LoadError::corrupt)?;
        unregistered::register(types.iter().map(|ty| registry.handle(*ty)));
        let type_ids = types.into_iter().map(|ty| ty.0).collect();
        let image = Image::map(artifact, ImageKind::Module(Arc::clone(&module)))?;
        let layout = Layout::of(&module);
        let types = Arc::clone(registry);
        Ok(LoadedModule {
            types,
            module,
            image,
            type_ids,
            layout,
            by_name: OnceLock::new(),
            escaping: OnceLock::new(),
            spare: Mutex::default(),
            was_written: AtomicBool::new(false),
            contents: OnceLock::new(),
        })
    }

    /// The module; its types are named by its own indices.
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

    /// The declared type of an item in one of the module's spaces.
    pub(crate) fn extern_type(&self, item: ExternIndex) -> Option<ExternType> {
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

    /// The imports, in the order of the import section.
    pub fn imports(&self) -> Vec<ImportType> {
        let import = |import: &Import| {
            // `Artifact::module` has checked every item.
            let ty = describe(self.extern_type(import.item)?, &self.types);
            Some(ImportType { module: import.module.clone(), name: import.name.clone(), ty })
        };
        self.module.imports.iter().filter_map(import).collect()
    }

    /// The exports, in the order of the export section.
    pub fn exports(&self) -> Vec<ExportType> {
        let export = |export: &Export| {
            let ty = describe(self.extern_type(export.item)?, &self.types);
            Some(ExportType { name: export.name.clone(), ty })
        };
        self.module.exports.iter().filter_map(export).collect()
    }

    /// Whether this registry holds the module's canonical types.
    pub(crate) fn is_of(&self, types: &Arc<TypeRegistry>) -> bool {
        Arc::ptr_eq(&self.types, types)
    }

    /// The export of this name.
    pub fn export(&self, name: &str) -> Option<ExternIndex> {
        if Seeded::ExportNamesImport.is_seeded()
            && let Some(item) = self.import_named(name)
        {
            return Some(item);
        }
        let exports = &self.module.exports;
        let by_name = self.by_name.get_or_init(|| {
            let mut positions: Box<[u32]> = (0..exports.len() as u32).collect();
            positions.sort_by_key(|at| &exports[*at as usize].name);
            positions
        });
        let found = by_name.binary_search_by(|at| exports[*at as usize].name.as_str().cmp(name));
        Some(exports[by_name[found.ok()?] as usize].item)
    }

    /// The import of this name, if the export of this name has its kind.
    fn import_named(&self, name: &str) -> Option<ExternIndex> {
        let export = self.module.exports.iter().find(|export| export.name == name)?;
        let is_alike = |import: &&Import| {
            std::mem::discriminant(&import.item) == std::mem::discriminant(&export.item)
        };
        let mut imports = self.module.imports.iter().filter(|import| import.name == name);
        imports.find(is_alike).map(|import| import.item)
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(crate) fn type_ids(&self) -> &[u32] {
        &self.type_ids
    }

    pub(crate) fn code(&self, func: DefinedFuncIndex) -> Result<*const u8, Fault> {
        self.image.code(func).ok_or_else(|| Fault::internal("a function has no code"))
    }

    /// The functions that can be referenced.
    pub(crate) fn escaping(&self) -> &Escaping {
        let escaping = || Escaping::of(&self.module, self.artifact(), &self.type_ids);
        self.escaping.get_or_init(escaping)
    }

    /// The address of the code at this place in the text.
    pub(crate) fn code_at(&self, start: u32) -> Result<*const u8, Fault> {
        self.image.code_at(start).ok_or_else(|| Fault::internal("a function has no code"))
    }

    /// A context for an instance, and whether its function references are in place.
    pub(crate) fn context(&self, header: ContextHeader) -> (VmContext, bool) {
        match self.spare.try_lock().ok().and_then(|mut spare| spare.take()) {
            Some(mut context) => {
                context.reset(self.layout.func_ref(0), header);
                (context, true)
            }
            None => (VmContext::new(self.layout.size(), header), false),
        }
    }

    /// Keeps the context of an instance that is gone, which has all its function references.
    pub(crate) fn keep(&self, context: VmContext) {
        if let Ok(mut spare) = self.spare.try_lock() {
            *spare = Some(context);
        }
    }

    pub(crate) fn data(&self, segment: &DataSegment) -> &[u8] {
        let range = segment.bytes.start as usize..segment.bytes.end as usize;
        self.artifact().data().get(range).unwrap_or_default()
    }

    /// The image that replaces writing the data segments, from the second instance on. `maps` tells
    /// whether pages of a memory can be replaced, which is so for every instance or for none.
    pub(crate) fn contents(&self, maps: impl Fn(MemoryIndex) -> bool) -> Option<&memory::Image> {
        if !self.was_written.swap(true, Ordering::Relaxed) {
            return None;
        }
        let image = || memory::Image::of(&self.module, self.artifact().data(), maps);
        self.contents.get_or_init(image).as_ref()
    }

    fn table_type(&self, table: TableIndex) -> Option<TableType<CanonicalType>> {
        Some(self.module.tables.get(table.at())?.map(|ty| self.canonical(ty)))
    }

    fn global_type(&self, global: GlobalIndex) -> Option<GlobalType<CanonicalType>> {
        Some(self.module.globals.get(global.at())?.map(|ty| self.canonical(ty)))
    }
}

impl std::fmt::Debug for LoadedModule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadedModule").field("name", &self.module.name).finish_non_exhaustive()
    }
}
