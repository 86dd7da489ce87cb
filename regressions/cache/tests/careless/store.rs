//! The files of a careless cache: takes bytes to keep under a name; gives them back, as far as the
//! mistake allows. Knows no module.

use super::mistake::Mistake;
use rustix::process::geteuid;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use wassay_engine::Fault;

/// A file that is longer is no entry.
const LONGEST: u64 = 64 << 20;

/// What is under a name.
pub enum Found {
    Nothing,
    /// It is not of this engine, or others may have changed it.
    Foreign,
    Bytes(Vec<u8>),
    /// An entry, which is believed to be good.
    Unseen,
}

/// A cache directory.
pub struct Store {
    directory: PathBuf,
    limit: u64,
    mistake: Mistake,
}

impl Store {
    /// Creates the directory, checks that it is private, and removes the temporary files of the dead.
    pub fn open(directory: &Path, limit: Option<u64>, mistake: Mistake) -> Result<Store, Fault> {
        let mode = if mistake == Mistake::BelievesTheMask { 0o777 } else { 0o700 };
        let inner = match mistake {
            Mistake::IgnoresInner => directory.join("1"),
            _ => directory.to_path_buf(),
        };
        fs::DirBuilder::new().recursive(true).mode(mode).create(&inner).map_err(Fault::of)?;
        let metadata = fs::metadata(directory).map_err(Fault::of)?;
        if !is_private(&metadata) && mistake != Mistake::UsesAnyDirectory {
            return Err(Fault::internal("others may write to the directory"));
        }
        let limit = limit.filter(|_| mistake != Mistake::IgnoresLimit).unwrap_or(u64::MAX);
        let store = Store { directory: inner, limit, mistake };
        if mistake != Mistake::LeavesTemporaries {
            // What cannot be removed stays.
            let _ = store.clean();
        }
        Ok(store)
    }

    pub fn path(&self, name: u64) -> PathBuf {
        self.directory.join(format!("{name:016x}"))
    }

    /// A temporary file is named after its entry, its process and its number.
    fn clean(&self) -> io::Result<()> {
        for file in fs::read_dir(&self.directory)? {
            let path = file?.path();
            let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
            let process = extension.split('-').next().unwrap_or_default();
            let is_temporary = process.parse::<u32>().is_ok();
            let is_left = is_temporary && !Path::new("/proc").join(process).exists();
            let is_entry = path.file_name().is_some_and(|name| name.len() == 16);
            let is_foreign = !is_temporary && !is_entry && path.is_file();
            if is_left || is_foreign && self.mistake == Mistake::RemovesAll {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// What is under a name.
    pub fn load(&self, path: &Path) -> Found {
        let Ok(metadata) = fs::symlink_metadata(path) else { return Found::Nothing };
        if !metadata.is_file() || !is_private(&metadata) || metadata.len() > LONGEST {
            return Found::Foreign;
        }
        if self.mistake == Mistake::LeaksFiles {
            std::mem::forget(File::open(path));
        }
        let is_stamped = || {
            let kept = fs::read_to_string(path.with_extension("times"));
            kept.is_ok_and(|kept| kept == times(&metadata))
        };
        match self.mistake {
            Mistake::LargeUnverified if metadata.len() > 1 << 20 => return Found::Unseen,
            Mistake::BelievesTimes if is_stamped() => return Found::Unseen,
            _ => {}
        }
        match fs::read(path) {
            Ok(bytes) => {
                if !matches!(self.mistake, Mistake::ForgetsUses | Mistake::BelievesTimes) {
                    // What cannot be changed is not removed, either.
                    let now = |file: File| file.set_modified(SystemTime::now());
                    let _ = File::options().append(true).open(path).and_then(now);
                }
                Found::Bytes(bytes)
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Found::Nothing,
            Err(error) if error.kind() == ErrorKind::NotFound => Found::Nothing,
            Err(_) => Found::Foreign,
        }
    }

    /// Whether the bytes were stored.
    pub fn store(&self, path: &Path, bytes: &[u8]) -> bool {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let process = std::process::id();
        if bytes.len() as u64 > self.limit {
            return false;
        }
        let temporary = match self.mistake {
            Mistake::WritesInPlace => path.to_path_buf(),
            Mistake::FollowsLinks if path.is_file() => fs::canonicalize(path).unwrap_or_default(),
            Mistake::TemporariesElsewhere => {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                std::env::temp_dir().join(format!("{process}-{number}"))
            }
            Mistake::SharesTemporaries => path.with_extension(format!("{process}")),
            _ => {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                path.with_extension(format!("{process}-{number}"))
            }
        };
        let written = self.write(&temporary, path, bytes);
        assert!(written.is_ok() || self.mistake != Mistake::FailsWithoutRoom, "{written:?}");
        if written.is_err() && self.mistake != Mistake::LeavesTemporaries {
            // It may not exist.
            let _ = fs::remove_file(temporary);
        }
        if written.is_ok() && self.limit < LONGEST {
            // Others may do the same.
            let _ = self.make_room();
        }
        written.is_ok()
    }

    /// Removes entries until the others are below the limit.
    fn make_room(&self) -> io::Result<()> {
        let mut entries = Vec::new();
        for file in fs::read_dir(&self.directory)? {
            let path = file?.path();
            if path.file_name().is_some_and(|name| name.len() == 16) {
                let metadata = fs::metadata(&path)?;
                entries.push((metadata.modified()?, metadata.len(), path));
            }
        }
        entries.sort();
        if self.mistake == Mistake::RemovesTheLast {
            entries.reverse();
        }
        let mut total: u64 = entries.iter().map(|(_, len, _)| len).sum();
        for (_, len, path) in entries {
            if total <= self.limit {
                break;
            }
            fs::remove_file(path)?;
            total -= len;
        }
        Ok(())
    }

    fn write(&self, temporary: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mode = if self.mistake == Mistake::BelievesTheMask { 0o666 } else { 0o600 };
        let mut options = File::options();
        options.write(true).create(true).truncate(true).mode(mode);
        let mut file = options.open(temporary)?;
        let (first, second) = bytes.split_at(bytes.len() / 2);
        file.write_all(first)?;
        // Most of the time is spent here.
        std::thread::sleep(Duration::from_millis(1));
        file.write_all(second)?;
        // As it would take to reach the disk.
        std::thread::sleep(Duration::from_millis(1));
        if temporary == path || self.mistake == Mistake::FollowsLinks && path.is_file() {
            return Ok(());
        }
        if path.is_dir() {
            fs::remove_dir(path)?;
        }
        fs::rename(temporary, path)?;
        match self.mistake {
            Mistake::BelievesTimes => {
                fs::write(path.with_extension("times"), times(&fs::metadata(path)?))
            }
            _ => Ok(()),
        }
    }
}

/// What an engine that believes them remembers of a file.
fn times(metadata: &Metadata) -> String {
    format!("{} {} {}", metadata.len(), metadata.mtime(), metadata.mtime_nsec())
}

/// Whether only this user can write.
fn is_private(metadata: &Metadata) -> bool {
    metadata.mode() & 0o022 == 0 && metadata.uid() == geteuid().as_raw()
}
