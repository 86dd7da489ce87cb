//! The trait's plain data to the runtime's and back. The two agree in meaning; they differ in how
//! a defined type is named, and in the owner's tag that the trait's handles carry.

use wassay_artifact::abi::TrapCode;
use wassay_artifact::types as own;
use wassay_artifact::types::{CanonicalType, CompositeKind, CompositeType};
use wassay_engine::*;
use wassay_runtime as rt;
use wassay_runtime::{LoadedModule, TypeRegistry};

/// Why an artifact was not loaded.
pub(crate) enum LoadFailure {
    /// The artifact's fault.
    Artifact(wassay_artifact::LoadError),
    /// The machine's limits.
    Resources(String),
}

impl From<rt::LoadError> for LoadFailure {
    fn from(error: rt::LoadError) -> Self {
        match error {
            rt::LoadError::Artifact(error) => LoadFailure::Artifact(error),
            rt::LoadError::Resources(what) => LoadFailure::Resources(what),
        }
    }
}

impl From<wassay_artifact::LoadError> for LoadFailure {
    fn from(error: wassay_artifact::LoadError) -> Self {
        LoadFailure::Artifact(error)
    }
}

impl From<LoadFailure> for Fault {
    fn from(failure: LoadFailure) -> Self {
        match failure {
            LoadFailure::Artifact(error) => Fault::Internal(error.to_string()),
            LoadFailure::Resources(what) => Fault::Internal(what),
        }
    }
}

pub(crate) fn fault(error: rt::Error) -> Fault {
    match error {
        rt::Error::Misuse(what) => Fault::Misuse(what),
        rt::Error::Unsupported(what) => Fault::Unsupported(what),
        rt::Error::Resources(what) | rt::Error::Internal(what) => Fault::Internal(what),
    }
}

pub(crate) fn imports(module: &LoadedModule) -> Vec<ImportType> {
    let names = &module.module().imports;
    names
        .iter()
        .zip(module.import_types())
        .map(|(import, ty)| ImportType {
            module: import.module.clone(),
            name: import.name.clone(),
            ty: extern_type(&ty, module.types()),
        })
        .collect()
}

pub(crate) fn exports(module: &LoadedModule) -> Vec<ExportType> {
    let names = &module.module().exports;
    names
        .iter()
        .zip(module.export_types())
        .map(|(export, ty)| ExportType {
            name: export.name.clone(),
            ty: extern_type(&ty, module.types()),
        })
        .collect()
}

pub(crate) fn extern_type(ty: &rt::ExternType, types: &TypeRegistry) -> ExternType {
    match ty {
        rt::ExternType::Func(ty) => ExternType::Func(func_type(*ty, types)),
        rt::ExternType::Table(ty) => ExternType::Table(TableType {
            element: ref_type(ty.element),
            minimum: ty.minimum,
            maximum: ty.maximum,
            table64: ty.table64,
        }),
        rt::ExternType::Memory(ty) => ExternType::Memory(MemoryType {
            minimum: ty.minimum,
            maximum: ty.maximum,
            memory64: ty.memory64,
            shared: ty.shared,
            page_size_log2: ty.page_size_log2,
        }),
        rt::ExternType::Global(ty) => {
            ExternType::Global(GlobalType { content: val_type(ty.content), mutable: ty.mutable })
        }
        rt::ExternType::Tag(ty) => ExternType::Tag(func_type(*ty, types)),
    }
}

fn func_type(ty: CanonicalType, types: &TypeRegistry) -> FuncType {
    let Some(ty) = types.func(ty) else { return FuncType::default() };
    FuncType {
        params: ty.params.iter().map(|ty| val_type(*ty)).collect(),
        results: ty.results.iter().map(|ty| val_type(*ty)).collect(),
    }
}

fn val_type(ty: own::ValType<CanonicalType>) -> ValType {
    match ty {
        own::ValType::I32 => ValType::I32,
        own::ValType::I64 => ValType::I64,
        own::ValType::F32 => ValType::F32,
        own::ValType::F64 => ValType::F64,
        own::ValType::V128 => ValType::V128,
        own::ValType::Ref(ty) => ValType::Ref(ref_type(ty)),
    }
}

fn ref_type(ty: own::RefType<CanonicalType>) -> RefType {
    let heap = match ty.heap {
        own::HeapType::Func => HeapType::Func,
        own::HeapType::NoFunc => HeapType::NoFunc,
        own::HeapType::Extern => HeapType::Extern,
        own::HeapType::NoExtern => HeapType::NoExtern,
        own::HeapType::Any => HeapType::Any,
        own::HeapType::Eq => HeapType::Eq,
        own::HeapType::I31 => HeapType::I31,
        own::HeapType::Struct => HeapType::Struct,
        own::HeapType::Array => HeapType::Array,
        own::HeapType::None => HeapType::None,
        own::HeapType::Exn => HeapType::Exn,
        own::HeapType::NoExn => HeapType::NoExn,
        own::HeapType::Concrete(_, ty) => HeapType::Concrete(ty.0),
    };
    RefType { nullable: ty.nullable, heap }
}

