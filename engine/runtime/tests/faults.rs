//! Faults at recorded trap positions: only those that the operator can cause are traps. Each case
//! is a trap position, the event there and the expected result. All other faults are the engine's
//! failure, after which the process and other stores keep working.

mod support;

use std::sync::Arc;
use support::*;
use wassay_engine::{Extern, ExternType, Fault, HostAction, Memory, MemoryType, Value};
use wassay_runtime::artifact::abi::{NULL_PAGE, TrapCode};
use wassay_runtime::*;

/// The address of a load.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// A host address.
    At(u64),
    /// Behind the end of the store's own memory, inside its reservation.
    OwnGuard,
    /// Behind the end of a shared memory that the store has adopted.
    AdoptedGuard,
    /// Behind the end of a memory of another store.
    ForeignGuard,
    /// An inaccessible page of the process.
    Inaccessible,
}

/// An address that no process can map. x86_64 does not report it. On aarch64 it is an address that
/// an x86_64 host reports under QEMU, unlike addresses between the halves.
const NON_CANONICAL: u64 =
    if cfg!(target_arch = "x86_64") { 0x00ff_0000_0000_0000 } else { 0xffff_ff80_0000_0000 };

const MEMORY: TrapCode = TrapCode::MemoryOutOfBounds;
const NULL: TrapCode = TrapCode::NullReference;
const ELEMENT: TrapCode = TrapCode::UninitializedElement;

/// The trap code at the position, the accessed place, and whether the result is a trap.
const LOADS: &[(TrapCode, Place, bool)] = &[
    (MEMORY, Place::OwnGuard, true),
    (MEMORY, Place::AdoptedGuard, true),
    (MEMORY, Place::ForeignGuard, false),
    (MEMORY, Place::Inaccessible, false),
    (MEMORY, Place::At(NON_CANONICAL), false),
    (MEMORY, Place::At(0), false),
    (MEMORY, Place::At(NULL_PAGE - 4), false),
    (NULL, Place::At(0), true),
    (NULL, Place::At(NULL_PAGE - 4), true),
    (NULL, Place::At(NULL_PAGE), false),
    (NULL, Place::At(NON_CANONICAL), false),
    (NULL, Place::OwnGuard, false),
    (NULL, Place::Inaccessible, false),
    (ELEMENT, Place::At(0), true),
    (ELEMENT, Place::At(24), true),
    (ELEMENT, Place::At(NON_CANONICAL), false),
    (ELEMENT, Place::OwnGuard, false),
    (TrapCode::Unreachable, Place::At(0), false),
    (TrapCode::Unreachable, Place::OwnGuard, false),
    (TrapCode::StackOverflow, Place::OwnGuard, false),
    (TrapCode::TableOutOfBounds, Place::Inaccessible, false),
];

/// An address behind the end of a memory of one page.
fn guard(runtime: &Arc<Runtime>, fixture: &mut Fixture, memory: Memory) -> u64 {
    let Ok(ExternType::Memory(ty)) = fixture.store.extern_type(Extern::Memory(memory)) else {
        panic!("no memory")
    };
    let module = artifact::module::Module { memories: vec![ty], ..support::module() };
    let module = runtime.load(Vouched::by_caller(variant(module, Faulting::Base, MEMORY))).unwrap();
    fixture.instance = instantiate(&mut fixture.store, &module, fixture.host, memory);
    fixture.call("add_one", 0);
    let mut base = [0; 8];
    assert!(fixture.store.memory_read(memory, 0, &mut base).unwrap());
    u64::from_le_bytes(base) + 0x2_0000
}

fn inaccessible_page() -> u64 {
    // SAFETY: pages that the kernel chooses; the test never unmaps them.
    let page = unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        libc::mmap(std::ptr::null_mut(), 4096, libc::PROT_NONE, flags, -1, 0)
    };
    assert_ne!(page, libc::MAP_FAILED);
    page.addr() as u64
}

/// The result of a function at its trap position.
fn ended(
    fixture: &mut Fixture,
    arg: u32,
    code: TrapCode,
    what: &dyn std::fmt::Debug,
    is_trap: bool,
) {
    let func = fixture.func("add_one");
    match (fixture.store.call(func, &[Value::I32(arg)]), is_trap) {
        (Ok(outcome), true) => {
            let name = format!("{:?}", trap(outcome).kind);
            assert_eq!(name, format!("{code:?}"), "{what:?}");
        }
        (Err(Fault::Internal(message)), false) => {
            assert!(message.contains(&format!("{code:?}")), "{what:?}: {message}");
            assert!(message.contains("by-hand"), "{what:?}: {message}");
        }
        (ended, _) => panic!("{code:?}, {what:?}: {ended:?}"),
    }
}

