//! A directory of cache entries: takes keys; returns artifacts whose digests match. Never counts,
//! and never loads code. Each build of the engine has its own part of the directory.
//!
//! Code from the directory is run, and a digest guards against damage, not against malice. So the
//! directory vouches for its entries: only the user that runs this process may write to it. It is
//! opened once and checked by its descriptor, so a directory that later replaces it is never used.
//!
//! An entry is its own key, then the artifact. It is written to a temporary file and renamed, so a
//! reader sees all of it or nothing. Nothing is synced to disk: the digest detects damage from a
//! power cut, and the entry is then created again.

use super::temporary::{self, Temporary};
use super::{Key, builds};
use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, Stat, chmodat, fstat, mkdirat, openat, statat, unlinkat,
};
use rustix::io::Errno;
use rustix::path::Arg;
use rustix::process::geteuid;
use std::fs::{File, create_dir_all};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use wassay_artifact::{Artifact, LoadError};

/// The size limit of an entry, in bytes: the range of 32-bit offsets. A larger file is not read.
const LARGEST: u64 = u32::MAX as u64;

const ONLY_OWNER: Mode = Mode::RWXU;
const OTHERS_WRITE: Mode = Mode::WGRP.union(Mode::WOTH);

/// The suffix of the names of entries.
pub(super) const ENTRY_SUFFIX: &str = ".wassay";

/// A directory that no other user writes to.
pub(crate) struct CacheDirectory {
    /// The directory itself, for temporary files.
    root: OwnedFd,
    /// The directory of the build's entries; `None` if it cannot be created.
    entries: Option<OwnedFd>,
}

impl CacheDirectory {
    /// Opens a directory for the entries of a build, and creates it if it does not exist. Removes
    /// the temporary files of killed processes and the entries of builds that are no longer used.
    ///
    /// # Errors
    /// A message, if it cannot be created or opened, or if another user may write to it.
    pub fn open(path: &Path, build: &str) -> Result<CacheDirectory, String> {
        create(path).map_err(|error| error.to_string())?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened = openat(CWD, path, flags, Mode::empty());
        let root = opened.map_err(|error| io::Error::from(error).to_string())?;
        let stat = fstat(&root).map_err(|error| io::Error::from(error).to_string())?;
        only_ours(&stat).map_err(|why| {
            format!(
                "{why}, and compiled code from it is run; remove it or choose another directory"
            )
        })?;
        temporary::remove_abandoned(root.as_fd())?;
        let entries = builds::open(root.as_fd(), build)?;
        builds::remove_unused(root.as_fd(), build);
        Ok(CacheDirectory { root, entries })
    }

