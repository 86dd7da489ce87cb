//! The configuration of an engine as a line has it: settings that have their default are absent.

use super::number::U64;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use wassay_engine::{self as engine, Feature, Features};

/// The configuration that starts an engine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Config {
    pub features: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    pub cache: Cache,
    #[serde(skip_serializing_if = "is_default")]
    pub demand_hits: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub isa: Isa,
    #[serde(skip_serializing_if = "is_default")]
    pub interruption: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub gc_stress: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub cache_limit: Limit,
    #[serde(skip_serializing_if = "is_default")]
    pub opt: Opt,
    #[serde(skip_serializing_if = "is_default")]
    pub bounds: Bounds,
    #[serde(skip_serializing_if = "is_default")]
    pub relaxed: Relaxed,
}

/// Where compiled code is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Cache {
    #[default]
    Off,
    Memory,
    Directory(PathBuf),
}

/// The machine to compile for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "\"host\", {\"without\":[...]} or {\"arch\":...,\"features\":[...]}")]
#[allow(missing_docs)]
pub enum Isa {
    Simple(Host),
    Without { without: Vec<String> },
    Named { arch: String, features: Vec<String> },
}

/// The word for the machine that the engine runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Host {
    Host,
}

/// The most bytes in a cache directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Limit(pub Option<U64>);

/// How much effort the compiler makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Opt {
    #[default]
    Speed,
    None,
}

/// How memory accesses are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Bounds {
    #[default]
    Guard,
    Explicit,
}

/// How relaxed SIMD operators behave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Relaxed {
    #[default]
    Deterministic,
    Native,
}

impl Default for Isa {
    fn default() -> Isa {
        Isa::Simple(Host::Host)
    }
}

impl Default for Limit {
    fn default() -> Limit {
        Limit(Some(U64(engine::Config::CACHE_LIMIT)))
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Config {
    /// The configuration for a line. A limit is written only with the directory that it is for.
    pub fn write(config: &engine::Config) -> Config {
        let limit = match &config.cache {
            engine::Cache::Directory(_) => Limit(config.cache_limit.map(U64)),
            _ => Limit::default(),
        };
        Config {
            features: names(config.features),
            cache: match &config.cache {
                engine::Cache::Off => Cache::Off,
                engine::Cache::Memory => Cache::Memory,
                engine::Cache::Directory(path) => Cache::Directory(path.clone()),
            },
            demand_hits: config.demand_hits,
            isa: match config.isa.clone() {
                engine::Isa::Host => Isa::default(),
                engine::Isa::HostWithout(without) => Isa::Without { without },
                engine::Isa::Named { arch, features } => Isa::Named { arch, features },
            },
            interruption: config.interruption,
            gc_stress: config.gc_stress,
            cache_limit: limit,
            opt: match config.opt {
                engine::Opt::Speed => Opt::Speed,
                engine::Opt::None => Opt::None,
            },
            bounds: match config.bounds {
                engine::Bounds::Guard => Bounds::Guard,
                engine::Bounds::Explicit => Bounds::Explicit,
            },
            relaxed: match config.relaxed {
                engine::Relaxed::Deterministic => Relaxed::Deterministic,
                engine::Relaxed::Native => Relaxed::Native,
            },
        }
    }

    /// The configuration that a line has.
    ///
    /// # Errors
    /// A sentence that names the unknown feature.
    pub fn read(self) -> Result<engine::Config, String> {
        Ok(engine::Config {
            features: features(&self.features)?,
            cache: match self.cache {
                Cache::Off => engine::Cache::Off,
                Cache::Memory => engine::Cache::Memory,
                Cache::Directory(path) => engine::Cache::Directory(path),
            },
            demand_hits: self.demand_hits,
            isa: match self.isa {
                Isa::Simple(Host::Host) => engine::Isa::Host,
                Isa::Without { without } => engine::Isa::HostWithout(without),
                Isa::Named { arch, features } => engine::Isa::Named { arch, features },
            },
            interruption: self.interruption,
            gc_stress: self.gc_stress,
            cache_limit: self.cache_limit.0.map(|limit| limit.0),
            opt: match self.opt {
                Opt::Speed => engine::Opt::Speed,
                Opt::None => engine::Opt::None,
            },
            bounds: match self.bounds {
                Bounds::Guard => engine::Bounds::Guard,
                Bounds::Explicit => engine::Bounds::Explicit,
            },
            relaxed: match self.relaxed {
                Relaxed::Deterministic => engine::Relaxed::Deterministic,
                Relaxed::Native => engine::Relaxed::Native,
            },
        })
    }
}

/// The names of features.
pub fn names(features: Features) -> Vec<String> {
    features.iter().map(|feature| feature.name().to_string()).collect()
}

/// The features with these names.
///
/// # Errors
/// A sentence that names the unknown feature.
pub fn features(names: &[String]) -> Result<Features, String> {
    names.iter().map(|name| name.parse::<Feature>()).collect()
}
