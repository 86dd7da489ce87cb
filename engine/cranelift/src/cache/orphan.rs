//! Takes the directory of a build; removes the stamps and the times of use whose entry is gone. A
//! process that was killed, or that found an entry while another one removed it, leaves them. Never
//! touches an entry.

use super::Key;
use super::directory::{ENTRY_SUFFIX, STAMP_SUFFIX, USED_SUFFIX, stat_entry, try_stat_entry};
use super::listing::names;
use rustix::fs::{AtFlags, unlinkat};
use std::collections::HashSet;
use std::os::fd::BorrowedFd;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The age from which a file without an entry is an orphan: a process that stores an entry creates
/// the file of its use just before.
pub(super) const SETTLED: Duration = Duration::from_secs(60);

/// Removes those that are at least so old. What cannot be listed or removed stays for the next time.
pub(super) fn remove_orphans(directory: BorrowedFd<'_>, age: Duration) {
    let Ok(names) = names(directory) else { return };
    let entries: HashSet<&str> =
        names.iter().filter_map(|name| name.strip_suffix(ENTRY_SUFFIX)).collect();
    for name in &names {
        let suffixes = [STAMP_SUFFIX, USED_SUFFIX].into_iter();
        let Some(digits) = suffixes.filter_map(|suffix| name.strip_suffix(suffix)).next() else {
            continue;
        };
        let entry = format!("{digits}{ENTRY_SUFFIX}");
        if entries.contains(digits) || Key::of_file_name(&entry).is_none() {
            continue;
        }
        // Another process may have stored the entry since the directory was listed.
        if is_older(directory, name, age) && matches!(try_stat_entry(directory, &entry), Ok(None)) {
            let _ = unlinkat(directory, name, AtFlags::empty());
        }
    }
}

fn is_older(directory: BorrowedFd<'_>, name: &str, age: Duration) -> bool {
    let Some(stat) = stat_entry(directory, name) else { return false };
    let changed = UNIX_EPOCH + Duration::from_secs(u64::try_from(stat.st_mtime).unwrap_or(0));
    age.is_zero() || SystemTime::now().duration_since(changed).is_ok_and(|it| it >= age)
}
