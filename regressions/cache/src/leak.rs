//! Loading and dropping modules leaves the process as it was. In wazero#1815 each hit leaked; in
//! wasmer#4377 a list for backtraces kept each module that an engine had loaded from a file.

use crate::bench::{Bench, Fixture};
use crate::message::{Answer, Request};
use crate::report::{Stop, fail};
use crate::scene::Which;

/// How often: a leak of one page in ten rounds is 50 times what a process may differ.
const ROUNDS: u32 = 10_000;

/// Loads and drops every module of a scene, from the cache and from bytes.
pub(crate) fn loaded_and_dropped(bench: &Bench<'_>, which: &Which) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, which.clone())?;
    let rounds = if bench.is_slow() { ROUNDS / 20 } else { ROUNDS };
    // A process that has done nothing else.
    fixture.child = bench.child()?;
    let (place, scene) = (fixture.place.clone(), which.clone());
    match fixture.child.ask(&Request::Repeat { place, scene, rounds })? {
        Answer::Grew(all) => {
            for repeated in all {
                if !repeated.growth.is_none() {
                    return fail(format!("it grew in {rounds} rounds: {repeated:?}"));
                }
                if repeated.compiled.is_some_and(|functions| functions > 0) {
                    return fail(format!("the modules were compiled, not loaded: {repeated:?}"));
                }
            }
            Ok(())
        }
        other => fail(format!("{other:?}")),
    }
}
