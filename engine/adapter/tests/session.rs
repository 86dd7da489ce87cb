//! Tests sessions of an adapter whose engine misbehaves: the adapter passes the engine's answers on
//! unchanged, and checks handles and types.

mod toy;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use toy::{FUNCS_ALIVE, LOG, Log, Toy};
use wassay_adapter::{Adapter, Plain};
use wassay_engine::*;

/// A module that imports these, all called `"m" "f"`: 0 is a function, 2 a memory, 3 a global.
fn importing(kinds: &[u8]) -> Vec<u8> {
    let mut wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
    let imports: Vec<u8> = kinds
        .iter()
        .flat_map(|kind| {
            let ty: &[u8] = match kind {
                0 => &[0],
                2 => &[0, 1],
                _ => &[0x7f, 0],
            };
            [&b"\x01m\x01f"[..], &[*kind], ty].concat()
        })
        .collect();
    wasm.extend([2, imports.len() as u8 + 1, kinds.len() as u8]);
    wasm.extend(imports);
    wasm
}

struct Live {
    engine: Arc<dyn Engine>,
    session: Box<dyn Session>,
    log: Log,
    /// One test at a time, because the toy counts its functions.
    _alone: MutexGuard<'static, ()>,
}

fn open() -> Live {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let log = Log::default();
    LOG.set(log.clone());
    let engine = Adapter::<Toy>::threaded().start(&Config::new(Toy::FEATURES)).unwrap();
    let session = engine.session().unwrap();
    Live { engine, session, log, _alone: alone }
}

impl Live {
    fn instantiate(&mut self, kinds: &[u8], imports: &[Extern]) -> Result<Instantiated, Fault> {
        let module = self.engine.compile(&importing(kinds)).unwrap().unwrap();
        self.session.instantiate(module, imports)
    }

    fn ready(&mut self, imports: &[Func]) -> Instance {
        let kinds = vec![0; imports.len()];
        let imports: Vec<_> = imports.iter().map(|func| Extern::Func(*func)).collect();
        match self.instantiate(&kinds, &imports).unwrap() {
            Instantiated::Ready(instance) => instance,
            other => panic!("{other:?}"),
        }
    }

    fn func(&mut self, instance: Instance, name: &str) -> Func {
        match self.session.export(instance, name).unwrap() {
            Some(Extern::Func(func)) => func,
            other => panic!("{name}: {other:?}"),
        }
    }

    /// A host function without parameters and results.
    fn host(&mut self, action: HostAction) -> Func {
        self.session.host_func(&FuncType::default(), action).unwrap()
    }

    fn call(&mut self, func: Func) -> Result<Outcome, Fault> {
        self.session.call(func, &[])
    }
}

#[track_caller]
fn misuse<T: std::fmt::Debug>(result: Result<T, Fault>) {
    assert!(matches!(result, Err(Fault::Misuse(_))), "{result:?}");
}

#[track_caller]
fn foreign<T: std::fmt::Debug>(result: Result<T, Fault>) {
    assert!(matches!(result, Err(Fault::Foreign(_))), "{result:?}");
}

#[track_caller]
fn dropped<T: std::fmt::Debug>(result: Result<T, Fault>) {
    assert!(matches!(result, Err(Fault::Dropped(_))), "{result:?}");
}

#[track_caller]
fn broken<T: std::fmt::Debug>(result: Result<T, Fault>) {
    assert!(matches!(result, Err(Fault::Internal(_))), "{result:?}");
}

fn trapped(kind: TrapKind, message: &str) -> Result<Outcome, Fault> {
    Ok(Outcome::Trapped(Trap { message: message.to_string(), ..Trap::new(kind) }))
}

