//! The adapter around a toy engine that runs no wasm and does what it should not: whatever the
//! engine does, the session keeps the contract. The toy's handles are `Rc`, so each session has a
//! thread.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use wassay_adapter::{Adapter, Deed, Host, Imports, Item, Plain, Stop, Val};
use wassay_engine::*;

/// A store of the toy. Every instance exports the functions of `FUNCS`.
struct Toy;

type ToyFunc = Rc<Body>;

enum Body {
    /// A function of `FUNCS`, by its name.
    Named(&'static str),
    Host(FuncType, Host<Toy>),
}

const FUNCS: [&str; 3] = ["seven", "wrong type", "panics"];

impl Plain for Toy {
    type Engine = ();
    type Module = Arc<[u8]>;
    type Instance = Rc<Vec<ToyFunc>>;
    type Func = ToyFunc;
    type Table = Infallible;
    type Memory = Infallible;
    type Global = Rc<GlobalType>;
    type Tag = Infallible;
    type Object = Infallible;

    const FEATURES: Features = Features::WASM2;

    fn identity() -> Result<Identity, Fault> {
        Ok(Identity::here("toy", "1"))
    }

    fn start(_: &Config) -> Result<(), Fault> {
        Ok(())
    }

    fn compile((): &(), wasm: &[u8]) -> Result<Result<Arc<[u8]>, Rejected>, Fault> {
        Ok(Ok(wasm.into()))
    }

    fn imports(_: &Arc<[u8]>) -> Result<Vec<ImportType>, Fault> {
        Ok(vec![])
    }

    fn open((): &()) -> Result<Toy, Fault> {
        Ok(Toy)
    }

    /// By name: wrong for two imports of one name that differ.
    fn instantiate(
        &mut self,
        _: &Arc<[u8]>,
        imports: &Imports<'_, Self>,
    ) -> Result<Rc<Vec<ToyFunc>>, Stop<Self>> {
        let named = imports.by_name(|a, b| self.same_item(a, b))?;
        let mut funcs: Vec<_> = FUNCS.iter().map(|name| Rc::new(Body::Named(name))).collect();
        for import in named {
            if let Item::Func(func) = &import.item {
                funcs.push(func.clone());
            }
        }
        Ok(Rc::new(funcs))
    }

    /// The imports, after the functions of the toy, are exported as `0`, `1` and so on.
    fn export(
        &mut self,
        instance: &Rc<Vec<ToyFunc>>,
        name: &str,
    ) -> Result<Option<Item<Self>>, Fault> {
        let named = FUNCS.iter().position(|func| *func == name);
        let index = named.or_else(|| name.parse::<usize>().ok().map(|import| import + FUNCS.len()));
        Ok(index.and_then(|index| instance.get(index).cloned()).map(Item::Func))
    }

    fn call(&mut self, func: &ToyFunc, args: &[Val<Self>]) -> Result<Vec<Val<Self>>, Stop<Self>> {
        let host = match &**func {
            Body::Named("seven") => return Ok(vec![Val::I32(7)]),
            Body::Named("wrong type") => return Ok(vec![Val::I64(7)]),
            Body::Named(name) => panic!("the toy {name}"),
            Body::Host(_, host) => host,
        };
        match host.called(args.to_vec()) {
            Deed::Return(values) => Ok(values),
            // The toy knows one error only.
            Deed::Trap(_) => Err(Stop::Trapped(Trap::new(TrapKind::Unreachable))),
            Deed::Throw(never, _) => match never {},
            Deed::Call(callee, _depth) => self.call(&callee, args),
        }
    }

    fn item_type(&mut self, item: &Item<Self>) -> Result<ExternType, Fault> {
        match item {
            Item::Func(func) => Ok(ExternType::Func(match &**func {
                Body::Named(_) => FuncType::new([], [ValType::I32]),
                Body::Host(ty, _) => ty.clone(),
            })),
            Item::Global(ty) => Ok(ExternType::Global(**ty)),
            Item::Table(never) | Item::Memory(never) | Item::Tag(never) => match *never {},
        }
    }

    fn host_func(&mut self, ty: &FuncType, host: Host<Self>) -> Result<ToyFunc, Fault> {
        Ok(Rc::new(Body::Host(ty.clone(), host)))
    }

