//! The compilation cache: keys to artifacts, in memory or in a directory that processes share.
//!
//! An entry is its own key, then the artifact. It is written to a temporary file and renamed, so
//! that no reader sees half of one. Nothing is synced to disk: what a power cut damages, the
//! artifact's digest finds, and the entry is made anew. An entry that is damaged or does not
//! belong to its name heals: it is counted, and replaced by the next store.

use std::collections::HashMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use wassay_artifact::target::Target;
use wassay_artifact::{Artifact, LoadError};
use wassay_engine::{Cache, CacheStats, Fault, Provenance};

/// Names what was compiled and for what: equal keys have equal artifacts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

/// What an entry is of.
#[derive(Clone, Copy)]
pub(crate) enum EntryKind {
    Module,
    Shims,
}

impl Key {
    /// The key of what is compiled from `source` for `target`.
    pub fn of(kind: EntryKind, source: &[u8], target: &Target) -> Key {
        let target = postcard::to_stdvec(target).expect("a target always encodes");
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[kind as u8]);
        hasher.update(&(target.len() as u64).to_le_bytes());
        hasher.update(&target);
        hasher.update(source);
        Key(*hasher.finalize().as_bytes())
    }

    fn file_name(&self) -> String {
        let mut name = blake3::Hash::from_bytes(self.0).to_hex().to_string();
        name.push_str(".wassay");
        name
    }
}

/// Finds and keeps artifacts.
pub(crate) struct ArtifactCache {
    place: Place,
    counts: Counts,
}

enum Place {
    Off,
    Memory(Mutex<HashMap<Key, Artifact>>),
    Directory(PathBuf),
}

#[derive(Default)]
struct Counts {
    memory_hits: AtomicU64,
    disk_hits: AtomicU64,
    misses: AtomicU64,
    stores: AtomicU64,
    stale: AtomicU64,
    corrupt: AtomicU64,
    functions_compiled: AtomicU64,
}

impl ArtifactCache {
    pub fn open(cache: &Cache) -> Result<ArtifactCache, Fault> {
        let place = match cache {
            Cache::Off => Place::Off,
            Cache::Memory => Place::Memory(Mutex::default()),
            Cache::Directory(path) => {
                // Code from it is run: nobody else may write there.
                DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| {
                    Fault::Internal(format!("cache directory {}: {error}", path.display()))
                })?;
                Place::Directory(path.clone())
            }
        };
        Ok(ArtifactCache { place, counts: Counts::default() })
    }

    /// The artifact of this key, if it is there and whole.
    pub fn get(&self, key: &Key) -> Option<(Artifact, Provenance)> {
        let found = match &self.place {
            Place::Off => return None,
            Place::Memory(entries) => {
                let found = entries.lock().ok().and_then(|entries| entries.get(key).cloned());
                found.map(|artifact| (artifact, Provenance::Memory))
            }
            Place::Directory(path) => {
                self.read_entry(path, key).map(|artifact| (artifact, Provenance::Disk))
            }
        };
        let count = match &found {
            Some((_, Provenance::Memory)) => &self.counts.memory_hits,
            Some(_) => &self.counts.disk_hits,
            None => &self.counts.misses,
        };
        add(count, 1);
        found
    }

    /// Keeps an artifact. A cache that cannot be written is slow, not wrong: nothing is said but
    /// by the count of stores.
    pub fn put(&self, key: &Key, artifact: &Artifact) {
        let stored = match &self.place {
            Place::Off => false,
            Place::Memory(entries) => match entries.lock() {
                Ok(mut entries) => entries.insert(*key, artifact.clone()).is_none(),
                Err(_) => false,
            },
            Place::Directory(path) => write_entry(path, key, artifact).is_ok(),
        };
        add(&self.counts.stores, u64::from(stored));
    }

    /// An entry turned out not to be loadable here.
    pub fn refused(&self, key: &Key, error: &LoadError) {
        add(
            match error {
                LoadError::Corrupt(_) => &self.counts.corrupt,
                LoadError::Incompatible(_) => &self.counts.stale,
            },
            1,
        );
        if let Place::Directory(path) = &self.place {
            remove_entry(&path.join(key.file_name()));
        }
    }

    pub fn compiled(&self, functions: usize) {
        add(&self.counts.functions_compiled, functions as u64);
    }

    pub fn stats(&self) -> CacheStats {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        CacheStats {
            memory_hits: get(&self.counts.memory_hits),
            disk_hits: get(&self.counts.disk_hits),
            misses: get(&self.counts.misses),
            stores: get(&self.counts.stores),
            stale: get(&self.counts.stale),
            corrupt: get(&self.counts.corrupt),
            evictions: 0,
            functions_compiled: get(&self.counts.functions_compiled),
        }
    }

    fn read_entry(&self, directory: &Path, key: &Key) -> Option<Artifact> {
        let path = directory.join(key.file_name());
        let bytes = match read_file(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                // A link, a directory or an unreadable file in the entry's place.
                if error.kind() != io::ErrorKind::NotFound {
                    add(&self.counts.corrupt, 1);
                    remove_entry(&path);
                }
                return None;
            }
        };
        let entry = match bytes.split_at_checked(key.0.len()) {
            Some((owner, artifact)) if owner == key.0 => Artifact::read(artifact),
            _ => Err(LoadError::Corrupt("an entry of another key".to_string())),
        };
        entry.map_err(|error| self.refused(key, &error)).ok()
    }
}

