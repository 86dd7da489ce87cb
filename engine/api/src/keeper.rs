//! What people do with a cache directory: look at it, check it and clear it. All of this works while
//! engines use the directory, and none of it affects loaded code.

use crate::outcome::Fault;
use std::time::SystemTime;

/// Keeps a cache directory in order.
pub trait CacheKeeper {
    /// The directory's contents, by build of the engine; those of this build come first.
    fn builds(&self) -> Result<Vec<CachedBuild>, Fault>;

    /// Reads every entry of this build, without relying on earlier checks, and removes bad ones if
    /// `repair` is true.
    fn verify(&self, repair: bool) -> Result<VerifiedCache, Fault>;

    /// Removes the entries of this build, or those of all builds. Everything else in the directory
    /// stays.
    fn clear(&self, all_builds: bool) -> Result<CacheSize, Fault>;
}

/// How much is in a cache directory, or in a part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheSize {
    /// The number of entries.
    pub entries: u64,
    /// Their total length, in bytes.
    pub bytes: u64,
}

/// The entries of one build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedBuild {
    /// The name of their place in the directory.
    pub name: String,
    /// Whether this build can load them.
    pub is_ours: bool,
    /// How many there are.
    pub size: CacheSize,
    /// The earliest and the latest time of last use of an entry, as exactly as the engine records
    /// them; `None` if there is no entry.
    pub used: Option<(SystemTime, SystemTime)>,
}

/// The state of a build's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifiedCache {
    /// The intact entries.
    pub intact: CacheSize,
    /// The others.
    pub bad: Vec<BadEntry>,
}

/// An entry that cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEntry {
    /// Its path in the directory.
    pub path: String,
    /// Why it cannot be loaded.
    pub why: String,
    /// Whether it was removed.
    pub is_removed: bool,
}
