//! Checks of defined types: they cross the trait as handles of their engine.

use super::NamedCheck;
use super::bench::{Bench, Live, Stop, fail, foreign, refused};
use super::wasm::Wasm;
use crate::features::Feature;
use crate::handle::Extern;
use crate::host::HostAction;
use crate::outcome::Fault;
use crate::types::{
    CompositeKind, ExternType, FuncType, GlobalType, HeapType, RefType, TableType, ValType,
};
use crate::value::{Hierarchy, Ref, Value};

pub const CHECKS: &[NamedCheck] = &[
    ("a type that a module declares can be used by the host", own_type),
    ("a defined type of another engine is refused", foreign_type),
    ("a defined type has its declared kind", wrong_kind),
];

const NULL: Ref = Ref::Null(Hierarchy::Func);

/// (type 0 (func)) (type 1 (func (param (ref null 0)))) (import "m" "f" (func (type 1)))
fn takes_a_typed_function() -> Wasm {
    Wasm::default().ty(&[], &[]).raw_ty(&[0x60, 1, 0x63, 0, 0]).import_func("m", "f", 1)
}

/// The type of that module's import, and of the reference that the import takes.
fn declared(live: &Live) -> Result<(FuncType, RefType), Stop> {
    let module = live.compile(&takes_a_typed_function())?;
    let imports = live.engine.imports(module)?;
    match imports.as_slice() {
        [import] => match &import.ty {
            ExternType::Func(ty) => match ty.params[..] {
                [ValType::Ref(param @ RefType { heap: HeapType::Concrete(..), .. })] => {
                    Ok((ty.clone(), param))
                }
                _ => fail(format!("expected one reference to a defined type, got {ty:?}")),
            },
            other => fail(format!("expected a function, got {other:?}")),
        },
        _ => fail(format!("expected one import, got {imports:?}")),
    }
}

fn own_type(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::FunctionReferences)?;
    let mut live = bench.open()?;
    let (ty, element) = declared(&live)?;
    let func = live.session.host_func(&ty, HostAction::Return(vec![]))?;
    live.instantiate(&takes_a_typed_function(), &[Extern::Func(func)])?;
    let global = GlobalType { content: ValType::Ref(element), mutable: true };
    let global = live.session.global_new(global, Value::Ref(NULL))?;
    let its_own = live.session.host_func(&FuncType::default(), HostAction::Return(vec![]))?;
    live.session.global_set(global, Value::Ref(Ref::Func(its_own)))?;
    let Value::Ref(got) = live.session.global_get(global)? else {
        return fail("a typed global does not give back a reference");
    };
    if !live.session.same(got, Ref::Func(its_own))? {
        return fail("a typed global gives back another function");
    }
    refused(
        "a function of another type in a typed global",
        live.session.global_set(global, Value::Ref(Ref::Func(func))),
    )
}

fn foreign_type(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::FunctionReferences)?;
    let theirs = bench.open()?;
    let mut ours = bench.open()?;
    let (ty, element) = declared(&theirs)?;
    // Declares a type with the same number here, too.
    declared(&ours)?;
    refuse_everywhere(&mut ours, &ty, element, foreign)
}

fn wrong_kind(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::FunctionReferences)?;
    let mut live = bench.open()?;
    let (_, element) = declared(&live)?;
    let HeapType::Concrete(_, ty) = element.heap else { return fail("no defined type") };
    let element = RefType { heap: HeapType::Concrete(CompositeKind::Struct, ty), ..element };
    refuse_everywhere(&mut live, &FuncType::new([ValType::Ref(element)], []), element, refused)
}

fn refuse_everywhere(
    live: &mut Live,
    func: &FuncType,
    element: RefType,
    refused: fn(&str, Result<(), Fault>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let session = &mut live.session;
    refused("a host function", session.host_func(func, HostAction::Return(vec![])).map(drop))?;
    let global = GlobalType { content: ValType::Ref(element), mutable: true };
    refused("a global", session.global_new(global, Value::Ref(NULL)).map(drop))?;
    let table = TableType { element, minimum: 0, maximum: None, table64: false };
    refused("a table", session.table_new(table, NULL).map(drop))
}