fn add(count: &AtomicU64, by: u64) {
    count.fetch_add(by, Ordering::Relaxed);
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let flags = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let mut file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write_entry(directory: &Path, key: &Key, artifact: &Artifact) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(&key.0)?;
    file.write_all(artifact.bytes())?;
    file.persist(directory.join(key.file_name())).map_err(|error| error.error)?;
    Ok(())
}

/// Makes room for a new entry. An empty directory in its place goes too; a full one is somebody's
/// and stays.
fn remove_entry(path: &Path) {
    if fs::remove_file(path).is_err() {
        let _ = fs::remove_dir(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_artifact::ArtifactBuilder;
    use wassay_artifact::module::Module;
    use wassay_engine::{Config, Features};

    fn sample() -> (Key, Artifact) {
        let target = crate::target::target(&Config::new(Features::WASM1)).unwrap();
        let key = Key::of(EntryKind::Module, b"source", &target);
        (key, ArtifactBuilder::module(target, &Module::default()).finish())
    }

    fn on_disk() -> (tempfile::TempDir, ArtifactCache, Key, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let cache = ArtifactCache::open(&Cache::Directory(directory.path().into())).unwrap();
        let (key, artifact) = sample();
        cache.put(&key, &artifact);
        let path = directory.path().join(key.file_name());
        (directory, cache, key, path)
    }

    #[test]
    fn what_was_stored_is_found_by_another_engine() {
        let (directory, first, key, _) = on_disk();
        drop(first);
        let second = ArtifactCache::open(&Cache::Directory(directory.path().into())).unwrap();
        let (artifact, provenance) = second.get(&key).unwrap();
        assert_eq!(artifact.bytes(), sample().1.bytes());
        assert_eq!(provenance, Provenance::Disk);
        assert_eq!(second.stats().disk_hits, 1);
    }

    #[test]
    fn a_damaged_entry_is_counted_and_heals() {
        let (_directory, cache, key, path) = on_disk();
        let good = fs::read(&path).unwrap();
        let mut damages: Vec<Vec<u8>> = (0..good.len()).map(|len| good[..len].to_vec()).collect();
        for at in 0..good.len() {
            let mut flipped = good.clone();
            flipped[at] ^= 1;
            damages.push(flipped);
        }
        for (at, damage) in damages.iter().enumerate() {
            fs::write(&path, damage).unwrap();
            assert!(cache.get(&key).is_none(), "damage {at}");
            cache.put(&key, &sample().1);
            assert!(cache.get(&key).is_some(), "healed after damage {at}");
        }
        assert_eq!(cache.stats().corrupt + cache.stats().stale, damages.len() as u64);
    }

    #[test]
    fn an_entry_of_another_key_or_kind_of_file_is_refused() {
        let (directory, cache, key, path) = on_disk();
        let other = Key([7; 32]);
        fs::copy(&path, directory.path().join(other.file_name())).unwrap();
        assert!(cache.get(&other).is_none(), "a copy under another name");
        let elsewhere = directory.path().join("elsewhere");
        fs::rename(&path, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert!(cache.get(&key).is_none(), "a link");
        fs::create_dir(&path).unwrap();
        assert!(cache.get(&key).is_none(), "a directory");
        cache.put(&key, &sample().1);
        assert!(cache.get(&key).is_some(), "healed");
    }

    #[test]
    fn a_directory_that_cannot_be_written_stores_nothing() {
        let (directory, cache, key, path) = on_disk();
        fs::remove_file(path).unwrap();
        drop(directory);
        cache.put(&key, &sample().1);
        assert_eq!(cache.stats().stores, 1, "only the store of the set-up");
        assert!(cache.get(&key).is_none());
    }
}
