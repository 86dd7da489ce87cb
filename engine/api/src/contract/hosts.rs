//! Checks of host functions: each call is recorded, and then the function acts as requested.

use super::NamedCheck;
use super::bench::{Bench, Live, Stop, equal, equal_text, fail, refused};
use super::wasm::{F64, FUNC, I32, TABLE, Wasm, i32_const};
use crate::handle::{Extern, Func, Instance};
use crate::host::{HostAction, HostCall, HostCalls, HostLog};
use crate::outcome::{Outcome, TrapKind};
use crate::types::{FuncType, ValType};
use crate::value::{Ref, Value};

pub const CHECKS: &[NamedCheck] = &[
    ("a host function is recorded and returns", returns),
    ("a host function can be called from outside", from_outside),
    ("a record of millions of host calls is cut, and says so", record_is_bounded),
    ("a host function traps with its message", traps),
    ("a host function calls back", calls_back),
    ("a trap passes through a host function that calls back", trap_through_callback),
    ("a host function that does not fit its type is refused", misfits),
    ("endless callbacks exhaust the stack, and the session stays usable", endless),
];

/// A module whose `run` calls its import with 5 and its own argument.
fn caller() -> Wasm {
    let body = [&i32_const(5)[..], &[0x20, 0, 0x10, 0]].concat();
    Wasm::default()
        .ty(&[I32, F64], &[I32])
        .ty(&[F64], &[I32])
        .import_func("host", "f", 0)
        .func(1, &body)
        .export("run", FUNC, 1)
}

fn host_type() -> FuncType {
    FuncType::new([ValType::I32, ValType::F64], [ValType::I32])
}

fn import(live: &mut Live, action: HostAction) -> Result<(Func, Instance), Stop> {
    let host = live.session.host_func(&host_type(), action)?;
    let instance = live.instantiate(&caller(), &[Extern::Func(host)])?;
    Ok((host, instance))
}

/// All calls that were recorded since the last request.
fn calls(live: &mut Live) -> Result<Vec<HostCall>, Stop> {
    let HostCalls { calls, lost } = live.session.take_host_calls()?;
    equal("calls that were not recorded", lost, 0)?;
    Ok(calls)
}

fn returns(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let (host, instance) = import(&mut live, HostAction::Return(vec![Value::I32(9)]))?;
    let (first, second) = (Value::f64(1.5), Value::F64(0x7ff8_0000_0000_0042));
    live.returns(instance, "run", &[first], &[Value::I32(9)])?;
    live.returns(instance, "run", &[second], &[Value::I32(9)])?;
    let call = |arg| HostCall { func: host, args: vec![Value::I32(5), arg] };
    equal("calls", calls(&mut live)?, vec![call(first), call(second)])?;
    equal("calls, asked again", calls(&mut live)?, vec![])
}

fn from_outside(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let results = vec![Value::I32(9)];
    let host = live.session.host_func(&host_type(), HostAction::Return(results.clone()))?;
    let args = vec![Value::I32(1), Value::f64(2.0)];
    equal_text("outcome", live.session.call(host, &args)?, Outcome::Returned(results))?;
    equal("calls", calls(&mut live)?, vec![HostCall { func: host, args }])
}

fn record_is_bounded(bench: &Bench<'_>) -> Result<(), Stop> {
    const CALLS: u32 = 2_000_000;
    let mut live = bench.open()?;
    // (loop (call 0) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    let count = [&[0x20, 0][..], &i32_const(1), &[0x6b, 0x22, 0]].concat();
    let body = [&[0x03, 0x40, 0x10, 0][..], &count, &[0x0d, 0, 0x0b]].concat();
    let wasm = Wasm::default()
        .ty(&[], &[])
        .ty(&[I32], &[])
        .import_func("host", "f", 0)
        .func(1, &body)
        .export("run", FUNC, 1);
    let host = live.session.host_func(&FuncType::default(), HostAction::Return(vec![]))?;
    let instance = live.instantiate(&wasm, &[Extern::Func(host)])?;
    live.returns(instance, "run", &[Value::I32(CALLS)], &[])?;
    let HostCalls { calls, lost } = live.session.take_host_calls()?;
    if calls.len() > HostLog::MAX_CALLS {
        return fail(format!("{} calls were recorded", calls.len()));
    }
    equal("all calls", calls.len() as u64 + lost, u64::from(CALLS))
}

