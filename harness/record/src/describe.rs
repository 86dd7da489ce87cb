//! Names of what ran, and where: the tool, an engine and a lane. The command line knows every name.
//! Starts nothing.

use serde::{Deserialize, Serialize};

/// The program that made a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// `wassay`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// An engine, as it describes itself from inside its worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Engine {
    /// The name on the command line, for example `cranelift`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The architecture and system that it runs on, for example `x86_64-linux`.
    pub target: String,
    /// Distinguishes two builds of one version; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub build: String,
    /// Why results of this build say nothing about the engine; empty for a normal build.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notice: String,
    /// The proposals that it supports.
    #[serde(default)]
    pub features: Vec<String>,
    /// What it can do besides running modules.
    #[serde(default)]
    pub capabilities: Vec<String>,
}

/// Where the workers ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
