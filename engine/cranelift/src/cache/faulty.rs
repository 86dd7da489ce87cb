//! Seeded faults of writing an entry: takes where it goes; does what a faulty engine does. In a normal
//! build, nothing.

use super::temporary::Temporary;
use rustix::fs::{Mode, OFlags, openat};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;
use wassay_artifact::fault::Fault;

/// A file that has the name of an entry before it is written, if that fault is seeded.
///
/// # Errors
/// If the file cannot be created.
pub(super) fn published(
    entries: &OwnedFd,
    root: BorrowedFd<'_>,
    name: &str,
) -> io::Result<Option<File>> {
    if Fault::WrittenInPlace.is_seeded() {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC;
        let file = openat(entries, name, flags, Mode::RUSR | Mode::WUSR)?;
        return Ok(Some(File::from(file)));
    }
    if Fault::PublishedEarly.is_seeded() {
        let temporary = Temporary::create(root)?;
        let file = temporary.try_clone()?;
        temporary.rename(entries.as_fd(), name)?;
        return Ok(Some(file));
    }
    Ok(None)
}

/// Writes an entry as a slow disk does.
///
/// # Errors
/// If it cannot be written.
pub(super) fn write_slowly(mut file: File, artifact: &[u8], key: &[u8]) -> io::Result<()> {
    file.write_all(artifact)?;
    std::thread::sleep(Duration::from_millis(2));
    file.write_all(key)
}

/// Stops this thread for ever, if that fault is seeded.
pub(super) fn stop_before_rename() {
    while Fault::StoreHangs.is_seeded() {
        std::thread::park();
    }
}
