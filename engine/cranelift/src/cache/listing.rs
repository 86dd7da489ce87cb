//! Takes a cache directory; lists the builds in it and the entries of each, with their lengths and
//! last uses. Opens no entry, and keeps no directory open, so the number of builds does not matter.

use super::directory::{LARGEST, acceptable, try_stat_entry};
use super::removal::Seen;
use super::{Key, builds, used};
use rustix::fs::Dir;
use std::io;
use std::os::fd::BorrowedFd;
use std::time::SystemTime;

/// An entry in a directory.
pub(super) struct Listed {
    pub key: Key,
    pub bytes: u64,
    /// `None` if it was never used before now.
    pub used: Option<SystemTime>,
    pub seen: Seen,
}

/// The names of the directories of all builds, this one first.
///
/// # Errors
/// If the cache directory cannot be read.
pub(super) fn builds(root: BorrowedFd<'_>, first: &str) -> io::Result<Vec<String>> {
    let mut names = names(root)?;
    names.retain(|name| builds::is_build(name.as_bytes()));
    names.sort_by_key(|name| (name != first, name.clone()));
    Ok(names)
}

/// The entries in a build's directory, in no order. One that disappears meanwhile is omitted.
///
/// # Errors
/// If the directory cannot be read.
pub(super) fn entries(directory: BorrowedFd<'_>) -> io::Result<Vec<Listed>> {
    let now = SystemTime::now();
    let entry = |name: String| {
        let key = Key::of_file_name(&name)?;
        let stat = match try_stat_entry(directory, &name) {
            Ok(found) => found?,
            Err(error) => return Some(Err(error)),
        };
        // Anything else in the place of an entry, a longer file too, has no length of its own.
        let bytes = acceptable(&stat).ok().filter(|bytes| *bytes <= LARGEST).unwrap_or(0);
        let used = used::last(directory, &key, &stat, now);
        Some(Ok(Listed { key, bytes, used, seen: Seen::of(&stat) }))
    };
    names(directory)?.into_iter().filter_map(entry).collect()
}

/// The names of everything in a directory that may be ours.
pub(super) fn names(directory: BorrowedFd<'_>) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(directory)? {
        // Our names are text.
        names.extend(entry?.file_name().to_str().ok().map(str::to_string));
    }
    Ok(names)
}
