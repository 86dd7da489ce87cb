//! Checks of exceptions at the border of the host: those that leave a call, and those that a function
//! of the host throws.

use super::NamedCheck;
use super::bench::{Bench, Stop, equal_text, fail, refused};
use super::wasm::{FUNC, I32, TAG, Wasm, i32_const};
use crate::features::Feature;
use crate::handle::Extern;
use crate::host::HostAction;
use crate::outcome::Outcome;
use crate::types::{FuncType, ValType};
use crate::value::Value;

pub const CHECKS: &[NamedCheck] = &[
    ("an exception leaves a call with its values", leaves_a_call),
    ("an exception of the host is caught by its tag", caught_in_wasm),
    ("a tag with results is refused", tag_with_results),
];

fn leaves_a_call(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::Exceptions)?;
    let mut live = bench.open()?;
    // (throw 0 (local.get 0) (i32.const 8))
    let body = [&[0x20, 0][..], &i32_const(8), &[0x08, 0]].concat();
    let wasm = Wasm::default()
        .ty(&[I32, I32], &[])
        .ty(&[I32], &[])
        .tag(0)
        .func(1, &body)
        .export("tag", TAG, 0)
        .export("throw", FUNC, 0);
    let instance = live.instantiate(&wasm, &[])?;
    for first in [7, u32::MAX] {
        match live.call(instance, "throw", &[Value::I32(first)])? {
            Outcome::Threw(thrown) => {
                let expected = vec![Value::I32(first), Value::I32(8)];
                let (got, expected) =
                    (Outcome::Returned(thrown.values), Outcome::Returned(expected));
                equal_text("the values of the exception", got, expected)?;
            }
            other => return fail(format!("expected an exception; got: {other}")),
        }
    }
    Ok(())
}

fn caught_in_wasm(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::Exceptions)?;
    let mut live = bench.open()?;
    let ty = FuncType::new([ValType::I32], []);
    let (one, other) = (live.session.tag_new(&ty)?, live.session.tag_new(&ty)?);
    let throws = HostAction::Throw(one, vec![Value::I32(5)]);
    let host = live.session.host_func(&FuncType::default(), throws)?;
    // (block $other (result i32)
    //   (return (block $one (result i32)
    //     (try_table (catch 1 $other) (catch 0 $one) (call 0))
    //     (return (i32.const 1)))))
    // (drop) (i32.const 2)
    let body = [
        &[0x02, 0x7f, 0x02, 0x7f, 0x1f, 0x40, 2, 0, 1, 1, 0, 0, 0, 0x10, 0, 0x0b][..],
        &i32_const(1),
        &[0x0f, 0x0b, 0x0f, 0x0b, 0x1a],
        &i32_const(2),
    ]
    .concat();
    let wasm = Wasm::default()
        .ty(&[], &[])
        .ty(&[I32], &[])
        .ty(&[], &[I32])
        .import_func("host", "f", 0)
        .import_tag("host", "one", 1)
        .import_tag("host", "other", 1)
        .func(2, &body)
        .export("catch", FUNC, 1);
    let imports = [Extern::Func(host), Extern::Tag(one), Extern::Tag(other)];
    let instance = live.instantiate(&wasm, &imports)?;
    live.returns(instance, "catch", &[], &[Value::I32(5)])
}

fn tag_with_results(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs(Feature::Exceptions)?;
    let mut live = bench.open()?;
    refused("a tag with results", live.session.tag_new(&FuncType::new([], [ValType::I32])))
}
