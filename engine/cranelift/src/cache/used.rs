//! When an entry was last used: takes an entry and its state; records and returns a time.
//!
//! An entry's own times must not change, because they are part of its stamp. So the time of the last
//! use is that of an empty file beside the entry. Every use is recorded, by one system call: a whole
//! run takes less than a minute, and what it used before it stored something must stay. The file is
//! created before its entry, so an entry that is removed while it is used leaves nothing behind.
//!
//! A clock may be set back, and files may be copied with their times. A time in the future is
//! therefore no time of use: otherwise nothing would be as recent for years.

use super::Key;
use super::directory::stat_entry;
use rustix::fs::{AtFlags, Mode, OFlags, Stat, Timespec, Timestamps, fchmod, openat, utimensat};
use rustix::time::{ClockId, clock_gettime};
use std::os::fd::BorrowedFd;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far the clock of a file server may be ahead of ours, which is then no future.
const SKEW: Duration = Duration::from_secs(60);

/// Prepares the time of an entry that is about to be stored.
pub(super) fn prepare(entries: BorrowedFd<'_>, key: &Key) {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let mode = Mode::RUSR | Mode::WUSR;
    // Without it, the entry counts as used when it was stored.
    if let Ok(file) = openat(entries, key.used_name(), flags, mode) {
        // Ignores the umask.
        let _ = fchmod(file, mode);
    }
    mark(entries, key);
}

/// Records that an entry is used now.
pub(super) fn mark(entries: BorrowedFd<'_>, key: &Key) {
    let now: Timespec = clock_gettime(ClockId::Realtime);
    let times = Timestamps { last_access: now, last_modification: now };
    // In a directory that cannot be written, nothing is evicted either.
    let _ = utimensat(entries, key.used_name(), &times, AtFlags::SYMLINK_NOFOLLOW);
}

/// The last recorded use of an entry in this state, before or at `now`; `None` if there is none.
/// Storing it counts as a use.
pub(super) fn last(
    entries: BorrowedFd<'_>,
    key: &Key,
    stat: &Stat,
    now: SystemTime,
) -> Option<SystemTime> {
    let used = stat_entry(entries, &key.used_name());
    let times = [Some(time(stat)), used.map(|stat| time(&stat))].into_iter().flatten();
    times.filter(|time| *time <= now + SKEW).max()
}

fn time(stat: &Stat) -> SystemTime {
    let seconds = u64::try_from(stat.st_mtime).unwrap_or(0);
    let nanoseconds = u32::try_from(stat.st_mtime_nsec).unwrap_or(0);
    UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds)).unwrap_or(UNIX_EPOCH)
}
