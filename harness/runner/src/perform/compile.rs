//! Compiles the modules of a script and does nothing else: for what the engine leaves in its
//! cache. A script, an engine and where to go on enter; every directive is told as skipped.

use super::{Observer, Resume, skipped};
use crate::script::{Directive, ModuleText, Script, Wasm};
use wassay_engine::Engine;

/// Compiles every module that performing the script would compile.
pub(crate) fn compile(
    script: &Script,
    engine: &dyn Engine,
    resume: &Resume,
    observer: &mut dyn Observer,
) {
    let steps = script.steps().iter().filter(|step| step.index >= resume.from);
    for step in steps.filter(|step| !resume.poisoned.contains(&step.index)) {
        observer.begin(step.index);
        script.read(step, |directive| match directive {
            // Of these the engine is not asked.
            Ok(Directive::AssertMalformedCustom { .. } | Directive::AssertInvalidCustom { .. })
            | Err(_) => {}
            Ok(mut directive) => directive.each_module(&mut |module| keep(module, engine)),
        });
        observer.verdict(skipped(step));
    }
}

/// Has a module compiled. What is wrong with it, performing the script will tell.
fn keep(module: &mut ModuleText<'_>, engine: &dyn Engine) {
    let Wasm::Bytes(wasm) = module.encode() else { return };
    if let Ok(Ok(module)) = engine.compile(&wasm) {
        let _ = engine.drop_module(module);
    }
}
