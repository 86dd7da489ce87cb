//! Processes and threads that use one directory at once.

use crate::bench::{Bench, all, files, used};
use crate::child::Child;
use crate::message::{Answer, Place, Race, Raced, Request, Used};
use crate::report::{Stop, fail};
use crate::scene::Which;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const THREADS: usize = 3;

/// Scenes with their results, on a directory.
struct Track<'s> {
    bench: &'s Bench<'s>,
    directory: tempfile::TempDir,
    scenes: Vec<(Which, Vec<String>)>,
}

impl<'s> Track<'s> {
    fn new(bench: &'s Bench<'s>) -> Result<Track<'s>, Stop> {
        bench.claims("disk-cache")?;
        let mut child = bench.child()?;
        let numbers = if bench.is_slow() { 4 } else { 20 };
        let mut scenes = Vec::new();
        for which in bench.scenes().chain([Which::Numbered(0, numbers)]) {
            let results = bench.results(&mut child, &which)?;
            scenes.push((which, results));
        }
        Ok(Track { bench, directory: tempfile::tempdir()?, scenes })
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("cache")
    }

    fn place(&self) -> Place {
        self.bench.place(&self.path())
    }

    /// Starts all processes, and then lets them run at once.
    fn race(&self, in_step: bool) -> Result<Vec<Answer>, Stop> {
        let processes = if self.bench.is_slow() { 2 } else { 6 };
        let mut children = Vec::new();
        for _ in 0..processes {
            let mut child = self.bench.child()?;
            child.ask(&Request::Describe)?;
            children.push(child);
        }
        for (number, child) in children.iter_mut().enumerate() {
            let scenes = self.scenes.iter().map(|(which, _)| which.clone()).collect();
            let (place, shared) = (self.place(), number % 2 == 0);
            let race = Race { place, scenes, threads: THREADS, shared, in_step };
            child.send(&Request::Race(race))?;
        }
        let received = children.iter_mut().map(Child::receive);
        received.map(|answer| answer.map_err(Stop::once_supported)).collect()
    }

    /// Checks the results of every thread that ran, and gives what each used.
    fn right(&self, answer: Answer, in_step: bool) -> Result<Vec<Raced>, Stop> {
        let all = match answer {
            Answer::Raced(all) => all,
            other => return used(other).and_then(|_| fail("an answer to another question")),
        };
        if all.len() != THREADS {
            return fail(format!("results of {} threads, not {THREADS}", all.len()));
        }
        for (thread, raced) in all.iter().enumerate() {
            let Ok(scenes) = raced else { continue };
            if scenes.len() != self.scenes.len() {
                return fail(format!("{} scenes, not {}", scenes.len(), self.scenes.len()));
            }
            for (at, used) in scenes.iter().enumerate() {
                let first = if in_step { 0 } else { thread };
                let (which, expected) = &self.scenes[(at + first) % self.scenes.len()];
                if used.results != *expected {
                    return fail(format!("{which:?}: {:?}, not {expected:?}", used.results));
                }
            }
        }
        Ok(all)
    }

    /// The same, where every thread must run.
    fn all_right(&self, answer: Answer, in_step: bool) -> Result<Vec<Used>, Stop> {
        let started = |raced: Raced| raced.map_err(|why| Stop::failed(&why));
        let all: Result<Vec<_>, Stop> =
            self.right(answer, in_step)?.into_iter().map(started).collect();
        Ok(all?.into_iter().flatten().collect())
    }

    /// Uses every scene in one process on a directory, twice; the second time everything is found.
    fn fill(&self, directory: &Path) -> Result<BTreeSet<PathBuf>, Stop> {
        let mut child = self.bench.child()?;
        for round in 0..2 {
            for (which, expected) in &self.scenes {
                let place = self.bench.place(directory);
                let used = used(child.ask(&Request::Use(place, which.clone()))?)?;
                if used.results != *expected {
                    return fail(format!("{which:?}: {:?}, not {expected:?}", used.results));
                }
                if used.counts.is_some_and(|counts| counts.refused > 0) {
                    return fail(format!("{which:?}: entries are refused: {:?}", used.counts));
                }
                if round == 1 {
                    all(&used, true).map_err(|stop| stop.after(format!("{which:?}")))?;
                }
            }
        }
        files(directory)
    }
}

/// No thread sees a part of an entry, and the directory becomes the same as without a race: threads
/// that are at different modules, and threads that are at the same one.
pub(crate) fn cold(bench: &Bench<'_>) -> Result<(), Stop> {
    for in_step in [false, true] {
        let track = Track::new(bench)?;
        for answer in track.race(in_step)? {
            for used in track.all_right(answer, in_step)? {
                if used.counts.is_some_and(|counts| counts.refused > 0) {
                    return fail(format!("entries are refused: {:?}", used.counts));
                }
            }
        }
        let left = files(&track.path())?;
        let alone = track.fill(&track.directory.path().join("alone"))?;
        if left != alone {
            return fail(format!("the race left {left:?}, not {alone:?}"));
        }
        track.fill(&track.path())?;
    }
    Ok(())
}

/// Everything is found.
pub(crate) fn warm(bench: &Bench<'_>) -> Result<(), Stop> {
    let track = Track::new(bench)?;
    let filled = track.fill(&track.path())?;
    for answer in track.race(false)? {
        for used in track.all_right(answer, false)? {
            all(&used, true)?;
        }
    }
    let left = files(&track.path())?;
    if left != filled {
        return fail(format!("the race left {left:?}, not {filled:?}"));
    }
    Ok(())
}

/// Somebody removes the directory, again and again.
pub(crate) fn removed_meanwhile(bench: &Bench<'_>) -> Result<(), Stop> {
    let track = Track::new(bench)?;
    let over = AtomicBool::new(false);
    let answers = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                // The others create it while it is being removed.
                let _ = fs::remove_dir_all(track.path());
                std::thread::sleep(Duration::from_millis(3));
            }
        });
        let answers = track.race(false);
        over.store(true, Ordering::Relaxed);
        answers
    })?;
    let mut ran = 0;
    for answer in answers {
        // An engine may refuse a directory that is gone when it opens it, and nothing after that.
        ran += track.right(answer, false)?.iter().flatten().count();
    }
    if ran == 0 {
        return fail("no thread of any process could start its engine");
    }
    track.fill(&track.path()).map(drop)
}
