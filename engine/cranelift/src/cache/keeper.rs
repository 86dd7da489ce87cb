//! Takes a cache directory that exists; lists, checks and removes entries. Works while engines use
//! the directory: an entry that disappears meanwhile is omitted, and removing an entry removes only
//! its name, so code that is mapped from it stays intact. Loads no code.

use super::directory::{open_file, open_root, read_entry, remove_whole, stat_entry};
use super::listing::{self, Listed, Part};
use super::{Key, builds};
use crate::stamp::Stamp;
use crate::stored::Known;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::SystemTime;
use wassay_artifact::{Artifact, Kind, LoadError};
use wassay_engine::{BadEntry, CacheKeeper, CacheSize, CachedBuild, Fault, VerifiedCache};

/// A cache directory, for one build.
pub(crate) struct Keeper {
    root: OwnedFd,
    build: String,
}

impl Keeper {
    /// Opens a directory, for the entries of a build. Creates nothing.
    ///
    /// # Errors
    /// A message, if it cannot be opened, or if another user may write to it.
    pub fn open(path: &Path, build: &str) -> Result<Keeper, String> {
        Ok(Keeper { root: open_root(path)?, build: builds::directory_name(build) })
    }

    fn parts(&self) -> Result<Vec<Part>, Fault> {
        listing::parts(self.root.as_fd(), &self.build).map_err(Fault::of)
    }
}

impl CacheKeeper for Keeper {
    fn builds(&self) -> Result<Vec<CachedBuild>, Fault> {
        let mut all = Vec::new();
        for part in self.parts()? {
            let mut size = CacheSize::default();
            let mut used: Option<(SystemTime, SystemTime)> = None;
            for entry in part.entries().map_err(Fault::of)? {
                size.entries += 1;
                size.bytes += entry.bytes;
                let (oldest, newest) = used.unwrap_or((entry.used, entry.used));
                used = Some((oldest.min(entry.used), newest.max(entry.used)));
            }
            let is_ours = part.name == self.build;
            if size.entries > 0 || is_ours {
                all.push(CachedBuild { is_ours, name: part.name, size, used });
            }
        }
        Ok(all)
    }

    fn verify(&self, repair: bool) -> Result<VerifiedCache, Fault> {
        let mut verified = VerifiedCache::default();
        for part in self.parts()?.into_iter().filter(|part| part.name == self.build) {
            let directory = part.directory.as_fd();
            let mut entries = part.entries().map_err(Fault::of)?;
            entries.sort_by_key(|entry| entry.key.file_name());
            for Listed { key, bytes, .. } in entries {
                match check(directory, &key) {
                    None => {}
                    Some(Ok(())) => {
                        verified.intact.entries += 1;
                        verified.intact.bytes += bytes;
                    }
                    Some(Err(why)) => {
                        let is_removed = repair && remove_whole(directory, &key);
                        let path = format!("{}/{}", part.name, key.file_name());
                        verified.bad.push(BadEntry { path, why, is_removed });
                    }
                }
            }
        }
        Ok(verified)
    }

    fn clear(&self, all_builds: bool) -> Result<CacheSize, Fault> {
        let mut removed = CacheSize::default();
        for part in self.parts()?.into_iter().filter(|part| all_builds || part.name == self.build) {
            let directory = part.directory.as_fd();
            for entry in part.entries().map_err(Fault::of)? {
                if remove_whole(directory, &entry.key) {
                    removed.entries += 1;
                    removed.bytes += entry.bytes;
                }
            }
        }
        Ok(removed)
    }
}

/// What is wrong with an entry; `None` if there is none any more.
fn check(directory: BorrowedFd<'_>, key: &Key) -> Option<Result<(), String>> {
    let (file, size) = match open_file(directory, &key.file_name()) {
        Some(Ok(opened)) => opened,
        Some(Err(why)) => return Some(Err(why)),
        None => {
            let is_there = stat_entry(directory, &key.file_name()).is_some();
            return is_there.then(|| Err("it cannot be opened".to_string()));
        }
    };
    let read = match read_entry(&file, size, key, &Unknown) {
        Ok(read) => read,
        Err(error) => return Some(Err(error.to_string())),
    };
    Some(read.and_then(|artifact| contents(&artifact)).map_err(|error| error.to_string()))
}

/// Checks what a load would check after the digest and the tables.
fn contents(artifact: &Artifact) -> Result<(), LoadError> {
    match artifact.kind() {
        Kind::Module => artifact.module().map(drop),
        Kind::Shims => artifact.signature().map(drop),
    }
}

/// Relies on no stamp, and makes none.
struct Unknown;

impl Known for Unknown {
    fn is_intact(&self, _: &Stamp) -> bool {
        false
    }

    fn record(&self, _: &Stamp) {}
}
