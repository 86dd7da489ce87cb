//! Endless recursion ends with the thread's stack, whichever is nearer: the limit of a call or the
//! end of the stack. A process that overflows the stack dies.

#![forbid(unsafe_code)]

use wassay_engine::*;

/// Recurses without end, and once. Each level calls the host and the runtime, which need some stack
/// below the limit of generated code.
const MODULE: &str = r#"(module
    (import "host" "nothing" (func $nothing))
    (memory 1)
    (func $endless (export "endless") (param i64 i64) (result i64)
        (call $nothing)
        (drop (memory.grow (i32.const 0)))
        (i64.add (call $endless (local.get 1) (local.get 0)) (local.get 0)))
    (func (export "one") (param i64 i64) (result i64) (local.get 0)))"#;

#[test]
fn recursion_ends_before_the_stack_does() {
    let provider = wassay_cranelift::provider();
    let engine = provider.start(&Config::new(provider.features())).unwrap();
    let module = engine.compile(&wat::parse_str(MODULE).unwrap()).unwrap().unwrap();
    for kilobytes in [384, 512, 1024, 4096] {
        let recurse = || {
            let mut session = engine.session().unwrap();
            let ty = FuncType { params: Vec::new(), results: Vec::new() };
            let nothing = session.host_func(&ty, HostAction::Return(Vec::new())).unwrap();
            let imports = [Extern::Func(nothing)];
            let instance = match session.instantiate(module, &imports).unwrap() {
                Instantiated::Ready(instance) => instance,
                other => panic!("{other:?}"),
            };
            let mut call = |name| match session.export(instance, name).unwrap() {
                Some(Extern::Func(func)) => {
                    session.call(func, &[Value::I64(1), Value::I64(2)]).unwrap()
                }
                other => panic!("{other:?}"),
            };
            for _ in 0..2 {
                let endless = call("endless");
                assert!(matches!(endless, Outcome::Exhausted(_)), "{kilobytes} KiB: {endless:?}");
                assert_eq!(call("one"), Outcome::Returned(vec![Value::I64(1)]));
            }
        };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(kilobytes << 10);
            thread.spawn_scoped(scope, recurse).unwrap().join().unwrap();
        });
    }
}
