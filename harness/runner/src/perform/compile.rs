//! Compiles the modules of a script without running them, to fill the engine's cache. Takes a
//! script, an engine and the options; reports every directive as skipped.

use super::plan::{Part, Plan};
use super::{Observer, Options, skipped};
use crate::script::{Directive, ModuleText, Script, Step, Wasm};
use wassay_engine::Engine;

/// Compiles every module that performing the script would compile.
pub(crate) fn compile(
    script: &Script,
    engine: &dyn Engine,
    options: &Options,
    observer: &mut dyn Observer,
) {
    let plan = Plan::new(script, options);
    for step in script.steps() {
        match plan.part(step) {
            Part::Judged | Part::Performed => {
                observer.begin(step.index);
                modules(script, step, engine);
                observer.verdict(skipped(step));
            }
            Part::Skipped => observer.verdict(skipped(step)),
            Part::Replayed | Part::Poisoned | Part::Nothing => {}
        }
    }
}

/// Compiles the modules of a directive.
fn modules(script: &Script, step: &Step, engine: &dyn Engine) {
    script.read(step, |directive| match directive {
        // The engine never sees these.
        Ok(Directive::AssertMalformedCustom { .. } | Directive::AssertInvalidCustom { .. })
        | Err(_) => {}
        Ok(mut directive) => directive.each_module(&mut |module| keep(module, engine)),
    });
}

/// Compiles a module. Errors are ignored here: performing the script reports them.
fn keep(module: &mut ModuleText<'_>, engine: &dyn Engine) {
    let Wasm::Bytes(wasm) = module.encode() else { return };
    if let Ok(Ok(module)) = engine.compile(&wasm) {
        let _ = engine.drop_module(module);
    }
}
