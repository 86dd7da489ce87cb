//! Who ran, where and how: the tool, an engine, a lane and a configuration, as plain names.
//! Every name is one that the command line knows; nothing here can start anything.

use serde::{Deserialize, Serialize};

/// The program that made a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `wassay`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// An engine, as it describes itself from inside its worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engine {
    /// The name on the command line, for example `cranelift`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The architecture and system that it runs on, for example `x86_64-linux`.
    pub target: String,
    /// Tells two builds of one version apart; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub build: String,
    /// The proposals that it has.
    #[serde(default)]
    pub features: Vec<String>,
    /// What it can do besides running modules.
    #[serde(default)]
    pub capabilities: Vec<String>,
}

/// Where the workers ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// The lane's name, for example `native`.
    pub name: String,
    /// The command before the worker's path; empty for a native lane.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefix: Vec<String>,
}

impl Default for Lane {
    fn default() -> Lane {
        Lane { name: "native".to_string(), prefix: Vec::new() }
    }
}

/// How the engine was configured and how strictly it was judged. The features are not part of
/// it: each script brings its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// `none` or `speed`.
    pub opt: String,
    /// `guard` or `explicit`.
    pub bounds: String,
    /// `host`, or the name of an architecture.
    pub isa: String,
    /// Features that a named architecture has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub isa_with: Vec<String>,
    /// Features that are taken from the host's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub isa_without: Vec<String>,
    /// `off`, `memory` or `directory`.
    pub cache: String,
    /// The cache directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_directory: Option<String>,
    /// `deterministic` or `native`.
    pub relaxed: String,
    /// Whether running code can be interrupted.
    #[serde(skip_serializing_if = "is_false")]
    pub interruption: bool,
    /// Whether the engine collects at every allocation.
    #[serde(skip_serializing_if = "is_false")]
    pub gc_stress: bool,
    /// How strictly messages were compared: `stage`, `kind` or `text`.
    pub messages: String,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            opt: "speed".to_string(),
            bounds: "guard".to_string(),
            isa: "host".to_string(),
            isa_with: Vec::new(),
            isa_without: Vec::new(),
            cache: "off".to_string(),
            cache_directory: None,
            relaxed: "deterministic".to_string(),
            interruption: false,
            gc_stress: false,
            messages: "kind".to_string(),
        }
    }
}

impl Config {
    /// Whether both configure the engine alike: where the cache lies makes no difference, and is
    /// another place in every run.
    pub fn agrees_with(&self, other: &Config) -> bool {
        let elsewhere = Config { cache_directory: self.cache_directory.clone(), ..other.clone() };
        *self == elsewhere
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
