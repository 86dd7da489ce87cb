//! The compilation cache: maps keys to loaded artifacts, in memory or in a directory that processes
//! share. Never compiles, and never fails a compilation: if an entry cannot be read or written, the
//! engine compiles again.

mod builds;
mod directory;
mod faulty;
mod keeper;
mod limit;
mod listing;
mod orphan;
mod removal;
mod temporary;
#[cfg(test)]
mod tests;
mod used;

pub(crate) use keeper::Keeper;

use crate::seeded;
use directory::{CacheDirectory, ENTRY_SUFFIX, STAMP_SUFFIX, USED_SUFFIX};
use removal::Seen;
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::target::Target;
use wassay_artifact::{Artifact, LoadError};
use wassay_engine::{Cache, CacheStats, Fault, Provenance};
use wassay_runtime as rt;

/// The bit of a key's last byte that shows what the entry holds.
const KIND: u8 = 1;

/// Identifies a compilation and its target: equal keys have equal artifacts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key([u8; 32]);

/// What an entry holds. Shims are removed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EntryKind {
    Module,
    Shims,
}

impl Key {
    /// The key of the compilation of `source` for `target`.
    pub fn of(kind: EntryKind, source: &[u8], target: &Target) -> Key {
        let target = seeded::in_key(target);
        let target = postcard::to_stdvec(&*target).expect("a target always encodes");
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[kind as u8]);
        hasher.update(&(target.len() as u64).to_le_bytes());
        hasher.update(&target);
        hasher.update(source);
        let mut hash = *hasher.finalize().as_bytes();
        hash[31] = hash[31] & !KIND | kind as u8;
        Key(hash)
    }

    /// What the entry holds; known without opening it.
    fn kind(&self) -> EntryKind {
        match self.0[31] & KIND {
            0 => EntryKind::Module,
            _ => EntryKind::Shims,
        }
    }

    /// The key of the entry with this file name.
    fn of_file_name(name: &str) -> Option<Key> {
        let digits = name.strip_suffix(ENTRY_SUFFIX)?;
        let key = Key(*blake3::Hash::from_hex(digits).ok()?.as_bytes());
        // Upper-case digits are not ours.
        (key.file_name() == name).then_some(key)
    }

    fn file_name(&self) -> String {
        self.name(ENTRY_SUFFIX)
    }

    fn stamp_name(&self) -> String {
        self.name(STAMP_SUFFIX)
    }

    fn used_name(&self) -> String {
        self.name(USED_SUFFIX)
    }

    fn name(&self, suffix: &str) -> String {
        let mut name = blake3::Hash::from_bytes(self.0).to_hex().to_string();
        name.push_str(suffix);
        name
    }
}

/// Finds and stores the artifacts of one target.
pub(crate) struct ArtifactCache {
    target: Target,
    place: Place,
    /// The counts of modules, which are what the statistics are about.
    modules: Counts,
    shims: Counts,
}

/// Why a look into the cache has given nothing.
#[derive(Debug)]
pub(crate) enum Miss {
    Absent,
    /// There was an entry.
    Refused(LoadError),
}

impl Miss {
    /// The message for a miss of something that the cache must have.
    pub fn of_demanded(&self, what: &str) -> String {
        format!("the cache cannot give {what}, and the config demands hits: {self}")
    }
}

impl Display for Miss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Miss::Absent => f.write_str("it is not there"),
            Miss::Refused(error) => error.fmt(f),
        }
    }
}

enum Place {
    Off,
    Memory(Mutex<HashMap<Key, Artifact>>),
    Directory(CacheDirectory),
}

#[derive(Default)]
struct Counts {
    memory_hits: AtomicU64,
    disk_hits: AtomicU64,
    misses: AtomicU64,
    stores: AtomicU64,
    unstored: AtomicU64,
    stale: AtomicU64,
    corrupt: AtomicU64,
    evictions: AtomicU64,
    functions_compiled: AtomicU64,
}

impl ArtifactCache {
    /// A cache of artifacts for `target`.
    ///
    /// # Errors
    /// If the directory cannot be created, or if another user may write to it.
    pub fn open(cache: &Cache, target: Target) -> Result<ArtifactCache, Fault> {
        let place = match cache {
            Cache::Off => Place::Off,
            Cache::Memory => Place::Memory(Mutex::default()),
            Cache::Directory(path) => {
                let directory = CacheDirectory::open(path, &target.build).map_err(|why| {
                    Fault::Misuse(format!("cache directory {}: {why}", path.display()))
                })?;
                Place::Directory(directory)
            }
        };
        let (modules, shims) = (Counts::default(), Counts::default());
        Ok(ArtifactCache { target, place, modules, shims })
    }

    /// Limits the length of all entries of a directory, in bytes.
    pub fn limited(mut self, most: Option<u64>) -> ArtifactCache {
        if let Place::Directory(directory) = &mut self.place {
            directory.limit(most);
        }
        self
    }

    /// Loads the module with this key with `load`, or returns why there is none. Removes an artifact
    /// that cannot be loaded. Every call adds one to exactly one of hits, misses, stale and corrupt,
    /// unless there is no cache at all or the load runs out of resources.
    ///
    /// # Errors
    /// If the load runs out of resources.
    pub fn get<T>(
        &self,
        key: &Key,
        load: impl FnOnce(Artifact, Provenance) -> Result<T, rt::LoadError>,
    ) -> Result<Result<T, Miss>, rt::LoadError> {
        self.look_up(key, &self.modules, load)
    }

