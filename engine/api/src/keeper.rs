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
    ///
    /// # Errors
    /// `Misuse` if this build cannot use its part of the directory.
    fn verify(&self, repair: bool) -> Result<VerifiedCache, Fault>;

    /// Removes the entries of this build, or those of all builds. Everything else in the directory
    /// stays.
    ///
    /// # Errors
    /// `Misuse` if this build cannot use its part of the directory.
    fn clear(&self, all_builds: bool) -> Result<ClearedCache, Fault>;

    /// Removes the entries that were not used for the longest time, of all builds, until the others
    /// have no more than `most` bytes.
    fn trim(&self, most: u64) -> Result<ClearedCache, Fault>;
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CachedBuild {
    /// The name of their place in the directory.
    pub name: String,
    /// Whether this build can load them.
    pub is_ours: bool,
    /// How many there are.
    pub size: CacheSize,
    /// How many of them are modules; the others are code that modules share.
    pub modules: u64,
    /// The earliest and the latest time of last use of an entry, as exactly as the engine records
    /// them; `None` if there is no entry.
    pub used: Option<(SystemTime, SystemTime)>,
    /// Why they cannot be used or counted, if so.
    pub refused: Option<String>,
}

/// The state of a build's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifiedCache {
    /// The intact entries.
    pub intact: CacheSize,
    /// The others.
    pub bad: Vec<BadEntry>,
}

/// What was removed from a cache directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClearedCache {
    /// The entries that were removed.
    pub removed: CacheSize,
    /// What was to be removed and could not be.
    pub stuck: Vec<BadEntry>,
}

/// An entry, or the place of a build's entries, that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEntry {
    /// Its path in the directory.
    pub path: String,
    /// Why it cannot be used.
    pub why: String,
    /// Whether it was removed, by this process or another.
    pub is_removed: bool,
}
