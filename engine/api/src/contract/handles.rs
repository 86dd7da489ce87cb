//! Checks of dropping handles: a dropped handle is refused, and anything still in use stays alive.

use super::NamedCheck;
use super::bench::{Bench, Live, Stop, dropped, equal, fail, foreign};
use super::wasm::{FUNC, GLOBAL, I32, MEMORY, TABLE, Wasm, i32_const};
use crate::handle::{Extern, Instance};
use crate::host::HostAction;
use crate::outcome::{Fault, Outcome};
use crate::types::{FuncType, RefType, TableType};
use crate::value::{Hierarchy, Ref, Value};

pub const CHECKS: &[NamedCheck] = &[
    ("a handle works until it is dropped as often as it was returned", given_up),
    ("a dropped reference is refused", references),
    ("an element of a table outlives its handles", kept_by_a_table),
    ("an import of an instance outlives its handles", kept_by_an_instance),
];

const NULL: Ref = Ref::Null(Hierarchy::Func);

/// A module whose function loads from its own memory.
fn loads() -> Wasm {
    Wasm::default()
        .ty(&[], &[I32])
        .func(0, &[&i32_const(0)[..], &[0x28, 2, 0]].concat())
        .table(1, None)
        .memory(1, None)
        .data(0, &[7, 0, 0, 0])
        .global(I32, false, &i32_const(7))
        .export("load", FUNC, 0)
        .export("t", TABLE, 0)
        .export("m", MEMORY, 0)
        .export("g", GLOBAL, 0)
}

fn seven() -> Outcome {
    Outcome::Returned(vec![Value::I32(7)])
}

fn export(live: &mut Live, instance: Instance, name: &str) -> Result<Extern, Stop> {
    match live.session.export(instance, name)? {
        Some(item) => Ok(item),
        None => fail(format!("there is no export `{name}`")),
    }
}

fn uses(live: &mut Live, item: Extern) -> Result<(), Fault> {
    match item {
        Extern::Func(func) => live.session.call(func, &[]).map(drop),
        Extern::Table(table) => live.session.table_size(table).map(drop),
        Extern::Memory(memory) => live.session.memory_size(memory).map(drop),
        Extern::Global(global) => live.session.global_get(global).map(drop),
        Extern::Tag(_) => live.session.extern_type(item).map(drop),
    }
}

fn given_up(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let instance = live.instantiate(&loads(), &[])?;
    for name in ["load", "t", "m", "g"] {
        let first = export(&mut live, instance, name)?;
        let second = export(&mut live, instance, name)?;
        live.session.drop_extern(first)?;
        uses(&mut live, second)?;
        live.session.drop_extern(second)?;
        dropped(name, uses(&mut live, second))?;
        dropped(name, live.session.extern_type(first))?;
        dropped("dropping twice", live.session.drop_extern(second))?;
        let again = export(&mut live, instance, name)?;
        uses(&mut live, again)?;
    }
    let mut theirs = Live::on(live.engine.clone())?;
    let instance = theirs.instantiate(&loads(), &[])?;
    let memory = export(&mut theirs, instance, "m")?;
    foreign("dropping another session's handle", live.session.drop_extern(memory))?;
    Ok(uses(&mut theirs, memory)?)
}

fn references(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    live.session.drop_ref(NULL)?;
    let func = live.session.host_func(&FuncType::default(), HostAction::Return(vec![]))?;
    live.session.drop_ref(Ref::Func(func))?;
    dropped("a call", live.session.call(func, &[]))?;
    dropped("dropping it twice", live.session.drop_ref(Ref::Func(func)))
}

/// Forces a collection if the engine supports it.
fn collect(live: &mut Live) -> Result<(), Stop> {
    match live.session.collect() {
        Ok(()) | Err(Fault::Unsupported(_)) => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}

fn kept_by_a_table(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let ty = TableType { element: RefType::FUNC, minimum: 1, maximum: None, table64: false };
    let table = live.session.table_new(ty, NULL)?;
    let instance = live.instantiate(&loads(), &[])?;
    let func = live.func(instance, "load")?;
    live.session.table_set(table, 0, Ref::Func(func))?;
    live.session.drop_ref(Ref::Func(func))?;
    live.session.drop_instance(instance)?;
    collect(&mut live)?;
    let Some(Ref::Func(func)) = live.session.table_get(table, 0)? else {
        return fail("the table lost its element");
    };
    equal("call", live.session.call(func, &[])?, seven())?;
    live.session.drop_ref(Ref::Func(func))?;
    live.session.table_set(table, 0, NULL)?;
    collect(&mut live)?;
    equal("the element", live.session.table_get(table, 0)?, Some(NULL))
}

fn kept_by_an_instance(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let importer = Wasm::default()
        .ty(&[], &[I32])
        .import_func("m", "f", 0)
        .func(0, &[0x10, 0])
        .export("call", FUNC, 1);
    let instance = live.instantiate(&loads(), &[])?;
    let func = live.func(instance, "load")?;
    let user = live.instantiate(&importer, &[Extern::Func(func)])?;
    live.session.drop_extern(Extern::Func(func))?;
    live.session.drop_instance(instance)?;
    collect(&mut live)?;
    live.returns(user, "call", &[], &[Value::I32(7)])
}