#[test]
fn arguments_and_initial_values_are_checked() {
    let mut live = open();
    let instance = live.ready(&[]);
    let seven = live.func(instance, "seven");
    assert_eq!(live.call(seven), Ok(Outcome::Returned(vec![Value::I32(7)])));
    let session = &mut live.session;
    misuse(session.call(seven, &[Value::I32(1)]));
    let ty = GlobalType { content: ValType::I32, mutable: false };
    misuse(session.global_new(ty, Value::I64(1)));
    let global = session.global_new(ty, Value::I32(1)).unwrap();
    misuse(session.global_set(global, Value::I32(2)));
    let mutable = session.global_new(GlobalType { mutable: true, ..ty }, Value::I32(1)).unwrap();
    misuse(session.global_set(mutable, Value::Ref(Ref::Null(Hierarchy::Func))));
    session.global_set(mutable, Value::I32(2)).unwrap();
    let exnref = RefType { nullable: true, heap: HeapType::Exn };
    let lacking = GlobalType { content: ValType::Ref(exnref), mutable: false };
    misuse(session.global_new(lacking, Value::Ref(Ref::Null(Hierarchy::Exn))));
    misuse(session.memory_new(MemoryType::new(65537, None)));
    let tag = session.tag_new(&FuncType::new([ValType::I32], [])).unwrap();
    let nothing = FuncType::default();
    misuse(session.host_func(&nothing, HostAction::Throw(tag, vec![Value::I64(1)])));
    misuse(session.tag_new(&FuncType::new([], [ValType::I32])));
}

#[test]
fn values_of_other_types_are_the_engines_fault() {
    let mut live = open();
    let instance = live.ready(&[]);
    for name in ["wrong type", "throws wrong"] {
        let func = live.func(instance, name);
        broken(live.call(func));
    }
    let ty = GlobalType { content: ValType::F32, mutable: false };
    let global = live.session.global_new(ty, Value::F32(0)).unwrap();
    broken(live.session.global_get(global));
    let ty = TableType { element: RefType::FUNC, minimum: 1, maximum: None, table64: false };
    let table = live.session.table_new(ty, Ref::Null(Hierarchy::Func)).unwrap();
    broken(live.session.table_get(table, 0));
}

#[test]
fn accesses_outside_the_reported_size_do_not_reach_the_engine() {
    let mut live = open();
    let session = &mut live.session;
    let ty = TableType { element: RefType::EXTERN, minimum: 5, maximum: None, table64: false };
    let null = Ref::Null(Hierarchy::Extern);
    let table = session.table_new(ty, null).unwrap();
    assert_eq!(session.table_size(table), Ok(1));
    let actual = ExternType::Table(TableType { minimum: 1, ..ty });
    assert_eq!(session.extern_type(Extern::Table(table)), Ok(actual));
    assert_eq!(session.table_get(table, 0), Ok(Some(Ref::Extern(1))));
    assert_eq!(session.table_get(table, 1), Ok(None));
    assert_eq!(session.table_set(table, 1, null), Ok(false));
    let memory = session.memory_new(MemoryType::new(1, None)).unwrap();
    assert_eq!(session.memory_size(memory), Ok(2));
    let actual = ExternType::Memory(MemoryType::new(2, None));
    assert_eq!(session.extern_type(Extern::Memory(memory)), Ok(actual));
    for (at, is_inside) in [(2 * 65536 - 3, false), (u64::MAX, false), (65536 - 4, true)] {
        assert_eq!(session.memory_write(memory, at, &[1; 4]), Ok(is_inside));
        let mut bytes = [0; 4];
        assert_eq!(session.memory_read(memory, at, &mut bytes), Ok(is_inside));
        assert_eq!(bytes, [u8::from(is_inside); 4]);
    }
    // In bounds by the size that the engine reports, but not among the bytes that it returns.
    for at in [65536 - 3, 2 * 65536 - 4] {
        broken(session.memory_read(memory, at, &mut [0; 4]));
        broken(session.memory_write(memory, at, &[1; 4]));
    }
}

#[test]
fn equal_numbers_are_the_same_host_value() {
    let mut live = open();
    let ty = FuncType::new([ValType::EXTERNREF, ValType::EXTERNREF], []);
    let host = live.session.host_func(&ty, HostAction::Return(vec![])).unwrap();
    let value = |number| Value::Ref(Ref::Extern(number));
    for pair in [[value(3), value(3)], [value(3), value(4)]] {
        assert_eq!(live.session.call(host, &pair), Ok(Outcome::Returned(vec![])));
    }
    let made = live.log.lock().unwrap().iter().filter(|what| **what == "host value").count();
    assert_eq!(made, 2);
    let calls = live.session.take_host_calls().unwrap().calls;
    let args: Vec<_> = calls.into_iter().map(|call| call.args).collect();
    assert_eq!(args, [[value(3), value(3)], [value(3), value(4)]]);
    for (a, b) in [(3, 3), (3, 4)] {
        assert_eq!(live.session.same(Ref::Extern(a), Ref::Extern(b)), Ok(a == b));
    }
}

