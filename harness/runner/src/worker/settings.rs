//! Takes a recorded configuration; gives an engine's configuration, and the reverse for
//! descriptions. Starts no engine.

use std::path::PathBuf;
use wassay_engine::{Bounds, Cache, Config, Fault, Feature, Features, Isa, Opt, Provider, Relaxed};
use wassay_record as record;

/// The engine's configuration for a script that needs `features`.
///
/// # Errors
/// If a disk cache has no directory.
pub fn configure(config: &record::Config, features: Features) -> Result<Config, String> {
    Ok(Config {
        features,
        isa: isa(config),
        opt: match config.opt {
            record::Opt::None => Opt::None,
            record::Opt::Speed => Opt::Speed,
        },
        cache: match (config.cache, &config.cache_directory) {
            (record::Cache::Off, _) => Cache::Off,
            (record::Cache::Memory, _) => Cache::Memory,
            (record::Cache::Directory, Some(path)) => Cache::Directory(PathBuf::from(path)),
            (record::Cache::Directory, None) => {
                return Err("a disk cache needs a directory".to_string());
            }
        },
        // Without a limit, a second pass finds all that the first one stored.
        cache_limit: config.cache_limit,
        demand_hits: false,
        bounds: match config.bounds {
            record::Bounds::Guard => Bounds::Guard,
            record::Bounds::Explicit => Bounds::Explicit,
        },
        interruption: config.interruption,
        gc_stress: config.gc_stress,
        relaxed: match config.relaxed {
            record::Relaxed::Deterministic => Relaxed::Deterministic,
            record::Relaxed::Native => Relaxed::Native,
        },
    })
}

fn isa(config: &record::Config) -> Isa {
    match &config.isa {
        record::Isa::Host if config.isa_without.is_empty() => Isa::Host,
        record::Isa::Host => Isa::HostWithout(config.isa_without.clone()),
        record::Isa::Named(arch) => {
            let with = config.isa_with.iter().filter(|name| !config.isa_without.contains(name));
            Isa::Named { arch: arch.clone(), features: with.cloned().collect() }
        }
    }
}

/// The features with these names.
///
/// # Errors
/// A sentence that names the unknown feature.
pub(crate) fn features(names: &[String]) -> Result<Features, String> {
    names.iter().map(|name| name.parse::<Feature>()).collect()
}

/// A provider's description, with features and settings as names.
///
/// # Errors
/// If it does not describe itself.
pub fn describe(provider: &dyn Provider) -> Result<record::Engine, Fault> {
    let identity = provider.identity()?;
    Ok(record::Engine {
        name: identity.name,
        version: identity.version,
        target: identity.target,
        build: identity.build,
        notice: identity.notice,
        features: provider.features().iter().map(|feature| feature.name().to_string()).collect(),
        capabilities: provider.capabilities().names().map(str::to_string).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_defaults_are_the_engine_defaults() {
        let features = Features::WASM2;
        let unlimited = Config { cache_limit: None, ..Config::new(features) };
        assert_eq!(configure(&record::Config::default(), features), Ok(unlimited));
    }

    #[test]
    fn excluded_features_are_removed_from_named_ones() {
        let config = record::Config {
            isa: record::Isa::Named("aarch64".to_string()),
            isa_with: vec!["has_lse".to_string(), "has_fp16".to_string()],
            isa_without: vec!["has_lse".to_string()],
            ..record::Config::default()
        };
        let isa = configure(&config, Features::WASM1).unwrap().isa;
        let features = vec!["has_fp16".to_string()];
        assert_eq!(isa, Isa::Named { arch: "aarch64".to_string(), features });
    }

    #[test]
    fn a_disk_cache_without_a_directory_is_an_error() {
        let config = record::Config { cache: record::Cache::Directory, ..Default::default() };
        let error = configure(&config, Features::WASM1).unwrap_err();
        assert_eq!(error, "a disk cache needs a directory");
    }

    #[test]
    fn an_unknown_feature_is_an_error() {
        assert!(features(&["gc".to_string(), "nope".to_string()]).is_err());
    }
}
