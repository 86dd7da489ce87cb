//! A directory of cache entries: takes keys; returns artifacts whose digests match. Never counts,
//! and never loads code. Each build of the engine has its own part of the directory.
//!
//! Code from the directory is run, and a digest guards against damage, not against malice. So the
//! directory vouches for its entries: only the user that runs this process may write to it. It is
//! opened once and checked by its descriptor, so a directory that later replaces it is never used.
//!
//! An entry is an artifact, then its own key. It is written to a temporary file and renamed, so a
//! reader sees all of it or nothing, and no entry ever changes: a large one stays mapped while its
//! code is loaded. Storing syncs nothing to disk: the digest detects damage from a power cut, and the
//! entry is then created again.
//!
//! An unlimited directory only grows. If it has a limit, storing an entry may remove others
//! (`limit.rs`), by the times that `used.rs` keeps.
//!
//! Beside a large entry lies its stamp: the state of the file in which its digest matched. While the
//! entry has this state, the next process does not hash it again. So nothing may touch an entry, not
//! even its times.

use super::limit::Limit;
use super::removal::{Seen, remove_whole};
use super::temporary::{self, Temporary};
use super::{Key, builds, faulty, used};
use crate::stamp::Stamp;
use crate::stored::{self, Known};
use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, Stat, chmodat, fstat, mkdirat, openat, statat, unlinkat,
};
use rustix::io::Errno;
use rustix::path::Arg;
use rustix::process::geteuid;
use std::ffi::CStr;
use std::fs::{File, create_dir_all};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use wassay_artifact::{Artifact, LoadError};

/// The size limit of an entry, in bytes: the range of 32-bit offsets. A larger file is not read.
pub(super) const LARGEST: u64 = u32::MAX as u64;

/// The length of a key.
const KEY: usize = size_of::<Key>();

const ONLY_OWNER: Mode = Mode::RWXU;
const OTHERS_WRITE: Mode = Mode::WGRP.union(Mode::WOTH);

/// The suffix of the names of entries.
pub(super) const ENTRY_SUFFIX: &str = ".wassay";

/// The suffix of the names of stamps.
pub(super) const STAMP_SUFFIX: &str = ".stamp";

/// The suffix of the names of files whose time is that of an entry's last use.
pub(super) const USED_SUFFIX: &str = ".used";

/// The size limit of a stamp, in bytes.
const LARGEST_STAMP: u64 = 1 << 10;

/// A directory that no other user writes to.
pub(crate) struct CacheDirectory {
    /// The directory itself, for temporary files.
    root: OwnedFd,
    /// The directory of the build's entries; `None` if it cannot be created.
    entries: Option<OwnedFd>,
    /// The path under which that directory was opened.
    path: PathBuf,
    limit: Option<Limit>,
}

impl CacheDirectory {
    /// Opens a directory for the entries of a build, and creates it if it does not exist. Removes
    /// the temporary files of killed processes and the entries of builds that are no longer used.
    ///
    /// # Errors
    /// A message, if it cannot be created or opened, or if another user may write to it.
    pub fn open(path: &Path, build: &str) -> Result<CacheDirectory, String> {
        not_a_part(path)?;
        create(path).map_err(|error| error.to_string())?;
        let root = open_root(path)?;
        temporary::remove_abandoned(root.as_fd())?;
        let entries = builds::open(root.as_fd(), build)?;
        builds::remove_unused(root.as_fd(), build);
        let path = path.join(builds::directory_name(build));
        Ok(CacheDirectory { root, entries, path, limit: None })
    }

    /// Sets the size limit of all entries, in bytes.
    pub fn limit(&mut self, most: Option<u64>) {
        self.limit = most.map(Limit::new);
    }

    /// The artifact of an entry, with the state of its file; `None` if there is no entry or it cannot
    /// be read now.
    pub fn read(&self, key: &Key) -> Option<(Seen, Result<Artifact, LoadError>)> {
        let entries = self.entries.as_ref()?;
        builds::mark_used(entries);
        let Opened { seen, file } = open_file(entries.as_fd(), &key.file_name())?;
        let (file, size) = match file {
            Ok(opened) => opened,
            Err(why) => return Some((seen, Err(LoadError::Corrupt(why)))),
        };
        used::mark(entries.as_fd(), key);
        let read = read_entry(&file, size, key, &Stamps { directory: self, key });
        Some((seen, read.ok()?))
    }