    /// Does the same for shims. Statistics show only those that are stale or corrupt.
    ///
    /// # Errors
    /// If the load runs out of resources.
    pub fn get_shims<T>(
        &self,
        key: &Key,
        load: impl FnOnce(Artifact, Provenance) -> Result<T, rt::LoadError>,
    ) -> Result<Result<T, Miss>, rt::LoadError> {
        self.look_up(key, &self.shims, load)
    }

    fn look_up<T>(
        &self,
        key: &Key,
        counts: &Counts,
        load: impl FnOnce(Artifact, Provenance) -> Result<T, rt::LoadError>,
    ) -> Result<Result<T, Miss>, rt::LoadError> {
        let mut seen = None;
        let (found, provenance, hits) = match &self.place {
            Place::Off => return Ok(Err(Miss::Absent)),
            Place::Memory(entries) => {
                let found = entries.lock().ok().and_then(|entries| entries.get(key).cloned());
                (found.map(Ok), Provenance::Memory, &counts.memory_hits)
            }
            Place::Directory(directory) => {
                let is_read = !Seeded::EntriesUnread.is_seeded();
                let found = is_read.then(|| directory.read(key)).flatten();
                let found = found.map(|(state, found)| {
                    seen = Some(state);
                    found
                });
                (found, Provenance::Disk, &counts.disk_hits)
            }
        };
        let Some(found) = found else {
            add(&counts.misses, 1);
            return Ok(Err(Miss::Absent));
        };
        let found = found.and_then(|artifact| self.of_our_target(artifact));
        match found.map_err(rt::LoadError::from).and_then(|artifact| load(artifact, provenance)) {
            Ok(loaded) => {
                add(hits, 1);
                Ok(Ok(loaded))
            }
            Err(rt::LoadError::Artifact(error)) => {
                self.refuse(key, seen, counts, &error);
                Ok(Err(Miss::Refused(error)))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Stores a module. Failing to store it is not an error; the count of stores shows it.
    pub fn put(&self, key: &Key, artifact: &Artifact) {
        self.store(key, &self.modules, artifact);
    }

    /// Stores shims, which the count of stores does not show.
    pub fn put_shims(&self, key: &Key, artifact: &Artifact) {
        self.store(key, &self.shims, artifact);
    }

    fn store(&self, key: &Key, counts: &Counts, artifact: &Artifact) {
        let stored = match &self.place {
            Place::Off => return,
            _ if Seeded::CacheKeepsNothing.is_seeded() => false,
            Place::Memory(entries) => match entries.lock() {
                Ok(mut entries) => match entries.insert(*key, artifact.clone()) {
                    None => true,
                    // Another thread stored it just before.
                    Some(_) => return,
                },
                Err(_) => false,
            },
            Place::Directory(directory) => {
                let (is_stored, removed) = directory.write(key, artifact);
                add(&counts.evictions, removed);
                is_stored
            }
        };
        add(if stored { &counts.stores } else { &counts.unstored }, 1);
    }

    /// The file in which an artifact with this key lies or would lie; `None` without a directory.
    pub fn entry(&self, key: &Key) -> Option<PathBuf> {
        match &self.place {
            Place::Off | Place::Memory(_) => None,
            Place::Directory(directory) => Some(directory.path_of(key)),
        }
    }

    pub fn compiled(&self, functions: usize) {
        add(&self.modules.functions_compiled, functions as u64);
    }

    pub fn stats(&self) -> CacheStats {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let (modules, shims) = (&self.modules, &self.shims);
        CacheStats {
            memory_hits: get(&modules.memory_hits),
            disk_hits: get(&modules.disk_hits),
            misses: get(&modules.misses),
            stores: get(&modules.stores),
            unstored: get(&modules.unstored),
            // These are about the state of the cache, so they count every entry.
            stale: get(&modules.stale) + get(&shims.stale),
            corrupt: get(&modules.corrupt) + get(&shims.corrupt),
            evictions: get(&modules.evictions) + get(&shims.evictions),
            functions_compiled: get(&modules.functions_compiled),
        }
    }

    /// The key includes the target, so an artifact of another target under it was put there by
    /// hand.
    fn of_our_target(&self, artifact: Artifact) -> Result<Artifact, LoadError> {
        if seeded::in_key(artifact.target()) == seeded::in_key(&self.target) {
            Ok(artifact)
        } else {
            Err(LoadError::Incompatible("an artifact of another target".to_string()))
        }
    }

    fn refuse(&self, key: &Key, seen: Option<Seen>, counts: &Counts, error: &LoadError) {
        let count = match error {
            LoadError::Corrupt(_) => &counts.corrupt,
            LoadError::Incompatible(_) => &counts.stale,
        };
        add(count, 1);
        match &self.place {
            Place::Off => {}
            Place::Memory(entries) => {
                if let Ok(mut entries) = entries.lock() {
                    entries.remove(key);
                }
            }
            Place::Directory(directory) => {
                if let Some(seen) = seen {
                    directory.remove(key, &seen);
                }
            }
        }
    }
}

fn add(count: &AtomicU64, by: u64) {
    count.fetch_add(by, Ordering::Relaxed);
}
