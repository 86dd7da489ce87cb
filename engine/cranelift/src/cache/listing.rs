//! Takes a cache directory; lists the entries of each build, with their lengths and last uses. Opens
//! no entry.

use super::directory::{acceptable, open_at, stat_entry};
use super::{Key, builds, used};
use rustix::fs::Dir;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::SystemTime;

/// A place for entries: a build's directory, or the cache directory itself, where early builds kept
/// theirs.
pub(super) struct Part {
    pub name: String,
    pub directory: OwnedFd,
}

/// An entry in a directory.
pub(super) struct Listed {
    pub key: Key,
    pub bytes: u64,
    pub used: SystemTime,
}

/// The name of the place of early builds.
const EARLY: &str = ".";

/// The places of entries, this one first and that of early builds last.
///
/// # Errors
/// If the directory cannot be read.
pub(super) fn parts(root: BorrowedFd<'_>, first: &str) -> io::Result<Vec<Part>> {
    let mut names = names(root)?;
    names.retain(|name| builds::is_build(name.as_bytes()));
    names.sort_by_key(|name| (name != first, name.clone()));
    // What is not our directory has no entries.
    let part = |name: String| Some(Part { directory: open_at(root, &*name).ok()?, name });
    Ok(names.into_iter().chain([EARLY.to_string()]).filter_map(part).collect())
}

impl Part {
    /// The entries, in no order. One that disappears meanwhile is omitted.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub fn entries(&self) -> io::Result<Vec<Listed>> {
        let directory = self.directory.as_fd();
        let entry = |name: String| {
            let key = Key::of_file_name(&name)?;
            let stat = stat_entry(directory, &name)?;
            // Anything else in the place of an entry has no length of its own.
            let bytes = acceptable(&stat).unwrap_or(0);
            Some(Listed { key, bytes, used: used::last(directory, &key, &stat) })
        };
        Ok(names(directory)?.into_iter().filter_map(entry).collect())
    }
}

/// The names of everything in a directory that may be ours.
fn names(directory: BorrowedFd<'_>) -> io::Result<Vec<String>> {
    let entries = Dir::read_from(directory)?.flatten();
    // Our names are text.
    Ok(entries.filter_map(|entry| Some(entry.file_name().to_str().ok()?.to_string())).collect())
}
