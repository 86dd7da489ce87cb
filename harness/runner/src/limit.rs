//! What stands in the way of an *unsupported* directive, if it is no feature: takes the name that its
//! finding has; gives the kind, and whether the settings of a run demand it. Sees no engine and no
//! verdict.

use wassay_engine::{Capabilities, Feature};
use wassay_record::{Cache, Config, Isa, Way};

/// The kinds of names for what a directive needs and lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// A capability of the engine, or turning off a feature.
    Capability,
    /// A limit of the harness.
    Harness,
    /// Anything else, in the engine's own words: a list must state it.
    Other,
}

const HARNESS: &str = "harness limit: ";

impl Limit {
    /// The one limit that the harness has.
    pub(crate) const FUNCTIONS: &'static str =
        "harness limit: comparing functions that are not exported";

    /// The kind of this name.
    pub(crate) fn of(name: &str) -> Limit {
        let switch =
            || name.strip_prefix(TURNING_OFF).is_some_and(|it| it.parse::<Feature>().is_ok());
        if Capabilities::named(name).is_some() || switch() {
            Limit::Capability
        } else if name.starts_with(HARNESS) {
            Limit::Harness
        } else {
            Limit::Other
        }
    }
}

/// What the way `reloaded` needs, to observe that nothing was compiled.
pub(crate) const STATISTICS: &str = "cache statistics";
/// What the way `sessions` needs.
pub(crate) const SECOND_SESSION: &str = "a second session";

/// Whether the run needs what has this name, however the scripts are: its way or another setting
/// demands it. An engine without it is *unsupported* in this run, and may have it nowhere.
pub(crate) fn is_demanded(config: &Config, name: &str) -> bool {
    match Capabilities::named(name).unwrap_or(name) {
        "serialize" => config.way == Way::Serialized,
        "memory-cache" => config.cache == Cache::Memory,
        "disk-cache" => config.cache == Cache::Directory,
        "interrupt" => config.interruption,
        "gc-stress" => config.gc_stress,
        "isa" => config.isa != Isa::Host || !config.isa_without.is_empty(),
        STATISTICS => config.way == Way::Reloaded,
        SECOND_SESSION => config.way == Way::Sessions,
        _ => false,
    }
}

/// What precedes the name of a feature that the engine cannot turn off.
pub(crate) const TURNING_OFF: &str = "turning off ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_kind() {
        for (name, kind) in [
            ("kinds", Limit::Capability),
            ("forced collection", Limit::Capability),
            ("turning off simd", Limit::Capability),
            ("turning off luck", Limit::Other),
            (Limit::FUNCTIONS, Limit::Harness),
            ("harness limit: anything", Limit::Harness),
            ("calling", Limit::Other),
        ] {
            assert_eq!(Limit::of(name), kind, "{name}");
        }
    }

    #[test]
    fn a_run_demands_what_its_settings_need() {
        let plain = Config::default();
        let way = |way| Config { way, cache: Cache::Directory, ..Config::default() };
        let stressed = Config { gc_stress: true, interruption: true, ..Config::default() };
        for (config, demanded) in [
            (&plain, &[][..]),
            (&way(Way::Serialized), &["serialized modules", "a cache directory"]),
            (&way(Way::Reloaded), &["a cache directory", "cache statistics"]),
            (&way(Way::Sessions), &["a cache directory", "a second session"]),
            (&stressed, &["interruption", "garbage collection under stress"]),
            (&Config { cache: Cache::Memory, ..plain.clone() }, &["a cache in memory"]),
            (
                &Config { isa: Isa::Named("x".to_string()), ..plain.clone() },
                &["a machine other than the host"],
            ),
            (
                &Config { isa_without: vec!["has_avx".to_string()], ..plain.clone() },
                &["a machine other than the host"],
            ),
        ] {
            for name in [
                "serialized modules",
                "a cache in memory",
                "a cache directory",
                "interruption",
                "garbage collection under stress",
                "a machine other than the host",
                "cache statistics",
                "a second session",
                "simd",
                "forced collection",
                "calling",
            ] {
                assert_eq!(
                    is_demanded(config, name),
                    demanded.contains(&name),
                    "{name}: {config:?}"
                );
            }
        }
    }
}
