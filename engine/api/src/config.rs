//! The configuration that starts an engine, and how an engine describes itself.

use crate::features::Features;
use std::path::PathBuf;

/// The configuration that starts an engine. Engines with different configs live in one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The proposals to accept; modules that need others are rejected.
    pub features: Features,
    /// The machine to compile for.
    pub isa: Isa,
    /// How much effort the compiler makes.
    pub opt: Opt,
    /// Where compiled code is kept.
    pub cache: Cache,
    /// The most bytes that entries of a cache directory may have together; `None` for no limit. An
    /// engine that stores an entry beyond the limit removes those that were not used for the longest
    /// time, of all its builds, and stores no entry that is larger than the limit alone. Several
    /// processes may exceed it together for a moment. Loaded code is not affected.
    pub cache_limit: Option<u64>,
    /// Whether every module, and whatever calls need, must come from the cache: compiling what is
    /// not there is a [`Fault::Missing`](crate::Fault::Missing). Modules that are not valid are rejected as always.
    pub demand_hits: bool,
    /// How memory accesses are checked.
    pub bounds: Bounds,
    /// Whether running code can be interrupted from another thread.
    pub interruption: bool,
    /// Whether to collect at every allocation and poison freed objects.
    pub gc_stress: bool,
    /// Whether relaxed SIMD gives the same results on every machine or follows the CPU.
    pub relaxed: Relaxed,
}

impl Config {
    /// The default of [`Config::cache_limit`]: 2 GiB.
    pub const CACHE_LIMIT: u64 = 2 << 30;

    /// The defaults with these features.
    pub fn new(features: Features) -> Config {
        Config {
            features,
            isa: Isa::Host,
            opt: Opt::Speed,
            cache: Cache::Off,
            cache_limit: Some(Config::CACHE_LIMIT),
            demand_hits: false,
            bounds: Bounds::Guard,
            interruption: false,
            gc_stress: false,
            relaxed: Relaxed::Deterministic,
        }
    }
}

/// The machine to compile for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Isa {
    /// The machine that the engine runs on, with all its features.
    #[default]
    Host,
    /// The machine that the engine runs on, without these features. The names are Cranelift's, for
    /// example `has_avx`.
    HostWithout(Vec<String>),
    /// A named architecture with exactly these features. Modules can be compiled and serialized
    /// anywhere, but run only where the host has the features; instantiating one elsewhere is
    /// [`Fault::Misuse`](crate::Fault::Misuse). If the cache is a directory, compiling a module
    /// stores everything there that is needed to run it.
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
    /// As little effort as possible.
    None,
    /// Optimize for fast code.
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
    /// In a directory that engines and processes share; it is created if it does not exist. The
    /// engine runs compiled code from it, so it refuses a directory that other users may write to.
    /// Entries may be removed or replaced at any time, but nobody may write to one in place: an
    /// engine may have mapped it, and then its code changes, or the process dies of SIGBUS if the
    /// file was truncated.
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

/// How relaxed SIMD operators behave where the specification leaves a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Relaxed {
    /// The same choice on every architecture (the specification's deterministic profile).
    #[default]
    Deterministic,
    /// The fastest choice on the target.
    Native,
}

/// The name, version and platform of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name on the command line, for example `cranelift`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The architecture and system that it runs on, for example `x86_64-linux`.
    pub target: String,
    /// Distinguishes two builds of one version; empty if there is only one.
    pub build: String,
    /// Why results of this build say nothing about the engine, for example because it is faulty on
    /// purpose: every run of it then fails, with this text. Empty for a normal build.
    pub notice: String,
}

impl Identity {
    /// The identity of an engine that runs in this process, without a build.
    pub fn here(name: &str, version: &str) -> Identity {
        Identity {
            name: name.to_string(),
            version: version.to_string(),
            target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            build: String::new(),
            notice: String::new(),
        }
    }
}

/// What an engine can do besides running modules. Checks that need more are *unsupported*.
///
/// Effort ([`Opt`]), [`Bounds`], [`Relaxed`] and the limit of a cache directory are preferences that
/// change no result: an engine that knows only one way ignores them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Modules can be serialized and deserialized.
    pub serialize: bool,
    /// `Cache::Memory` works.
    pub memory_cache: bool,
    /// `Cache::Directory` works.
    pub disk_cache: bool,
    /// `Config::demand_hits` works.
    pub demand_hits: bool,
    /// `Isa` may differ from `Host`.
    pub isa: bool,
    /// Running code can be interrupted.
    pub interrupt: bool,
    /// A garbage collection can be forced.
    pub collect: bool,
    /// `Config::gc_stress` works.
    pub gc_stress: bool,
    /// The engine sets `Rejected::stage`.
    pub stages: bool,
    /// Memories can be shared between sessions on several threads.
    pub threads: bool,
    /// The engine itself refuses the handles of other sessions and engines, and dropped ones. Not
    /// true of an engine behind an adapter that refuses them: the refusal says nothing about it.
    pub handles: bool,
    /// `LinkError` distinguishes unknown from incompatible imports, and traps have their kind.
    pub kinds: bool,
    /// The features that can be turned off. [`Config::features`] must hold all other features of
    /// the engine.
    pub switches: Features,
}