fn traps(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let (_, instance) = import(&mut live, HostAction::Trap("no entry".to_string()))?;
    let outcome = live.call(instance, "run", &[Value::f64(0.0)])?;
    let trap = bench.trapped(outcome, TrapKind::Host)?;
    if !trap.message.contains("no entry") {
        return fail(format!("the message is `{}`", trap.message));
    }
    equal("calls", calls(&mut live)?.len(), 1)?;
    // (func (export "run") (call 0) (unreachable)): an engine that goes on traps in another way.
    let wasm = Wasm::default()
        .ty(&[], &[])
        .import_func("host", "f", 0)
        .func(0, &[0x10, 0, 0x00])
        .export("run", FUNC, 1);
    let action = HostAction::Trap("no entry".to_string());
    let host = live.session.host_func(&FuncType::default(), action)?;
    let instance = live.instantiate(&wasm, &[Extern::Func(host)])?;
    let outcome = live.call(instance, "run", &[])?;
    bench.trapped(outcome, TrapKind::Host).map(drop)
}

/// wasm calls the host, the host calls wasm, and that calls the host again.
fn calls_back(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let inner = HostAction::Return(vec![Value::I32(11)]);
    let inner = live.session.host_func(&host_type(), inner)?;
    // (func (export "again") (param i32 f64) (result i32) (call 0 (local.get 0) (local.get 1)))
    let wasm = Wasm::default()
        .ty(&[I32, F64], &[I32])
        .import_func("host", "f", 0)
        .func(0, &[0x20, 0, 0x20, 1, 0x10, 0])
        .export("again", FUNC, 1);
    let middle = live.instantiate(&wasm, &[Extern::Func(inner)])?;
    let middle = live.func(middle, "again")?;
    let (outer, instance) = import(&mut live, HostAction::Call(middle))?;
    live.returns(instance, "run", &[Value::f64(0.5)], &[Value::I32(11)])?;
    let args = vec![Value::I32(5), Value::f64(0.5)];
    let expected =
        vec![HostCall { func: outer, args: args.clone() }, HostCall { func: inner, args }];
    equal("calls", calls(&mut live)?, expected)
}

fn trap_through_callback(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let wasm = Wasm::default().ty(&[I32, F64], &[I32]).func(0, &[0x00]).export("trap", FUNC, 0);
    let trapping = live.instantiate(&wasm, &[])?;
    let trapping = live.func(trapping, "trap")?;
    let (_, instance) = import(&mut live, HostAction::Call(trapping))?;
    for _ in 0..10 {
        let outcome = live.call(instance, "run", &[Value::f64(0.0)])?;
        bench.trapped(outcome, TrapKind::Unreachable)?;
    }
    equal("calls", calls(&mut live)?.len(), 10)
}

fn misfits(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let session = &mut live.session;
    let too_few = session.host_func(&host_type(), HostAction::Return(vec![]));
    refused("too few results", too_few)?;
    let other = session.host_func(&host_type(), HostAction::Return(vec![Value::I64(1)]));
    refused("a result of another type", other)?;
    let nothing = session.host_func(&FuncType::default(), HostAction::Return(vec![]))?;
    let call = session.host_func(&host_type(), HostAction::Call(nothing));
    refused("a call back of another type", call)
}

/// wasm calls the host through a table, and the host calls the same wasm function.
fn endless(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let body = [&i32_const(0)[..], &[0x11, 0, 0]].concat();
    let wasm = Wasm::default()
        .ty(&[], &[])
        .func(0, &body)
        .func(0, &[])
        .table(1, None)
        .export("run", FUNC, 0)
        .export("nothing", FUNC, 1)
        .export("table", TABLE, 0);
    let instance = live.instantiate(&wasm, &[])?;
    let run = live.func(instance, "run")?;
    let table = live.table(instance, "table")?;
    let host = live.session.host_func(&FuncType::default(), HostAction::Call(run))?;
    live.session.table_set(table, 0, Ref::Func(host))?;
    for _ in 0..2 {
        match live.call(instance, "run", &[])? {
            Outcome::Exhausted(_) => {}
            other => return fail(format!("expected exhaustion; got: {other}")),
        }
        live.returns(instance, "nothing", &[], &[])?;
    }
    Ok(())
}
