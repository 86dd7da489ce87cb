//! Checks of instantiation: links, start functions, and the state after a failure.

use super::NamedCheck;
use super::bench::{Bench, Stop, equal, equal_text, fail};
use super::wasm::{FUNC, GLOBAL, I32, I64, MEMORY, TABLE, Wasm, i32_const};
use crate::features::Feature;
use crate::handle::Extern;
use crate::host::HostAction;
use crate::outcome::{Instantiated, LinkErrorKind, Outcome, TrapKind};
use crate::types::{FuncType, MemoryType, RefType, TableType, ValType};
use crate::value::{Hierarchy, Ref, Value};

pub const CHECKS: &[NamedCheck] = &[
    ("a missing import is an unknown import", missing_import),
    ("an import of another kind or type is incompatible", incompatible_imports),
    ("imports go by position, not by name", positional_imports),
    ("the start function runs once", start),
    ("a start function that traps fails the instantiation", trapping_start),
    ("the writes of a failed instantiation stay", failed_stays_written),
    ("a dropped instance lives on in a table", dropped_instance),
    ("instances of one module have their own state", own_state),
];

fn missing_import(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let wasm = Wasm::default().ty(&[], &[]).import_func("host", "f", 0);
    let outcome = live.try_instantiate(&wasm, &[])?;
    unlinkable(bench, outcome, LinkErrorKind::UnknownImport, None)?;
    let func = live.session.host_func(&FuncType::default(), HostAction::Return(vec![]))?;
    live.instantiate(&wasm, &[Extern::Func(func)]).map(|_| ())
}

fn incompatible_imports(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let func = live.session.host_func(&FuncType::default(), HostAction::Return(vec![]))?;
    let memory = live.session.memory_new(MemoryType::new(1, None))?;
    let (func, memory) = (Extern::Func(func), Extern::Memory(memory));
    let good = Wasm::default().ty(&[], &[]).ty(&[I32], &[]).import_func("host", "good", 0);
    let cases = [
        ("a memory for a function", good.clone().import_func("host", "f", 0), memory),
        ("a function of another type", good.clone().import_func("host", "f", 1), func),
        ("a memory that is too small", good.clone().import_memory("host", "m", 2), memory),
        ("a function for a global", good.import_global("host", "g", I64, false), func),
    ];
    for (what, wasm, import) in cases {
        let outcome = live.try_instantiate(&wasm, &[func, import])?;
        if let Err(stop) = unlinkable(bench, outcome, LinkErrorKind::IncompatibleImport, Some(1)) {
            return match stop {
                Stop::Failed(why) => fail(format!("{what}: {why}")),
                other => Err(other),
            };
        }
    }
    Ok(())
}

fn positional_imports(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let ty = FuncType::new([], [ValType::I32]);
    let mut host = |value| live.session.host_func(&ty, HostAction::Return(vec![Value::I32(value)]));
    let imports = [Extern::Func(host(1)?), Extern::Func(host(2)?), Extern::Func(host(3)?)];
    // The first two have the same name.
    let wasm = Wasm::default()
        .ty(&[], &[I32])
        .import_func("z", "same", 0)
        .import_func("z", "same", 0)
        .import_func("a", "other", 0)
        .export("first", FUNC, 0)
        .export("second", FUNC, 1)
        .export("third", FUNC, 2);
    let instance = live.instantiate(&wasm, &imports)?;
    for (name, value) in [("first", 1), ("second", 2), ("third", 3)] {
        live.returns(instance, name, &[], &[Value::I32(value)])?;
    }
    Ok(())
}

/// The kind counts if the engine claims to report kinds, the position if it reports one.
fn unlinkable(
    bench: &Bench<'_>,
    outcome: Instantiated,
    kind: LinkErrorKind,
    position: Option<usize>,
) -> Result<(), Stop> {
    let Instantiated::Unlinkable(error) = outcome else {
        return fail(format!("expected {}; got: {outcome}", kind.message()));
    };
    if bench.provider.capabilities().kinds {
        equal("kind", error.kind, kind)?;
    }
    match (error.import, position) {
        (Some(got), Some(expected)) => equal("position", got, expected),
        _ => Ok(()),
    }
}

