//! Keeps a cache directory below a size: takes what is stored; removes the entries that were not
//! used for the longest time, of all builds, and shims only after all modules. Shims are small, and a
//! process that loads a module from the cache needs those of its functions, too.
//!
//! Removing an entry removes only its name. Code that is loaded from it stays where it is mapped, so
//! this needs no lock, and takes nothing from processes that run. (On a network file system, that
//! holds for the processes of this machine only.)
//!
//! Listing a directory takes a moment, so it is not done for every store. A process lists it when it
//! stores its first entry, and again when it has stored a [`STEP`]th of the limit or believes that
//! the limit is exceeded; then it makes room for a [`ROOM`]th. So the number of lists grows with the
//! number of stored bytes, not of entries, and each process may exceed the limit by one
//! [`STEP`]th and the entry that it stores. One that is killed in between leaves the excess to the
//! next that stores something.

use super::Key;
use super::directory::open_at;
use super::listing::{self, Listed};
use super::orphan::{self, remove_orphans};
use super::removal::{Removal, remove_whole};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Mutex;
use wassay_artifact::fault::Fault;
use wassay_engine::{BadEntry, CacheSize};

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
        let enough = |total: u64| match total <= self.most {
            true => total,
            false => self.most - self.most / ROOM,
        };
        let evicted = evict(root, Some(key), enough);
        // What cannot be listed now is listed at the next store.
        let total = evicted.as_ref().ok().map(|evicted| evicted.left);
        *believed = Believed { total, since: 0 };
        evicted.map_or(0, |evicted| evicted.removed.entries)
    }

    /// Makes room for so many bytes on a full disk; returns how many entries it removed.
    pub fn free(&self, root: BorrowedFd<'_>, bytes: u64) -> u64 {
        let wanted = bytes.max(self.most / ROOM);
        let evicted = evict(root, None, |total| total.saturating_sub(wanted));
        evicted.map_or(0, |evicted| evicted.removed.entries)
    }
}

/// What was removed from a directory.
pub(super) struct Evicted {
    pub removed: CacheSize,
    /// The length of the entries that remain.
    pub left: u64,
    /// What could not be removed.
    pub stuck: Vec<BadEntry>,
}

/// Lists the directory, and removes entries until the others are no longer than `enough` of their
/// length, but not the one that is spared.
///
/// # Errors
/// If the directory cannot be read.
pub(super) fn evict(
    root: BorrowedFd<'_>,
    spared: Option<&Key>,
    enough: impl FnOnce(u64) -> u64,
) -> io::Result<Evicted> {
    let builds = listing::builds(root, "")?;
    let mut all: Vec<(&str, Listed)> = Vec::new();
    let mut evicted = Evicted { removed: CacheSize::default(), left: 0, stuck: Vec::new() };
    let stuck = |path: String, why: String| BadEntry { path, why, is_removed: false };
    for build in &builds {
        let listed = open_at(root, &**build).and_then(|opened| {
            remove_orphans(opened.as_fd(), orphan::SETTLED);
            listing::entries(opened.as_fd())
        });
        match listed {
            Ok(entries) => all.extend(entries.into_iter().map(|entry| (&**build, entry))),
            Err(error) => evicted.stuck.push(stuck(build.clone(), error.to_string())),
        }
    }
    evicted.left = all.iter().map(|(_, entry)| entry.bytes).fold(0, u64::saturating_add);
    let enough = enough(evicted.left);
    all.retain(|(_, entry)| Some(&entry.key) != spared);
    all.sort_unstable_by_key(|(_, entry)| (entry.key.kind(), entry.used, entry.key));
    if Fault::EvictsNewest.is_seeded() {
        all.reverse();
    }
    for (build, Listed { key, bytes, seen, .. }) in all {
        if evicted.left <= enough {
            break;
        }
        let removal = open_at(root, build).map(|build| remove_whole(build.as_fd(), &key, &seen));
        match removal.unwrap_or_else(|error| Removal::Stuck(error.to_string())) {
            Removal::Removed => {
                evicted.removed.entries += 1;
                evicted.removed.bytes += bytes;
                evicted.left -= bytes;
            }
            // Another process was faster.
            Removal::Gone => evicted.left -= bytes,
            Removal::Stuck(why) => {
                evicted.stuck.push(stuck(format!("{build}/{}", key.file_name()), why));
            }
        }
    }
    Ok(evicted)
}
