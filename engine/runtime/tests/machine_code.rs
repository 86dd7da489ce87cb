//! Loading, calling and trapping, with hand-written machine code.

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use support::*;
use wassay_engine::{
    Extern, Fault, Frame, Func, HostAction, HostCall, HostCalls, Instantiated, Outcome, TrapKind,
    Value,
};
use wassay_runtime::artifact::abi::TrapCode;
use wassay_runtime::artifact::target::{Arch, BoundsMode};
use wassay_runtime::*;

#[test]
fn a_call_returns() {
    let mut fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(0)]));
    assert_eq!(fixture.call("add_one", 41), returned(42));
    assert_eq!(fixture.call("add_one", u32::MAX), returned(0));
}

#[test]
fn wrong_arguments_are_misuse() {
    let mut fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(0)]));
    let func = fixture.func("add_one");
    assert!(matches!(fixture.store.call(func, &[]), Err(Fault::Misuse(_))));
    assert!(matches!(fixture.store.call(func, &[Value::F32(0)]), Err(Fault::Misuse(_))));
    assert!(matches!(fixture.store.call(Func::new(func.owner(), 99), &[]), Err(Fault::Dropped(_))));
}

#[test]
fn a_trap_has_its_kind_and_frames() {
    let mut fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(0)]));
    let found = trap(fixture.call("call_trap", 0));
    assert_eq!(found.kind, TrapKind::Unreachable);
    let frame = |func, name: Option<&str>, offset| Frame {
        module: Some("by-hand".to_string()),
        func,
        name: name.map(str::to_string),
        offset: Some(offset),
    };
    assert_eq!(found.frames, [frame(2, Some("trapper"), 100), frame(3, None, 200)]);
    // The store is still usable.
    assert_eq!(fixture.call("add_one", 1), returned(2));
    assert_eq!(functions(&trap(fixture.call("trap", 0))), [2]);
}

#[test]
fn an_access_in_the_guard_pages_traps_and_growing_moves_the_border() {
    let mut fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(0)]));
    fixture.store.memory_write(fixture.memory, 0x1_0000 - 4, &[1, 2, 3, 4]).unwrap();
    assert_eq!(fixture.call("load", 0x1_0000 - 4), returned(0x0403_0201));
    let found = trap(fixture.call("load", 0x1_0000));
    assert_eq!(found.kind, TrapKind::MemoryOutOfBounds);
    trap(fixture.call("load", u32::MAX));
    assert_eq!(fixture.call("grow", 1), returned(1));
    assert_eq!(fixture.call("load", 0x1_0000), returned(0));
    assert_eq!(fixture.call("grow", 3), returned(u32::MAX));
    assert_eq!(fixture.call("grow", 0), returned(2));
}

#[test]
fn a_builtin_traps_with_the_frames_of_its_caller() {
    let mut fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(0)]));
    assert_eq!(fixture.call("init", 0x1_0000 - 4), returned(1));
    assert_eq!(fixture.call("load", 0x1_0000 - 4), returned(0xa5a5_a5a5));
    let found = trap(fixture.call("init", 0x1_0000 - 3));
    assert_eq!(found.kind, TrapKind::MemoryOutOfBounds);
    assert_eq!(functions(&found), [8]);
}

#[test]
fn overflow_of_a_division_traps() {
    let runtime = runtime();
    let module = runtime
        .load(Vouched::by_caller(faulting(Faulting::Divide, TrapCode::IntegerOverflow)))
        .unwrap();
    let mut fixture = Fixture::of(&runtime, &module, HostAction::Return(vec![Value::I32(0)]));
    assert_eq!(fixture.call("add_one", 2), returned(0xc000_0000));
    let found = trap(fixture.call("add_one", u32::MAX));
    assert_eq!(found.kind, TrapKind::IntegerOverflow);
}

#[test]
fn endless_recursion_exhausts_the_stack_again_and_again() {
    let mut fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(0)]));
    for _ in 0..3 {
        assert!(matches!(fixture.call("recurse", 0), Outcome::Exhausted(_)));
        assert_eq!(fixture.call("add_one", 1), returned(2));
    }
}

