//! Checks of providers and engines: their identity, and the configs and modules that they refuse.

use super::NamedCheck;
use super::bench::{Bench, Live, Stop, claimed, fail};
use super::modules::answer;
use super::wasm::{FUNC, GLOBAL, I32, I64, Wasm, f32_const, i32_const, i64_const};
use crate::config::Config;
use crate::features::{Feature, Features};
use crate::outcome::{Fault, Instantiated, Outcome, TrapKind};
use crate::value::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub const CHECKS: &[NamedCheck] = &[
    ("the engine says who it is", identity),
    ("a module can be compiled, instantiated and called", required),
    ("an engine starts with all its features", |bench| bench.engine().map(|_| ())),
    ("a config with features that the engine lacks is refused", lacking_features),
    ("a claimed feature is there", claimed_features),
    ("a feature that is off is rejected", features_off),
    ("an endless call can be interrupted", interruption),
];

fn identity(bench: &Bench<'_>) -> Result<(), Stop> {
    let identity = bench.provider.identity()?;
    if identity.name.is_empty() || identity.version.is_empty() || identity.target.is_empty() {
        let named = [identity.name, identity.version, identity.target].map(|it| format!("`{it}`"));
        return fail(format!("name, version or target is empty: {}", named.join(", ")));
    }
    Ok(())
}

/// Without these operations no script runs, so none of them may be unsupported.
fn required(bench: &Bench<'_>) -> Result<(), Stop> {
    let run = || {
        let mut live = bench.open()?;
        let instance = live.instantiate(&answer(), &[])?;
        live.returns(instance, "answer", &[], &[Value::I32(42)])
    };
    run().map_err(|stop| match stop {
        Stop::Unsupported(what) => Stop::Failed(format!("unsupported: {what}")),
        failed => failed,
    })
}

fn lacking_features(bench: &Bench<'_>) -> Result<(), Stop> {
    if bench.provider.features() == Features::all() {
        return Ok(());
    }
    match bench.provider.start(&Config::new(Features::all())) {
        Err(Fault::Unsupported(_)) => Ok(()),
        Err(other) => fail(format!("expected it to be unsupported, got: {other}")),
        Ok(_) => fail("the engine started"),
    }
}

fn claimed_features(bench: &Bench<'_>) -> Result<(), Stop> {
    let engine = bench.engine()?;
    for (feature, wasm) in feature_modules() {
        if !bench.provider.features().has(feature) {
            continue;
        }
        if let Err(rejected) = engine.compile(&wasm.bytes())? {
            let why = rejected.message;
            return fail(format!("`{feature}` is claimed, but its module is rejected: {why}"));
        }
    }
    Ok(())
}

fn features_off(bench: &Bench<'_>) -> Result<(), Stop> {
    let switches = bench.provider.capabilities().switches;
    if switches.is_empty() {
        return Err(Stop::Unsupported("no feature can be turned off".to_string()));
    }
    let config = Config::new(bench.provider.features().minus(switches));
    let engine = claimed("turning features off", bench.provider.start(&config))?;
    for (feature, wasm) in feature_modules() {
        if switches.has(feature) && engine.compile(&wasm.bytes())?.is_ok() {
            return fail(format!("`{feature}` is off, but its module is accepted"));
        }
    }
    Ok(())
}

/// For each feature a module that is valid with it and invalid without it.
pub fn feature_modules() -> Vec<(Feature, Wasm)> {
    let body = |body: &[u8]| Wasm::default().ty(&[], &[]).func(0, body);
    let zero = i32_const(0);
    let vector = [&[0xfd, 0x0c][..], &[0; 16]].concat();
    let fill = [&zero[..], &zero, &zero, &[0xfc, 0x0b, 0]].concat();
    let swizzle = [&vector[..], &vector, &[0xfd, 0x80, 0x02, 0x1a]].concat();
    let sum = [&zero[..], &zero, &[0x6a]].concat();
    let wide = [i64_const(0).repeat(4), vec![0xfc, 0x13, 0x1a, 0x1a]].concat();
    vec![
        (Feature::MutableGlobal, Wasm::default().global(I32, true, &zero).export("g", GLOBAL, 0)),
        // i32.extend8_s
        (Feature::SignExtension, body(&[&zero[..], &[0xc0, 0x1a]].concat())),
        // i32.trunc_sat_f32_s
        (Feature::SaturatingFloatToInt, body(&[&f32_const(0.0)[..], &[0xfc, 0, 0x1a]].concat())),
        (Feature::MultiValue, Wasm::default().ty(&[], &[I32, I32])),
        // memory.fill
        (Feature::BulkMemory, body(&fill).memory(1, None)),
        // ref.null func
        (Feature::ReferenceTypes, body(&[0xd0, 0x70, 0x1a])),
        (Feature::Simd, body(&[&vector[..], &[0x1a]].concat())),
        // i8x16.relaxed_swizzle
        (Feature::RelaxedSimd, body(&swizzle)),
        // return_call
        (Feature::TailCall, body(&[0x12, 0])),
        // A parameter of type (ref null 0)
        (Feature::FunctionReferences, Wasm::default().ty(&[], &[]).raw_ty(&[0x60, 1, 0x63, 0, 0])),
        // (struct)
        (Feature::Gc, Wasm::default().raw_ty(&[0x5f, 0])),
        // ref.null exn
        (Feature::Exceptions, body(&[0xd0, 0x69, 0x1a])),
        (Feature::ExtendedConst, Wasm::default().global(I32, false, &sum)),
        (Feature::MultiMemory, Wasm::default().memory(1, None).memory(1, None)),
        // (memory i64 1)
        (Feature::Memory64, Wasm::default().raw_memory(&[4, 1])),
        // atomic.fence
        (Feature::Threads, body(&[0xfe, 0x03, 0])),
        // i64.add128
        (Feature::WideArithmetic, body(&wide)),
        // (memory 1 (pagesize 1))
        (Feature::CustomPageSizes, Wasm::default().raw_memory(&[8, 1, 0])),
    ]
}

fn interruption(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims(|can| can.interrupt, "interruption")?;
    let config = Config { interruption: true, ..bench.config() };
    let engine = claimed("interruption", bench.provider.start(&config))?;
    let interrupter = claimed("interruption", engine.interrupter())?;
    let mut live = Live::on(engine)?;
    // (func (param i64) (loop (br_if 0 (i64.ne (local.tee 0 (i64.sub (local.get 0) 1)) 0)))):
    // practically endless for a compiler, but it ends even if it is not interrupted.
    let body = [
        &[0x03, 0x40, 0x20, 0][..],
        &i64_const(1),
        &[0x7d, 0x22, 0],
        &i64_const(0),
        &[0x52, 0x0d, 0, 0x0b],
    ];
    let wasm = Wasm::default().ty(&[I64], &[]).func(0, &body.concat()).export("spin", FUNC, 0);
    let Instantiated::Ready(instance) = live.try_instantiate(&wasm, &[])? else {
        return fail("the loop was not instantiated");
    };
    let done = AtomicBool::new(false);
    let outcome = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(5));
                interrupter.interrupt();
            }
        });
        let outcome = live.call(instance, "spin", &[crate::Value::I64(1 << 34)]);
        done.store(true, Ordering::Release);
        outcome
    })?;
    match outcome {
        Outcome::Returned(_) => fail("the call ran to its end"),
        outcome => bench.trapped(outcome, TrapKind::Interrupted).map(|_| ()),
    }
}
