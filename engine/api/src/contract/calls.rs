//! Checks of calls: values in, values out, and mismatched arguments.

use super::NamedCheck;
use super::bench::{Bench, Stop, refused};
use super::wasm::{F32, F64, FUNC, I32, I64, Wasm};
use crate::features::Feature;
use crate::value::Value;

pub const CHECKS: &[NamedCheck] = &[
    ("numbers of each type pass through unchanged", numbers),
    ("arguments keep their order", order),
    ("several results keep their order", several_results),
    ("arguments that do not fit are refused", wrong_arguments),
];

fn numbers(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let cases = [
        (I32, vec![Value::I32(0), Value::I32(u32::MAX), Value::I32(1 << 31)]),
        (I64, vec![Value::I64(0), Value::I64(u64::MAX), Value::I64(1 << 63)]),
        // Zeros, an infinity, a quiet and a signalling NaN, each with payload.
        (F32, [0, 1 << 31, 0x7f80_0000, 0x7fc0_1234, 0xff80_0001].map(Value::F32).to_vec()),
        (
            F64,
            [0, 1 << 63, 0x7ff0 << 48, 0x7ff8_0000_0000_1234, 0xfff0_0000_0000_0001]
                .map(Value::F64)
                .to_vec(),
        ),
    ];
    for (ty, values) in cases {
        // (func (export "same") (param t) (result t) (local.get 0))
        let wasm = Wasm::default().ty(&[ty], &[ty]).func(0, &[0x20, 0]).export("same", FUNC, 0);
        let instance = live.instantiate(&wasm, &[])?;
        for value in values {
            live.returns(instance, "same", &[value], &[value])?;
        }
    }
    Ok(())
}

/// Several of each kind, so that both registers and the stack are used.
const ARGUMENTS: [(u8, Value); 12] = [
    (I32, Value::I32(1)),
    (F64, Value::f64(2.0)),
    (I64, Value::I64(3)),
    (F32, Value::f32(4.0)),
    (I32, Value::I32(5)),
    (I64, Value::I64(6)),
    (I32, Value::I32(7)),
    (I64, Value::I64(8)),
    (I32, Value::I32(9)),
    (F32, Value::f32(10.0)),
    (I64, Value::I64(11)),
    (F64, Value::f64(12.0)),
];

fn order(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let params = ARGUMENTS.map(|(ty, _)| ty);
    let values = ARGUMENTS.map(|(_, value)| value);
    for (at, (ty, value)) in ARGUMENTS.into_iter().enumerate() {
        let wasm =
            Wasm::default().ty(&params, &[ty]).func(0, &[0x20, at as u8]).export("pick", FUNC, 0);
        let instance = live.instantiate(&wasm, &[])?;
        live.returns(instance, "pick", &values, &[value])?;
    }
    Ok(())
}

fn several_results(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::MultiValue)?;
    let mut live = bench.open()?;
    let types = ARGUMENTS.map(|(ty, _)| ty);
    let values = ARGUMENTS.map(|(_, value)| value);
    let body: Vec<u8> = (0..ARGUMENTS.len() as u8).flat_map(|at| [0x20, at]).collect();
    let wasm = Wasm::default().ty(&types, &types).func(0, &body).export("all", FUNC, 0);
    let instance = live.instantiate(&wasm, &[])?;
    live.returns(instance, "all", &values, &values)
}

fn wrong_arguments(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut live = bench.open()?;
    let wasm = Wasm::default().ty(&[I32], &[I32]).func(0, &[0x20, 0]).export("same", FUNC, 0);
    let instance = live.instantiate(&wasm, &[])?;
    let same = live.func(instance, "same")?;
    let one = Value::I32(1);
    refused("no argument for one", live.session.call(same, &[]))?;
    refused("two arguments for one", live.session.call(same, &[one, one]))?;
    refused("an i64 for an i32", live.session.call(same, &[Value::I64(1)]))?;
    refused("an f32 for an i32", live.session.call(same, &[Value::F32(1)]))?;
    live.returns(instance, "same", &[one], &[one])
}