#[test]
fn host_functions_record_and_return() {
    let mut fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(7)]));
    assert_eq!(fixture.call("call_host", 5), returned(7));
    let call = HostCall { func: fixture.host, args: vec![Value::I32(5)] };
    assert_eq!(fixture.store.take_host_calls().calls, [call]);
    assert_eq!(fixture.store.take_host_calls(), HostCalls::default());
    // A host function can be called without wasm between.
    let host = fixture.host;
    assert_eq!(fixture.store.call(host, &[Value::I32(1)]), Ok(returned(7)));
}

#[test]
fn host_functions_trap() {
    let mut fixture = Fixture::new(&runtime(), HostAction::Trap("no".to_string()));
    let found = trap(fixture.call("call_host", 5));
    assert_eq!((found.kind, found.message.as_str()), (TrapKind::Host, "no"));
    assert_eq!(functions(&found), [5]);
}

#[test]
fn host_functions_call_back_and_frames_go_on_outside() {
    let runtime = runtime();
    let mut inner = Fixture::new(&runtime, HostAction::Return(vec![Value::I32(0)]));
    let (add_one, trapping) = (inner.func("add_one"), inner.func("call_trap"));
    let module = runtime.load(Vouched::by_caller(artifact(&module()))).unwrap();
    for (callee, outcome) in [(add_one, Some(6)), (trapping, None)] {
        let action = HostAction::Call(callee);
        let host = inner.store.host_func(&func_type(), action).unwrap();
        let imports = [Extern::Func(host), Extern::Memory(inner.memory)];
        let Instantiated::Ready(outer) = inner.store.instantiate(&module, &imports).unwrap() else {
            panic!("does not link")
        };
        let Some(Extern::Func(func)) = inner.store.export(outer, "call_host").unwrap() else {
            panic!("no export")
        };
        let ended = inner.store.call(func, &[Value::I32(5)]).unwrap();
        match outcome {
            Some(value) => assert_eq!(ended, returned(value)),
            None => assert_eq!(functions(&trap(ended)), [2, 3, 5]),
        }
    }
}

/// Each host function of a long chain calls the previous one. The calls are nested, and so many do
/// not fit on the stack.
#[test]
fn recursion_through_the_host_is_exhausted_too() {
    let runtime = runtime();
    let module = runtime.load(Vouched::by_caller(artifact(&module()))).unwrap();
    let mut fixture = Fixture::of(&runtime, &module, HostAction::Return(vec![Value::I32(3)]));
    let mut last = fixture.func("call_host");
    for _ in 0..30_000 {
        let action = HostAction::Call(last);
        let host = fixture.store.host_func(&func_type(), action).unwrap();
        last = host;
    }
    let ended = fixture.store.call(last, &[Value::I32(0)]).unwrap();
    assert!(matches!(ended, Outcome::Exhausted(_)), "{ended:?}");
    assert_eq!(fixture.call("call_host", 0), returned(3));
}

#[test]
fn four_threads_trap_at_once() {
    let runtime = runtime();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut fixture = Fixture::new(&runtime, HostAction::Return(vec![Value::I32(0)]));
                for at in 0..300 {
                    assert_eq!(functions(&trap(fixture.call("call_trap", 0))), [2, 3]);
                    trap(fixture.call("load", 0x1_0000 + at));
                    assert_eq!(fixture.call("add_one", at), returned(at + 1));
                    if at % 50 == 0 {
                        fixture = Fixture::new(&runtime, HostAction::Return(vec![Value::I32(0)]));
                    }
                }
            });
        }
    });
}

