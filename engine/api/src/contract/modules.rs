//! Checks of compilation: which modules are rejected, and which imports and exports a module lists.

use super::NamedCheck;
use super::bench::{Bench, Live, Stop, dropped, equal, fail, foreign};
use super::wasm::{F64, FUNC, GLOBAL, I32, I64, MEMORY, TABLE, Wasm, i32_const};
use crate::handle::Extern;
use crate::host::HostAction;
use crate::module::Provenance;
use crate::outcome::{Instantiated, Stage};
use crate::types::{
    ExportType, ExternType, FuncType, GlobalType, ImportType, MemoryType, RefType, TableType,
    ValType,
};
use crate::value::Value;

pub const CHECKS: &[NamedCheck] = &[
    ("the empty module compiles and instantiates", empty),
    ("bytes without a module's header are rejected", no_header),
    ("a malformed section is rejected", malformed_section),
    ("an invalid module is rejected", invalid),
    ("a module lists its imports in order", imports),
    ("the names of an import may be empty", empty_names),
    ("a module lists its exports in order", exports),
    ("compiled functions are counted", functions_compiled),
    ("an instance outlives its module's handle", dropped_module),
    ("a module of another engine is refused", foreign_module),
];

fn empty(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let module = live.compile(&Wasm::default())?;
    equal("imports", live.engine.imports(module)?, vec![])?;
    equal("exports", live.engine.exports(module)?, vec![])?;
    match live.session.instantiate(module, &[])? {
        Instantiated::Ready(_) => Ok(()),
        other => fail(format!("the empty module was not instantiated: {other}")),
    }
}

fn no_header(bench: &Bench<'_>) -> Result<(), Stop> {
    let cases: [(&str, &[u8]); 4] = [
        ("no bytes", b""),
        ("text", b"(module)"),
        ("half a header", b"\0asm\x01"),
        ("version 2", b"\0asm\x02\0\0\0"),
    ];
    cases.into_iter().try_for_each(|(what, bytes)| rejected(bench, what, bytes, Stage::Malformed))
}

fn malformed_section(bench: &Bench<'_>) -> Result<(), Stop> {
    let cases: [(&str, &[u8]); 3] = [
        ("a section longer than the module", b"\0asm\x01\0\0\0\x01\x7f\0"),
        ("an unknown section", b"\0asm\x01\0\0\0\x7f\x01\0"),
        ("bytes left over in a section", b"\0asm\x01\0\0\0\x01\x02\0\0"),
    ];
    cases.into_iter().try_for_each(|(what, bytes)| rejected(bench, what, bytes, Stage::Malformed))
}

fn invalid(bench: &Bench<'_>) -> Result<(), Stop> {
    let nothing_for_a_result = Wasm::default().ty(&[], &[I32]).func(0, &[]);
    let unknown_function = Wasm::default().ty(&[], &[]).func(0, &[0x10, 1]);
    rejected(bench, "no result", &nothing_for_a_result.bytes(), Stage::Invalid)?;
    rejected(bench, "call of function 1 of 1", &unknown_function.bytes(), Stage::Invalid)
}

fn rejected(bench: &Bench<'_>, what: &str, bytes: &[u8], expected: Stage) -> Result<(), Stop> {
    let Err(rejected) = bench.engine()?.compile(bytes)? else {
        return fail(format!("{what} was accepted"));
    };
    let claimed = bench.provider.capabilities().stages;
    if rejected.stage == Some(expected) || (!claimed && rejected.stage.is_none()) {
        return Ok(());
    }
    let stage = |stage| match stage {
        Some(Stage::Malformed) => "malformed",
        Some(Stage::Invalid) => "invalid",
        None => "rejected at no stage",
    };
    let (expected, got) = (stage(Some(expected)), stage(rejected.stage));
    fail(format!("{what}: expected: {expected}; got: {got}, \"{}\"", rejected.message))
}