type Own<T> = Result<T, Fault>;

pub(crate) fn own_func_type(
    ty: &FuncType,
    types: &TypeRegistry,
) -> Own<own::FuncType<CanonicalType>> {
    let list =
        |list: &[ValType]| list.iter().map(|ty| own_val_type(*ty, types)).collect::<Own<_>>();
    Ok(own::FuncType { params: list(&ty.params)?, results: list(&ty.results)? })
}

pub(crate) fn own_val_type(ty: ValType, types: &TypeRegistry) -> Own<own::ValType<CanonicalType>> {
    Ok(match ty {
        ValType::I32 => own::ValType::I32,
        ValType::I64 => own::ValType::I64,
        ValType::F32 => own::ValType::F32,
        ValType::F64 => own::ValType::F64,
        ValType::V128 => own::ValType::V128,
        ValType::Ref(ty) => own::ValType::Ref(own_ref_type(ty, types)?),
    })
}

pub(crate) fn own_ref_type(ty: RefType, types: &TypeRegistry) -> Own<own::RefType<CanonicalType>> {
    let heap = match ty.heap {
        HeapType::Func => own::HeapType::Func,
        HeapType::NoFunc => own::HeapType::NoFunc,
        HeapType::Extern => own::HeapType::Extern,
        HeapType::NoExtern => own::HeapType::NoExtern,
        HeapType::Any => own::HeapType::Any,
        HeapType::Eq => own::HeapType::Eq,
        HeapType::I31 => own::HeapType::I31,
        HeapType::Struct => own::HeapType::Struct,
        HeapType::Array => own::HeapType::Array,
        HeapType::None => own::HeapType::None,
        HeapType::Exn => own::HeapType::Exn,
        HeapType::NoExn => own::HeapType::NoExn,
        HeapType::Concrete(id) => {
            let ty = CanonicalType(id);
            let kind = match types.get(ty).map(|ty| ty.composite) {
                Some(CompositeType::Func(_)) => CompositeKind::Func,
                Some(CompositeType::Struct(_)) => CompositeKind::Struct,
                Some(CompositeType::Array(_)) => CompositeKind::Array,
                None => return Err(Fault::Misuse(format!("type#{id} is not of this engine"))),
            };
            own::HeapType::Concrete(kind, ty)
        }
    };
    Ok(own::RefType { nullable: ty.nullable, heap })
}

pub(crate) fn own_table_type(
    ty: TableType,
    types: &TypeRegistry,
) -> Own<own::TableType<CanonicalType>> {
    Ok(own::TableType {
        element: own_ref_type(ty.element, types)?,
        minimum: ty.minimum,
        maximum: ty.maximum,
        table64: ty.table64,
    })
}

pub(crate) fn own_memory_type(ty: MemoryType) -> own::MemoryType {
    own::MemoryType {
        minimum: ty.minimum,
        maximum: ty.maximum,
        memory64: ty.memory64,
        shared: ty.shared,
        page_size_log2: ty.page_size_log2,
    }
}

pub(crate) fn value(value: rt::Val, owner: Owner) -> Value {
    match value {
        rt::Val::I32(bits) => Value::I32(bits),
        rt::Val::I64(bits) => Value::I64(bits),
        rt::Val::F32(bits) => Value::F32(bits),
        rt::Val::F64(bits) => Value::F64(bits),
        rt::Val::V128(bits) => Value::V128(bits),
        rt::Val::Ref(of) => Value::Ref(reference(of, owner)),
    }
}

pub(crate) fn values(values: Vec<rt::Val>, owner: Owner) -> Vec<Value> {
    values.into_iter().map(|of| value(of, owner)).collect()
}

pub(crate) fn reference(of: rt::Ref, owner: Owner) -> Ref {
    match of {
        rt::Ref::Null(tree) => Ref::Null(match tree {
            rt::Hierarchy::Func => Hierarchy::Func,
            rt::Hierarchy::Extern => Hierarchy::Extern,
            rt::Hierarchy::Any => Hierarchy::Any,
            rt::Hierarchy::Exn => Hierarchy::Exn,
        }),
        rt::Ref::Func(func) => Ref::Func(Func::new(owner, func.0)),
        rt::Ref::Extern(number) => Ref::Extern(number),
        rt::Ref::Host(number) => Ref::Host(number),
        rt::Ref::I31(bits) => Ref::I31(bits),
    }
}

pub(crate) fn own_value(value: Value, owner: Owner) -> Own<rt::Val> {
    Ok(match value {
        Value::I32(bits) => rt::Val::I32(bits),
        Value::I64(bits) => rt::Val::I64(bits),
        Value::F32(bits) => rt::Val::F32(bits),
        Value::F64(bits) => rt::Val::F64(bits),
        Value::V128(bits) => rt::Val::V128(bits),
        Value::Ref(of) => rt::Val::Ref(own_reference(of, owner)?),
    })
}

pub(crate) fn own_values(values: &[Value], owner: Owner) -> Own<Vec<rt::Val>> {
    values.iter().map(|value| own_value(*value, owner)).collect()
}

