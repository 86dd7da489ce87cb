//! Takes a cache directory that exists; lists, checks and removes entries. Works while engines use
//! the directory: an entry that disappears or is replaced meanwhile is left alone, and removing an
//! entry removes only its name, so code that is mapped from it stays intact. Loads no code.

use super::directory::{Opened, open_at, open_file, open_root, read_entry, stat_entry};
use super::listing::{self, Listed};
use super::orphan::{self, remove_orphans};
use super::removal::{Removal, Seen, remove_stamp, remove_whole};
use super::{EntryKind, Key, builds, limit, temporary};
use crate::stamp::Stamp;
use crate::stored::Known;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Duration;
use wassay_artifact::{Artifact, Kind, LoadError};
use wassay_engine::{BadEntry, CacheKeeper, CachedBuild, ClearedCache, Fault, VerifiedCache};

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

    fn names(&self) -> Result<Vec<String>, Fault> {
        listing::builds(self.root.as_fd(), &self.build).map_err(Fault::of)
    }

    /// A build's directory with its entries.
    fn part(&self, name: &str) -> Result<(OwnedFd, Vec<Listed>), String> {
        let directory = open_at(self.root.as_fd(), name).map_err(|error| error.to_string())?;
        let entries = listing::entries(directory.as_fd()).map_err(|error| error.to_string())?;
        Ok((directory, entries))
    }

    /// The directory of this build with its entries; `None` if there is none.
    fn ours(&self) -> Result<Option<(OwnedFd, Vec<Listed>)>, Fault> {
        match self.names()?.contains(&self.build) {
            false => Ok(None),
            true => self.part(&self.build).map(Some).map_err(|why| self.refused(&why)),
        }
    }

    fn refused(&self, why: &str) -> Fault {
        Fault::Misuse(format!("{}: {why}", self.build))
    }
}

impl CacheKeeper for Keeper {
    fn builds(&self) -> Result<Vec<CachedBuild>, Fault> {
        let build = |name: String| {
            let mut build = CachedBuild { is_ours: name == self.build, ..CachedBuild::default() };
            match self.part(&name) {
                Err(why) => build.refused = Some(why),
                Ok((_, entries)) => {
                    for entry in entries {
                        build.size.entries += 1;
                        build.size.bytes += entry.bytes;
                        build.modules += u64::from(entry.key.kind() == EntryKind::Module);
                        let Some(time) = entry.used else { continue };
                        let (oldest, newest) = build.used.unwrap_or((time, time));
                        build.used = Some((oldest.min(time), newest.max(time)));
                    }
                }
            }
            CachedBuild { name, ..build }
        };
        Ok(self.names()?.into_iter().map(build).collect())
    }

    fn verify(&self, repair: bool) -> Result<VerifiedCache, Fault> {
        let mut verified = VerifiedCache::default();
        let Some((directory, mut entries)) = self.ours()? else { return Ok(verified) };
        entries.sort_by_key(|entry| entry.key.file_name());
        for Listed { key, bytes, .. } in entries {
            let directory = directory.as_fd();
            match check(directory, &key) {
                None => {}
                Some((_, Ok(()))) => {
                    verified.intact.entries += 1;
                    verified.intact.bytes += bytes;
                }
                Some((seen, Err(why))) => {
                    let removal = || remove_whole(directory, &key, &seen);
                    let is_removed = repair && !matches!(removal(), Removal::Stuck(_));
                    if !is_removed {
                        // It may match the damaged file, if the disk has failed.
                        remove_stamp(directory, &key);
                    }
                    let path = format!("{}/{}", self.build, key.file_name());
                    verified.bad.push(BadEntry { path, why, is_removed });
                }
            }
        }
        if repair {
            remove_orphans(directory.as_fd(), orphan::SETTLED);
        }
        Ok(verified)
    }

    fn clear(&self, all_builds: bool) -> Result<ClearedCache, Fault> {
        let mut cleared = ClearedCache::default();
        for name in self.names()?.into_iter().filter(|name| all_builds || *name == self.build) {
            let stuck = |path: String, why: String| BadEntry { path, why, is_removed: false };
            let (directory, entries) = match self.part(&name) {
                Ok(part) => part,
                Err(why) if name == self.build => return Err(self.refused(&why)),
                Err(why) => {
                    cleared.stuck.push(stuck(name, why));
                    continue;
                }
            };
            for Listed { key, bytes, seen, .. } in entries {
                match remove_whole(directory.as_fd(), &key, &seen) {
                    Removal::Gone => {}
                    Removal::Removed => {
                        cleared.removed.entries += 1;
                        cleared.removed.bytes += bytes;
                    }
                    Removal::Stuck(why) => {
                        cleared.stuck.push(stuck(format!("{name}/{}", key.file_name()), why));
                    }
                }
            }
            // After this, the user expects an empty directory.
            remove_orphans(directory.as_fd(), Duration::ZERO);
        }
        temporary::remove_abandoned(self.root.as_fd()).map_err(Fault::Misuse)?;
        Ok(cleared)
    }

    fn trim(&self, most: u64) -> Result<ClearedCache, Fault> {
        let evicted = limit::evict(self.root.as_fd(), None, |total| total.min(most));
        let limit::Evicted { removed, stuck, .. } = evicted.map_err(Fault::of)?;
        Ok(ClearedCache { removed, stuck })
    }
}

/// The state of an entry, and what is wrong with it; `None` if there is none any more.
fn check(directory: BorrowedFd<'_>, key: &Key) -> Option<(Seen, Result<(), String>)> {
    let Some(Opened { seen, file }) = open_file(directory, &key.file_name()) else {
        let stat = stat_entry(directory, &key.file_name())?;
        return Some((Seen::of(&stat), Err("it cannot be opened".to_string())));
    };
    let read = |(file, size)| match read_entry(&file, size, key, &Unknown) {
        Ok(read) => read.and_then(|artifact| contents(&artifact)).map_err(|error| match error {
            LoadError::Corrupt(why) => why,
            LoadError::Incompatible(why) => format!("not for this build of the engine: {why}"),
        }),
        Err(error) => Err(error.to_string()),
    };
    Some((seen, file.and_then(read)))
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