#[test]
fn a_host_value_without_its_number_is_the_engines_fault() {
    let mut live = open();
    let ty = FuncType::new([ValType::EXTERNREF], []);
    let host = live.session.host_func(&ty, HostAction::Return(vec![])).unwrap();
    live.session.call(host, &[Value::Ref(Ref::Extern(13))]).unwrap();
    broken(live.session.take_host_calls());
}

#[test]
fn a_handle_is_dropped_once() {
    let mut live = open();
    let instance = live.ready(&[]);
    let first = live.func(instance, "seven");
    let second = live.func(instance, "seven");
    let made = live.func(instance, "struct");
    let session = &mut live.session;
    session.drop_extern(Extern::Func(first)).unwrap();
    dropped(session.call(first, &[]));
    assert!(session.call(second, &[]).is_ok());
    assert_eq!(session.same(Ref::Func(second), Ref::Func(second)), Ok(true));
    dropped(session.same(Ref::Func(second), Ref::Func(first)));
    let mut object = || match session.call(made, &[]).unwrap() {
        Outcome::Returned(values) => match values[..] {
            [Value::Ref(reference @ Ref::Struct(_))] => reference,
            _ => panic!("{values:?}"),
        },
        other => panic!("{other:?}"),
    };
    let (one, two) = (object(), object());
    assert_eq!(session.same(one, two), Ok(false));
    assert_eq!(session.same(one, one), Ok(true));
    session.drop_ref(one).unwrap();
    dropped(session.drop_ref(one));
    dropped(session.same(one, two));
    session.drop_instance(instance).unwrap();
    dropped(session.export(instance, "seven"));
    dropped(session.drop_instance(instance));
    let mut other = live.engine.session().unwrap();
    foreign(other.call(second, &[]));
    foreign(other.drop_ref(two));
    let module = live.engine.compile(&importing(&[])).unwrap().unwrap();
    live.engine.drop_module(module).unwrap();
    dropped(live.session.instantiate(module, &[]));
    dropped(live.engine.drop_module(module));
}

#[test]
fn the_engine_judges_imports_and_modules() {
    let mut live = open();
    let memory = live.session.memory_new(MemoryType::new(1, None)).unwrap();
    let taken = live.instantiate(&[0], &[Extern::Memory(memory)]);
    assert!(matches!(taken, Ok(Instantiated::Ready(_))), "{taken:?}");
    let Ok(Instantiated::Unlinkable(error)) = live.instantiate(&[0], &[]) else {
        panic!("a module without its import");
    };
    assert_eq!(error.kind, LinkErrorKind::UnknownImport);
    let ty = GlobalType { content: ValType::I32, mutable: false };
    let global = Extern::Global(live.session.global_new(ty, Value::I32(1)).unwrap());
    // The engine blames an import by its names, which several imports may have.
    for (kinds, import) in [(&[3][..], Some(0)), (&[3, 3], None)] {
        let refused = live.instantiate(kinds, &vec![global; kinds.len()]);
        let Ok(Instantiated::Unlinkable(error)) = refused else { panic!("{refused:?}") };
        let incompatible = (LinkErrorKind::IncompatibleImport, import);
        assert_eq!((error.kind, error.import), incompatible, "{kinds:?}");
        assert_eq!(error.message, "the toy takes no globals");
    }
    let nonsense = live.engine.compile(b"nonsense").unwrap().unwrap();
    let asked = live.engine.imports(nonsense);
    assert!(matches!(asked, Err(Fault::Unsupported(_))), "{asked:?}");
}

#[test]
fn an_engine_by_name_rejects_different_imports_of_one_name() {
    let mut live = open();
    let one = live.host(HostAction::Return(vec![]));
    let two = live.host(HostAction::Return(vec![]));
    live.ready(&[one, one]);
    let memory = Extern::Memory(live.session.memory_new(MemoryType::new(1, None)).unwrap());
    for (kinds, second) in [([0, 0], Extern::Func(two)), ([0, 2], memory)] {
        let differ = live.instantiate(&kinds, &[Extern::Func(one), second]);
        assert!(matches!(differ, Err(Fault::Unsupported(_))), "{differ:?}");
    }
}

