//! Checks of globals, tables, memories and references, from the host and from wasm.

use super::NamedCheck;
use super::bench::{Bench, Stop, equal, equal_text, fail, refused};
use super::wasm::{EXTERNREF, FUNC, GLOBAL, I32, I64, MEMORY, TABLE, Wasm, i32_const, i64_const};
use crate::features::Feature;
use crate::handle::Extern;
use crate::host::HostAction;
use crate::outcome::Outcome;
use crate::types::{ExternType, FuncType, GlobalType, MemoryType, RefType, TableType, ValType};
use crate::value::{Hierarchy, Ref, Value};

pub const CHECKS: &[NamedCheck] = &[
    ("a host's global is shared with wasm", host_global),
    ("an immutable global stays as it is", immutable_global),
    ("an immutable global of the host holds a function", immutable_function),
    ("a table is read, written and grown within its bounds", table),
    ("a memory is read, written and grown within its bounds", memory),
    ("an extern reports its type and current size", extern_types),
    ("an import that is exported again has its own type and size", exported_again),
    ("functions are the same or not, whatever their handles", same_functions),
    ("an imported function is the same as before", imported_functions),
    ("external references pass through", external_references),
];

const NULL: Ref = Ref::Null(Hierarchy::Func);

fn host_global(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::MutableGlobal)?;
    let mut live = bench.open()?;
    let ty = GlobalType { content: ValType::I64, mutable: true };
    let global = live.session.global_new(ty, Value::I64(40))?;
    // (global.set 0 (i64.add (global.get 0) (i64.const 1)))
    let body = [&[0x23, 0][..], &i64_const(1), &[0x7c, 0x24, 0]].concat();
    let wasm = Wasm::default()
        .ty(&[], &[])
        .import_global("host", "g", I64, true)
        .func(0, &body)
        .export("more", FUNC, 0)
        .export("g", GLOBAL, 0);
    let instance = live.instantiate(&wasm, &[Extern::Global(global)])?;
    live.returns(instance, "more", &[], &[])?;
    equal_text("after wasm wrote", live.session.global_get(global)?, Value::I64(41))?;
    live.session.global_set(global, Value::I64(7))?;
    live.returns(instance, "more", &[], &[])?;
    let exported = live.global(instance, "g")?;
    equal_text("through the export", live.session.global_get(exported)?, Value::I64(8))?;
    refused("an i32 in an i64 global", live.session.global_set(global, Value::I32(1)))
}

fn immutable_global(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let ty = GlobalType { content: ValType::F32, mutable: false };
    let global = live.session.global_new(ty, Value::F32(0x7fc0_0001))?;
    refused("writing it", live.session.global_set(global, Value::F32(0)))?;
    equal_text("value", live.session.global_get(global)?, Value::F32(0x7fc0_0001))?;
    refused("an i32 for an f32", live.session.global_new(ty, Value::I32(0)))
}

fn immutable_function(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::ReferenceTypes)?;
    let mut live = bench.open()?;
    let (ty, action) = (FuncType::new([], [ValType::I32]), vec![Value::I32(6)]);
    let func = live.session.host_func(&ty, HostAction::Return(action))?;
    let ty = GlobalType { content: ValType::Ref(RefType::FUNC), mutable: false };
    let global = live.session.global_new(ty, Value::Ref(Ref::Func(func)))?;
    match live.session.global_get(global)? {
        Value::Ref(Ref::Func(found)) => {
            let outcome = live.session.call(found, &[])?;
            equal_text("a call of it", outcome, Outcome::Returned(vec![Value::I32(6)]))
        }
        other => fail(format!("expected: a function; got: {other}")),
    }
}

fn table(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let ty = TableType { element: RefType::FUNC, minimum: 2, maximum: Some(4), table64: false };
    let table = live.session.table_new(ty, NULL)?;
    // (func (export "call") (param i32) (result i32) (call_indirect (type 1) (local.get 0)))
    let wasm = Wasm::default()
        .ty(&[I32], &[I32])
        .ty(&[], &[I32])
        .import_table("host", "t", 2)
        .func(0, &[0x20, 0, 0x11, 1, 0])
        .func(1, &i32_const(7))
        .export("call", FUNC, 0)
        .export("seven", FUNC, 1)
        .export("t", TABLE, 0);
    let instance = live.instantiate(&wasm, &[Extern::Table(table)])?;
    let seven = Ref::Func(live.func(instance, "seven")?);
    let session = &mut live.session;
    equal("set inside", session.table_set(table, 1, seven)?, true)?;
    equal("set outside", session.table_set(table, 2, seven)?, false)?;
    equal("get outside", session.table_get(table, u64::MAX)?, None)?;
    equal("get null", session.table_get(table, 0)?, Some(NULL))?;
    equal("grow", session.table_grow(table, 2, seven)?, Some(2))?;
    equal("grow beyond the maximum", session.table_grow(table, 1, NULL)?, None)?;
    equal("size", session.table_size(table)?, 4)?;
    refused("an external reference", session.table_set(table, 0, Ref::Extern(1)))?;
    for index in 1..4 {
        live.returns(instance, "call", &[Value::I32(index)], &[Value::I32(7)])?;
    }
    let exported = live.table(instance, "t")?;
    equal("size through the export", live.session.table_size(exported)?, 4)
}

