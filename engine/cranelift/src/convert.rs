//! The trait's plain data to the runtime's and back. The two agree in meaning; they differ in how
//! a defined type is named, and in the owner's tag that the trait's handles carry.

use wassay_artifact::abi::TrapCode;
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
    let func = |ty| types.func(ty).unwrap_or_default().map(|ty| types.handle(ty));
    match ty {
        rt::ExternType::Func(ty) => ExternType::Func(func(*ty)),
        rt::ExternType::Table(ty) => ExternType::Table(ty.map(|ty| types.handle(ty))),
        rt::ExternType::Memory(ty) => ExternType::Memory(*ty),
        rt::ExternType::Global(ty) => ExternType::Global(ty.map(|ty| types.handle(ty))),
        rt::ExternType::Tag(ty) => ExternType::Tag(func(*ty)),
    }
}

type Own<T> = Result<T, Fault>;

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
