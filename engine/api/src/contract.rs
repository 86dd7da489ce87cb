//! A smoke test that every engine author can run: a provider enters, a report leaves.
//!
//! It is not a conformance suite. It checks that the *trait* is implemented as intended: foreign
//! handles are refused, traps are data, and nothing is left broken. Its modules are a few bytes
//! each and need only WebAssembly 1.0, unless a check names the feature that it needs.

mod another;
mod bench;
mod calls;
mod engines;
mod exceptions;
mod handles;
mod hosts;
mod instances;
mod modules;
mod objects;
mod report;
mod sessions;
mod stored;
mod traps;
mod types;
mod wasm;

pub use report::{Check, Report, Verdict};

use crate::config::Identity;
use crate::engine::Provider;
use crate::lost::Lost;
use bench::{Bench, Stop};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A check by name.
type NamedCheck = (&'static str, fn(&Bench<'_>) -> Result<(), Stop>);

/// Runs every check, each on an engine of its own that `provider` starts. A check that panics
/// fails; the others still run.
///
/// A finished engine fails no check. A check is unsupported only if
/// [`Capabilities`](crate::Capabilities) or [`Features`](crate::Features) say so, too, if the engine
/// finds imports by name and cannot distinguish two of one name, or if it lacks an operation that no
/// capability names, such as [`Engine::another`](crate::Engine::another).
pub fn check(provider: &dyn Provider) -> Report {
    let bench = Bench { provider };
    let groups = [
        engines::CHECKS,
        modules::CHECKS,
        stored::CHECKS,
        calls::CHECKS,
        traps::CHECKS,
        hosts::CHECKS,
        objects::CHECKS,
        instances::CHECKS,
        sessions::CHECKS,
        another::CHECKS,
        types::CHECKS,
        exceptions::CHECKS,
        handles::CHECKS,
    ];
    let checks = groups.concat().into_iter().map(|(name, run)| {
        let verdict = match catch_unwind(AssertUnwindSafe(|| run(&bench))) {
            Ok(Ok(())) => Verdict::Passed,
            Ok(Err(Stop::Failed(why))) => Verdict::Failed(why),
            Ok(Err(Stop::Unsupported(what))) => Verdict::Unsupported(what),
            Err(panic) => Verdict::Failed(match Lost::of(&*panic) {
                Some(Lost(why)) => why.clone(),
                None => "the engine panicked".to_string(),
            }),
        };
        Check { name, verdict }
    });
    let checks = checks.collect();
    // An engine that cannot identify itself has failed the first check.
    let nobody = |_| Identity {
        name: "an engine without identity".to_string(),
        version: String::new(),
        target: String::new(),
        build: String::new(),
        notice: String::new(),
    };
    Report { engine: provider.identity().unwrap_or_else(nobody), checks }
}
