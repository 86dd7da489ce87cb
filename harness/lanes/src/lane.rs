//! A lane: one row of lanes.toml. Says nothing of whether it can run here.

use crate::arch::Arch;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The lane that runs this very program, without a prefix.
pub const NATIVE: &str = "native";

/// A time limit can be multiplied by this and is still a time.
const MAX_TIMEOUT_FACTOR: f64 = 10_000.0;
/// The largest limit, a terabyte; beyond, it is none.
const MAX_MEMORY_MIB: u64 = 1 << 20;

/// One row of lanes.toml.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// What `--lane` calls it.
    pub name: String,
    /// What its workers are built for.
    pub target: Target,
    /// The command before the worker's path; empty to run the worker directly.
    #[serde(default)]
    pub prefix: Vec<String>,
    /// What the workers find in their environment beside what the parent has in its own.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// What the time limit of a directive is multiplied by; 1 to 10000.
    #[serde(default = "one")]
    pub timeout_factor: f64,
    /// How much data, in MiB, a worker and its emulator may hold; at most a terabyte.
    #[serde(default)]
    pub memory_limit_mib: Option<u64>,
    /// How memory accesses are checked.
    #[serde(default)]
    pub bounds: Bounds,
    /// Where modules are compiled.
    #[serde(default)]
    pub compile: CompileOn,
    /// With [`CompileOn::Host`], the features of the target that the code may use.
    #[serde(default)]
    pub isa: Vec<String>,
    /// What stands in the lines that the prefix writes to standard error when it fails itself,
    /// rather than the worker in it; beside what is known of QEMU.
    #[serde(default)]
    pub own_failure: Vec<String>,
}

/// What the workers of a lane are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Target {
    /// This machine, whichever of the two it is: the worker is the parent's own program.
    #[serde(rename = "host")]
    Host,
    /// `x86_64`
    #[serde(rename = "x86_64")]
    X86_64,
    /// `aarch64`
    #[serde(rename = "aarch64")]
    Aarch64,
}

/// How memory accesses are checked in a lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bounds {
    /// Large reservations with guard pages.
    #[default]
    Guard,
    /// Small reservations and checks in the code.
    Explicit,
}

/// Where the modules of a lane are compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CompileOn {
    /// In the worker.
    #[default]
    Lane,
    /// In a native pass before, for the lane's target.
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

    /// The CPU that the prefix asks its emulator for.
    pub fn cpu(&self) -> Option<&str> {
        let at = self.prefix.iter().position(|word| word == "-cpu")?;
        self.prefix.get(at + 1).map(String::as_str)
    }

    /// What the row contradicts in itself, if anything.
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
