//! Files that will become entries. The process that writes a file holds a lock on it for as long as
//! it lives, so the next process recognizes and removes the files of killed writers. (A process id
//! would not do: it may be reused, or belong to another container.)

use super::directory::{create_at, is_digits_and, open_at};
use rustix::fs::{
    AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, fchmod, flock, fstat, openat, renameat,
    statat, unlinkat,
};
use rustix::io::Errno;
use std::ffi::CStr;
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

/// The directory for temporary files, in the cache directory. Only this directory is searched for
/// files of dead processes.
const DIRECTORY: &str = "tmp";

/// The suffix of the names of temporary files; 16 hexadecimal digits stand before it. A file with
/// another name belongs to somebody else.
const SUFFIX: &str = ".partial";

const ATTEMPTS: usize = 8;

/// A file of this process; removed when it is dropped, unless it was renamed.
pub(super) struct Temporary {
    directory: OwnedFd,
    name: String,
    file: File,
    renamed: bool,
}

impl Temporary {
    /// Creates a file for an entry of this cache directory.
    pub fn create(cache: BorrowedFd<'_>) -> io::Result<Temporary> {
        create_at(cache, Path::new(DIRECTORY))?;
        for _ in 0..ATTEMPTS {
            let directory = open_at(cache, DIRECTORY)?;
            let name = format!("{:016x}{SUFFIX}", RandomState::new().build_hasher().finish());
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            let mode = Mode::RUSR | Mode::WUSR;
            let file = File::from(openat(&directory, &name, flags, mode)?);
            let temporary = Temporary { directory, name, file, renamed: false };
            // Ignores the umask: other processes of this user must be able to read the file.
            fchmod(&temporary.file, mode)?;
            // Another process may have mistaken the file for an abandoned one in the meantime.
            // Without file locks, no process removes it.
            let locked = flock(&temporary.file, FlockOperation::NonBlockingLockExclusive);
            if locked != Err(Errno::WOULDBLOCK) && fstat(&temporary.file)?.st_nlink > 0 {
                return Ok(temporary);
            }
        }
        Err(io::Error::other("other processes remove what this one makes"))
    }

    /// Another handle of the open file.
    pub fn try_clone(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Moves the file to its place, and replaces an existing file.
    pub fn rename(mut self, to: BorrowedFd<'_>, name: &str) -> io::Result<()> {
        renameat(&self.directory, &self.name, to, name)?;
        self.renamed = true;
        Ok(())
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            // If removal fails, the file is unlocked, and the next process removes it.
            let _ = unlinkat(&self.directory, &self.name, AtFlags::empty());
        }
    }
}

/// Removes the temporary files that no process has locked.
///
/// # Errors
/// A message, if their place is not a directory of this user alone.
pub(super) fn remove_abandoned(cache: BorrowedFd<'_>) -> Result<(), String> {
    let directory = match open_at(cache, DIRECTORY) {
        Ok(directory) => directory,
        // The first writer creates it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{DIRECTORY}: {error}")),
    };
    let Ok(entries) = Dir::read_from(&directory) else { return Ok(()) };
    for entry in entries.flatten() {
        if let Some(_lock) = abandoned(&directory, entry.file_name()) {
            // The next process removes anything that cannot be removed now.
            let _ = unlinkat(&directory, entry.file_name(), AtFlags::empty());
        }
    }
    Ok(())
}

/// Locks a temporary file that no process has locked.
fn abandoned(directory: &OwnedFd, name: &CStr) -> Option<OwnedFd> {
    if !is_digits_and(name, 16, SUFFIX) {
        return None;
    }
    let stat = statat(directory, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return None;
    }
    // Open for writing: NFS grants an exclusive lock only then.
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = openat(directory, name, flags, Mode::empty()).ok()?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok().then_some(file)
}

#[cfg(test)]
impl std::os::fd::AsFd for Temporary {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}