    /// The artifact of an entry; `None` if there is no entry or it cannot be read now.
    pub fn read(&self, key: &Key) -> Option<Result<Artifact, LoadError>> {
        let entries = self.entries.as_ref()?;
        builds::mark_used(entries);
        let name = key.file_name();
        // Check before opening: opening alone may block for ever, or start a device.
        let stat = statat(entries, &name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        if let Err(why) = acceptable(&stat) {
            return Some(Err(LoadError::Corrupt(why)));
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = openat(entries, &name, flags, Mode::empty()).ok()?;
        // Another file may have taken the name in the meantime.
        let len = match acceptable(&fstat(&file).ok()?) {
            Ok(len) => len,
            Err(why) => return Some(Err(LoadError::Corrupt(why))),
        };
        match read_entry(File::from(file), len, key) {
            Ok(bytes) => Some(bytes.and_then(Artifact::read)),
            Err(_) => None,
        }
    }

    /// Writes an entry and replaces an existing one.
    ///
    /// # Errors
    /// If it cannot be written. No part of it remains then.
    pub fn write(&self, key: &Key, artifact: &Artifact) -> io::Result<()> {
        if artifact.bytes().len() as u64 > LARGEST - key.0.len() as u64 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let entries = self.entries.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let mut temporary = Temporary::create(self.root.as_fd())?;
        temporary.write_all(&key.0)?;
        temporary.write_all(artifact.bytes())?;
        temporary.rename(entries.as_fd(), &key.file_name())
    }

    /// Makes room for a new entry.
    pub fn remove(&self, key: &Key) {
        if let Some(entries) = &self.entries {
            remove_entry(entries.as_fd(), &*key.file_name());
        }
    }
}

/// Removes an entry, or an empty directory in its place; a directory with files belongs to somebody
/// and stays.
pub(super) fn remove_entry(entries: BorrowedFd<'_>, name: impl Arg + Copy) {
    if unlinkat(entries, name, AtFlags::empty()) == Err(Errno::ISDIR) {
        // If removal fails, the next store fails, and the cache counts that.
        let _ = unlinkat(entries, name, AtFlags::REMOVEDIR);
    }
}

/// Opens a directory below `at` to which only this user may write.
pub(super) fn open_at(at: BorrowedFd<'_>, name: impl Arg) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = openat(at, name, flags, Mode::empty())?;
    only_ours(&fstat(&directory)?).map_err(io::Error::other)?;
    Ok(directory)
}

/// Creates a directory with mode 0700 below `at`, regardless of the umask, unless the path exists.
pub(super) fn create_at(at: impl AsFd, path: &Path) -> rustix::io::Result<()> {
    match mkdirat(&at, path, ONLY_OWNER) {
        Ok(()) => {
            // Ignores the umask. Some file systems have no modes to change: `only_ours` decides.
            let _ = chmodat(&at, path, ONLY_OWNER, AtFlags::empty());
            Ok(())
        }
        Err(Errno::EXIST) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether only this user may write to a directory or file.
fn only_ours(stat: &Stat) -> Result<(), String> {
    let (owner, user) = (stat.st_uid, geteuid().as_raw());
    if owner != user {
        return Err(format!("it belongs to user {owner}, not to user {user}"));
    }
    let mode = Mode::from_raw_mode(stat.st_mode);
    if mode.intersects(OTHERS_WRITE) {
        return Err(format!("with mode {:04o}, other users may write to it", mode.bits()));
    }
    Ok(())
}

fn create(path: &Path) -> io::Result<()> {
    match create_at(CWD, path) {
        Err(Errno::NOENT) => {
            create_dir_all(path.parent().unwrap_or(path))?;
            Ok(create_at(CWD, path)?)
        }
        created => Ok(created?),
    }
}

/// The length of a file that may be an entry.
fn acceptable(stat: &Stat) -> Result<u64, String> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        other => return Err(format!("not a file but {other:?}")),
    }
    only_ours(stat)?;
    let len = u64::try_from(stat.st_size).unwrap_or(u64::MAX);
    if len > LARGEST { Err(format!("{len} bytes are too many")) } else { Ok(len) }
}

/// Reads the artifact's bytes from an entry of this length.
fn read_entry(file: File, len: u64, key: &Key) -> io::Result<Result<Vec<u8>, LoadError>> {
    let corrupt = |why: &str| Ok(Err(LoadError::Corrupt(why.to_string())));
    let head = key.0.len() + Artifact::PREFIX;
    let mut bytes = Vec::new();
    // Read the head first: it holds the length of the rest.
    (&file).take(head as u64).read_to_end(&mut bytes)?;
    match bytes.split_at_checked(key.0.len()) {
        Some((owner, _)) if owner == key.0 => bytes.drain(..key.0.len()),
        _ => return corrupt("an entry of another key"),
    };
    let rest = len - key.0.len() as u64;
    if Artifact::announced_len(&bytes) != Some(rest) {
        return corrupt("the length does not match");
    }
    bytes.try_reserve_exact(rest as usize - bytes.len())?;
    let missing = rest - bytes.len() as u64;
    file.take(missing).read_to_end(&mut bytes)?;
    Ok(Ok(bytes))
}