#[test]
fn only_a_load_that_the_operator_can_make_traps() {
    let runtime = runtime();
    let action = || HostAction::Return(vec![Value::I32(0)]);
    let mut other = Fixture::new(&runtime, action());
    let mut foreign = Fixture::new(&runtime, action());
    let mut sharer = Fixture::new(&runtime, action());
    let ty = MemoryType { shared: true, ..memory_type(1, Some(4)) };
    let shared = sharer.store.memory_new(ty).unwrap();
    let shared = sharer.store.share_memory(shared).unwrap();
    let inaccessible = inaccessible_page();
    for (code, place, is_trap) in LOADS {
        let module = runtime.load(Vouched::by_caller(faulting(Faulting::Peek, *code))).unwrap();
        let mut fixture = Fixture::of(&runtime, &module, action());
        let peek = fixture.instance;
        let adopted = fixture.store.adopt_memory(&shared).unwrap();
        let own = fixture.memory;
        let address = match *place {
            Place::At(address) => address,
            Place::Inaccessible => inaccessible,
            Place::OwnGuard => guard(&runtime, &mut fixture, own),
            Place::AdoptedGuard => guard(&runtime, &mut fixture, adopted),
            Place::ForeignGuard => {
                let memory = foreign.memory;
                guard(&runtime, &mut foreign, memory)
            }
        };
        fixture.instance = peek;
        fixture.store.memory_write(fixture.memory, 0, &address.to_le_bytes()).unwrap();
        ended(&mut fixture, 0, *code, place, *is_trap);
        assert_eq!(other.call("add_one", 1), returned(2), "{place:?}");
        assert_eq!(functions(&trap(other.call("trap", 0))), [2], "{place:?}");
    }
}

#[test]
fn only_the_instruction_for_traps_and_a_division_trap_by_themselves() {
    let runtime = runtime();
    let is_x86 = cfg!(target_arch = "x86_64");
    for (function, code, is_trap) in [
        (Faulting::Undefined, TrapCode::Unreachable, false),
        (Faulting::Undefined, MEMORY, false),
        (Faulting::Undefined, NULL, false),
        (Faulting::Divide, TrapCode::IntegerOverflow, true),
        (Faulting::Divide, TrapCode::IntegerDivideByZero, true),
        // The position is a trap instruction on aarch64, and a division on x86_64.
        (Faulting::Divide, MEMORY, !is_x86),
        (Faulting::Divide, TrapCode::Unreachable, !is_x86),
    ] {
        let module = runtime.load(Vouched::by_caller(faulting(function, code))).unwrap();
        let mut fixture = Fixture::of(&runtime, &module, HostAction::Return(vec![Value::I32(0)]));
        ended(&mut fixture, u32::MAX, code, &function, is_trap);
        let mut other = Fixture::new(&runtime, HostAction::Return(vec![Value::I32(0)]));
        assert_eq!(other.call("add_one", 1), returned(2));
    }
}

/// The call that a host function makes ends as the engine's failure, and so does the outer call.
#[test]
fn a_fault_inside_a_host_function_is_reported() {
    let runtime = runtime();
    let module = runtime
        .load(Vouched::by_caller(faulting(Faulting::Undefined, TrapCode::Unreachable)))
        .unwrap();
    let mut fixture = Fixture::of(&runtime, &module, HostAction::Return(vec![Value::I32(0)]));
    let wild = fixture.func("add_one");
    fixture.host = fixture.store.host_func(&func_type(), HostAction::Call(wild)).unwrap();
    let module = runtime.load(Vouched::by_caller(artifact(&support::module()))).unwrap();
    fixture.instance = instantiate(&mut fixture.store, &module, fixture.host, fixture.memory);
    let func = fixture.func("call_host");
    let ended = fixture.store.call(func, &[Value::I32(1)]);
    assert!(matches!(ended, Err(Fault::Internal(_))), "{ended:?}");
    assert_eq!(fixture.call("add_one", 1), returned(2));
}
