//! The mark: eight bytes that worker and parent share. The worker writes into them the directive
//! that it runs; the parent reads them. They outlive the worker and work under an emulator. They
//! hold no verdicts.
//!
//! The worker maps them, so writing a mark costs no system call. The parent reads them with
//! `pread`, so a worker that truncates the file cannot crash it. The file has no name, so a killed
//! run leaves nothing behind; a worker opens it through `/proc`.

use crate::perform::Side;
use rustix::fs::{MemfdFlags, memfd_create};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use vm_memory::{FileOffset, MmapRegion, VolatileMemory};

const SIZE: usize = size_of::<u64>();

/// What a worker is doing, in the order of a request's progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Activity {
    /// It waits for a request.
    Idle,
    /// It starts an engine.
    Starting,
    /// It reads a script.
    Reading,
    /// It opens the sessions of the script that it has read.
    Opening,
    /// It runs this directive in this session of the way `sessions`, or in the only one.
    Directive(u32, Side),
    /// It closes the sessions of a script whose directives all have their verdict, or, after its last
    /// script, the engines.
    Closing,
}

/// The bit of a directive that runs in the second session.
const SECOND: u32 = 1 << 31;

const IDLE: u32 = u32::MAX;
const STARTING: u32 = u32::MAX - 1;
const READING: u32 = u32::MAX - 2;
const CLOSING: u32 = u32::MAX - 3;
const OPENING: u32 = u32::MAX - 4;

/// The worker's end.
#[derive(Debug)]
pub(crate) struct Mark {
    shared: MmapRegion,
    steps: u32,
}

impl Mark {
    pub(crate) fn open(path: &Path) -> io::Result<Mark> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let shared = MmapRegion::from_file(FileOffset::new(file, 0), SIZE);
        Ok(Mark { shared: shared.map_err(io::Error::other)?, steps: 0 })
    }

    /// Records what the worker does from now on.
    pub(crate) fn set(&mut self, place: Activity) {
        let at = match place {
            Activity::Idle => IDLE,
            Activity::Starting => STARTING,
            Activity::Reading => READING,
            Activity::Opening => OPENING,
            Activity::Directive(index, Side::First) => index & !SECOND,
            Activity::Directive(index, Side::Second) => index | SECOND,
            Activity::Closing => CLOSING,
        };
        self.steps = self.steps.wrapping_add(1);
        let word = u64::from(self.steps) << 32 | u64::from(at);
        if let Ok(shared) = self.shared.get_atomic_ref::<AtomicU64>(0) {
            shared.store(word.to_le(), Ordering::Release);
        }
    }
}

/// The parent's end.
#[derive(Debug)]
pub(crate) struct MarkReader(File);

/// The value of a mark: two equal ones mean that the worker did not move in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading(u64);

impl MarkReader {
    /// A new mark with the value *idle*.
    pub(crate) fn create() -> io::Result<MarkReader> {
        let file = File::from(memfd_create("wassay-mark", MemfdFlags::CLOEXEC)?);
        file.write_all_at(&u64::from(IDLE).to_le_bytes(), 0)?;
        Ok(MarkReader(file))
    }

    /// The path by which a worker opens the mark, valid as long as this process lives.
    pub(crate) fn path(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/fd/{}", std::process::id(), self.0.as_raw_fd()))
    }

    pub(crate) fn read(&self) -> Reading {
        let mut bytes = u64::from(IDLE).to_le_bytes();
        let _ = self.0.read_at(&mut bytes, 0);
        Reading(u64::from_le_bytes(bytes))
    }
}

impl Reading {
    pub(crate) fn place(self) -> Activity {
        match self.0 as u32 {
            IDLE => Activity::Idle,
            STARTING => Activity::Starting,
            READING => Activity::Reading,
            OPENING => Activity::Opening,
            CLOSING => Activity::Closing,
            index if index & SECOND == 0 => Activity::Directive(index, Side::First),
            index => Activity::Directive(index & !SECOND, Side::Second),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_sees_where_the_worker_is_and_that_it_moves() {
        let reader = MarkReader::create().unwrap();
        assert_eq!(reader.read().place(), Activity::Idle);
        let mut mark = Mark::open(&reader.path()).unwrap();
        let seven = |side| Activity::Directive(7, side);
        let mut last = Activity::Idle;
        for place in [
            Activity::Reading,
            Activity::Opening,
            seven(Side::First),
            seven(Side::Second),
            Activity::Directive(8, Side::First),
            Activity::Closing,
        ] {
            let before = reader.read();
            mark.set(place);
            assert_eq!(reader.read().place(), place);
            assert_ne!(reader.read(), before);
            // Each is progress, which gains time.
            assert!(place > last);
            last = place;
        }
        // The same directive again is another value.
        mark.set(seven(Side::First));
        let before = reader.read();
        mark.set(seven(Side::First));
        assert_ne!(reader.read(), before);
    }

    #[test]
    fn a_truncated_mark_reads_as_idle() {
        let reader = MarkReader::create().unwrap();
        Mark::open(&reader.path()).unwrap().set(Activity::Directive(7, Side::First));
        OpenOptions::new().write(true).open(reader.path()).unwrap().set_len(0).unwrap();
        assert_eq!(reader.read().place(), Activity::Idle);
    }
}
