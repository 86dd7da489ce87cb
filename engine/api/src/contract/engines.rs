//! Checks of providers and engines: who they are, what they refuse.

use super::NamedCheck;
use super::bench::{Bench, Live, Stop, claimed, fail};
use super::wasm::{FUNC, I64, Wasm, i64_const};
use crate::config::Config;
use crate::features::Features;
use crate::outcome::{Fault, Instantiated, Outcome, TrapKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub const CHECKS: &[NamedCheck] = &[
    ("the engine says who it is", identity),
    ("an engine starts with all its features", |bench| bench.engine().map(|_| ())),
    ("a config with features that the engine lacks is refused", lacking_features),
    ("an endless call can be interrupted", interruption),
];

fn identity(bench: &Bench<'_>) -> Result<(), Stop> {
    let identity = bench.provider.identity()?;
    if identity.name.is_empty() || identity.version.is_empty() || identity.target.is_empty() {
        return fail(format!("name, version and target must not be empty: {identity:?}"));
    }
    Ok(())
}

fn lacking_features(bench: &Bench<'_>) -> Result<(), Stop> {
    if bench.provider.features() == Features::all() {
        return Ok(());
    }
    match bench.provider.start(&Config::new(Features::all())) {
        Err(Fault::Unsupported(_)) => Ok(()),
        Err(other) => fail(format!("not as unsupported: {other}")),
        Ok(_) => fail("an engine started"),
    }
}

fn interruption(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims(|can| can.interrupt, "interruption")?;
    let config = Config { interruption: true, ..bench.config() };
    let engine = claimed("interruption", bench.provider.start(&config))?;
    let interrupter = claimed("interruption", engine.interrupter())?;
    let mut live = Live::on(engine)?;
    // (func (param i64) (loop (br_if 0 (i64.ne (local.tee 0 (i64.sub (local.get 0) 1)) 0)))):
    // long enough to be endless for a compiler, and yet it ends if nobody interrupts it.
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
