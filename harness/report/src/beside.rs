//! Takes the path of a file that will be written; gives a file in its directory, which gets that name
//! when it is complete. Does not interpret what is written.
//!
//! A process may be killed at any moment and must leave no half of a file, under any name. So the
//! file has no name while it is written, where the file system permits that (`O_TMPFILE`). It needs
//! one of its own to replace a file, and on other file systems. A file with such a name is locked by
//! its writer, so the next one recognizes and removes those of killed writers.

use crate::destination::directory;
use rustix::fs::{
    AtFlags, CWD, FlockOperation, Mode, OFlags, flock, fstat, linkat, open, rename, unlink,
};
use rustix::io::Errno;
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// What the names of these files begin with; 16 hexadecimal digits follow.
const PREFIX: &str = ".wassay-report-";

/// Where the system shows the open files of this process by their numbers.
const OPEN_FILES: &str = "/proc/self/fd";

const ATTEMPTS: usize = 8;

/// A file of this process, which is gone when it is dropped, unless it was given its name.
#[derive(Debug)]
pub struct Beside {
    file: File,
    /// `None` while it has no name.
    name: Option<PathBuf>,
    directory: PathBuf,
}

impl Beside {
    /// Creates a file in the directory of this path.
    ///
    /// # Errors
    /// What is in the way.
    pub fn create(path: &Path) -> io::Result<Beside> {
        let directory = directory(path).to_path_buf();
        match nameless(&directory) {
            Err(Errno::OPNOTSUPP | Errno::ISDIR) => Beside::named(directory),
            file => Ok(Beside { file: file?, name: None, directory }),
        }
    }

    /// Creates one that has a name from the beginning.
    fn named(directory: PathBuf) -> io::Result<Beside> {
        for _ in 0..ATTEMPTS {
            let name = unused(&directory);
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            let file = File::from(open(&name, flags, MODE)?);
            let beside = Beside { file, name: Some(name), directory: directory.clone() };
            // Another process may have taken it for an abandoned one before it was locked.
            if beside.lock() && fstat(&beside.file)?.st_nlink > 0 {
                return Ok(beside);
            }
        }
        Err(io::Error::other("other processes remove what this one creates"))
    }

    /// Locks the file for as long as this process has it open. Where there are no locks, nobody
    /// takes it for abandoned, either.
    fn lock(&self) -> bool {
        flock(&self.file, FlockOperation::NonBlockingLockExclusive) != Err(Errno::WOULDBLOCK)
    }

    /// The open file.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives the file this name, and replaces an existing one.
    ///
    /// # Errors
    /// If it cannot have it; an existing file is then untouched.
    pub fn persist(mut self, path: &Path) -> io::Result<()> {
        if self.name.is_none() {
            match self.link(path) {
                Err(Errno::EXIST) => {}
                linked => return Ok(linked?),
            }
            // A link replaces nothing, and a rename needs a name.
            self.lock();
            let name = unused(&self.directory);
            self.link(&name)?;
            self.name = Some(name);
        }
        if let Some(name) = &self.name {
            rename(name, path)?;
            self.name = None;
        }
        remove_abandoned(&self.directory);
        Ok(())
    }

    fn link(&self, path: &Path) -> rustix::io::Result<()> {
        let open = format!("{OPEN_FILES}/{}", self.file.as_raw_fd());
        linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // If removal fails, the file is unlocked now, and the next writer removes it.
            let _ = unlink(name);
        }
    }
}

/// The mode of a new file, from which the system takes the user's mask.
const MODE: Mode = Mode::from_raw_mode(0o666);

fn nameless(directory: &Path) -> rustix::io::Result<File> {
    if !Path::new(OPEN_FILES).exists() {
        return Err(Errno::OPNOTSUPP);
    }
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    open(directory, flags, MODE).map(File::from)
}

/// A name that no file has, as far as chance goes.
fn unused(directory: &Path) -> PathBuf {
    let number = RandomState::new().build_hasher().finish();
    directory.join(format!("{PREFIX}{number:016x}"))
}

/// Removes the files of writers that were killed. What cannot be listed or removed stays.
fn remove_abandoned(directory: &Path) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let digits = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let is_ours = digits.is_some_and(|digits| {
            digits.len() == 16 && digits.chars().all(|it| it.is_ascii_hexdigit())
        });
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_ours && is_file {
            remove_if_abandoned(&entry.path());
        }
    }
}

fn remove_if_abandoned(path: &Path) {
    // For writing: on network file systems, only such a file can be locked.
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(file) = open(path, flags, Mode::empty()) else { return };
    if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
        let _ = unlink(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    fn names(directory: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let names = fs::read_dir(directory).unwrap().map(name);
        let mut names: Vec<_> = names.map(|it| it.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Both kinds of files: with a name and, if this file system has them, without.
    fn both(path: &Path) -> Vec<Beside> {
        let named = Beside::named(directory(path).to_path_buf()).unwrap();
        let beside = Beside::create(path).unwrap();
        if beside.name.is_some() {
            eprintln!("not tested: {} has no files without names", path.display());
        }
        vec![beside, named]
    }

    #[test]
    fn a_file_that_is_written_has_no_name_or_one_that_is_locked() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("report");
        for mut beside in both(&path) {
            beside.file().write_all(b"half").unwrap();
            let named = usize::from(beside.name.is_some());
            // The other kind is gone already, or waits for its turn.
            assert!(names(place.path()).len() <= 1, "{:?}", names(place.path()));
            remove_abandoned(place.path());
            let exists = beside.name.as_ref().is_some_and(|name| name.exists());
            assert_eq!(usize::from(exists), named, "its writer lives");
        }
        assert_eq!(names(place.path()), [""; 0], "what is given up is gone");
    }

    #[test]
    fn a_complete_file_gets_its_name_and_replaces_another() {
        for at in 0..2 {
            let place = tempfile::tempdir().unwrap();
            let path = place.path().join("report");
            for text in ["one", "two"] {
                let mut beside = both(&path).swap_remove(at);
                beside.file().write_all(text.as_bytes()).unwrap();
                beside.persist(&path).unwrap();
                assert_eq!(fs::read_to_string(&path).unwrap(), text);
                assert_eq!(names(place.path()), ["report"]);
            }
            fs::remove_file(&path).unwrap();
            fs::create_dir(&path).unwrap();
            both(&path).swap_remove(at).persist(&path).unwrap_err();
            assert_eq!(names(place.path()), ["report"]);
        }
    }

    /// What a killed writer leaves: its file, without a lock.
    #[test]
    fn files_of_killed_writers_are_removed_and_no_others() {
        let place = tempfile::tempdir().unwrap();
        let abandoned = format!("{PREFIX}0123456789abcdef");
        let theirs = [".wassay-report-notes", "0123456789abcdef", "report-0123456789abcdef"];
        for name in theirs.into_iter().chain([&*abandoned]) {
            fs::write(place.path().join(name), "half").unwrap();
        }
        let alive = Beside::named(place.path().to_path_buf()).unwrap();
        let path = place.path().join("report");
        fs::write(&path, "old").unwrap();
        Beside::create(&path).unwrap().persist(&path).unwrap();
        assert!(!place.path().join(abandoned).exists());
        assert!(alive.name.as_ref().unwrap().exists());
        assert!(theirs.iter().all(|name| place.path().join(name).exists()));
        drop(alive);
        assert_eq!(names(place.path()).len(), theirs.len() + 1);
    }
}
