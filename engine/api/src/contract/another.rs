//! Checks of [`Engine::another`]: the two engines have the same config, and share nothing else.

use super::NamedCheck;
use super::bench::{Bench, Live, Stop, equal, fail};
use super::engines::feature_modules;
use super::modules::{answer, refuses_modules};
use super::sessions::refuses_handles;
use crate::config::Config;
use crate::engine::Engine;
use crate::value::Value;

pub const CHECKS: &[NamedCheck] = &[
    ("another engine runs beside the first", beside),
    ("modules of another engine with the same config are refused", modules),
    ("handles of another engine with the same config are refused", handles),
    ("another engine accepts what the first accepts", config),
    ("another engine counts only its own functions", counts),
];

/// An engine, and another that it started, each with a session.
fn two(bench: &Bench<'_>) -> Result<(Live, Live), Stop> {
    let one = bench.open()?;
    let other = Live::on(one.engine.another()?)?;
    Ok((one, other))
}

fn beside(bench: &Bench<'_>) -> Result<(), Stop> {
    let (mut one, mut other) = two(bench)?;
    let first = one.instantiate(&answer(), &[])?;
    let second = other.instantiate(&answer(), &[])?;
    one.returns(first, "answer", &[], &[Value::I32(42)])?;
    drop(one);
    other.returns(second, "answer", &[], &[Value::I32(42)])
}

fn modules(bench: &Bench<'_>) -> Result<(), Stop> {
    let (mut one, mut other) = two(bench)?;
    refuses_modules(&mut one, &mut other)?;
    refuses_modules(&mut other, &mut one)
}

fn handles(bench: &Bench<'_>) -> Result<(), Stop> {
    let (mut one, mut other) = two(bench)?;
    refuses_handles(&mut one, &mut other)?;
    let (mut one, mut other) = two(bench)?;
    refuses_handles(&mut other, &mut one)
}

fn config(bench: &Bench<'_>) -> Result<(), Stop> {
    let all = bench.config();
    let switches = bench.provider.capabilities().switches;
    let fewer = Config { features: all.features.minus(switches), ..all.clone() };
    for config in [all, fewer] {
        let one = bench.provider.start(&config)?;
        let other = one.another()?;
        for (feature, wasm) in feature_modules() {
            let accepts = |engine: &dyn Engine| engine.compile(&wasm.bytes()).map(|it| it.is_ok());
            match (accepts(&*one)?, accepts(&*other)?) {
                (true, false) => return fail(format!("only the first engine has `{feature}`")),
                (false, true) => return fail(format!("only the other engine has `{feature}`")),
                _ => {}
            }
        }
    }
    Ok(())
}

fn counts(bench: &Bench<'_>) -> Result<(), Stop> {
    let one = bench.open()?;
    one.compile(&answer())?;
    let other = Live::on(one.engine.another()?)?;
    let count = |live: &Live| live.engine.cache_stats().map(|stats| stats.functions_compiled);
    equal("functions that a new engine has compiled", count(&other)?, 0)?;
    let before = count(&one)?;
    other.compile(&answer())?;
    equal("functions of the first engine", count(&one)?, before)?;
    let own = count(&other)?;
    one.compile(&answer())?;
    equal("functions of the other engine", count(&other)?, own)?;
    match own {
        0 => fail("the other engine does not count what it compiles"),
        _ => Ok(()),
    }
}
