//! Engines with settings of their own: takes what a script sets; starts the engine, with a cache
//! directory that lives as long as the script. Never looks into a directory.

use super::ways::How;
use crate::held;
use crate::scratch::{self, Scratch};
use crate::script::{Cpu, EngineSetting};
use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use wassay_engine::{
    Bounds, Cache, Capabilities, Config, Engine, Fault, Feature, Features, Isa, Opt, Provider,
    Relaxed,
};

/// Starts engines of one kind.
#[derive(Clone)]
pub struct Starter {
    provider: Arc<dyn Provider>,
    config: Config,
}

impl Starter {
    /// Starts engines of this provider. A script's settings are changes of `config`.
    pub fn new(provider: Arc<dyn Provider>, config: Config) -> Starter {
        Starter { provider, config }
    }

    /// Starts an engine with the config itself.
    ///
    /// # Errors
    /// [`Fault::Unsupported`] with what the engine lacks, or the engine's own fault.
    pub fn start(&self) -> Result<Arc<dyn Engine>, Fault> {
        self.start_with(&self.config)
    }

    /// The features that the engines claim.
    pub(crate) fn features(&self) -> Features {
        self.provider.features()
    }

    /// What the engines claim to be able to do.
    pub(crate) fn capabilities(&self) -> Capabilities {
        self.provider.capabilities()
    }

    fn start_with(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        let capabilities = self.provider.capabilities();
        match capabilities.lacking(self.provider.features(), config) {
            Some(lacking) => Err(Fault::Unsupported(lacking)),
            None => held::start(&*self.provider, config),
        }
    }
}

impl fmt::Debug for Starter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Starter").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The cache directories of a script, by their ids. All its sessions and engines share them.
#[derive(Default)]
pub(super) struct Directories(Mutex<Option<(Scratch, HashMap<String, usize>)>>);

impl Directories {
    /// The path of a directory, which the engine makes.
    fn path(&self, id: &str) -> Result<PathBuf, Fault> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (place, numbers) = match &mut *made {
            Some(made) => made,
            None => {
                let place = scratch::directory().map_err(|error| {
                    Fault::Internal(format!("no room for cache directories: {error}"))
                })?;
                made.insert((place, HashMap::new()))
            }
        };
        // An id may have characters that no file name has.
        let next = numbers.len();
        let number = *numbers.entry(id.to_string()).or_insert(next);
        Ok(place.path().join(number.to_string()))
    }
}

/// How a script starts other engines.
#[derive(Clone)]
pub(super) struct Starts<'scope> {
    pub(super) how: How,
    pub(super) starter: Option<&'scope Starter>,
    pub(super) directories: &'scope Directories,
}

impl Starts<'_> {
    /// Starts an engine that differs from the first one in these settings.
    pub(super) fn start(&self, settings: &[EngineSetting<'_>]) -> Result<Arc<dyn Engine>, Fault> {
        let starter =
            self.starter.ok_or_else(|| Fault::unsupported("engines with settings of their own"))?;
        let own_cache = has_cache(settings);
        let mut config = starter.config.clone();
        // What the directory of the run has says nothing about a directory of the script.
        config.demand_hits &= !own_cache;
        for setting in settings {
            self.apply(setting, &mut config)?;
        }
        self.how.start(own_cache, || starter.start_with(&config))
    }

    fn apply(&self, setting: &EngineSetting<'_>, config: &mut Config) -> Result<(), Fault> {
        match setting {
            EngineSetting::Directory(id) => {
                config.cache = Cache::Directory(self.directories.path(id)?);
                // The limit of the run is about the directory of the run.
                config.cache_limit = Some(Config::CACHE_LIMIT);
            }
            EngineSetting::Memory => config.cache = Cache::Memory,
            EngineSetting::DemandHits => config.demand_hits = true,
            EngineSetting::Optimize(true) => config.opt = Opt::Speed,
            EngineSetting::Optimize(false) => config.opt = Opt::None,
            EngineSetting::Guard(true) => config.bounds = Bounds::Guard,
            EngineSetting::Guard(false) => config.bounds = Bounds::Explicit,
            EngineSetting::Native(true) => config.relaxed = Relaxed::Native,
            EngineSetting::Native(false) => config.relaxed = Relaxed::Deterministic,
            EngineSetting::Interruption(on) => config.interruption = *on,
            EngineSetting::Cpu(cpu) => config.isa = isa(*cpu),
            EngineSetting::Without(names) => {
                let off: Features =
                    names.iter().filter_map(|name| name.parse::<Feature>().ok()).collect();
                config.features = config.features.minus(off);
            }
        }
        Ok(())
    }
}

/// Whether one of the settings is a cache.
pub(super) fn has_cache(settings: &[EngineSetting<'_>]) -> bool {
    let is_cache = |setting: &EngineSetting<'_>| {
        matches!(setting, EngineSetting::Directory(_) | EngineSetting::Memory)
    };
    settings.iter().any(is_cache)
}

/// A machine, as an engine is told: the same on every machine of an architecture.
fn isa(cpu: Cpu) -> Isa {
    let (here, foreign, more) = match std::env::consts::ARCH {
        "aarch64" => ("aarch64", "x86_64", "has_lse"),
        here => (here, "aarch64", "has_sse3"),
    };
    let named = |arch: &str, features: &[&str]| Isa::Named {
        arch: arch.to_string(),
        features: features.iter().map(ToString::to_string).collect(),
    };
    match cpu {
        Cpu::Baseline => named(here, &[]),
        Cpu::More => named(here, &[more]),
        Cpu::Foreign => named(foreign, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_the_same_for_its_id_alone_and_goes_with_the_script() {
        let directories = Directories::default();
        let (one, other) = (directories.path("a").unwrap(), directories.path("../a/").unwrap());
        assert_ne!(one, other);
        assert_eq!(one.parent(), other.parent());
        assert_eq!(directories.path("a").unwrap(), one);
        let place = one.parent().unwrap().to_path_buf();
        assert!(place.is_dir() && !one.exists());
        drop(directories);
        assert!(!place.exists());
    }

    #[test]
    fn the_machines_differ_from_each_other() {
        let all = [Cpu::Baseline, Cpu::More, Cpu::Foreign].map(isa);
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
        assert!(all.iter().all(|isa| *isa != Isa::Host));
    }
}