    /// Writes an entry and replaces an existing one; returns whether that succeeded, and how many
    /// others it removed to make room. If it failed, no part of the entry remains.
    pub fn write(&self, key: &Key, artifact: &Artifact) -> (bool, u64) {
        let size = artifact.bytes().len() as u64 + KEY as u64;
        let Some(limit) = &self.limit else {
            return (size <= LARGEST && self.try_write(key, artifact).is_ok(), 0);
        };
        if size > LARGEST || !limit.admits(size) {
            return (false, 0);
        }
        let root = self.root.as_fd();
        let (mut written, mut removed) = (self.try_write(key, artifact), 0);
        if written.as_ref().is_err_and(is_full) {
            removed = limit.free(root, size);
            written = self.try_write(key, artifact);
        }
        match written {
            Ok(()) => (true, removed + limit.stored(root, key, size)),
            Err(_) => (false, removed),
        }
    }

    fn try_write(&self, key: &Key, artifact: &Artifact) -> io::Result<()> {
        let entries = self.entries.as_ref().ok_or(io::ErrorKind::NotFound)?;
        if let Some(file) = faulty::published(entries, self.root.as_fd(), &key.file_name())? {
            return faulty::write_slowly(file, artifact.bytes(), &key.0);
        }
        let mut temporary = Temporary::create(self.root.as_fd())?;
        temporary.write_all(artifact.bytes())?;
        temporary.write_all(&key.0)?;
        used::prepare(entries.as_fd(), key);
        faulty::stop_before_rename();
        temporary.rename(entries.as_fd(), &key.file_name()).inspect_err(|_| {
            let _ = unlinkat(entries, key.used_name(), AtFlags::empty());
        })
    }

    /// The path of an entry, whether it exists or not.
    pub fn path_of(&self, key: &Key) -> PathBuf {
        self.path.join(key.file_name())
    }

    /// Makes room for a new entry: removes the one in this state, if it is still there.
    pub fn remove(&self, key: &Key, seen: &Seen) {
        if let Some(entries) = &self.entries {
            remove_whole(entries.as_fd(), key, seen);
        }
    }
}

/// Whether an error means that there is no room on the disk, or for this user.
fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Refuses the directory of one build, in which another cache directory would be nested.
fn not_a_part(path: &Path) -> Result<(), String> {
    let name = path.file_name().and_then(|name| name.to_str());
    match name.is_some_and(|name| builds::is_build(name.as_bytes())) {
        false => Ok(()),
        true => Err("it is the part of one build: use the directory above it".to_string()),
    }
}

/// Opens the cache directory, which only this user may write to.
pub(super) fn open_root(path: &Path) -> Result<OwnedFd, String> {
    not_a_part(path)?;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let opened = openat(CWD, path, flags, Mode::empty());
    let root = opened.map_err(|error| io::Error::from(error).to_string())?;
    let stat = fstat(&root).map_err(|error| io::Error::from(error).to_string())?;
    only_ours(&stat).map_err(|why| {
        let next = match stat.st_uid == geteuid().as_raw() {
            true => format!("if nobody did, run `chmod go-w {}`; otherwise ", path.display()),
            false => String::new(),
        };
        format!("{why}, and compiled code from it is run: {next}choose another directory")
    })?;
    Ok(root)
}

/// The artifact in the file of an entry.
///
/// # Errors
/// If the file cannot be read now.
pub(super) fn read_entry(
    file: &File,
    size: u64,
    key: &Key,
    known: &dyn Known,
) -> io::Result<Result<Artifact, LoadError>> {
    let corrupt = |why: &str| Ok(Err(LoadError::Corrupt(why.to_string())));
    if size > LARGEST {
        return corrupt(&format!("{size} bytes are too many"));
    }
    let mut owner = [0; KEY];
    let Some(at) = size.checked_sub(KEY as u64) else { return corrupt("shorter than its header") };
    file.read_exact_at(&mut owner, at)?;
    if owner != key.0 {
        return corrupt("an entry of another key");
    }
    stored::read(file, size, KEY as u64, known)
}

