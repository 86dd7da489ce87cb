//! Reads the import section of a module that an engine has accepted, for engines that cannot list it.
//! Never judges the module. Its defined types have numbers that no engine knows.

use wasmparser::{
    AbstractHeapType, BinaryReaderError, CompositeInnerType, Parser, Payload, TypeRef,
};
use wassay_engine::*;

/// The imports of a module; `owner` has its defined types.
///
/// # Errors
/// `Unsupported` for bytes that wasmparser cannot read.
pub(crate) fn read(wasm: &[u8], owner: Owner) -> Result<Vec<ImportType>, Fault> {
    let unread = |why: &dyn std::fmt::Display| {
        Fault::Unsupported(format!("a module whose imports wassay cannot read: {why}"))
    };
    let mut section = Section { types: Vec::new(), imports: Vec::new() };
    for payload in Parser::new(0).parse_all(wasm) {
        let is_all = payload.and_then(|payload| section.take(payload));
        if is_all.map_err(|error| unread(&error))? {
            break;
        }
    }
    let Section { types, imports } = section;
    let read = |(module, name, ty): &(String, String, TypeRef)| {
        let ty = read_extern(ty, &types, owner)?;
        Some(ImportType { module: module.clone(), name: name.clone(), ty })
    };
    let imports: Option<Vec<ImportType>> = imports.iter().map(read).collect();
    imports.ok_or_else(|| unread(&"a type is not there, or of a newer proposal"))
}

struct Section {
    types: Vec<CompositeInnerType>,
    imports: Vec<(String, String, TypeRef)>,
}

impl Section {
    /// Takes a part of the module; true if nothing that follows matters.
    fn take(&mut self, payload: Payload<'_>) -> Result<bool, BinaryReaderError> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    let types = group?.into_types();
                    self.types.extend(types.map(|ty| ty.composite_type.inner));
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let (module, name) = (import.module.to_string(), import.name.to_string());
                    self.imports.push((module, name, import.ty));
                }
                return Ok(true);
            }
            Payload::CodeSectionStart { .. } => return Ok(true),
            _ => {}
        }
        Ok(false)
    }
}

fn read_extern(ty: &TypeRef, types: &[CompositeInnerType], owner: Owner) -> Option<ExternType> {
    let func = |index: u32| match types.get(index as usize)? {
        CompositeInnerType::Func(ty) => {
            let list = |list: &[wasmparser::ValType]| {
                list.iter().map(|ty| read_val(*ty, types, owner)).collect::<Option<Vec<_>>>()
            };
            Some(FuncType { params: list(ty.params())?, results: list(ty.results())? })
        }
        _ => None,
    };
    Some(match ty {
        TypeRef::Func(index) | TypeRef::FuncExact(index) => ExternType::Func(func(*index)?),
        TypeRef::Tag(ty) => ExternType::Tag(func(ty.func_type_idx)?),
        TypeRef::Table(ty) => ExternType::Table(TableType {
            element: read_ref(ty.element_type, types, owner)?,
            minimum: ty.initial,
            maximum: ty.maximum,
            table64: ty.table64,
        }),
        TypeRef::Memory(ty) => ExternType::Memory(MemoryType {
            minimum: ty.initial,
            maximum: ty.maximum,
            memory64: ty.memory64,
            shared: ty.shared,
            page_size_log2: ty.page_size_log2.unwrap_or(16) as u8,
        }),
        TypeRef::Global(ty) => ExternType::Global(GlobalType {
            content: read_val(ty.content_type, types, owner)?,
            mutable: ty.mutable,
        }),
    })
}

fn read_val(
    ty: wasmparser::ValType,
    types: &[CompositeInnerType],
    owner: Owner,
) -> Option<ValType> {
    Some(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) => ValType::Ref(read_ref(ty, types, owner)?),
    })
}