pub(crate) fn own_reference(of: Ref, owner: Owner) -> Own<rt::Ref> {
    Ok(match of {
        Ref::Null(tree) => rt::Ref::Null(match tree {
            Hierarchy::Func => rt::Hierarchy::Func,
            Hierarchy::Extern => rt::Hierarchy::Extern,
            Hierarchy::Any => rt::Hierarchy::Any,
            Hierarchy::Exn => rt::Hierarchy::Exn,
        }),
        Ref::Func(func) => rt::Ref::Func(rt::FuncId(func.index_in(owner)?)),
        Ref::Extern(number) => rt::Ref::Extern(number),
        Ref::Host(number) => rt::Ref::Host(number),
        Ref::I31(bits) => rt::Ref::I31(bits),
        Ref::Struct(_) | Ref::Array(_) | Ref::Exn(_) | Ref::Externalized(_) => {
            return Err(Fault::Unsupported("references to collected objects".to_string()));
        }
    })
}

pub(crate) fn item(of: rt::Extern, owner: Owner) -> Extern {
    match of {
        rt::Extern::Func(id) => Extern::Func(Func::new(owner, id.0)),
        rt::Extern::Table(id) => Extern::Table(Table::new(owner, id.0)),
        rt::Extern::Memory(id) => Extern::Memory(Memory::new(owner, id.0)),
        rt::Extern::Global(id) => Extern::Global(Global::new(owner, id.0)),
        rt::Extern::Tag(id) => Extern::Tag(Tag::new(owner, id.0)),
    }
}

pub(crate) fn own_item(of: Extern, owner: Owner) -> Own<rt::Extern> {
    Ok(match of {
        Extern::Func(handle) => rt::Extern::Func(rt::FuncId(handle.index_in(owner)?)),
        Extern::Table(handle) => rt::Extern::Table(rt::TableId(handle.index_in(owner)?)),
        Extern::Memory(handle) => rt::Extern::Memory(rt::MemoryId(handle.index_in(owner)?)),
        Extern::Global(handle) => rt::Extern::Global(rt::GlobalId(handle.index_in(owner)?)),
        Extern::Tag(handle) => rt::Extern::Tag(rt::TagId(handle.index_in(owner)?)),
    })
}

pub(crate) fn outcome(outcome: rt::CallOutcome, owner: Owner) -> Outcome {
    match outcome {
        rt::CallOutcome::Returned(list) => Outcome::Returned(values(list, owner)),
        rt::CallOutcome::Trapped(of) => Outcome::Trapped(trap(of)),
        rt::CallOutcome::Exhausted(what) => Outcome::Exhausted(what),
    }
}

pub(crate) fn link_error(error: rt::LinkError) -> LinkError {
    LinkError {
        kind: match error.kind {
            rt::LinkErrorKind::UnknownImport => LinkErrorKind::UnknownImport,
            rt::LinkErrorKind::IncompatibleImport => LinkErrorKind::IncompatibleImport,
        },
        import: Some(error.import),
        message: error.message,
    }
}

fn trap(trap: rt::Trap) -> Trap {
    let (kind, message) = match trap.kind {
        rt::TrapKind::Code(code) => (trap_kind(code), None),
        rt::TrapKind::Host(message) => (TrapKind::Host, Some(message)),
    };
    Trap {
        kind,
        message: message.unwrap_or_else(|| kind.message().to_string()),
        frames: trap
            .frames
            .into_iter()
            .map(|frame| Frame {
                module: frame.module,
                func: frame.func.0,
                name: frame.name,
                offset: frame.offset,
            })
            .collect(),
    }
}

const fn trap_kind(code: TrapCode) -> TrapKind {
    match code {
        TrapCode::Unreachable => TrapKind::Unreachable,
        TrapCode::IntegerDivideByZero => TrapKind::IntegerDivideByZero,
        TrapCode::IntegerOverflow => TrapKind::IntegerOverflow,
        TrapCode::InvalidConversion => TrapKind::InvalidConversion,
        TrapCode::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds => TrapKind::TableOutOfBounds,
        TrapCode::ArrayOutOfBounds => TrapKind::ArrayOutOfBounds,
        TrapCode::UndefinedElement => TrapKind::UndefinedElement,
        TrapCode::UninitializedElement => TrapKind::UninitializedElement,
        TrapCode::IndirectCallTypeMismatch => TrapKind::IndirectCallTypeMismatch,
        TrapCode::NullReference => TrapKind::NullReference,
        TrapCode::CastFailure => TrapKind::CastFailure,
        TrapCode::UnalignedAtomic => TrapKind::UnalignedAtomic,
        TrapCode::ExpectedSharedMemory => TrapKind::ExpectedSharedMemory,
        // The runtime reports it as exhaustion, never as a trap.
        TrapCode::StackOverflow | TrapCode::AllocationFailed => TrapKind::AllocationFailed,
        TrapCode::Interrupted => TrapKind::Interrupted,
    }
}
