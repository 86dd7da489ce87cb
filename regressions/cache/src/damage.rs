//! Damaged entries: every byte flipped, and truncation at every length; samples of large entries. A
//! slow machine compiles again after a sample of the damages, and only looks at all of them.

use crate::bench::{Bench, Fixture, Verdict};
use crate::message::{Answer, Request};
use crate::report::{Stop, fail};
use crate::scene::Which;
use std::fs;
use std::path::Path;

/// How many cases of an entry a slow machine is given, and of an entry that is longer than this.
const SAMPLE: usize = 40;
const LONG: usize = 1 << 20;

/// One bit of each byte is flipped, a different one in each byte.
pub(crate) fn flipped(bench: &Bench<'_>, which: &Which) -> Result<(), Stop> {
    damaged(bench, which, |good, at| {
        let mut bytes = good.to_vec();
        bytes[at] ^= 1 << (at % 8);
        bytes
    })
}

/// The entry is cut at each length.
pub(crate) fn truncated(bench: &Bench<'_>, which: &Which) -> Result<(), Stop> {
    damaged(bench, which, |good, at| good[..at].to_vec())
}

/// The engine finds each of these damages where it looks after the directory, and compiles nothing.
pub(crate) fn verified(bench: &Bench<'_>, which: &Which) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, which.clone())?;
    let bytes: Result<u64, std::io::Error> =
        fixture.entries.iter().map(|entry| Ok(fs::metadata(entry)?.len())).sum();
    let all = 2 * bytes?;
    match fixture.child.ask(&Request::Sweep(fixture.place.clone(), which.clone()))? {
        Answer::Swept(found) if found == all => fixture.hits(),
        Answer::Swept(found) => fail(format!("it found {found} damages of {all}")),
        Answer::Wrong(what) | Answer::Refused(what) => fail(what),
        other => fail(format!("an answer to another question: {other:?}")),
    }
}

/// Puts each damage into each entry of the scene.
fn damaged(
    bench: &Bench<'_>,
    which: &Which,
    damage: impl Fn(&[u8], usize) -> Vec<u8>,
) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, which.clone())?;
    for (module, entry) in fixture.entries.clone().iter().enumerate() {
        let good = fs::read(entry)?;
        let is_sampled = bench.is_slow() || good.len() >= LONG;
        let step = if is_sampled { (good.len() / SAMPLE).max(1) } else { 1 };
        let last = good.len().saturating_sub(1);
        for at in (0..last).step_by(step).chain([last]) {
            fs::write(entry, damage(&good, at))?;
            healed(&mut fixture, module, entry, &good).map_err(|stop| {
                stop.after(format!("{which:?}, entry {module}, byte {at} of {}", good.len()))
            })?;
        }
        fixture.hits()?;
    }
    Ok(())
}

fn healed(fixture: &mut Fixture, module: usize, entry: &Path, good: &[u8]) -> Result<(), Stop> {
    fixture.survives(&[module], Verdict::Refused)?;
    // A file with the same bytes needs no lookup: this halves the time.
    match fs::read(entry) {
        Ok(bytes) if bytes == good => Ok(()),
        _ => fixture.hits().map_err(|stop| stop.after("not healed")),
    }
}