#[cfg(test)]
impl CacheDirectory {
    /// Whether an entry has a stamp that matches it.
    pub fn is_stamped(&self, key: &Key) -> bool {
        let stat = statat(self.entries.as_ref().unwrap(), key.file_name(), AtFlags::empty());
        Stamp::of(&stat.unwrap())
            .is_some_and(|stamp| Stamps { directory: self, key }.is_intact(&stamp))
    }
}

/// The stamp of one entry.
struct Stamps<'a> {
    directory: &'a CacheDirectory,
    key: &'a Key,
}

impl Known for Stamps<'_> {
    fn is_intact(&self, stamp: &Stamp) -> bool {
        let read = || {
            let entries = self.directory.entries.as_ref()?;
            let (file, size) = open_file(entries.as_fd(), &self.key.stamp_name())?.file.ok()?;
            let mut bytes = Vec::new();
            file.take(size.min(LARGEST_STAMP)).read_to_end(&mut bytes).ok()?;
            Some(bytes)
        };
        read().is_some_and(|bytes| bytes == encoded(stamp))
    }

    fn record(&self, stamp: &Stamp) {
        let write = || {
            let entries = self.directory.entries.as_ref().ok_or(io::ErrorKind::NotFound)?;
            let mut temporary = Temporary::create(self.directory.root.as_fd())?;
            temporary.write_all(&encoded(stamp))?;
            temporary.rename(entries.as_fd(), &self.key.stamp_name())
        };
        // Without a stamp, the next process hashes the entry again.
        let _: io::Result<()> = write();
    }
}

fn encoded(stamp: &Stamp) -> Vec<u8> {
    postcard::to_stdvec(stamp).expect("a stamp always encodes")
}

/// What has the name of a file.
pub(super) struct Opened {
    pub seen: Seen,
    /// The file with its size; a message if it is not a file of this user alone.
    pub file: Result<(File, u64), String>,
}

/// Opens a file of this user alone; `None` if there is none or it cannot be opened now.
pub(super) fn open_file(directory: BorrowedFd<'_>, name: &str) -> Option<Opened> {
    // Check before opening: opening alone may block for ever, or start a device.
    let stat = stat_entry(directory, name)?;
    if let Err(why) = acceptable(&stat) {
        return Some(Opened { seen: Seen::of(&stat), file: Err(why) });
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = openat(directory, name, flags, Mode::empty()).ok()?;
    // Another file may have taken the name in the meantime.
    let stat = fstat(&file).ok()?;
    let size = acceptable(&stat);
    Some(Opened { seen: Seen::of(&stat), file: size.map(|size| (File::from(file), size)) })
}

/// Whether a name is so many hexadecimal digits and this suffix. The cache removes nothing with a
/// name of another form: the user may have chosen a directory with other files.
pub(super) fn is_digits_and(name: &CStr, digits: usize, suffix: &str) -> bool {
    let found = name.to_bytes().strip_suffix(suffix.as_bytes());
    found.is_some_and(|it| it.len() == digits && it.iter().all(is_digit))
}

/// Whether this is a hexadecimal digit as we write it.
pub(super) fn is_digit(digit: &u8) -> bool {
    matches!(digit, b'0'..=b'9' | b'a'..=b'f')
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

/// The state of an entry, or of whatever has its name.
pub(super) fn stat_entry(entries: BorrowedFd<'_>, name: &str) -> Option<Stat> {
    statat(entries, name, AtFlags::SYMLINK_NOFOLLOW).ok()
}

/// The same; `None` only if nothing has this name.
///
/// # Errors
/// If the system does not say.
pub(super) fn try_stat_entry(entries: BorrowedFd<'_>, name: &str) -> io::Result<Option<Stat>> {
    match statat(entries, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => Ok(None),
        found => Ok(Some(found?)),
    }
}

/// The size of a file of this user alone.
pub(super) fn acceptable(stat: &Stat) -> Result<u64, String> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        other => return Err(format!("{}, not a file", kind(other))),
    }
    only_ours(stat)?;
    Ok(u64::try_from(stat.st_size).unwrap_or(u64::MAX))
}

fn kind(file: FileType) -> &'static str {
    match file {
        FileType::Directory => "a directory",
        FileType::Symlink => "a symbolic link",
        FileType::Fifo => "a pipe",
        FileType::Socket => "a socket",
        _ => "a device",
    }
}
