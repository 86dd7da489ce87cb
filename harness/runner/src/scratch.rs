//! Where files go that live only as long as a run: in memory, if the system has such a place.
//! Thousands of small files cost a disk's file system more than what is in them costs us.

use std::io;
use std::path::PathBuf;
use tempfile::{Builder, NamedTempFile, TempDir};

/// A directory of this run's own; removed when it is dropped.
///
/// # Errors
/// If it cannot be made, neither in memory nor where temporary files go.
pub fn directory() -> io::Result<TempDir> {
    make(|builder, place| match place {
        Some(place) => builder.tempdir_in(place),
        None => builder.tempdir(),
    })
}

/// A file of this run's own; removed when it is dropped.
pub(crate) fn file() -> io::Result<NamedTempFile> {
    make(|builder, place| match place {
        Some(place) => builder.tempfile_in(place),
        None => builder.tempfile(),
    })
}

fn make<T>(in_place: impl Fn(&Builder<'_, '_>, Option<PathBuf>) -> io::Result<T>) -> io::Result<T> {
    let mut builder = Builder::new();
    builder.prefix("wassay-");
    in_place(&builder, Some(PathBuf::from("/dev/shm"))).or_else(|_| in_place(&builder, None))
}
