//! The mark: eight bytes of a file that worker and parent share, in which the worker says what
//! it is at. They outlive any death of the worker, work under an emulator, and need no `unsafe`.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// What a worker is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It waits for a request.
    Idle,
    /// It starts an engine.
    Starting,
    /// It reads a script.
    Reading,
    /// It runs this directive.
    Directive(u32),
}

const IDLE: u32 = u32::MAX;
const STARTING: u32 = u32::MAX - 1;
const READING: u32 = u32::MAX - 2;

/// The worker's end.
#[derive(Debug)]
pub(crate) struct Mark {
    file: File,
    steps: u32,
}

impl Mark {
    pub(crate) fn open(path: &Path) -> io::Result<Mark> {
        Ok(Mark { file: OpenOptions::new().write(true).open(path)?, steps: 0 })
    }

    /// Says what the worker is at from now on.
    pub(crate) fn set(&mut self, place: Place) {
        let at = match place {
            Place::Idle => IDLE,
            Place::Starting => STARTING,
            Place::Reading => READING,
            Place::Directive(index) => index,
        };
        self.steps = self.steps.wrapping_add(1);
        let bytes = (u64::from(self.steps) << 32 | u64::from(at)).to_le_bytes();
        // A mark that cannot be written makes blame worse, not verdicts: nothing to do here.
        let _ = self.file.write_at(&bytes, 0);
    }
}

/// The parent's end.
#[derive(Debug)]
pub(crate) struct MarkReader(pub(crate) File);

/// A mark as it was read: two equal ones mean that the worker has not moved in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading(u64);

impl MarkReader {
    pub(crate) fn read(&self) -> Reading {
        let mut bytes = u64::from(IDLE).to_le_bytes();
        let _ = self.0.read_at(&mut bytes, 0);
        Reading(u64::from_le_bytes(bytes))
    }
}

impl Reading {
    pub(crate) fn place(self) -> Place {
        match self.0 as u32 {
            IDLE => Place::Idle,
            STARTING => Place::Starting,
            READING => Place::Reading,
            index => Place::Directive(index),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_sees_where_the_worker_is_and_that_it_moves() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let reader = MarkReader(file.reopen().unwrap());
        assert_eq!(reader.read().place(), Place::Idle);
        let mut mark = Mark::open(file.path()).unwrap();
        for place in [Place::Reading, Place::Directive(7), Place::Directive(7), Place::Idle] {
            let before = reader.read();
            mark.set(place);
            assert_eq!(reader.read().place(), place);
            assert_ne!(reader.read(), before);
        }
    }
}
