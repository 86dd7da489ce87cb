//! What an engine's cache did during a script or a run: takes counts, gives their sum. Sees no
//! directory.

use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// What an engine's cache did, as far as its statistics show it. The work of a worker that was lost
/// in a script is not included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CacheCounts {
    /// Modules that were loaded from the cache.
    pub hits: u64,
    /// Modules that were in no cache; an invalid module always is one of them.
    pub misses: u64,
    /// Modules that were stored.
    pub stores: u64,
    /// Modules that could not be stored.
    #[serde(default)]
    pub unstored: u64,
    /// Entries that were refused because they are of another version or configuration.
    pub stale: u64,
    /// Entries that were refused because they are damaged.
    pub corrupt: u64,
    /// Entries that were removed to make room.
    pub evictions: u64,
}

impl AddAssign for CacheCounts {
    fn add_assign(&mut self, other: CacheCounts) {
        let CacheCounts { hits, misses, stores, unstored, stale, corrupt, evictions } = self;
        for (sum, more) in [
            (hits, other.hits),
            (misses, other.misses),
            (stores, other.stores),
            (unstored, other.unstored),
            (stale, other.stale),
            (corrupt, other.corrupt),
            (evictions, other.evictions),
        ] {
            *sum = sum.saturating_add(more);
        }
    }
}

/// The sum of two counts, where one may be unknown.
pub(crate) fn sum(one: Option<CacheCounts>, other: Option<CacheCounts>) -> Option<CacheCounts> {
    [one, other].into_iter().flatten().reduce(|mut sum, more| {
        sum += more;
        sum
    })
}