    fn same_item(&mut self, a: &Item<Self>, b: &Item<Self>) -> Result<bool, Fault> {
        match (a, b) {
            (Item::Func(a), Item::Func(b)) => Ok(Rc::ptr_eq(a, b)),
            _ => Err(Fault::unsupported("comparing others than functions")),
        }
    }

    fn global_new(&mut self, ty: GlobalType, _: Val<Self>) -> Result<Rc<GlobalType>, Fault> {
        Ok(Rc::new(ty))
    }

    fn global_set(&mut self, _: &Rc<GlobalType>, _: Val<Self>) -> Result<(), Fault> {
        Ok(())
    }
}

/// A module that imports so many functions, all called `"m" "f"`.
fn importing(count: u8) -> Vec<u8> {
    let mut wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
    if count > 0 {
        wasm.extend([2, 1 + 6 * count, count]);
        for _ in 0..count {
            wasm.extend(*b"\x01m\x01f\0\0");
        }
    }
    wasm
}

/// An engine of toys and a session of it.
fn open() -> (Arc<dyn Engine>, Box<dyn Session>) {
    let engine = Adapter::<Toy>::threaded().start(&Config::new(Features::WASM2)).unwrap();
    let session = engine.session().unwrap();
    (engine, session)
}

fn instantiate(
    engine: &Arc<dyn Engine>,
    session: &mut Box<dyn Session>,
    imports: &[Func],
) -> Result<Instantiated, Fault> {
    let module = engine.compile(&importing(imports.len() as u8)).unwrap().unwrap();
    let imports: Vec<_> = imports.iter().map(|func| Extern::Func(*func)).collect();
    session.instantiate(module, &imports)
}

fn ready(engine: &Arc<dyn Engine>, session: &mut Box<dyn Session>, imports: &[Func]) -> Instance {
    match instantiate(engine, session, imports).unwrap() {
        Instantiated::Ready(instance) => instance,
        other => panic!("{other:?}"),
    }
}

fn func(session: &mut Box<dyn Session>, instance: Instance, name: &str) -> Func {
    match session.export(instance, name).unwrap() {
        Some(Extern::Func(func)) => func,
        other => panic!("{other:?}"),
    }
}

/// A host function without parameters and results.
fn host(session: &mut Box<dyn Session>, action: HostAction) -> Func {
    session.host_func(&FuncType::default(), action).unwrap()
}

fn is_misuse<T: std::fmt::Debug>(result: Result<T, Fault>) -> bool {
    matches!(result, Err(Fault::Misuse(_)))
}

#[test]
fn arguments_are_checked_before_the_engine_sees_them() {
    let (engine, mut session) = open();
    let instance = ready(&engine, &mut session, &[]);
    let seven = func(&mut session, instance, "seven");
    let seven_returns = Outcome::Returned(vec![Value::I32(7)]);
    assert_eq!(session.call(seven, &[]), Ok(seven_returns));
    assert!(is_misuse(session.call(seven, &[Value::I32(1)])));
    let ty = GlobalType { content: ValType::I32, mutable: false };
    assert!(is_misuse(session.global_new(ty, Value::I64(1))));
    let global = session.global_new(ty, Value::I32(1)).unwrap();
    assert!(is_misuse(session.global_set(global, Value::I32(2))));
    let mutable = session.global_new(GlobalType { mutable: true, ..ty }, Value::I32(1)).unwrap();
    assert!(is_misuse(session.global_set(mutable, Value::Ref(Ref::Null(Hierarchy::Func)))));
    session.global_set(mutable, Value::I32(2)).unwrap();
    let shared = GlobalType { content: ValType::Ref(any()), mutable: false };
    assert!(is_misuse(session.global_new(shared, Value::Ref(Ref::Null(Hierarchy::Any)))));
}

const fn any() -> RefType {
    RefType { nullable: true, heap: HeapType::Any }
}

#[test]
fn results_of_other_types_are_the_engines_fault() {
    let (engine, mut session) = open();
    let instance = ready(&engine, &mut session, &[]);
    let wrong = func(&mut session, instance, "wrong type");
    assert!(matches!(session.call(wrong, &[]), Err(Fault::Internal(_))));
}

#[test]
fn handles_are_given_up_one_by_one() {
    let (engine, mut session) = open();
    let instance = ready(&engine, &mut session, &[]);
    let first = func(&mut session, instance, "seven");
    let second = func(&mut session, instance, "seven");
    session.drop_extern(Extern::Func(first)).unwrap();
    assert!(is_misuse(session.call(first, &[])));
    assert!(session.call(second, &[]).is_ok());
    assert_eq!(session.same(Ref::Func(second), Ref::Func(second)), Ok(true));
    assert!(is_misuse(session.same(Ref::Func(second), Ref::Func(first))));
    session.drop_instance(instance).unwrap();
    assert!(is_misuse(session.export(instance, "seven")));
    assert!(is_misuse(session.drop_instance(instance)));
    let mut other = engine.session().unwrap();
    assert!(is_misuse(other.call(second, &[])));
    let module = engine.compile(&importing(0)).unwrap().unwrap();
    engine.drop_module(module).unwrap();
    assert!(is_misuse(session.instantiate(module, &[])));
    assert!(is_misuse(engine.drop_module(module)));
}

#[test]
fn imports_are_counted_and_of_their_kind() {
    let (engine, mut session) = open();
    let nothing = host(&mut session, HostAction::Return(vec![]));
    let module = engine.compile(&importing(2)).unwrap().unwrap();
    let global = GlobalType { content: ValType::I32, mutable: false };
    let global = Extern::Global(session.global_new(global, Value::I32(0)).unwrap());
    let cases = [
        (vec![Extern::Func(nothing)], LinkErrorKind::UnknownImport, None),
        (vec![Extern::Func(nothing), global], LinkErrorKind::IncompatibleImport, Some(1)),
    ];
    for (imports, kind, position) in cases {
        match session.instantiate(module, &imports) {
            Ok(Instantiated::Unlinkable(error)) => {
                assert_eq!((error.kind, error.import), (kind, position), "{}", error.message);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_engine_by_name_says_where_names_do_not_do() {
    let (engine, mut session) = open();
    let one = host(&mut session, HostAction::Return(vec![]));
    let two = host(&mut session, HostAction::Return(vec![]));
    ready(&engine, &mut session, &[one, one]);
    let differ = instantiate(&engine, &mut session, &[one, two]);
    assert!(matches!(differ, Err(Fault::Unsupported(_))), "{differ:?}");
}

#[test]
fn the_end_of_a_host_function_goes_around_the_engine() {
    let (_engine, mut session) = open();
    let trap = host(&mut session, HostAction::Trap("no entry".to_string()));
    let outer = host(&mut session, HostAction::Call(trap));
    for func in [trap, outer] {
        let expected =
            Trap { kind: TrapKind::Host, message: "no entry".to_string(), frames: vec![] };
        assert_eq!(session.call(func, &[]), Ok(Outcome::Trapped(expected)));
    }
    // The end of one call is not that of the next.
    let nothing = host(&mut session, HostAction::Return(vec![]));
    assert_eq!(session.call(nothing, &[]), Ok(Outcome::Returned(vec![])));
    let calls = session.take_host_calls().unwrap();
    let seen: Vec<_> = calls.calls.iter().map(|call| call.func).collect();
    assert_eq!((seen, calls.lost), (vec![trap, outer, trap, nothing], 0));
}

#[test]
fn calling_back_is_bounded_and_its_depth_is_given_back() {
    let (_engine, mut session) = open();
    let nothing = host(&mut session, HostAction::Return(vec![]));
    let mut deep = nothing;
    for _ in 0..100 {
        deep = host(&mut session, HostAction::Call(deep));
    }
    let too_deep = host(&mut session, HostAction::Call(deep));
    for _ in 0..3 {
        assert!(matches!(session.call(too_deep, &[]), Ok(Outcome::Exhausted(_))));
        assert_eq!(session.call(deep, &[]), Ok(Outcome::Returned(vec![])));
    }
}

#[test]
fn a_panic_on_the_sessions_thread_is_the_callers() {
    let (engine, mut session) = open();
    let instance = ready(&engine, &mut session, &[]);
    let panics = func(&mut session, instance, "panics");
    let payload = catch_unwind(AssertUnwindSafe(|| session.call(panics, &[]))).unwrap_err();
    assert_eq!(payload.downcast_ref::<String>().unwrap(), "the toy panics");
}
