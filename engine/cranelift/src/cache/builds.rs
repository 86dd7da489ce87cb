//! Takes the name of a build; gives its own part of a cache directory, and removes the parts of
//! builds that nobody has used for a while. Never looks into an entry.
//!
//! Entries of one build are of no use to any other, so each build has a directory of its own. Its
//! modification time is the last time that a process opened it or stored an entry.

use super::directory::{ENTRY_SUFFIX, create_at, only_ours};
use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, Timespec, Timestamps, UTIME_NOW, fstat, futimens, openat,
    statat, unlinkat,
};
use rustix::io::Errno;
use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long the entries of an unused build are kept.
pub(super) const KEPT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// What the names of these directories begin with.
const PREFIX: &str = "build-";

/// The name of a build's directory.
pub(super) fn directory_name(build: &str) -> String {
    format!("{PREFIX}{}", &blake3::hash(build.as_bytes()).to_hex()[..16])
}

/// Opens a build's directory, which is made if possible; none if it neither exists nor can be made.
///
/// # Errors
/// In words, if it is not a directory of this user alone.
pub(super) fn open(cache: BorrowedFd<'_>, build: &str) -> Result<Option<OwnedFd>, String> {
    let name = directory_name(build);
    // Where nothing can be made, what is there still serves.
    let _ = create_at(cache, Path::new(&name));
    match open_at(cache, &name) {
        Ok(directory) => {
            let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
            // On a file system that cannot be written to, nothing is removed either.
            let _ = futimens(&directory, &Timestamps { last_access: now, last_modification: now });
            Ok(Some(directory))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// Removes the directories of other builds that nobody has used for [`KEPT`].
///
/// A process of such a build that starts in this very moment finds nothing, compiles, and stores
/// nothing.
pub(super) fn remove_unused(cache: BorrowedFd<'_>, build: &str) {
    let own = directory_name(build);
    let Ok(names) = Dir::read_from(cache) else { return };
    for entry in names.flatten() {
        let name = entry.file_name();
        let of_a_build = name.to_bytes().starts_with(PREFIX.as_bytes());
        if of_a_build && name.to_bytes() != own.as_bytes() && is_unused(cache, name) {
            // What cannot be removed now is left to the next process.
            let _ = remove(cache, name);
        }
    }
}

fn is_unused(cache: BorrowedFd<'_>, name: &CStr) -> bool {
    let Ok(stat) = statat(cache, name, AtFlags::SYMLINK_NOFOLLOW) else { return false };
    if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        return false;
    }
    let used = UNIX_EPOCH + Duration::from_secs(u64::try_from(stat.st_mtime).unwrap_or(0));
    // A time in the future is no age.
    SystemTime::now().duration_since(used).is_ok_and(|age| age > KEPT)
}

/// Removes the entries, then the directory unless something else is in it.
fn remove(cache: BorrowedFd<'_>, name: &CStr) -> io::Result<()> {
    let directory = open_at(cache, name)?;
    for entry in Dir::read_from(&directory)?.flatten() {
        if entry.file_name().to_bytes().ends_with(ENTRY_SUFFIX.as_bytes()) {
            match unlinkat(&directory, entry.file_name(), AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(unlinkat(cache, name, AtFlags::REMOVEDIR)?)
}

fn open_at(cache: BorrowedFd<'_>, name: impl rustix::path::Arg) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = openat(cache.as_fd(), name, flags, Mode::empty())?;
    only_ours(&fstat(&directory)?).map_err(io::Error::other)?;
    Ok(directory)
}
