//! What an engine reports about compiled modules: where the code came from, and cache statistics.

use crate::handle::Module;

/// How loading a serialized module ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deserialized {
    /// The module is loaded.
    Module(Module),
    /// The bytes are intact, but come from another engine, version, configuration or machine; the
    /// text names which.
    Incompatible(String),
    /// The bytes are damaged, or not a serialized module at all; the text says where.
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

/// Cache statistics since the engine was started. Looking up a module adds one to exactly one of the
/// hits, misses, stale and corrupt entries. What an engine keeps beside modules, such as code that
/// enters functions of a type, is counted only where it is stale or corrupt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Modules loaded from memory.
    pub memory_hits: u64,
    /// Modules loaded from the directory.
    pub disk_hits: u64,
    /// Modules that were in no cache.
    pub misses: u64,
    /// Modules stored.
    pub stores: u64,
    /// Modules compiled that could not be stored, for lack of space or because the directory cannot be
    /// written.
    pub unstored: u64,
    /// Entries refused because they are of another version or configuration.
    pub stale: u64,
    /// Entries refused because they are damaged.
    pub corrupt: u64,
    /// Entries removed to make room.
    pub evictions: u64,
    /// Functions that this engine compiled, with or without a cache.
    pub functions_compiled: u64,
}
