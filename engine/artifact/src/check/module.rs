//! Takes a module's metadata; finds indices outside their spaces, types of a kind other than
//! declared, and values whose machine type does not match their place. Does not repeat the other
//! checks of the wasm validator.

use super::{ensure, expr};
use crate::abi::AbiType;
use crate::index::*;
use crate::module::*;
use crate::types::*;

/// The maximum number of pointers and function references in a VM context: far more than validation
/// allows, and few enough for 32-bit offsets.
const CONTEXT_LIMIT: usize = 1 << 24;

/// Checks a module that has this many function bodies and bytes of data.
pub(crate) fn module(module: &Module, bodies: usize, data: usize) -> Result<(), String> {
    let mut check = Check { module, escapes: Vec::new() };
    check.types()?;
    check.spaces(bodies)?;
    check.imports()?;
    check.escaping(bodies)?;
    check.escapes = vec![false; bodies];
    module.escaping.iter().for_each(|func| check.escapes[func.at()] = true);
    check.definitions()?;
    check.exports()?;
    check.elements()?;
    check.data(data)
}

pub(super) struct Check<'a> {
    pub module: &'a Module,
    /// Whether each defined function has a reference, once that is checked.
    escapes: Vec<bool>,
}

impl Check<'_> {
    fn types(&self) -> Result<(), String> {
        let types = &self.module.types;
        let mut start = 0;
        for len in &self.module.rec_groups {
            let end = start + *len as usize;
            let group = types.get(start..end).ok_or("groups exceed the types")?;
            // A type refers only to earlier groups and its own; its supertype comes before it.
            for (at, ty) in (start..).zip(group) {
                if let Some(supertype) = ty.supertype {
                    let is_earlier = supertype.at() < at;
                    let same_kind =
                        is_earlier && types[supertype.at()].composite.kind() == ty.composite.kind();
                    ensure(same_kind, || {
                        format!("type {at} has the invalid supertype {}", supertype.0)
                    })?;
                }
                self.composite(&ty.composite, end)?;
            }
            start = end;
        }
        ensure(start == types.len(), || "types without a group".to_string())
    }

    fn composite(&self, ty: &CompositeType<TypeIndex>, end: usize) -> Result<(), String> {
        let field = |field: &FieldType<TypeIndex>| match field.storage {
            StorageType::Val(ty) => self.val(ty, end),
            StorageType::I8 | StorageType::I16 => Ok(()),
        };
        match ty {
            CompositeType::Func(ty) => {
                ty.params.iter().chain(&ty.results).try_for_each(|ty| self.val(*ty, end))
            }
            CompositeType::Struct(fields) => fields.iter().try_for_each(field),
            CompositeType::Array(element) => field(element),
        }
    }

    fn val(&self, ty: ValType<TypeIndex>, end: usize) -> Result<(), String> {
        match ty {
            ValType::Ref(ty) => self.heap_below(ty.heap, end),
            _ => Ok(()),
        }
    }

    /// Checks that a heap type has its declared kind, which determines how references are held.
    pub fn heap(&self, heap: HeapType<TypeIndex>) -> Result<(), String> {
        self.heap_below(heap, self.module.types.len())
    }

    fn heap_below(&self, heap: HeapType<TypeIndex>, end: usize) -> Result<(), String> {
        let HeapType::Concrete(kind, index) = heap else { return Ok(()) };
        let ty = self.module.types.get(index.at()).filter(|_| index.at() < end);
        let holds = ty.is_some_and(|ty| ty.composite.kind() == kind);
        ensure(holds, || format!("type {} is not a {kind:?} here", index.0))
    }

    fn func_type(&self, ty: TypeIndex) -> Result<&FuncType<TypeIndex>, String> {
        self.module.func_type(ty).ok_or_else(|| format!("type {} is not a function type", ty.0))
    }

    fn spaces(&self, bodies: usize) -> Result<(), String> {
        let Module { imported, functions, tables, memories, globals, tags, .. } = self.module;
        let defined = |all: usize, imported: u32| all.checked_sub(imported as usize);
        let (table_inits, global_inits) = (&self.module.table_inits, &self.module.global_inits);
        let holds = defined(functions.len(), imported.functions) == Some(bodies)
            && defined(tables.len(), imported.tables) == Some(table_inits.len())
            && defined(globals.len(), imported.globals) == Some(global_inits.len())
            && defined(memories.len(), imported.memories).is_some()
            && defined(tags.len(), imported.tags).is_some();
        ensure(holds, || "a wrong number of definitions".to_string())?;
        let spaces = [tables.len(), memories.len(), globals.len(), tags.len()];
        let context =
            imported.functions as usize + spaces.iter().sum::<usize>() + self.module.escaping.len();
        ensure(context <= CONTEXT_LIMIT, || "too many definitions".to_string())?;

        functions.iter().try_for_each(|ty| self.func_type(*ty).map(drop))?;
        for ty in tags {
            let returns = !self.func_type(*ty)?.results.is_empty();
            ensure(!returns, || "a tag has results".to_string())?;
        }
        tables.iter().try_for_each(|ty| self.table(ty))?;
        memories.iter().try_for_each(memory)?;
        globals.iter().try_for_each(|ty| self.val(ty.content, self.module.types.len()))
    }

    fn table(&self, ty: &TableType<TypeIndex>) -> Result<(), String> {
        let largest = if ty.table64 { u64::MAX } else { u32::MAX.into() };
        limits(ty.minimum, ty.maximum, largest.into())?;
        self.heap(ty.element.heap)
    }

    /// Imports fill each space from its start, in order.
    fn imports(&self) -> Result<(), String> {
        let mut next = ImportCounts::default();
        for import in &self.module.imports {
            let (place, index) = match import.item {
                ExternIndex::Func(func) => (&mut next.functions, func.0),
                ExternIndex::Table(table) => (&mut next.tables, table.0),
                ExternIndex::Memory(memory) => (&mut next.memories, memory.0),
                ExternIndex::Global(global) => (&mut next.globals, global.0),
                ExternIndex::Tag(tag) => (&mut next.tags, tag.0),
            };
            ensure(index == *place, || format!("import {:?} out of order", import.item))?;
            *place += 1;
        }
        ensure(next == self.module.imported, || "a wrong number of imports".to_string())
    }

    fn escaping(&self, bodies: usize) -> Result<(), String> {
        let escaping = &self.module.escaping;
        let known = escaping.last().is_none_or(|last| last.at() < bodies);
        ensure(known && escaping.is_sorted_by(|one, next| one < next), || {
            "functions with a reference are out of order".to_string()
        })
    }

    fn definitions(&self) -> Result<(), String> {
        let Module { imported, tables, globals, .. } = self.module;
        let defined = (imported.globals as usize..).zip(&self.module.global_inits);
        for (at, init) in defined {
            expr::check(self, init, AbiType::of(&globals[at].content), at)?;
        }
        let defined = tables[imported.tables as usize..].iter().zip(&self.module.table_inits);
        for (ty, init) in defined {
            match init {
                Some(init) => expr::check(self, init, reference(ty.element), globals.len())?,
                None => ensure(ty.element.nullable, || {
                    "a table of non-null references has no initial value".to_string()
                })?,
            }
        }
        let Some(start) = self.module.start else { return Ok(()) };
        let ty = self.module.functions.get(start.at());
        let ty =
            self.func_type(*ty.ok_or_else(|| format!("unknown start function {}", start.0))?)?;
        ensure(ty.params.is_empty() && ty.results.is_empty(), || {
            "a start function with parameters or results".to_string()
        })
    }

    fn exports(&self) -> Result<(), String> {
        for export in &self.module.exports {
            match export.item {
                ExternIndex::Func(func) => self.referable(func)?,
                item => ensure(self.has(item), || format!("export of unknown {item:?}"))?,
            }
        }
        Ok(())
    }

    fn has(&self, item: ExternIndex) -> bool {
        match item {
            ExternIndex::Func(func) => func.at() < self.module.functions.len(),
            ExternIndex::Table(table) => table.at() < self.module.tables.len(),
            ExternIndex::Memory(memory) => memory.at() < self.module.memories.len(),
            ExternIndex::Global(global) => global.at() < self.module.globals.len(),
            ExternIndex::Tag(tag) => tag.at() < self.module.tags.len(),
        }
    }

    /// Checks that a function has a reference: it is imported or escaping.
    pub fn referable(&self, func: FuncIndex) -> Result<(), String> {
        let holds = self.has(ExternIndex::Func(func))
            && match self.module.imported.defined_func(func) {
                Some(defined) => self.escapes.get(defined.at()) == Some(&true),
                None => true,
            };
        ensure(holds, || format!("there is no reference to function {}", func.0))
    }

    fn elements(&self) -> Result<(), String> {
        for segment in &self.module.elements {
            self.heap(segment.ty.heap)?;
            let element = reference(segment.ty);
            match &segment.items {
                ElementItems::Functions(funcs) => {
                    ensure(element == AbiType::FuncRef, || {
                        "a segment of functions has a different element type".into()
                    })?;
                    funcs.iter().try_for_each(|func| self.referable(*func))?;
                }
                ElementItems::Expressions(exprs) => {
                    let globals = self.module.globals.len();
                    exprs.iter().try_for_each(|init| expr::check(self, init, element, globals))?;
                }
            }
            if let ElementMode::Active { table, offset } = &segment.mode {
                let ty = self.module.tables.get(table.at());
                let ty = ty.ok_or_else(|| format!("a segment for unknown table {}", table.0))?;
                ensure(reference(ty.element) == element, || {
                    "a segment does not have its table's element type".into()
                })?;
                self.offset(offset, ty.table64)?;
            }
        }
        Ok(())
    }

    fn data(&self, len: usize) -> Result<(), String> {
        for DataSegment { bytes, mode } in &self.module.data {
            let holds = bytes.start <= bytes.end && bytes.end as usize <= len;
            ensure(holds, || format!("a segment with the bytes {bytes:?} of {len}"))?;
            if let DataMode::Active { memory, offset } = mode {
                let ty = self.module.memories.get(memory.at());
                let ty = ty.ok_or_else(|| format!("a segment for unknown memory {}", memory.0))?;
                self.offset(offset, ty.memory64)?;
            }
        }
        Ok(())
    }

    fn offset(&self, offset: &ConstExpr, is_64: bool) -> Result<(), String> {
        let ty = if is_64 { AbiType::I64 } else { AbiType::I32 };
        expr::check(self, offset, ty, self.module.globals.len())
    }
}

fn reference(ty: RefType<TypeIndex>) -> AbiType {
    AbiType::of(&ValType::Ref(ty))
}

fn memory(ty: &MemoryType) -> Result<(), String> {
    let known = ty.page_size_log2 == 0 || ty.page_size_log2 == 16;
    ensure(known, || format!("invalid page size 2^{} bytes", ty.page_size_log2))?;
    ensure(!ty.shared || ty.maximum.is_some(), || "a shared memory has no maximum".to_string())?;
    let bytes = 1u128 << if ty.memory64 { 64 } else { 32 };
    limits(ty.minimum, ty.maximum, bytes >> ty.page_size_log2)
}

fn limits(minimum: u64, maximum: Option<u64>, largest: u128) -> Result<(), String> {
    let upper = maximum.unwrap_or(minimum);
    ensure(minimum <= upper && u128::from(upper) <= largest, || {
        format!("invalid limits {minimum} and {maximum:?}")
    })
}
