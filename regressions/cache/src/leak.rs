//! Loading and dropping modules leaves the process as it was. In wazero#1815 each hit leaked; in
//! wasmer#4377 a list for backtraces kept each module that an engine had loaded from a file.

use crate::bench::{Bench, Fixture};
use crate::message::{Answer, Request};
use crate::report::{Stop, fail};
use crate::scene::Which;

/// How much a process may still grow after a tenth of the rounds.
const BYTES: u64 = 2 << 20;
const MAPPINGS: usize = 16;
const OPEN: usize = 16;

/// Loads and drops every module of a scene, from the cache and from bytes.
pub(crate) fn loaded_and_dropped(bench: &Bench<'_>, which: &Which) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, which.clone())?;
    let rounds = match (bench.is_slow(), which) {
        (true, _) => 500,
        (false, Which::Large) => 1000,
        (false, _) => 10_000,
    };
    // A process that has done nothing else.
    fixture.child = bench.child()?;
    let (place, scene) = (fixture.place.clone(), which.clone());
    match fixture.child.ask(&Request::Repeat { place, scene, rounds })? {
        Answer::Grew(all) => {
            for growth in all {
                let (bytes, mappings) = (growth.bytes, growth.mappings);
                let open = growth.open;
                if bytes.1 > bytes.0 + BYTES
                    || mappings.1 > mappings.0 + MAPPINGS
                    || open.1 > open.0 + OPEN
                {
                    return fail(format!("after {rounds} rounds: {growth:?}"));
                }
                if growth.compiled.is_some_and(|functions| functions > 0) {
                    return fail(format!("the modules were compiled, not loaded: {growth:?}"));
                }
            }
            Ok(())
        }
        other => fail(format!("{other:?}")),
    }
}
