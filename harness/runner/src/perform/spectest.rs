//! Takes names of the module `spectest`, as the reference interpreter defines it; makes the exports
//! through the trait. Its functions are host functions, so that scripts cross the real host
//! boundary. Sees no script.

use super::features::Gap;
use super::stop::Stop;
use std::collections::HashMap;
use wassay_engine::{
    Extern, Fault, Feature, FuncType, GlobalType, Hierarchy, HostAction, MemoryType, Ref, RefType,
    Session, TableType, ValType, Value,
};

/// The parts of `spectest` that a script has imported so far.
pub(super) struct Spectest {
    gap: Gap,
    made: HashMap<String, Result<Extern, Stop>>,
    /// Whether there are host functions whose calls must be drained.
    pub(super) has_funcs: bool,
}

impl Spectest {
    /// Makes no export yet: each is made on its first import. `gap` decides which exports exist.
    pub(super) fn new(gap: Gap) -> Spectest {
        Spectest { gap, made: HashMap::new(), has_funcs: false }
    }

    /// The export with this name; `None` if `spectest` has no such export.
    pub(super) fn export(
        &mut self,
        session: &mut dyn Session,
        name: &str,
    ) -> Option<Result<Extern, Stop>> {
        if let Some(made) = self.made.get(name) {
            return Some(made.clone());
        }
        let made = match feature(name) {
            Some(feature) if !self.gap.is_needed(feature) => return None,
            Some(feature) if !self.gap.is_there(feature) => Err(Stop::Unsupported(feature)),
            _ => make(session, name)?.map_err(Stop::Fault),
        };
        self.has_funcs |= matches!(made, Ok(Extern::Func(_)));
        self.made.insert(name.to_string(), made.clone());
        Some(made)
    }
}

/// The proposal that added an export.
fn feature(name: &str) -> Option<Feature> {
    match name {
        "table64" => Some(Feature::Memory64),
        "shared_memory" => Some(Feature::Threads),
        _ => None,
    }
}

fn make(session: &mut dyn Session, name: &str) -> Option<Result<Extern, Fault>> {
    use ValType::{F32, F64, I32, I64};
    Some(match name {
        "print" => func(session, &[]),
        "print_i32" => func(session, &[I32]),
        "print_i64" => func(session, &[I64]),
        "print_f32" => func(session, &[F32]),
        "print_f64" => func(session, &[F64]),
        "print_i32_f32" => func(session, &[I32, F32]),
        "print_f64_f64" => func(session, &[F64, F64]),
        "global_i32" => global(session, I32, Value::I32(666)),
        "global_i64" => global(session, I64, Value::I64(666)),
        "global_f32" => global(session, F32, Value::f32(666.6)),
        "global_f64" => global(session, F64, Value::f64(666.6)),
        "table" => table(session, false),
        "table64" => table(session, true),
        "memory" => memory(session, false),
        "shared_memory" => memory(session, true),
        _ => return None,
    })
}

fn func(session: &mut dyn Session, params: &[ValType]) -> Result<Extern, Fault> {
    let ty = FuncType::new(params.iter().copied(), []);
    session.host_func(&ty, HostAction::Return(Vec::new())).map(Extern::Func)
}

fn global(session: &mut dyn Session, content: ValType, value: Value) -> Result<Extern, Fault> {
    session.global_new(GlobalType { content, mutable: false }, value).map(Extern::Global)
}

fn table(session: &mut dyn Session, table64: bool) -> Result<Extern, Fault> {
    let ty = TableType { element: RefType::FUNC, minimum: 10, maximum: Some(20), table64 };
    session.table_new(ty, Ref::Null(Hierarchy::Func)).map(Extern::Table)
}

fn memory(session: &mut dyn Session, shared: bool) -> Result<Extern, Fault> {
    let ty = MemoryType { shared, ..MemoryType::new(1, Some(2)) };
    session.memory_new(ty).map(Extern::Memory)
}
