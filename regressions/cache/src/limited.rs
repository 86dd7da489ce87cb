//! Directories with a limit: their entries stay below it, and what was stored or used last stays.

use crate::bench::{Bench, Fixture, all, used};
use crate::message::{Place, Request};
use crate::report::{Stop, fail};
use crate::scene::Which;
use std::fs;
use std::path::PathBuf;

/// How many modules are stored.
const MODULES: u32 = 20;

/// Half of the entries fit, and then none.
pub(crate) fn limited(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::Numbered(0, MODULES))?;
    let half = bytes(&fixture.entries) / 2;
    let entries = again(&mut fixture, half)?;
    let kept = bytes(&entries);
    if kept > half {
        return fail(format!("the entries have {kept} bytes, and the limit is {half}"));
    }
    if !entries.last().is_some_and(|last| last.is_file()) {
        return fail("the entry that was stored last was removed");
    }
    fixture.right()?;
    fixture.hits().map_err(|stop| stop.after("without a limit"))?;
    if bytes(&again(&mut fixture, 1)?) > 0 {
        return fail("an entry that is larger than the limit alone was stored");
    }
    Ok(())
}

/// The first half of the entries was stored first and used last: it is not removed before the other.
pub(crate) fn used_lately(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::Numbered(0, MODULES))?;
    let half = MODULES / 2;
    let uses = |place: &Place, from, to| Request::Use(place.clone(), Which::Numbered(from, to));
    all(&used(fixture.child.ask(&uses(&fixture.place, 0, half))?)?, true)?;
    let (recent, old) = fixture.entries.split_at(half as usize);
    // Room for the recent half, a new module and some more.
    let limit = bytes(recent) + bytes(&old[..old.len() / 2]);
    let place = Place { limit: Some(limit), ..fixture.place.clone() };
    all(&used(fixture.child.ask(&uses(&place, MODULES, MODULES + 1))?)?, false)?;
    let is_gone = |entry: &&PathBuf| !entry.is_file();
    if let Some(gone) = recent.iter().find(is_gone) {
        return fail(format!("{} was removed, and was used last", gone.display()));
    }
    if !old.iter().any(|entry| is_gone(&entry)) {
        return fail(format!("nothing was removed, and the limit is {limit}"));
    }
    all(&used(fixture.child.ask(&uses(&fixture.place, 0, half))?)?, true)
}

/// Stores everything again in an empty directory with a limit, and gives the places of the entries.
fn again(fixture: &mut Fixture, limit: u64) -> Result<Vec<PathBuf>, Stop> {
    fs::remove_dir_all(fixture.path())?;
    fixture.place.limit = Some(limit);
    let used = fixture.right();
    fixture.place.limit = None;
    Ok(used?.modules.into_iter().filter_map(|module| module.entry).collect())
}

/// The size of the files among these.
fn bytes(entries: &[PathBuf]) -> u64 {
    entries.iter().filter_map(|entry| fs::metadata(entry).ok()).map(|file| file.len()).sum()
}
