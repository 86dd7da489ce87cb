//! What an engine tells of its compiled modules: how one came to be, and what its cache did.

use crate::handle::Module;

/// How loading a serialized module ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deserialized {
    /// It is loaded.
    Module(Module),
    /// It is whole, but made by another engine, version, configuration or for another machine;
    /// says which.
    Incompatible(String),
    /// It is damaged, or no serialized module at all; says where.
    Corrupt(String),
}

/// Where a module's code came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provenance {
    /// It was compiled.
    Fresh,
    /// From the engine's memory cache.
    Memory,
    /// From the cache directory.
    Disk,
    /// From bytes given to `deserialize`.
    Deserialized,
}

/// What a cache did since its engine was started. A lookup adds one to exactly one of the hits,
/// misses, stale and corrupt entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Modules loaded from memory.
    pub memory_hits: u64,
    /// Modules loaded from the directory.
    pub disk_hits: u64,
    /// Modules found nowhere.
    pub misses: u64,
    /// Modules stored.
    pub stores: u64,
    /// Entries refused because they are of another version or configuration.
    pub stale: u64,
    /// Entries refused because they are damaged.
    pub corrupt: u64,
    /// Entries removed to make room.
    pub evictions: u64,
    /// Functions that were compiled, by this engine, with or without a cache.
    pub functions_compiled: u64,
}
