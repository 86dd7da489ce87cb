//! Processes that are killed at random points of a cold compilation, all on one directory.

use crate::bench::{Bench, all, files, used};
use crate::child::Child;
use crate::message::{Request, Used};
use crate::report::{Stop, fail};
use crate::scene::Which;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::inotify::{self, CreateFlags, Reader, WatchFlags};
use rustix::time::Timespec;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};

/// Where the random points begin.
const SEED: u64 = 20_240_613;

/// The number of modules that a process compiles, and how many of them the one before did not.
const EACH: u32 = 8;
const NEW: u32 = 6;

/// The most changes of the directory after which a process is killed.
const CHANGES: u64 = 60;

/// What is left is absent or valid, and the next process removes the rest.
pub(crate) fn killed(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims("disk-cache")?;
    let processes = if bench.is_slow() { 20 } else { 200 };
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("cache");
    let aside = directory.path().join("aside");
    std::fs::create_dir(&aside)?;
    let conditions = format!("export TMPDIR='{0}' HOME='{0}'", aside.display());
    let start = || Child::start(bench.launch, &conditions);
    let uses = |path: &Path, from: u32, to: u32| {
        Request::Use(bench.place(path), Which::Numbered(from, to))
    };
    // One that nobody kills shows how long it takes.
    let mut child = start()?;
    child.ask(&Request::Describe)?;
    let begin = Instant::now();
    used(child.ask(&uses(&path, 0, EACH))?)?;
    let whole = begin.elapsed();

    let mut random = Random(SEED);
    for process in 1..=processes {
        let mut child = start()?;
        child.ask(&Request::Describe)?;
        let watched = watch(&path)?;
        child.send(&uses(&path, process * NEW, process * NEW + EACH))?;
        let share = random.below(1000) as f64 / 1000.0;
        if process % 2 == 0 {
            std::thread::sleep(whole.mul_f64(share));
        } else {
            wait_for(&watched, random.below(CHANGES), whole * 2)?;
        }
        child.end();
    }

    let modules = processes * NEW + EACH;
    let mut compiled = 0;
    for from in (0..modules).step_by(50) {
        let to = modules.min(from + 50);
        let first = right(used(child.ask(&uses(&path, from, to))?)?, from, to)?;
        if let Some(counts) = first.counts.filter(|counts| counts.refused > 0) {
            return fail(format!("a killed process left entries that are refused: {counts:?}"));
        }
        let reported = first.modules.iter().filter(|it| it.found == Some(false)).count();
        compiled += first.counts.map_or(reported as u64, |counts| counts.misses);
        let again = right(used(child.ask(&uses(&path, from, to))?)?, from, to)?;
        all(&again, true)?;
    }
    if compiled == 0 {
        return fail("every process stored everything before it was killed");
    }

    // A directory on which nobody was killed has the same files.
    let alone = directory.path().join("alone");
    for from in (0..modules).step_by(50) {
        used(child.ask(&uses(&alone, from, modules.min(from + 50)))?)?;
    }
    if let Some(strange) = files(&aside)?.first() {
        return fail(format!("{} is left outside of the directory", strange.display()));
    }
    let (left, alone) = (files(&path)?, files(&alone)?);
    match left.symmetric_difference(&alone).next() {
        Some(strange) => fail(format!("{} is not in both", strange.display())),
        None => Ok(()),
    }
}

/// The results of numbered modules.
fn right(used: Used, from: u32, to: u32) -> Result<Used, Stop> {
    let expected = Which::Numbered(from, to).scene().map_err(|why| Stop::failed(&why))?.expected();
    match used.results == expected {
        true => Ok(used),
        false => fail(format!("{:?}, not {expected:?}", used.results)),
    }
}

/// Watches a directory and those in it.
fn watch(path: &Path) -> Result<OwnedFd, Stop> {
    let watched = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
    let changes = WatchFlags::CREATE
        | WatchFlags::MODIFY
        | WatchFlags::CLOSE_WRITE
        | WatchFlags::ATTRIB
        | WatchFlags::MOVE
        | WatchFlags::DELETE;
    inotify::add_watch(&watched, path, changes)?;
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            inotify::add_watch(&watched, entry.path(), changes)?;
        }
    }
    Ok(watched)
}

/// Returns after so many changes, or after this time.
fn wait_for(watched: &OwnedFd, changes: u64, limit: Duration) -> Result<(), Stop> {
    let begin = Instant::now();
    let mut seen = 0;
    let mut buffer = [MaybeUninit::uninit(); 4096];
    let tick = Timespec { tv_sec: 0, tv_nsec: 1_000_000 };
    while seen < changes && begin.elapsed() < limit {
        poll(&mut [PollFd::new(watched, PollFlags::IN)], Some(&tick))?;
        let mut reader = Reader::new(watched, &mut buffer);
        while seen < changes && reader.next().is_ok() {
            seen += 1;
        }
    }
    Ok(())
}

/// Numbers that are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
