//! What `ok` holds, for the requests that return more than a single value.

use super::item::{Export, Import};
use super::number::U64;
use super::value::Val;
use serde::{Deserialize, Serialize};
use wassay_engine as engine;

/// The `ok` of `compile` and `deserialize`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Compiled {
    pub module: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imports: Option<Vec<Import>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exports: Option<Vec<Export>>,
}

/// The `ok` of `instantiate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Instantiated {
    pub instance: u32,
}

/// The `ok` of `provenance`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Provenance {
    Fresh,
    Memory,
    Disk,
    Deserialized,
}

/// The `ok` of `share_memory`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Shared {
    pub shared_memory: u32,
}

/// The `ok` of `take_host_calls`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct HostCalls {
    pub calls: Vec<HostCall>,
    #[serde(default)]
    pub lost: U64,
}

/// A call of a host function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct HostCall {
    pub func: u32,
    #[serde(default)]
    pub args: Vec<Val>,
}

/// The `ok` of `cache_stats`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct CacheStats {
    pub memory_hits: U64,
    pub disk_hits: U64,
    pub misses: U64,
    pub stores: U64,
    pub unstored: U64,
    pub stale: U64,
    pub corrupt: U64,
    pub evictions: U64,
    pub functions_compiled: U64,
}

/// The `ok` of `hello`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Hello {
    pub protocol: u32,
    pub name: String,
    pub version: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub build: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notice: String,
    #[serde(default)]
    pub features: Vec<String>,
    #[serde(default)]
    pub switches: Vec<String>,
    #[serde(default)]
    pub capabilities: Vec<String>,
    pub ops: Vec<String>,
}

impl Provenance {
    /// The provenance for a line.
    pub fn write(provenance: engine::Provenance) -> Provenance {
        match provenance {
            engine::Provenance::Fresh => Provenance::Fresh,
            engine::Provenance::Memory => Provenance::Memory,
            engine::Provenance::Disk => Provenance::Disk,
            engine::Provenance::Deserialized => Provenance::Deserialized,
        }
    }

    /// The provenance that a line has.
    pub fn read(self) -> engine::Provenance {
        match self {
            Provenance::Fresh => engine::Provenance::Fresh,
            Provenance::Memory => engine::Provenance::Memory,
            Provenance::Disk => engine::Provenance::Disk,
            Provenance::Deserialized => engine::Provenance::Deserialized,
        }
    }
}

impl CacheStats {
    /// The statistics for a line.
    pub fn write(stats: engine::CacheStats) -> CacheStats {
        CacheStats {
            memory_hits: U64(stats.memory_hits),
            disk_hits: U64(stats.disk_hits),
            misses: U64(stats.misses),
            stores: U64(stats.stores),
            unstored: U64(stats.unstored),
            stale: U64(stats.stale),
            corrupt: U64(stats.corrupt),
            evictions: U64(stats.evictions),
            functions_compiled: U64(stats.functions_compiled),
        }
    }

    /// The statistics that a line has.
    pub fn read(self) -> engine::CacheStats {
        engine::CacheStats {
            memory_hits: self.memory_hits.0,
            disk_hits: self.disk_hits.0,
            misses: self.misses.0,
            stores: self.stores.0,
            unstored: self.unstored.0,
            stale: self.stale.0,
            corrupt: self.corrupt.0,
            evictions: self.evictions.0,
            functions_compiled: self.functions_compiled.0,
        }
    }
}