fn read_ref(
    ty: wasmparser::RefType,
    types: &[CompositeInnerType],
    owner: Owner,
) -> Option<RefType> {
    let heap = match ty.heap_type() {
        wasmparser::HeapType::Abstract { shared: false, ty } => match ty {
            AbstractHeapType::Func => HeapType::Func,
            AbstractHeapType::NoFunc => HeapType::NoFunc,
            AbstractHeapType::Extern => HeapType::Extern,
            AbstractHeapType::NoExtern => HeapType::NoExtern,
            AbstractHeapType::Any => HeapType::Any,
            AbstractHeapType::Eq => HeapType::Eq,
            AbstractHeapType::I31 => HeapType::I31,
            AbstractHeapType::Struct => HeapType::Struct,
            AbstractHeapType::Array => HeapType::Array,
            AbstractHeapType::None => HeapType::None,
            AbstractHeapType::Exn => HeapType::Exn,
            AbstractHeapType::NoExn => HeapType::NoExn,
            _ => return None,
        },
        wasmparser::HeapType::Concrete(index) | wasmparser::HeapType::Exact(index) => {
            let index = index.as_module_index()?;
            let kind = match types.get(index as usize)? {
                CompositeInnerType::Func(_) => CompositeKind::Func,
                CompositeInnerType::Struct(_) => CompositeKind::Struct,
                CompositeInnerType::Array(_) => CompositeKind::Array,
                CompositeInnerType::Cont(_) => return None,
            };
            HeapType::Concrete(kind, DefinedType::new(owner, index))
        }
        _ => return None,
    };
    Some(RefType { nullable: ty.is_nullable(), heap })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(text: &str) -> Result<Vec<ImportType>, Fault> {
        read(&wat::parse_str(text).unwrap(), Owner::fresh())
    }

    #[test]
    fn imports_of_every_kind_are_read() {
        let read = imports(
            r#"(module
                (import "a" "f" (func (param i32 v128) (result funcref)))
                (import "a" "t" (table 1 2 externref))
                (import "a" "m" (memory i64 1))
                (import "a" "g" (global (mut f64)))
                (import "" "e" (tag (param i64)))
                (func))"#,
        );
        let func = FuncType::new([ValType::I32, ValType::V128], [ValType::FUNCREF]);
        let table = RefType::EXTERN;
        let table = TableType { element: table, minimum: 1, maximum: Some(2), table64: false };
        let memory = MemoryType { memory64: true, ..MemoryType::new(1, None) };
        let global = GlobalType { content: ValType::F64, mutable: true };
        let expected = [
            ImportType::new("a", "f", ExternType::Func(func)),
            ImportType::new("a", "t", ExternType::Table(table)),
            ImportType::new("a", "m", ExternType::Memory(memory)),
            ImportType::new("a", "g", ExternType::Global(global)),
            ImportType::new("", "e", ExternType::Tag(FuncType::new([ValType::I64], []))),
        ];
        assert_eq!(read, Ok(expected.to_vec()));
        assert_eq!(imports("(module (func) (memory 1))"), Ok(Vec::new()));
    }

    #[test]
    fn defined_types_keep_their_kind() {
        let read = imports(
            r#"(module
                (rec (type $s (struct (field (ref null $a)))) (type $a (array (ref $s))))
                (type $f (func (param (ref $s) (ref null $a) (ref null any))))
                (import "" "f" (func (type $f)))
                (import "" "g" (global (ref null $f))))"#,
        );
        let read = read.unwrap();
        let ExternType::Func(func) = &read[0].ty else { panic!("{read:?}") };
        let kind = |ty: &ValType| match ty {
            ValType::Ref(RefType { heap: HeapType::Concrete(kind, _), .. }) => Some(*kind),
            _ => None,
        };
        let kinds: Vec<_> = func.params.iter().map(kind).collect();
        assert_eq!(kinds, [Some(CompositeKind::Struct), Some(CompositeKind::Array), None]);
        let ExternType::Global(global) = &read[1].ty else { panic!("{read:?}") };
        assert_eq!(kind(&global.content), Some(CompositeKind::Func));
    }

    #[test]
    fn bytes_that_cannot_be_read_are_unsupported() {
        let cut = read(b"\0asm\x01\0\0\0\x02\x05\x01", Owner::fresh());
        assert!(matches!(cut, Err(Fault::Unsupported(_))), "{cut:?}");
    }
}
