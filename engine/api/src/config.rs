//! How an engine is to be started, and what it says of itself.

use crate::features::Features;
use std::path::PathBuf;

/// How an engine is to be started. Engines with different configs live in one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The proposals to accept; modules that need others are rejected.
    pub features: Features,
    /// What to compile for.
    pub isa: Isa,
    /// How much effort the compiler makes.
    pub opt: Opt,
    /// Where compiled code is kept.
    pub cache: Cache,
    /// How memory accesses are checked.
    pub bounds: Bounds,
    /// Whether running code can be interrupted from another thread.
    pub interruption: bool,
    /// Collect at every allocation and poison what was freed.
    pub gc_stress: bool,
    /// Whether relaxed SIMD gives the same results on every machine, or what its CPU does.
    pub relaxed: Relaxed,
}

impl Config {
    /// The defaults, for these features.
    pub fn new(features: Features) -> Config {
        Config {
            features,
            isa: Isa::Host,
            opt: Opt::Speed,
            cache: Cache::Off,
            bounds: Bounds::Guard,
            interruption: false,
            gc_stress: false,
            relaxed: Relaxed::Deterministic,
        }
    }
}

/// What to compile for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Isa {
    /// The machine that the engine runs on, with all that it has.
    #[default]
    Host,
    /// The machine that the engine runs on, without these of its features, by their Cranelift
    /// names, for example `has_avx`.
    HostWithout(Vec<String>),
    /// A named architecture with exactly these features: modules can be compiled and serialized,
    /// and run only where the host has them; instantiating one elsewhere is
    /// [`Fault::Misuse`](crate::Fault::Misuse). With a directory as the cache, all that it takes
    /// to run a module is put there when the module is compiled.
    Named {
        /// `x86_64` or `aarch64`.
        arch: String,
        /// Feature names, as in `HostWithout`.
        features: Vec<String>,
    },
}

/// How much effort the compiler makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Opt {
    /// As little as it can.
    None,
    /// For fast code.
    #[default]
    Speed,
}

/// Where compiled code is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cache {
    /// Nowhere.
    #[default]
    Off,
    /// In the engine's memory.
    Memory,
    /// In a directory that engines and processes share, which is made if it does not exist.
    /// Compiled code from it is run: an engine refuses one that other users may write to.
    Directory(PathBuf),
}

/// How memory accesses are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Bounds {
    /// Large reservations with guard pages: most accesses need no check.
    #[default]
    Guard,
    /// Small reservations, every access checked.
    Explicit,
}

/// What relaxed SIMD operators do where the specification leaves a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Relaxed {
    /// The same choice on every architecture (the specification's deterministic profile).
    #[default]
    Deterministic,
    /// What is fastest on the target.
    Native,
}

/// Who an engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name on the command line, for example `cranelift`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The architecture and system that it runs on, for example `x86_64-linux`.
    pub target: String,
    /// Tells two builds of one version apart; empty where there is none.
    pub build: String,
}

impl Identity {
    /// An engine of this name and version that runs in this process, of no particular build.
    pub fn here(name: &str, version: &str) -> Identity {
        Identity {
            name: name.to_string(),
            version: version.to_string(),
            target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            build: String::new(),
        }
    }
}

/// What an engine can do besides running modules. What it cannot is reported *unsupported*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Modules can be serialized and deserialized.
    pub serialize: bool,
    /// `Cache::Directory` works.
    pub disk_cache: bool,
    /// Running code can be interrupted.
    pub interrupt: bool,
    /// A garbage collection can be forced.
    pub collect: bool,
    /// `Rejected::stage` is told.
    pub stages: bool,
    /// Memories can be shared between sessions on several threads.
    pub threads: bool,
    /// `LinkError` tells unknown from incompatible imports, and traps have their kind.
    pub kinds: bool,
}