#[test]
fn the_end_of_a_host_function_is_reported_for_any_engine_error() {
    let mut live = open();
    let trap = live.host(HostAction::Trap("no entry".to_string()));
    let outer = live.host(HostAction::Call(trap));
    for func in [trap, outer] {
        assert_eq!(live.call(func), trapped(TrapKind::Host, "no entry"));
    }
    let ty = FuncType::new([ValType::I32], []);
    let tag = live.session.tag_new(&ty).unwrap();
    let throws = live.host(HostAction::Throw(tag, vec![Value::I32(3)]));
    match live.call(throws) {
        Ok(Outcome::Threw(thrown)) => assert_eq!(thrown.values, [Value::I32(3)]),
        other => panic!("{other:?}"),
    }
    let nothing = live.host(HostAction::Return(vec![]));
    assert_eq!(live.call(nothing), Ok(Outcome::Returned(vec![])));
    let calls = live.session.take_host_calls().unwrap();
    let seen: Vec<_> = calls.calls.iter().map(|call| call.func).collect();
    assert_eq!((seen, calls.lost), (vec![trap, outer, trap, throws, nothing], 0));
}

#[test]
fn the_engines_end_after_a_host_function_is_reported() {
    let mut live = open();
    let trap = live.host(HostAction::Trap("no entry".to_string()));
    let instance = live.ready(&[trap]);
    for _ in 0..2 {
        let divides = live.func(instance, "divides 0");
        let message = TrapKind::IntegerDivideByZero.message();
        assert_eq!(live.call(divides), trapped(TrapKind::IntegerDivideByZero, message));
        let breaks = live.func(instance, "breaks 0");
        assert_eq!(live.call(breaks), Err(Fault::internal("the engine broke")));
        let returns = live.func(instance, "returns 0");
        assert_eq!(live.call(returns), Ok(Outcome::Returned(vec![])));
        let wrong = live.func(instance, "wrong type");
        broken(live.call(wrong));
    }
}

#[test]
fn a_fault_in_a_host_function_is_always_reported() {
    let mut live = open();
    let ty = FuncType::new([ValType::I32], []);
    let host = live.session.host_func(&ty, HostAction::Return(vec![])).unwrap();
    let instance = live.ready(&[host]);
    // The function calls the host without its argument, and ignores the error.
    let returns = live.func(instance, "returns 0");
    broken(live.call(returns));
}

#[test]
fn callback_depth_is_bounded() {
    let mut live = open();
    let nothing = live.host(HostAction::Return(vec![]));
    let mut deep = nothing;
    for _ in 0..100 {
        deep = live.host(HostAction::Call(deep));
    }
    let too_deep = live.host(HostAction::Call(deep));
    let exhausted = live.call(too_deep);
    assert!(matches!(exhausted, Ok(Outcome::Exhausted(_))), "{exhausted:?}");
}

#[test]
fn a_dropped_session_frees_its_handles_then_its_store_then_the_engine() {
    let mut live = open();
    let before = FUNCS_ALIVE.load(Ordering::SeqCst);
    let back = live.host(HostAction::Return(vec![]));
    let kept = live.host(HostAction::Call(back));
    live.call(kept).unwrap();
    // Dropping the function drops the depth inside it.
    live.session.drop_extern(Extern::Func(kept)).unwrap();
    live.ready(&[back]);
    let Live { engine, session, log, _alone } = live;
    drop(engine);
    drop(session);
    assert_eq!(FUNCS_ALIVE.load(Ordering::SeqCst), before);
    let dropped = log.lock().unwrap();
    let (ends, functions) = dropped.split_at(dropped.len() - 2);
    assert_eq!(functions, ["store", "engine"]);
    assert!(!ends.is_empty() && ends.iter().all(|end| *end == "function"), "{ends:?}");
}

#[test]
fn a_panic_on_the_sessions_thread_reaches_the_caller() {
    let mut live = open();
    let instance = live.ready(&[]);
    let panics = live.func(instance, "panics");
    let message = |live: &mut Live| {
        let payload = catch_unwind(AssertUnwindSafe(|| live.call(panics))).unwrap_err();
        payload
            .downcast::<String>()
            .map(|text| *text)
            .or_else(|payload| payload.downcast::<&str>().map(|text| text.to_string()))
    };
    assert_eq!(message(&mut live).unwrap(), "the toy panics");
    assert_eq!(message(&mut live).unwrap(), "a session is used after its engine panicked");
}

#[test]
fn a_panic_while_the_store_is_dropped_reaches_the_caller() {
    let live = open();
    live.log.lock().unwrap().push("panic in drop");
    let session = live.session;
    assert!(catch_unwind(AssertUnwindSafe(|| drop(session))).is_err());
}
