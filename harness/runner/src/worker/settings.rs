//! Takes the names in a recorded configuration; gives an engine's configuration, and the reverse
//! for descriptions. Starts no engine.

use std::path::PathBuf;
use wassay_engine::{
    Bounds, Cache, Capabilities, Config, Fault, Feature, Features, Isa, Opt, Provider, Relaxed,
};
use wassay_record as record;

/// The engine's configuration for a script that needs `features`.
///
/// # Errors
/// A sentence that names the setting unknown to this version.
pub(crate) fn configure(config: &record::Config, features: Features) -> Result<Config, String> {
    let unknown = |what: &str, name: &str| format!("unknown {what} `{name}`");
    let mut settings = Config::new(features);
    settings.opt = match config.opt.as_str() {
        "none" => Opt::None,
        "speed" => Opt::Speed,
        other => return Err(unknown("optimisation level", other)),
    };
    settings.bounds = match config.bounds.as_str() {
        "guard" => Bounds::Guard,
        "explicit" => Bounds::Explicit,
        other => return Err(unknown("bounds mode", other)),
    };
    settings.isa = match config.isa.as_str() {
        "host" if config.isa_without.is_empty() => Isa::Host,
        "host" => Isa::HostWithout(config.isa_without.clone()),
        arch => {
            let with = config.isa_with.iter().filter(|name| !config.isa_without.contains(name));
            Isa::Named { arch: arch.to_string(), features: with.cloned().collect() }
        }
    };
    settings.cache = match (config.cache.as_str(), &config.cache_directory) {
        ("off", _) => Cache::Off,
        ("memory", _) => Cache::Memory,
        ("directory", Some(path)) => Cache::Directory(PathBuf::from(path)),
        ("directory", None) => return Err("a disk cache needs a directory".to_string()),
        (other, _) => return Err(unknown("cache", other)),
    };
    settings.relaxed = match config.relaxed.as_str() {
        "deterministic" => Relaxed::Deterministic,
        "native" => Relaxed::Native,
        other => return Err(unknown("relaxed SIMD mode", other)),
    };
    settings.interruption = config.interruption;
    settings.gc_stress = config.gc_stress;
    Ok(settings)
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
        features: provider.features().iter().map(|feature| feature.name().to_string()).collect(),
        capabilities: capabilities(provider.capabilities()),
    })
}

fn capabilities(has: Capabilities) -> Vec<String> {
    [
        (has.serialize, "serialize"),
        (has.memory_cache, "memory-cache"),
        (has.disk_cache, "disk-cache"),
        (has.isa, "isa"),
        (has.interrupt, "interrupt"),
        (has.collect, "collect"),
        (has.gc_stress, "gc-stress"),
        (has.stages, "stages"),
        (has.threads, "threads"),
        (has.kinds, "kinds"),
    ]
    .into_iter()
    .filter(|(has, _)| *has)
    .map(|(_, name)| name.to_string())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_defaults_are_the_engine_defaults() {
        let features = Features::WASM2;
        assert_eq!(configure(&record::Config::default(), features), Ok(Config::new(features)));
    }

    #[test]
    fn what_is_to_be_left_out_of_named_features_is() {
        let config = record::Config {
            isa: "aarch64".to_string(),
            isa_with: vec!["has_lse".to_string(), "has_fp16".to_string()],
            isa_without: vec!["has_lse".to_string()],
            ..record::Config::default()
        };
        let isa = configure(&config, Features::WASM1).unwrap().isa;
        let features = vec!["has_fp16".to_string()];
        assert_eq!(isa, Isa::Named { arch: "aarch64".to_string(), features });
    }

    #[test]
    fn an_unknown_name_is_told() {
        let config = record::Config { opt: "fast".to_string(), ..record::Config::default() };
        let error = configure(&config, Features::WASM1).unwrap_err();
        assert_eq!(error, "unknown optimisation level `fast`");
        assert!(features(&["gc".to_string(), "nope".to_string()]).is_err());
    }
}
