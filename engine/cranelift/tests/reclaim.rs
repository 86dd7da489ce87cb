//! Memory is freed: a hundred thousand rounds of instantiating, running and dropping leave the
//! process as large as it was. It is one test, since it measures the whole process.

#[path = "support/process.rs"]
mod process;

use process::stays;
use std::sync::Arc;
use wassay_engine::*;

/// Stores functions of other modules in a table, and calls them.
const KEEPER: &str = r#"(module
    (type $f (func (result i32)))
    (table (export "table") 4 4 funcref)
    (func (export "call") (param i32) (result i32)
        (call_indirect (type $f) (local.get 0))))"#;

/// Writes a function into the keeper's table; the function needs the instance's memory and its
/// import.
const GUEST: &str = r#"(module
    (type $f (func (result i32)))
    (import "keeper" "table" (table 4 4 funcref))
    (import "host" "number" (func $number (result i32)))
    (import "host" "at" (global $at i32))
    (memory 1 2)
    (global (export "value") (mut externref) (ref.null extern))
    (func $work (export "work") (type $f)
        (i32.add (i32.load (i32.const 65532)) (call $number)))
    (func $start (i32.store (i32.const 65532) (i32.const 1000000)))
    (start $start)
    (elem (table 0) (global.get $at) func $work)
    (func (export "own") (result funcref) (ref.func $work)))"#;

/// Takes a host value and does not keep it.
const TAKER: &str = r#"(module (func (export "take") (param externref)))"#;

/// Fails and leaves only garbage behind.
const FAILS: &str = r#"(module (memory 1) (func $start unreachable) (start $start))"#;

fn compile(engine: &dyn Engine, text: &str) -> Module {
    engine.compile(&wat::parse_str(text).unwrap()).unwrap().unwrap()
}

fn ready(instantiated: Instantiated) -> Instance {
    match instantiated {
        Instantiated::Ready(instance) => instance,
        other => panic!("{other:?}"),
    }
}

fn number(outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Returned(values) if matches!(values[..], [Value::I32(_)]) => match values[0] {
            Value::I32(number) => number,
            _ => unreachable!("just matched"),
        },
        other => panic!("{other:?}"),
    }
}

/// A session with a keeper.
struct World {
    session: Box<dyn Session>,
    guest: Module,
    fails: Module,
    table: Table,
    call: Func,
}

impl World {
    fn new(engine: &dyn Engine) -> World {
        let mut session = engine.session().unwrap();
        let module = compile(engine, KEEPER);
        let keeper = ready(session.instantiate(module, &[]).unwrap());
        engine.drop_module(module).unwrap();
        let mut export = |name| session.export(keeper, name).unwrap().unwrap();
        let (Extern::Table(table), Extern::Func(call)) = (export("table"), export("call")) else {
            panic!("exports of other kinds")
        };
        session.drop_instance(keeper).unwrap();
        World { session, guest: compile(engine, GUEST), fails: compile(engine, FAILS), table, call }
    }

    /// Creates a guest, uses it in every way, and drops every handle.
    fn round(&mut self, round: u32) {
        let session = &mut self.session;
        let ty = FuncType::new([], [ValType::I32]);
        let host = session.host_func(&ty, HostAction::Return(vec![Value::I32(round)])).unwrap();
        let at = GlobalType { content: ValType::I32, mutable: false };
        let at = session.global_new(at, Value::I32(round % 4)).unwrap();
        let imports = [Extern::Table(self.table), Extern::Func(host), Extern::Global(at)];
        let guest = ready(session.instantiate(self.guest, &imports).unwrap());
        session.drop_extern(imports[1]).unwrap();
        session.drop_extern(imports[2]).unwrap();

        let work = session.export(guest, "work").unwrap().unwrap();
        let Extern::Func(func) = work else { panic!("{work:?}") };
        assert_eq!(number(session.call(func, &[]).unwrap()), 1_000_000 + round);
        session.drop_extern(work).unwrap();

        let value = session.export(guest, "value").unwrap().unwrap();
        let Extern::Global(global) = value else { panic!("{value:?}") };
        session.global_set(global, Value::Ref(Ref::Extern(round))).unwrap();
        session.drop_extern(value).unwrap();

        let own = session.export(guest, "own").unwrap().unwrap();
        let Extern::Func(func) = own else { panic!("{own:?}") };
        let Outcome::Returned(values) = session.call(func, &[]).unwrap() else { panic!("own") };
        let [Value::Ref(reference)] = values[..] else { panic!("{values:?}") };
        session.drop_extern(own).unwrap();
        session.drop_instance(guest).unwrap();
        session.drop_ref(reference).unwrap();

        // Only the table reaches the last four guests, and they work.
        for back in 0..4.min(round + 1) {
            let slot = Value::I32((round - back) % 4);
            let called = session.call(self.call, &[slot]).unwrap();
            assert_eq!(number(called), 1_000_000 + round - back);
        }
        let failed = session.instantiate(self.fails, &[]).unwrap();
        assert!(matches!(failed, Instantiated::Failed(_)), "{failed:?}");
        session.take_host_calls().unwrap();
    }
}

#[test]
fn resources_of_the_process_stay_constant() {
    let provider = wassay_cranelift::provider();
    for (bounds, rounds) in [(Bounds::Guard, 100_000), (Bounds::Explicit, 30_000)] {
        let config = Config { bounds, ..Config::new(provider.features()) };
        let engine: Arc<dyn Engine> = provider.start(&config).unwrap();
        let world = std::cell::RefCell::new(World::new(&*engine));
        let round = |at| world.borrow_mut().round(at);
        stays("instances", rounds, round, || world.borrow_mut().session.collect().unwrap());

        let mut session = engine.session().unwrap();
        let taker = ready(session.instantiate(compile(&*engine, TAKER), &[]).unwrap());
        let Some(Extern::Func(take)) = session.export(taker, "take").unwrap() else {
            panic!("no function")
        };
        // Drops no handle and requests no collection.
        let value = |at| {
            let ended = session.call(take, &[Value::Ref(Ref::Extern(at))]).unwrap();
            assert_eq!(ended, Outcome::Returned(vec![]));
        };
        stays("host values", 300_000, value, || {});

        // Drops no handle except that of the session.
        let session = |_| {
            let mut world = World::new(&*engine);
            let ty = MemoryType { shared: true, ..MemoryType::new(1, Some(2)) };
            let memory = world.session.memory_new(ty).unwrap();
            let shared = world.session.share_memory(memory).unwrap();
            world.session.adopt_memory(shared).unwrap();
            engine.drop_module(world.guest).unwrap();
            engine.drop_module(world.fails).unwrap();
        };
        stays("sessions and modules", 300, session, || {});
    }
}
