//! When an entry was last used: takes an entry and its state; records and returns a time, exact to
//! [`EXACT`].
//!
//! An entry's own times must not change, because they are part of its stamp. So the time of the last
//! use is that of an empty file beside the entry. An entry that was stored less than [`EXACT`] ago
//! needs no such file, so a use costs nothing in the first hour and one system call after that, and
//! one more hourly.

use super::Key;
use super::directory::stat_entry;
use rustix::fs::{Mode, OFlags, Stat, Timespec, Timestamps, UTIME_NOW, futimens, openat};
use std::os::fd::BorrowedFd;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How exactly uses are recorded.
pub(super) const EXACT: Duration = Duration::from_secs(60 * 60);

/// Records that an entry in this state is used now.
pub(super) fn mark(entries: BorrowedFd<'_>, key: &Key, stat: &Stat) {
    let is_recent = |time| SystemTime::now().duration_since(time).is_ok_and(|age| age < EXACT);
    if is_recent(time(stat)) || is_recent(last(entries, key, stat)) {
        return;
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mode = Mode::RUSR | Mode::WUSR;
    // In a directory that cannot be written, nothing is evicted either.
    if let Ok(file) = openat(entries, key.used_name(), flags | OFlags::CLOEXEC, mode) {
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        let _ = futimens(file, &Timestamps { last_access: now, last_modification: now });
    }
}

/// The last recorded use of an entry in this state. Storing it counts as one.
pub(super) fn last(entries: BorrowedFd<'_>, key: &Key, stat: &Stat) -> SystemTime {
    let used = stat_entry(entries, &key.used_name()).map(|stat| time(&stat));
    used.map_or(time(stat), |used| used.max(time(stat)))
}

fn time(stat: &Stat) -> SystemTime {
    let seconds = u64::try_from(stat.st_mtime).unwrap_or(0);
    let nanoseconds = u32::try_from(stat.st_mtime_nsec).unwrap_or(0);
    UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds)).unwrap_or(UNIX_EPOCH)
}