fn memory(bench: &Bench<'_>) -> Result<(), Stop> {
    const PAGE: u64 = 65536;
    let mut live = bench.open()?;
    let memory = live.session.memory_new(MemoryType::new(1, Some(2)))?;
    // (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
    let wasm = Wasm::default()
        .ty(&[I32], &[I32])
        .import_memory("host", "m", 1)
        .func(0, &[0x20, 0, 0x28, 2, 0])
        .export("load", FUNC, 0)
        .export("m", MEMORY, 0);
    let instance = live.instantiate(&wasm, &[Extern::Memory(memory)])?;
    let session = &mut live.session;
    equal("write inside", session.memory_write(memory, PAGE - 4, &[1, 2, 3, 4])?, true)?;
    equal("write over the end", session.memory_write(memory, PAGE - 3, &[9; 4])?, false)?;
    equal("write far outside", session.memory_write(memory, u64::MAX, &[9])?, false)?;
    equal("write nothing at the end", session.memory_write(memory, PAGE, &[])?, true)?;
    equal("write nothing beyond the end", session.memory_write(memory, PAGE + 1, &[])?, false)?;
    let mut bytes = [7; 4];
    equal("read over the end", session.memory_read(memory, PAGE - 3, &mut bytes)?, false)?;
    equal("buffer after that", bytes, [7; 4])?;
    equal("read far outside", session.memory_read(memory, u64::MAX - 1, &mut bytes)?, false)?;
    equal("read inside", session.memory_read(memory, PAGE - 4, &mut bytes)?, true)?;
    equal("bytes", bytes, [1, 2, 3, 4])?;
    equal("grow", session.memory_grow(memory, 1)?, Some(1))?;
    equal("grow beyond the maximum", session.memory_grow(memory, 1)?, None)?;
    equal("size", session.memory_size(memory)?, 2)?;
    equal("write in the new page", session.memory_write(memory, 2 * PAGE - 4, &[5; 4])?, true)?;
    let load = |at: u64| [Value::I32(at as u32)];
    live.returns(instance, "load", &load(PAGE - 4), &[Value::I32(0x0403_0201)])?;
    live.returns(instance, "load", &load(2 * PAGE - 4), &[Value::I32(0x0505_0505)])?;
    let exported = live.memory(instance, "m")?;
    equal("size through the export", live.session.memory_size(exported)?, 2)
}

fn extern_types(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let session = &mut live.session;
    let ty = FuncType::new([ValType::I64], []);
    let func = session.host_func(&ty, HostAction::Return(vec![]))?;
    equal("func", session.extern_type(Extern::Func(func))?, ExternType::Func(ty))?;
    let ty = GlobalType { content: ValType::F64, mutable: false };
    let global = session.global_new(ty, Value::f64(1.0))?;
    equal("global", session.extern_type(Extern::Global(global))?, ExternType::Global(ty))?;
    let ty = MemoryType::new(1, Some(3));
    let memory = session.memory_new(ty)?;
    session.memory_grow(memory, 1)?;
    let grown = ExternType::Memory(MemoryType { minimum: 2, ..ty });
    equal("memory", session.extern_type(Extern::Memory(memory))?, grown)?;
    let ty = TableType { element: RefType::FUNC, minimum: 1, maximum: None, table64: false };
    let table = session.table_new(ty, NULL)?;
    session.table_grow(table, 2, NULL)?;
    let grown = ExternType::Table(TableType { minimum: 3, ..ty });
    equal("table", session.extern_type(Extern::Table(table))?, grown)
}

