//! Checks of several sessions: foreign handles, threads, shared memories, collections.

use super::NamedCheck;
use super::bench::{Bench, Live, Stop, claimed, equal, equal_text, fail, foreign, refused};
use super::modules::answer;
use super::wasm::{GLOBAL, I32, Wasm, i32_const};
use crate::features::Feature;
use crate::handle::{Extern, Func, Global, Instance, Memory, Table};
use crate::host::HostAction;
use crate::types::{FuncType, GlobalType, MemoryType, RefType, TableType, ValType};
use crate::value::{Hierarchy, Ref, Value};

pub const CHECKS: &[NamedCheck] = &[
    ("handles of another session are refused", foreign_handles),
    ("sessions do not see each other", independent),
    ("a session can move to another thread", another_thread),
    ("an engine can be used by several threads", several_threads),
    ("a shared memory is seen by the session that adopts it", shared_memory),
    ("a collection can be forced", collection),
];

fn foreign_handles(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut ours = bench.open()?;
    let mut theirs = Live::on(ours.engine.clone())?;
    refuses_handles(&mut ours, &mut theirs)
}

/// Checks that a session refuses the handles of another, which still accepts them.
pub fn refuses_handles(ours: &mut Live, theirs: &mut Live) -> Result<(), Stop> {
    // Both sessions hold the same things, so that only the owner distinguishes their handles.
    let Things { table: own_table, .. } = things(ours)?;
    let Things { instance, func, global, table, memory } = things(theirs)?;
    let null = Ref::Null(Hierarchy::Func);
    let ty = FuncType::new([], [ValType::I32]);
    let importer = |wasm: Wasm| ours.compile(&wasm);
    let imports = [
        (importer(Wasm::default().ty(&[], &[I32]).import_func("m", "f", 0))?, Extern::Func(func)),
        (importer(Wasm::default().import_table("m", "t", 1))?, Extern::Table(table)),
        (importer(Wasm::default().import_memory("m", "m", 1))?, Extern::Memory(memory)),
        (importer(Wasm::default().import_global("m", "g", I32, false))?, Extern::Global(global)),
    ];
    let session = &mut ours.session;
    for (importer, item) in imports {
        let what = format!("importing a {}", item.kind());
        foreign(&what, session.instantiate(importer, &[item]))?;
        foreign(&format!("the type of a {}", item.kind()), session.extern_type(item))?;
    }
    foreign("a call", session.call(func, &[]))?;
    foreign("a call with an argument too many", session.call(func, &[Value::I32(1)]))?;
    foreign("an export", session.export(instance, "answer"))?;
    foreign("dropping an instance", session.drop_instance(instance))?;
    foreign("a call back", session.host_func(&ty, HostAction::Call(func)))?;
    foreign("reading a global", session.global_get(global))?;
    foreign("a table's size", session.table_size(table))?;
    foreign("reading a table", session.table_get(table, 0))?;
    foreign("writing a table", session.table_set(table, 0, null))?;
    foreign("a function in a table", session.table_set(own_table, 0, Ref::Func(func)))?;
    foreign("growing a table", session.table_grow(table, 1, null))?;
    foreign("a memory's size", session.memory_size(memory))?;
    foreign("reading a memory", session.memory_read(memory, 0, &mut [0]))?;
    foreign("writing a memory", session.memory_write(memory, 0, &[1]))?;
    foreign("growing a memory", session.memory_grow(memory, 1))?;
    foreign("comparing a function", session.same(Ref::Func(func), null))?;
    theirs.returns(instance, "answer", &[], &[Value::I32(42)])
}

/// One of each kind.
struct Things {
    instance: Instance,
    func: Func,
    global: Global,
    table: Table,
    memory: Memory,
}

fn things(live: &mut Live) -> Result<Things, Stop> {
    let instance = live.instantiate(&answer(), &[])?;
    let func = live.func(instance, "answer")?;
    let session = &mut live.session;
    let global = GlobalType { content: ValType::I32, mutable: false };
    let global = session.global_new(global, Value::I32(1))?;
    let ty = TableType { element: RefType::FUNC, minimum: 1, maximum: None, table64: false };
    let table = session.table_new(ty, Ref::Null(Hierarchy::Func))?;
    let memory = session.memory_new(MemoryType::new(1, None))?;
    Ok(Things { instance, func, global, table, memory })
}

fn independent(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::MutableGlobal)?;
    let mut one = bench.open()?;
    let mut two = Live::on(one.engine.clone())?;
    let wasm = Wasm::default().global(I32, true, &i32_const(1)).export("g", GLOBAL, 0);
    let (in_one, in_two) = (one.instantiate(&wasm, &[])?, two.instantiate(&wasm, &[])?);
    let (in_one, in_two) = (one.global(in_one, "g")?, two.global(in_two, "g")?);
    one.session.global_set(in_one, Value::I32(5))?;
    equal_text("the other session", two.session.global_get(in_two)?, Value::I32(1))?;
    drop(one);
    equal_text("after the first is gone", two.session.global_get(in_two)?, Value::I32(1))
}

fn another_thread(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let instance = live.instantiate(&answer(), &[])?;
    live.returns(instance, "answer", &[], &[Value::I32(42)])?;
    let elsewhere = std::thread::spawn(move || {
        let result = live.returns(instance, "answer", &[], &[Value::I32(42)]);
        (live, result)
    });
    match elsewhere.join() {
        Ok((mut live, result)) => {
            result?;
            live.returns(instance, "answer", &[], &[Value::I32(42)])
        }
        Err(_) => fail("the thread panicked"),
    }
}

fn several_threads(bench: &Bench<'_>) -> Result<(), Stop> {
    let engine = bench.engine()?;
    let run = || {
        for _ in 0..20 {
            let mut live = Live::on(engine.clone())?;
            let instance = live.instantiate(&answer(), &[])?;
            live.returns(instance, "answer", &[], &[Value::I32(42)])?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| fail("a thread panicked")))
    })
}

fn shared_memory(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims(|can| can.threads, "sharing of memories")?;
    let mut one = bench.open()?;
    let mut two = Live::on(one.engine.clone())?;
    let ty = MemoryType { shared: true, ..MemoryType::new(1, Some(2)) };
    let memory = claimed("sharing of memories", one.session.memory_new(ty))?;
    let shared = claimed("sharing of memories", one.session.share_memory(memory))?;
    let adopted = claimed("sharing of memories", two.session.adopt_memory(shared))?;
    one.session.memory_write(memory, 10, b"seen")?;
    let mut bytes = [0; 4];
    two.session.memory_read(adopted, 10, &mut bytes)?;
    equal("bytes", &bytes, b"seen")?;
    equal("grow", two.session.memory_grow(adopted, 1)?, Some(1))?;
    equal("size in the first session", one.session.memory_size(memory)?, 2)?;
    drop(one);
    two.session.memory_read(adopted, 10, &mut bytes)?;
    equal("bytes after the first session is gone", &bytes, b"seen")?;
    let mut stranger = bench.open()?;
    foreign("adopting another engine's memory", stranger.session.adopt_memory(shared))?;
    let plain = two.session.memory_new(MemoryType::new(1, Some(2)))?;
    refused("sharing a memory that is not shared", two.session.share_memory(plain))
}

fn collection(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims(|can| can.collect, "forced collection")?;
    let mut live = bench.open()?;
    let instance = live.instantiate(&answer(), &[])?;
    claimed("forced collection", live.session.collect())?;
    live.returns(instance, "answer", &[], &[Value::I32(42)])
}
