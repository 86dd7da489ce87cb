//! Takes the name of a build; opens its own part of a cache directory, and removes the parts of
//! builds that have not been used for a while. Never looks into an entry.
//!
//! A build cannot use the entries of another one, so each has a directory of its own. The
//! directory's modification time is the last time that a process opened it, or looked up or stored
//! an entry.

use super::directory::{
    ENTRY_SUFFIX, STAMP_SUFFIX, USED_SUFFIX, create_at, is_digit, is_digits_and, open_at,
};
use super::removal::remove_entry;
use rustix::fs::{
    AtFlags, Dir, FileType, Timespec, Timestamps, UTIME_NOW, futimens, statat, unlinkat,
};
use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long the entries of an unused build stay.
pub(super) const KEPT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// The prefix of the names of these directories.
const PREFIX: &str = "build-";

/// The name of a build's directory: the build's own name, if it has the form of one.
pub(super) fn directory_name(build: &str) -> String {
    let name = format!("{PREFIX}{build}");
    match is_build(name.as_bytes()) {
        true => name,
        false => format!("{PREFIX}{}", &blake3::hash(build.as_bytes()).to_hex()[..16]),
    }
}

/// Opens a build's directory and creates it if possible; `None` if it neither exists nor can be
/// created.
///
/// # Errors
/// A message, if it is not a directory of this user alone.
pub(super) fn open(cache: BorrowedFd<'_>, build: &str) -> Result<Option<OwnedFd>, String> {
    let name = directory_name(build);
    // If nothing can be created, an existing directory still works.
    let _ = create_at(cache, Path::new(&name));
    match open_at(cache, &*name) {
        Ok(directory) => {
            mark_used(&directory);
            Ok(Some(directory))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// Records that a build's entries are in use now.
pub(super) fn mark_used(directory: &OwnedFd) {
    let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
    // On a read-only file system nothing is removed either.
    let _ = futimens(directory, &Timestamps { last_access: now, last_modification: now });
}

/// Removes the directories of other builds that have not been used for [`KEPT`].
///
/// A process of such a build that starts at this moment finds nothing, compiles, and stores
/// nothing.
pub(super) fn remove_unused(cache: BorrowedFd<'_>, build: &str) {
    let own = directory_name(build);
    let Ok(names) = Dir::read_from(cache) else { return };
    for entry in names.flatten() {
        let name = entry.file_name();
        let is_another = is_build(name.to_bytes()) && name.to_bytes() != own.as_bytes();
        if is_another && is_unused(cache, name) {
            // The next process removes anything that cannot be removed now.
            let _ = remove(cache, name);
        }
    }
}

/// Whether this is the name of a build's directory.
pub(super) fn is_build(name: &[u8]) -> bool {
    let hash = name.strip_prefix(PREFIX.as_bytes());
    hash.is_some_and(|hash| hash.len() == 16 && hash.iter().all(is_digit))
}

fn is_unused(cache: BorrowedFd<'_>, name: &CStr) -> bool {
    let Ok(stat) = statat(cache, name, AtFlags::SYMLINK_NOFOLLOW) else { return false };
    if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        return false;
    }
    let used = UNIX_EPOCH + Duration::from_secs(u64::try_from(stat.st_mtime).unwrap_or(0));
    // A time in the future counts as used.
    SystemTime::now().duration_since(used).is_ok_and(|age| age > KEPT)
}

/// Removes the entries, then the directory unless it holds anything else. A directory without any
/// entry may be the user's, whatever its name is, so it stays.
fn remove(cache: BorrowedFd<'_>, name: &CStr) -> io::Result<()> {
    let directory = open_at(cache, name)?;
    let mut is_ours = false;
    for entry in Dir::read_from(&directory)?.flatten() {
        let name = entry.file_name();
        let suffixes = [ENTRY_SUFFIX, STAMP_SUFFIX, USED_SUFFIX];
        if suffixes.iter().any(|suffix| is_digits_and(name, 64, suffix)) {
            // One that cannot be removed must not keep the others.
            is_ours |= remove_entry(directory.as_fd(), name).is_ok();
        }
    }
    if is_ours {
        unlinkat(cache, name, AtFlags::REMOVEDIR)?;
    }
    Ok(())
}
