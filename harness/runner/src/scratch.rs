//! Makes directories for files that live only as long as a run: in memory if the system has such a
//! place, because creating thousands of small files on a disk is slow. Takes nothing; gives
//! directories. Never reads the files in them.
//!
//! A killed process removes nothing, and memory is scarce. So each process locks its directories
//! for as long as it lives, and the next process removes those that are not locked. (A process id
//! alone does not show that a process is gone: another process may have it now, or one in another
//! container that shares the same place.)

use rustix::fs::{FlockOperation, Mode, OFlags, flock, fstat, open};
use rustix::io::Errno;
use rustix::process::getuid;
use std::fs::{Permissions, read_dir, remove_dir_all, set_permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tempfile::{Builder, TempDir};

const MEMORY: &str = "/dev/shm";
const PREFIX: &str = "wassay-";
/// The number of letters and digits after the process id in a name.
const RANDOM: usize = 6;
const ATTEMPTS: usize = 8;
/// How often a directory is made that another process takes for abandoned before it is locked.
const MADE: usize = 64;

/// The directories of this process, to remove if it ends without running destructors.
static LIVE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A directory of this run; removed when dropped.
#[derive(Debug)]
pub struct Scratch {
    directory: TempDir,
    _lock: OwnedFd,
}

impl Scratch {
    /// Its path.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        live(|paths| paths.retain(|path| path != self.path()));
    }
}

/// Makes a directory for this run. Removes directories that dead runs of this user left behind.
///
/// # Errors
/// If it cannot be made in memory or in the directory for temporary files.
pub fn directory() -> io::Result<Scratch> {
    clear(Path::new(MEMORY));
    clear(&std::env::temp_dir());
    for _ in 0..MADE {
        let directory = make(|builder, place| match place {
            Some(place) => builder.tempdir_in(place),
            None => builder.tempdir(),
        })?;
        // This ignores the user's mask, because code loaded from here is run.
        match set_permissions(directory.path(), Permissions::from_mode(0o700)) {
            // Another process has removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            permitted => permitted?,
        }
        // Another process may have removed it, or locked it to remove it.
        if let Some(lock) = lock(directory.path())? {
            live(|paths| paths.push(directory.path().to_path_buf()));
            return Ok(Scratch { directory, _lock: lock });
        }
    }
    Err(io::Error::other("other processes remove what this one makes"))
}

/// Removes every directory of this process, just before it exits.
pub fn remove_all() {
    for path in live(std::mem::take) {
        // A worker may still be writing into it.
        let gone = || remove_dir_all(&path).is_ok() || !path.exists();
        if !(0..ATTEMPTS).any(|_| gone()) {
            std::thread::sleep(Duration::from_millis(50));
            gone();
        }
    }
}

fn make<T>(in_place: impl Fn(&Builder<'_, '_>, Option<PathBuf>) -> io::Result<T>) -> io::Result<T> {
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let mut builder = Builder::new();
    builder.prefix(&prefix).rand_bytes(RANDOM);
    in_place(&builder, Some(PathBuf::from(MEMORY))).or_else(|_| in_place(&builder, None))
}

fn live<T>(with: impl FnOnce(&mut Vec<PathBuf>) -> T) -> T {
    with(&mut LIVE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Locks a directory as long as the result lives; `None` if another process has locked it or
/// removed it.
fn lock(path: &Path) -> io::Result<Option<OwnedFd>> {
    let opened = match opened(path) {
        Ok(opened) => opened,
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // On a file system without locks, no process can take the directory for abandoned, either.
    if flock(&opened, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
        return Ok(None);
    }
    let same = path.symlink_metadata().is_ok_and(|now| {
        fstat(&opened).is_ok_and(|then| now.ino() == then.st_ino && now.dev() == then.st_dev)
    });
    Ok(same.then_some(opened))
}

fn opened(path: &Path) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    open(path, flags, Mode::empty())
}

/// Removes the directories in this place that dead runs of this user left behind.
fn clear(place: &Path) {
    for entry in read_dir(place).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(is_a_name);
        if is_ours && let Some(_lock) = abandoned(&entry.path()) {
            // The next run retries what cannot be removed now.
            let _ = remove_dir_all(entry.path());
        }
    }
}

/// Locks a directory of this user that no process holds.
fn abandoned(path: &Path) -> Option<OwnedFd> {
    let opened = opened(path).ok()?;
    let is_own = fstat(&opened).is_ok_and(|stat| stat.st_uid == getuid().as_raw());
    let is_free = || flock(&opened, FlockOperation::NonBlockingLockExclusive).is_ok();
    (is_own && is_free()).then_some(opened)
}

/// Whether this is one of our names: `wassay-PID-` and a unique suffix.
fn is_a_name(name: &str) -> bool {
    let parts = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(pid, random)| {
        pid.parse::<u32>().is_ok()
            && pid.bytes().all(|byte| byte.is_ascii_digit())
            && random.len() == RANDOM
            && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{create_dir, write};
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn only_our_own_unlocked_directories_are_removed() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        let others = ["wassay-12", "wassay-a-abcdef", "wassay-12-abc", "wassay-12-abcde.", "x"];
        for name in others.into_iter().chain(["wassay-12-abcdef", "wassay-13-held00"]) {
            create_dir(at(name)).unwrap();
            write(at(name).join("file"), "code").unwrap();
        }
        write(at("wassay-14-afile0"), "no directory").unwrap();
        symlink(at("x"), at("wassay-15-alink0")).unwrap();
        // A link in a removed directory is removed; its target stays.
        symlink(at("x"), at("wassay-12-abcdef/link")).unwrap();
        let held = lock(&at("wassay-13-held00")).unwrap().unwrap();
        clear(place.path());
        assert!(!at("wassay-12-abcdef").exists());
        for name in others.into_iter().chain(["wassay-13-held00", "wassay-15-alink0"]) {
            assert!(at(name).join("file").exists(), "{name}");
        }
        assert!(at("wassay-14-afile0").exists());
        drop(held);
        clear(place.path());
        assert!(!at("wassay-13-held00").exists());
        clear(&at("nowhere"));
    }

    #[test]
    fn a_directory_that_another_process_removes_is_made_again() {
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let clearing = scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    clear(Path::new(MEMORY));
                }
            });
            let made: io::Result<Vec<Scratch>> = (0..500).map(|_| directory()).collect();
            is_done.store(true, Ordering::Relaxed);
            clearing.join().unwrap();
            assert!(made.unwrap().iter().all(|scratch| scratch.path().is_dir()));
        });
    }

    #[test]
    fn a_directory_belongs_to_its_process_while_that_lives() {
        let (one, two) = (directory().unwrap(), directory().unwrap());
        assert!(one.path() != two.path() && one.path().is_dir() && two.path().is_dir());
        let name = one.path().file_name().unwrap().to_str().unwrap();
        assert!(is_a_name(name) && name.contains(&format!("-{}-", std::process::id())));
        assert!(abandoned(one.path()).is_none());
        let path = one.path().to_path_buf();
        drop(one);
        assert!(!path.exists() && two.path().exists());
        // A directory that is gone or belongs to another is not locked.
        assert!(lock(&path).unwrap().is_none());
        assert!(lock(two.path()).unwrap().is_none());
    }
}