fn imports(bench: &Bench<'_>) -> Result<(), Stop> {
    let wasm = Wasm::default()
        .ty(&[I32, F64], &[I64])
        .import_memory("z", "memory", 1)
        .import_func("a", "same", 0)
        .import_global("m", "", I64, false)
        .import_func("a", "same", 0)
        .import_table("b", "table", 2);
    let live = bench.open()?;
    let module = live.compile(&wasm)?;
    let import = |module: &str, name: &str, ty| ImportType {
        module: module.to_string(),
        name: name.to_string(),
        ty,
    };
    let func = ExternType::Func(FuncType::new([ValType::I32, ValType::F64], [ValType::I64]));
    let expected = vec![
        import("z", "memory", ExternType::Memory(MemoryType::new(1, None))),
        import("a", "same", func.clone()),
        import("m", "", ExternType::Global(GlobalType { content: ValType::I64, mutable: false })),
        import("a", "same", func),
        import("b", "table", ExternType::Table(table(2, None))),
    ];
    equal("imports", live.engine.imports(module)?, expected)
}

fn empty_names(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let func = live.session.host_func(&FuncType::default(), HostAction::Return(vec![]))?;
    let wasm = Wasm::default().ty(&[], &[]).import_func("", "", 0);
    live.instantiate(&wasm, &[Extern::Func(func)]).map(|_| ())
}

fn exports(bench: &Bench<'_>) -> Result<(), Stop> {
    let wasm = Wasm::default()
        .ty(&[], &[])
        .func(0, &[])
        .table(1, Some(2))
        .memory(3, Some(4))
        .global(I32, false, &i32_const(5))
        .export("z", TABLE, 0)
        .export("a", FUNC, 0)
        .export("m", GLOBAL, 0)
        .export("", MEMORY, 0)
        .export("b", FUNC, 0);
    let live = bench.open()?;
    let module = live.compile(&wasm)?;
    let export = |name: &str, ty| ExportType { name: name.to_string(), ty };
    let expected = vec![
        export("z", ExternType::Table(table(1, Some(2)))),
        export("a", ExternType::Func(FuncType::default())),
        export("m", ExternType::Global(GlobalType { content: ValType::I32, mutable: false })),
        export("", ExternType::Memory(MemoryType::new(3, Some(4)))),
        export("b", ExternType::Func(FuncType::default())),
    ];
    equal("exports", live.engine.exports(module)?, expected)
}

fn table(minimum: u64, maximum: Option<u64>) -> TableType {
    TableType { element: RefType::FUNC, minimum, maximum, table64: false }
}

fn functions_compiled(bench: &Bench<'_>) -> Result<(), Stop> {
    let live = bench.open()?;
    let before = live.engine.cache_stats()?.functions_compiled;
    let wasm = Wasm::default().ty(&[], &[]).func(0, &[]).func(0, &[0x01]).func(0, &[0x00]);
    let module = live.compile(&wasm)?;
    let after = live.engine.cache_stats()?.functions_compiled;
    if after < before + 3 {
        return fail(format!("counted {} functions of a module with 3", after - before));
    }
    equal("provenance", live.engine.provenance(module)?, Provenance::Fresh)
}

fn dropped_module(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let module = live.compile(&answer())?;
    let Instantiated::Ready(instance) = live.session.instantiate(module, &[])? else {
        return fail("the module was not instantiated");
    };
    live.engine.drop_module(module)?;
    live.returns(instance, "answer", &[], &[Value::I32(42)])?;
    dropped("a dropped module", live.session.instantiate(module, &[]))
}

fn foreign_module(bench: &Bench<'_>) -> Result<(), Stop> {
    refuses_modules(&mut bench.open()?, &mut bench.open()?)
}

/// Checks that an engine refuses the modules of another, which still accepts them.
pub fn refuses_modules(ours: &mut Live, theirs: &mut Live) -> Result<(), Stop> {
    ours.compile(&Wasm::default())?;
    let module = theirs.compile(&Wasm::default())?;
    foreign("imports of a foreign module", ours.engine.imports(module))?;
    foreign("exports of a foreign module", ours.engine.exports(module))?;
    foreign("provenance of a foreign module", ours.engine.provenance(module))?;
    foreign("an instance of a foreign module", ours.session.instantiate(module, &[]))?;
    foreign("dropping a foreign module", ours.engine.drop_module(module))?;
    match theirs.session.instantiate(module, &[])? {
        Instantiated::Ready(_) => Ok(()),
        other => fail(format!("after that, its own engine did not accept it: {other}")),
    }
}

/// A module whose `answer` returns 42.
pub fn answer() -> Wasm {
    Wasm::default().ty(&[], &[I32]).func(0, &i32_const(42)).export("answer", FUNC, 0)
}
