//! Keeps a cache directory below a size: takes what is stored; removes the entries that were not
//! used for the longest time, of all builds.
//!
//! Removing an entry removes only its name. Code that is loaded from it stays where it is mapped, so
//! this needs no lock, and takes nothing from processes that run.
//!
//! Listing a directory takes a moment, so it is not done for every store. A process lists it when it
//! stores its first entry, and again when it has stored a [`STEP`]th of the limit or believes that
//! the limit is exceeded; then it makes room for a [`ROOM`]th. So the number of lists grows with the
//! number of stored bytes, not of entries, and N processes together exceed the limit by N / [`STEP`]
//! of it at most.

use super::Key;
use super::directory::remove_whole;
use super::listing::{self, Listed, Part};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Mutex;

/// The part of the limit that a process stores without looking at what others stored.
const STEP: u64 = 16;

/// The part of the limit that is free after entries were removed.
const ROOM: u64 = 10;

/// The size limit of a directory.
pub(super) struct Limit {
    most: u64,
    believed: Mutex<Believed>,
}

/// What a process believes about the directory.
#[derive(Default)]
struct Believed {
    /// The length of all entries when it was listed last.
    total: Option<u64>,
    /// The length of those that were stored since then.
    since: u64,
}

impl Limit {
    /// A limit of so many bytes.
    pub fn new(most: u64) -> Limit {
        Limit { most, believed: Mutex::default() }
    }

    /// Whether an entry of this length may be stored at all.
    pub fn admits(&self, bytes: u64) -> bool {
        bytes <= self.most
    }

    /// Makes room, if it has to, after an entry was stored; returns how many entries it removed.
    pub fn stored(&self, root: BorrowedFd<'_>, key: &Key, bytes: u64) -> u64 {
        let Ok(mut believed) = self.believed.lock() else { return 0 };
        believed.since = believed.since.saturating_add(bytes);
        let fits = |total: u64| total.saturating_add(believed.since) <= self.most;
        if believed.total.is_some_and(fits) && believed.since <= self.most / STEP {
            return 0;
        }
        // What cannot be listed now is listed at the next store.
        let (total, removed) = match self.make_room(root, key) {
            Ok((total, removed)) => (Some(total), removed),
            Err(_) => (None, 0),
        };
        *believed = Believed { total, since: 0 };
        removed
    }

    /// Lists the directory and removes entries if they exceed the limit, but not the one that was
    /// just stored. Returns the length of those that remain, and the number of those removed.
    fn make_room(&self, root: BorrowedFd<'_>, stored: &Key) -> io::Result<(u64, u64)> {
        let parts = listing::parts(root, "")?;
        let mut all: Vec<(&Part, Listed)> = Vec::new();
        for part in &parts {
            all.extend(part.entries()?.into_iter().map(|entry| (part, entry)));
        }
        let mut total: u64 = all.iter().map(|(_, entry)| entry.bytes).sum();
        if total <= self.most {
            return Ok((total, 0));
        }
        let enough = self.most - self.most / ROOM;
        all.retain(|(_, entry)| entry.key != *stored);
        all.sort_unstable_by_key(|(_, entry)| (entry.used, entry.key));
        let mut removed = 0;
        for (part, entry) in all {
            if total <= enough {
                break;
            }
            // Another process may have removed it.
            removed += u64::from(remove_whole(part.directory.as_fd(), &entry.key));
            total -= entry.bytes;
        }
        Ok((total, removed))
    }
}
