//! A lane: one row of lanes.toml. Takes its keys; gives their meaning, or a contradiction among
//! them. Does not check whether the lane can run here.

use crate::arch::Arch;
use serde::Deserialize;
use std::collections::BTreeMap;
use wassay_record::Bounds;

/// The lane that runs this program itself, without a prefix.
pub const NATIVE: &str = "native";

/// The largest factor for time limits.
const MAX_TIMEOUT_FACTOR: f64 = 10_000.0;
/// The largest memory limit: a terabyte. A higher limit would be no limit.
const MAX_MEMORY_MIB: u64 = 1 << 20;

/// One row of lanes.toml.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// Its name for `--lane`.
    pub name: String,
    /// The target of its workers.
    pub target: Target,
    /// The command before the worker's path; empty to run the worker directly.
    #[serde(default)]
    pub prefix: Vec<String>,
    /// Environment variables for the workers, in addition to the parent's.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The factor for the time limit of a directive; 1 to 10000.
    #[serde(default = "one")]
    pub timeout_factor: f64,
    /// The MiB of data that a worker and its emulator may hold; at most a terabyte.
    #[serde(default)]
    pub memory_limit_mib: Option<u64>,
    /// How memory accesses are checked.
    #[serde(default)]
    pub bounds: Bounds,
    /// Where modules are compiled.
    #[serde(default)]
    pub compile: CompileOn,
    /// With [`CompileOn::Host`], the target's features that the code may use.
    #[serde(default)]
    pub isa: Vec<String>,
    /// Substrings of the standard error lines in which the prefix reports its own failure, rather
    /// than the worker's; in addition to QEMU's known messages.
    #[serde(default)]
    pub own_failure: Vec<String>,
}

/// The target of a lane's workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Target {
    /// This machine, either architecture: the worker is the parent's own program.
    #[serde(rename = "host")]
    Host,
    /// `x86_64`
    #[serde(rename = "x86_64")]
    X86_64,
    /// `aarch64`
    #[serde(rename = "aarch64")]
    Aarch64,
}

/// Where the modules of a lane are compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CompileOn {
    /// In the worker.
    #[default]
    Lane,
    /// In an earlier native pass, for the lane's target.
    Host,
}

impl Lane {
    /// The architecture of the workers; `None` for [`Target::Host`].
    pub fn arch(&self) -> Option<Arch> {
        match self.target {
            Target::Host => None,
            Target::X86_64 => Some(Arch::X86_64),
            Target::Aarch64 => Some(Arch::Aarch64),
        }
    }

    /// The CPU that the prefix selects in its emulator.
    pub fn cpu(&self) -> Option<&str> {
        let at = self.prefix.iter().position(|word| word == "-cpu")?;
        self.prefix.get(at + 1).map(String::as_str)
    }

    /// The contradiction within the row, if any.
    pub(crate) fn contradiction(&self) -> Option<String> {
        if self.name == NATIVE && self.target != Target::Host {
            return Some("this lane is the parent's own program: its target is `host`".to_string());
        }
        let emulates = self
            .prefix
            .first()
            .and_then(|program| program.rsplit('/').next()?.strip_prefix("qemu-"));
        let emulates = emulates.map(|arch| arch.trim_end_matches("-static"));
        match (emulates, self.arch()) {
            (Some(emulated), Some(arch)) if emulated != arch.name() => {
                return Some(format!("`{}` does not run {arch} workers", self.prefix[0]));
            }
            (Some(_), None) => {
                return Some("an emulator needs the architecture as its target".to_string());
            }
            _ => {}
        }
        if !(1.0..=MAX_TIMEOUT_FACTOR).contains(&self.timeout_factor) {
            let (factor, most) = (self.timeout_factor, MAX_TIMEOUT_FACTOR);
            return Some(format!("timeout_factor is {factor}, and not from 1 to {most}"));
        }
        if let Some(mib) = self.memory_limit_mib
            && !(1..=MAX_MEMORY_MIB).contains(&mib)
        {
            return Some(format!("memory_limit_mib is {mib}, and not from 1 to {MAX_MEMORY_MIB}"));
        }
        if self.compile == CompileOn::Host && self.arch().is_none() {
            return Some(
                "`compile = \"host\"` needs the name of an architecture as its target".to_string(),
            );
        }
        if self.compile == CompileOn::Lane && !self.isa.is_empty() {
            return Some(
                "`isa` is for `compile = \"host\"`: a worker that compiles asks its CPU"
                    .to_string(),
            );
        }
        if self.name.is_empty() || self.name.contains([',', ' ']) || self.name == "all" {
            return Some("no name for a lane: `--lane` could not tell it".to_string());
        }
        None
    }
}

fn one() -> f64 {
    1.0
}