fn start(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    // (global.set 0 (i32.add (global.get 0) (i32.const 1)))
    let body = [&[0x23, 0][..], &i32_const(1), &[0x6a, 0x24, 0]].concat();
    let wasm = Wasm::default()
        .ty(&[], &[])
        .ty(&[], &[I32])
        .func(0, &body)
        .func(1, &[0x23, 0])
        .global(I32, true, &i32_const(10))
        .start(0)
        .export("get", FUNC, 1);
    let instance = live.instantiate(&wasm, &[])?;
    live.returns(instance, "get", &[], &[Value::I32(11)])
}

fn trapping_start(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let wasm = Wasm::default().ty(&[], &[]).func(0, &[0x00]).start(0);
    let outcome = live.try_instantiate(&wasm, &[])?;
    failed(bench, outcome, TrapKind::Unreachable)
}

fn failed(bench: &Bench<'_>, outcome: Instantiated, kind: TrapKind) -> Result<(), Stop> {
    match outcome {
        Instantiated::Failed(Outcome::Returned(_)) => fail("it failed by returning"),
        Instantiated::Failed(outcome) => bench.trapped(outcome, kind).map(|_| ()),
        other => fail(format!("expected the trap {}; got: {other}", kind.name())),
    }
}

fn failed_stays_written(bench: &Bench<'_>) -> Result<(), Stop> {
    // Without bulk memory, an engine checks all bounds before it writes anything.
    bench.needs(Feature::BulkMemory)?;
    let mut live = bench.open()?;
    let ty = TableType { element: RefType::FUNC, minimum: 2, maximum: None, table64: false };
    let table = live.session.table_new(ty, Ref::Null(Hierarchy::Func))?;
    let memory = live.session.memory_new(MemoryType::new(1, None))?;
    let wasm = Wasm::default()
        .ty(&[], &[I32])
        .import_table("host", "t", 2)
        .import_memory("host", "m", 1)
        .func(0, &i32_const(7))
        .elements(0, &[0])
        .data(0, b"first")
        .data(0xffff, b"over the end")
        .data(8, b"never");
    let outcome = live.try_instantiate(&wasm, &[Extern::Table(table), Extern::Memory(memory)])?;
    failed(bench, outcome, TrapKind::MemoryOutOfBounds)?;
    let mut bytes = [0; 16];
    live.session.memory_read(memory, 0, &mut bytes)?;
    equal("memory", &bytes, b"first\0\0\0\0\0\0\0\0\0\0\0")?;
    let Some(Ref::Func(seven)) = live.session.table_get(table, 0)? else {
        return fail("the table's element 0 was not written");
    };
    equal_text("call", live.session.call(seven, &[])?, Outcome::Returned(vec![Value::I32(7)]))
}

fn dropped_instance(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let ty = TableType { element: RefType::FUNC, minimum: 1, maximum: None, table64: false };
    let table = live.session.table_new(ty, Ref::Null(Hierarchy::Func))?;
    // Its function needs the instance's memory.
    let wasm = Wasm::default()
        .ty(&[], &[I32])
        .import_table("host", "t", 1)
        .func(0, &[&i32_const(0)[..], &[0x28, 2, 0]].concat())
        .memory(1, None)
        .data(0, &[7, 0, 0, 0])
        .elements(0, &[0])
        .export("load", FUNC, 0)
        .export("m", MEMORY, 0)
        .export("t", TABLE, 0);
    let instance = live.instantiate(&wasm, &[Extern::Table(table)])?;
    live.session.drop_instance(instance)?;
    let Some(Ref::Func(load)) = live.session.table_get(table, 0)? else {
        return fail("the table lost its element");
    };
    equal_text("call", live.session.call(load, &[])?, Outcome::Returned(vec![Value::I32(7)]))?;
    super::bench::dropped("a dropped instance", live.session.export(instance, "m"))
}

fn own_state(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::MutableGlobal)?;
    let mut live = bench.open()?;
    let wasm = Wasm::default().global(I32, true, &i32_const(1)).export("g", GLOBAL, 0);
    let one = live.instantiate(&wasm, &[])?;
    let two = live.instantiate(&wasm, &[])?;
    let (one, two) = (live.global(one, "g")?, live.global(two, "g")?);
    live.session.global_set(one, Value::I32(5))?;
    equal_text("the first", live.session.global_get(one)?, Value::I32(5))?;
    equal_text("the second", live.session.global_get(two)?, Value::I32(1))
}