fn exported_again(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let ty = TableType { element: RefType::FUNC, minimum: 5, maximum: Some(9), table64: false };
    let table = live.session.table_new(ty, NULL)?;
    let memory = live.session.memory_new(MemoryType::new(2, Some(3)))?;
    let wasm = Wasm::default()
        .import_table("host", "t", 1)
        .import_memory("host", "m", 1)
        .export("t", TABLE, 0)
        .export("m", MEMORY, 0);
    let instance = live.instantiate(&wasm, &[Extern::Table(table), Extern::Memory(memory)])?;
    let exported = Extern::Table(live.table(instance, "t")?);
    equal("table", live.session.extern_type(exported)?, ExternType::Table(ty))?;
    let exported = Extern::Memory(live.memory(instance, "m")?);
    let ty = MemoryType::new(2, Some(3));
    equal("memory", live.session.extern_type(exported)?, ExternType::Memory(ty))
}

fn same_functions(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let wasm = Wasm::default()
        .ty(&[], &[])
        .func(0, &[])
        .func(0, &[])
        .table(2, None)
        .elements(0, &[0, 1])
        .export("a", FUNC, 0)
        .export("a again", FUNC, 0)
        .export("b", FUNC, 1)
        .export("t", TABLE, 0);
    let one = live.instantiate(&wasm, &[])?;
    let two = live.instantiate(&wasm, &[])?;
    let a = Ref::Func(live.func(one, "a")?);
    let again = Ref::Func(live.func(one, "a again")?);
    let b = Ref::Func(live.func(one, "b")?);
    let other = Ref::Func(live.func(two, "a")?);
    let t = live.table(one, "t")?;
    let session = &mut live.session;
    let Some(in_table) = session.table_get(t, 0)? else {
        return super::bench::fail("element 0 is not there");
    };
    equal("a function and itself", session.same(a, a)?, true)?;
    equal("two exports of one function", session.same(a, again)?, true)?;
    equal("a function and its table element", session.same(a, in_table)?, true)?;
    equal("two functions", session.same(a, b)?, false)?;
    equal("one function in two instances", session.same(a, other)?, false)?;
    equal("a function and null", session.same(a, NULL)?, false)?;
    equal("null and null", session.same(NULL, NULL)?, true)
}

fn imported_functions(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let ty = FuncType::new([], []);
    let of_host = live.session.host_func(&ty, HostAction::Return(vec![]))?;
    let definer = Wasm::default()
        .ty(&[], &[])
        .func(0, &[])
        .func(0, &[])
        .export("a", FUNC, 0)
        .export("b", FUNC, 1);
    let definer = live.instantiate(&definer, &[])?;
    let (a, b) = (live.func(definer, "a")?, live.func(definer, "b")?);
    let importer = Wasm::default()
        .ty(&[], &[])
        .import_func("m", "a", 0)
        .import_func("m", "b", 0)
        .import_func("host", "f", 0)
        .table(3, None)
        .elements(0, &[0, 1, 2])
        .export("again", FUNC, 0)
        .export("t", TABLE, 0);
    let imports = [a, b, of_host].map(Extern::Func);
    let importer = live.instantiate(&importer, &imports)?;
    let again = live.func(importer, "again")?;
    let t = live.table(importer, "t")?;
    let funcs = [a, b, of_host].map(Ref::Func);
    equal("a function and its export", live.session.same(funcs[0], Ref::Func(again))?, true)?;
    for at in 0..3 {
        let Some(element) = live.session.table_get(t, at as u64)? else {
            return super::bench::fail("an element is not there");
        };
        for (other, func) in funcs.into_iter().enumerate() {
            let what = format!("import {at} in a table, and function {other}");
            equal(&what, live.session.same(element, func)?, at == other)?;
        }
    }
    Ok(())
}

fn external_references(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::ReferenceTypes)?;
    let mut live = bench.open()?;
    let wasm =
        Wasm::default().ty(&[EXTERNREF], &[EXTERNREF]).func(0, &[0x20, 0]).export("same", FUNC, 0);
    let instance = live.instantiate(&wasm, &[])?;
    for reference in [Ref::Extern(0), Ref::Extern(u32::MAX), Ref::Null(Hierarchy::Extern)] {
        let value = [Value::Ref(reference)];
        live.returns(instance, "same", &value, &value)?;
    }
    let same = live.func(instance, "same")?;
    let session = &mut live.session;
    equal("equal numbers", session.same(Ref::Extern(1), Ref::Extern(1))?, true)?;
    equal("unequal numbers", session.same(Ref::Extern(1), Ref::Extern(2))?, false)?;
    refused("a function for an external", session.call(same, &[Value::Ref(NULL)]))
}