impl Capabilities {
    /// The first setting in `config` that engines with these capabilities and `features` do not
    /// support.
    pub fn lacking(&self, features: Features, config: &Config) -> Option<String> {
        let missing = config.features.minus(features);
        let fixed = features.minus(self.switches).minus(config.features);
        if !missing.is_empty() {
            return Some(missing.to_string());
        }
        if !fixed.is_empty() {
            return Some(format!("turning off {fixed}"));
        }
        let knobs = [
            (config.isa != Isa::Host, "isa"),
            (config.cache == Cache::Memory, "memory-cache"),
            (matches!(config.cache, Cache::Directory(_)), "disk-cache"),
            (config.demand_hits, "demand-hits"),
            (config.interruption, "interrupt"),
            (config.gc_stress, "gc-stress"),
        ];
        let lacking = knobs.into_iter().find(|(is_set, name)| *is_set && !self.has(name));
        lacking.map(|(_, name)| row(name).map_or(name, |row| row.words).to_string())
    }

    /// The names of what the engine can do, except for [`Capabilities::switches`].
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        NAMED.iter().filter(|row| (row.has)(self)).map(|row| row.name)
    }

    /// Whether the engine claims the capability that this names, or to which this operation belongs.
    pub fn has(&self, what: &str) -> bool {
        row(what).is_some_and(|row| (row.has)(self))
    }

    /// The name of the capability that an engine lacks if it reports this as unsupported: `what` is
    /// the name or the words of the operation. `None` if it is no capability.
    pub fn named(what: &str) -> Option<&'static str> {
        row(what).map(|row| row.name)
    }
}

/// A capability with a name.
struct Named {
    has: fn(&Capabilities) -> bool,
    name: &'static str,
    /// The words in which an engine that lacks it reports the operation as unsupported.
    words: &'static str,
}

const NAMED: &[Named] = &[
    Named { has: |it| it.serialize, name: "serialize", words: "serialized modules" },
    Named { has: |it| it.memory_cache, name: "memory-cache", words: "a cache in memory" },
    Named { has: |it| it.disk_cache, name: "disk-cache", words: "a cache directory" },
    Named { has: |it| it.demand_hits, name: "demand-hits", words: "demanding hits of the cache" },
    Named { has: |it| it.isa, name: "isa", words: "a machine other than the host" },
    Named { has: |it| it.interrupt, name: "interrupt", words: "interruption" },
    Named { has: |it| it.collect, name: "collect", words: "forced collection" },
    Named { has: |it| it.gc_stress, name: "gc-stress", words: "garbage collection under stress" },
    Named { has: |it| it.stages, name: "stages", words: "stages of rejection" },
    Named { has: |it| it.threads, name: "threads", words: "shared memories" },
    Named { has: |it| it.handles, name: "handles", words: "refusing handles by itself" },
    Named { has: |it| it.kinds, name: "kinds", words: "kinds of traps and link errors" },
];

fn row(what: &str) -> Option<&'static Named> {
    NAMED.iter().find(|row| row.name == what || row.words == what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Feature;

    #[test]
    fn a_capability_is_known_by_its_name_and_by_its_operation() {
        let all = Capabilities { collect: true, kinds: true, ..Capabilities::default() };
        assert_eq!(all.names().collect::<Vec<_>>(), ["collect", "kinds"]);
        assert!(all.has("collect") && all.has("forced collection") && all.has("kinds"));
        assert!(!all.has("threads") && !all.has("shared memories") && !all.has("calling"));
        assert_eq!(Capabilities::named("shared memories"), Some("threads"));
        assert_eq!(Capabilities::named("calling"), None);
    }

    #[test]
    fn settings_that_are_not_claimed_are_missing() {
        let nothing = Capabilities::default();
        let all = Capabilities {
            memory_cache: true,
            disk_cache: true,
            demand_hits: true,
            isa: true,
            interrupt: true,
            gc_stress: true,
            switches: Features::all(),
            ..nothing
        };
        let features = Features::WASM2;
        let plain = || Config::new(features);
        let named = Isa::HostWithout(vec!["has_avx".to_string()]);
        let less = Features::WASM2.minus(Features::of(&[Feature::Simd]));
        let cases = [
            (Config { isa: named, ..plain() }, "a machine other than the host"),
            (Config { cache: Cache::Memory, ..plain() }, "a cache in memory"),
            (Config { cache: Cache::Directory("x".into()), ..plain() }, "a cache directory"),
            (Config { demand_hits: true, ..plain() }, "demanding hits of the cache"),
            (Config { interruption: true, ..plain() }, "interruption"),
            (Config { gc_stress: true, ..plain() }, "garbage collection under stress"),
            (Config::new(less), "turning off simd"),
        ];
        for (config, what) in cases {
            assert_eq!(nothing.lacking(features, &config).as_deref(), Some(what));
            assert_eq!(all.lacking(features, &config), None, "{config:?}");
        }
        let more = Config::new(features.with(Feature::Gc));
        assert_eq!(all.lacking(features, &more).as_deref(), Some("gc"));
        let preferences = Config {
            opt: Opt::None,
            bounds: Bounds::Explicit,
            relaxed: Relaxed::Native,
            ..plain()
        };
        assert_eq!(nothing.lacking(features, &preferences), None);
    }
}
