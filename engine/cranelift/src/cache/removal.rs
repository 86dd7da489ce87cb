//! Takes the names of entries and the state in which they were seen; removes them, unless somebody
//! has replaced them since. Opens nothing.

use super::Key;
use super::directory::stat_entry;
use rustix::fs::{AtFlags, Stat, unlinkat};
use rustix::io::Errno;
use rustix::path::Arg;
use std::io;
use std::os::fd::BorrowedFd;

/// The state in which an entry was seen. One that replaces it has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    device: u64,
    inode: u64,
    changed: (i64, i64),
}

impl Seen {
    pub fn of(stat: &Stat) -> Seen {
        let changed = (stat.st_ctime, stat.st_ctime_nsec as i64);
        Seen { device: stat.st_dev, inode: stat.st_ino, changed }
    }
}

/// What became of an entry that was to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Removal {
    Removed,
    /// Somebody has removed or replaced it before.
    Gone,
    /// It cannot be removed, for this reason.
    Stuck(String),
}

/// Removes an entry with what belongs to it, if it is in the state in which it was seen: another
/// process may have found the damage, too, and have stored it again.
pub(super) fn remove_whole(entries: BorrowedFd<'_>, key: &Key, seen: &Seen) -> Removal {
    let name = key.file_name();
    if stat_entry(entries, &name).is_some_and(|stat| Seen::of(&stat) != *seen) {
        return Removal::Gone;
    }
    let removal = match remove_entry(entries, &*name) {
        Ok(()) => Removal::Removed,
        Err(Errno::NOENT) => Removal::Gone,
        Err(error) => Removal::Stuck(io::Error::from(error).to_string()),
    };
    remove_stamp(entries, key);
    // If removal fails, a time of use changes no result.
    let _ = unlinkat(entries, key.used_name(), AtFlags::empty());
    removal
}

/// Removes an entry's stamp, so that the next process reads all of the entry. A stamp that cannot be
/// removed matches no other file.
pub(super) fn remove_stamp(entries: BorrowedFd<'_>, key: &Key) {
    let _ = unlinkat(entries, key.stamp_name(), AtFlags::empty());
}

/// Removes an entry, or an empty directory in its place; a directory with files belongs to somebody
/// and stays.
///
/// # Errors
/// If it cannot be removed. Then the next store fails, and the cache counts that.
pub(super) fn remove_entry(
    entries: BorrowedFd<'_>,
    name: impl Arg + Copy,
) -> rustix::io::Result<()> {
    match unlinkat(entries, name, AtFlags::empty()) {
        Err(Errno::ISDIR) => unlinkat(entries, name, AtFlags::REMOVEDIR),
        removed => removed,
    }
}