#[test]
fn running_calls_are_interrupted_and_later_ones_are_not() {
    let options = RuntimeOptions { interruption: true, ..RuntimeOptions::default() };
    let runtime = Runtime::new(options, Box::new(Shims));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // The call may begin at any time, and an earlier interrupt must not affect it.
            while !done.load(Ordering::SeqCst) {
                runtime.interrupt();
                std::thread::yield_now();
            }
        });
        let mut fixture = Fixture::new(&runtime, HostAction::Return(vec![Value::I32(0)]));
        for _ in 0..20 {
            let found = trap(fixture.call("spin", 0));
            assert_eq!(found.kind, TrapKind::Interrupted);
            assert_eq!(functions(&found), [9]);
        }
        done.store(true, Ordering::SeqCst);
    });
    let mut fixture = Fixture::new(&runtime, HostAction::Return(vec![Value::I32(0)]));
    runtime.interrupt();
    assert_eq!(fixture.call("add_one", 1), returned(2));
}

/// Provides shims, and interrupts every call of its runtime while doing so.
struct InterruptingShims(Arc<OnceLock<Weak<Runtime>>>);

impl ShimSource for InterruptingShims {
    fn shims(&self, signature: &artifact::abi::AbiSignature) -> Result<Vouched, Fault> {
        if let Some(runtime) = self.0.get().and_then(Weak::upgrade) {
            runtime.interrupt();
        }
        Shims.shims(signature)
    }
}

/// An embedder interrupts once, after a deadline. If the interrupt misses a call whose shims are
/// still being compiled, the call runs for ever.
#[test]
fn a_call_that_waits_for_its_shims_is_interrupted() {
    let known = Arc::new(OnceLock::new());
    let options = RuntimeOptions { interruption: true, ..RuntimeOptions::default() };
    let runtime = Runtime::new(options, Box::new(InterruptingShims(Arc::clone(&known))));
    let mut fixture = Fixture::new(&runtime, HostAction::Return(vec![Value::I32(0)]));
    // "spin" is the start function, and the only one of its type.
    let mut module = module();
    let composite = artifact::types::CompositeType::Func(artifact::types::FuncType::default());
    module.types.push(artifact::types::SubType { is_final: true, supertype: None, composite });
    module.rec_groups.push(1);
    module.functions[9] = artifact::index::TypeIndex(1);
    module.start = Some(artifact::index::FuncIndex(9));
    let module = runtime.load(Vouched::by_caller(artifact(&module))).unwrap();
    known.set(Arc::downgrade(&runtime)).unwrap();
    let imports = [Extern::Func(fixture.host), Extern::Memory(fixture.memory)];
    match fixture.store.instantiate(&module, &imports).unwrap() {
        Instantiated::Failed(outcome) => assert_eq!(trap(outcome).kind, TrapKind::Interrupted),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_store_moves_between_threads() {
    let mut fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(0)]));
    trap(fixture.call("trap", 0));
    let mut fixture = std::thread::spawn(move || {
        trap(fixture.call("trap", 0));
        assert!(matches!(fixture.call("recurse", 0), Outcome::Exhausted(_)));
        fixture
    })
    .join()
    .unwrap();
    assert_eq!(functions(&trap(fixture.call("trap", 0))), [2]);
}

#[test]
fn code_is_never_writable_and_executable() {
    let _fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(0)]));
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    assert!(!maps.lines().any(|line| line.contains("rwx")), "{maps}");
}

#[test]
fn code_for_another_machine_is_incompatible() {
    let incompatible = |change: fn(&mut artifact::target::Target)| {
        let mut target = target();
        change(&mut target);
        let module = artifact::module::Module::default();
        let artifact = artifact::ArtifactBuilder::module(target, &module).finish();
        let options = RuntimeOptions { bounds: BoundsMode::Explicit, ..RuntimeOptions::default() };
        let error =
            Runtime::new(options, Box::new(Shims)).load(Vouched::by_caller(artifact)).unwrap_err();
        assert!(
            matches!(error, LoadError::Artifact(artifact::LoadError::Incompatible(_))),
            "{error:?}"
        );
    };
    incompatible(|_| {});
    incompatible(|target| {
        target.bounds = BoundsMode::Explicit;
        target.isa = vec!["has_imagination".to_string()];
    });
    incompatible(|target| {
        target.bounds = BoundsMode::Explicit;
        target.arch = match Arch::HOST {
            Arch::X86_64 => Arch::Aarch64,
            Arch::Aarch64 => Arch::X86_64,
        };
    });
}
