//! Takes an operation; fails if repeating it makes this process grow.

use wassay_cache_faults::process::{mappings, repeat};

/// The most mappings of garbage that waits for a collection.
const WAITING: usize = 400;

/// Runs rounds; after the warm-up the process must not grow any more.
pub fn stays(what: &str, rounds: u32, mut round: impl FnMut(u32), settle: impl FnMut()) {
    let mut first = None;
    let rounds_and_looks = |at| -> std::io::Result<()> {
        round(at);
        if at > rounds / 10 && at % 997 == 0 {
            let now = mappings()?;
            let first = *first.get_or_insert(now);
            assert!(now <= first + WAITING, "{what}, round {at}: {first} became {now}");
        }
        Ok(())
    };
    let growth = repeat(rounds, rounds_and_looks, settle).unwrap();
    assert!(growth.is_none(), "{what}, {rounds} rounds: {growth:?}");
}
