//! Checks of traps: each reports its kind, and the session stays usable.

use super::NamedCheck;
use super::bench::{Bench, Stop, fail};
use super::wasm::{FUNC, I32, MEMORY, Wasm, f32_const, i32_const};
use crate::outcome::{Outcome, TrapKind};
use crate::value::Value;

pub const CHECKS: &[NamedCheck] = &[
    ("unreachable traps", |bench| body_traps(bench, &[0x00], TrapKind::Unreachable)),
    ("unreachable is one kind of trap", one_kind),
    // i32.div_s
    ("a division by zero traps", |bench| {
        division(bench, 0x6d, 1, 0, TrapKind::IntegerDivideByZero)
    }),
    ("a division that overflows traps", |bench| {
        division(bench, 0x6d, i32::MIN, -1, TrapKind::IntegerOverflow)
    }),
    // i32.rem_u
    ("a remainder by zero traps", |bench| {
        division(bench, 0x70, 1, 0, TrapKind::IntegerDivideByZero)
    }),
    // (drop (i32.trunc_f32_s (f32.const ..)))
    ("a truncated NaN traps", |bench| truncation(bench, f32::NAN, TrapKind::InvalidConversion)),
    ("a truncation that overflows traps", |bench| {
        truncation(bench, 3e9, TrapKind::IntegerOverflow)
    }),
    ("an access outside the memory traps", memory),
    ("an indirect call outside the table traps", |bench| {
        indirect(bench, 9, TrapKind::UndefinedElement)
    }),
    ("an indirect call of null traps", |bench| indirect(bench, 1, TrapKind::UninitializedElement)),
    ("an indirect call of another type traps", |bench| {
        indirect(bench, 0, TrapKind::IndirectCallTypeMismatch)
    }),
    ("a trap leaves the session usable", session_goes_on),
    ("endless recursion exhausts the stack, and the session stays usable", exhaustion),
];

fn body_traps(bench: &Bench<'_>, body: &[u8], kind: TrapKind) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let wasm = Wasm::default().ty(&[], &[]).func(0, body).export("trap", FUNC, 0);
    let instance = live.instantiate(&wasm, &[])?;
    let outcome = live.call(instance, "trap", &[])?;
    bench.trapped(outcome, kind).map(|_| ())
}

/// An engine may have one message for a few kinds, but not for this and others.
fn one_kind(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims(|can| can.kinds, "kinds of traps")?;
    let mut live = bench.open()?;
    let wasm = Wasm::default().ty(&[], &[]).func(0, &[0x00]).export("trap", FUNC, 0);
    let instance = live.instantiate(&wasm, &[])?;
    let outcome = live.call(instance, "trap", &[])?;
    let trap = bench.trapped(outcome, TrapKind::Unreachable)?;
    if trap.or.is_empty() { Ok(()) } else { fail(trap.to_string()) }
}

fn division(bench: &Bench<'_>, operator: u8, a: i32, b: i32, kind: TrapKind) -> Result<(), Stop> {
    // The operands are parameters, so that no compiler folds them.
    let mut live = bench.open()?;
    let body = [0x20, 0, 0x20, 1, operator];
    let wasm = Wasm::default().ty(&[I32, I32], &[I32]).func(0, &body).export("trap", FUNC, 0);
    let instance = live.instantiate(&wasm, &[])?;
    let args = [Value::I32(a.cast_unsigned()), Value::I32(b.cast_unsigned())];
    let outcome = live.call(instance, "trap", &args)?;
    bench.trapped(outcome, kind).map(|_| ())
}

fn truncation(bench: &Bench<'_>, value: f32, kind: TrapKind) -> Result<(), Stop> {
    body_traps(bench, &[&f32_const(value)[..], &[0xa8, 0x1a]].concat(), kind)
}

fn memory(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    // load: (i32.load (local.get 0)); store: (i32.store (local.get 0) (i32.const -1))
    let store = [&[0x20, 0][..], &i32_const(-1), &[0x36, 2, 0]].concat();
    let wasm = Wasm::default()
        .ty(&[I32], &[I32])
        .ty(&[I32], &[])
        .func(0, &[0x20, 0, 0x28, 2, 0])
        .func(1, &store)
        .memory(1, None)
        .export("load", FUNC, 0)
        .export("store", FUNC, 1)
        .export("memory", MEMORY, 0);
    let instance = live.instantiate(&wasm, &[])?;
    for address in [0xfffd, 0x1_0000, 0x7fff_ffff, u32::MAX] {
        for name in ["load", "store"] {
            let outcome = live.call(instance, name, &[Value::I32(address)])?;
            bench.trapped(outcome, TrapKind::MemoryOutOfBounds)?;
        }
    }
    // The store that began inside the memory has written nothing.
    live.returns(instance, "load", &[Value::I32(0xfffc)], &[Value::I32(0)])
}

/// Element 0 of the table has a different type from the one that the call expects, element 1 is
/// null, and index 2 is past the end.
fn indirect(bench: &Bench<'_>, index: u32, kind: TrapKind) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let wasm = Wasm::default()
        .ty(&[I32], &[])
        .ty(&[], &[])
        .func(0, &[0x20, 0, 0x11, 1, 0])
        .table(2, None)
        .elements(0, &[0])
        .export("call", FUNC, 0);
    let instance = live.instantiate(&wasm, &[])?;
    let outcome = live.call(instance, "call", &[Value::I32(index)])?;
    bench.trapped(outcome, kind).map(|_| ())
}

fn session_goes_on(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let wasm = Wasm::default()
        .ty(&[], &[I32])
        .func(0, &[0x00])
        .func(0, &i32_const(7))
        .export("trap", FUNC, 0)
        .export("seven", FUNC, 1);
    let instance = live.instantiate(&wasm, &[])?;
    for _ in 0..100 {
        let outcome = live.call(instance, "trap", &[])?;
        bench.trapped(outcome, TrapKind::Unreachable)?;
        live.returns(instance, "seven", &[], &[Value::I32(7)])?;
    }
    Ok(())
}

fn exhaustion(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    // Not a tail call: (i32.add (call 0) (i32.const 1))
    let body = [&[0x10, 0][..], &i32_const(1), &[0x6a]].concat();
    let wasm = Wasm::default()
        .ty(&[], &[I32])
        .func(0, &body)
        .func(0, &i32_const(7))
        .export("endless", FUNC, 0)
        .export("seven", FUNC, 1);
    let instance = live.instantiate(&wasm, &[])?;
    for _ in 0..3 {
        match live.call(instance, "endless", &[])? {
            Outcome::Exhausted(_) => {}
            other => return fail(format!("expected exhaustion; got: {other}")),
        }
        live.returns(instance, "seven", &[], &[Value::I32(7)])?;
    }
    Ok(())
}
