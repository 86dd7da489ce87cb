//! How an engine is configured and how strictly it is judged, in the form that the command line,
//! reports and requests to workers share. Knows no engine: a worker translates it for the one that
//! it starts.

use serde::{Deserialize, Serialize};

/// How the engine was configured and how strictly it was judged. Each script brings its own
/// features, except where the user named them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Config {
    /// How much effort the compiler made.
    pub opt: Opt,
    /// How memory accesses were checked.
    pub bounds: Bounds,
    /// The target architecture.
    pub isa: Isa,
    /// CPU features added to those of a named architecture.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub isa_with: Vec<String>,
    /// CPU features removed from those of the host.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub isa_without: Vec<String>,
    /// Where compiled code was kept.
    pub cache: Cache,
    /// The cache directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_directory: Option<String>,
    /// The most bytes that entries of the cache directory may have; `None` for no limit. Only in
    /// requests to workers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_limit: Option<u64>,
    /// What relaxed SIMD operators did.
    pub relaxed: Relaxed,
    /// Whether running code can be interrupted.
    #[serde(skip_serializing_if = "is_false")]
    pub interruption: bool,
    /// Whether the engine collects at every allocation.
    #[serde(skip_serializing_if = "is_false")]
    pub gc_stress: bool,
    /// How each script was run.
    #[serde(skip_serializing_if = "Way::is_fresh")]
    pub way: Way,
    /// How strictly messages were compared.
    pub messages: Messages,
    /// The features that the user named for files outside every suite: `wasm2 + gc - simd`. `None`
    /// in requests to workers, which name the features of each script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<String>,
}

impl Config {
    /// Whether both configure the engine alike. The cache directory does not count: every run has
    /// its own.
    pub fn agrees_with(&self, other: &Config) -> bool {
        let elsewhere = Config { cache_directory: self.cache_directory.clone(), ..other.clone() };
        *self == elsewhere
    }
}

/// How much effort the compiler makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Opt {
    /// As little as possible.
    None,
    /// For fast code.
    #[default]
    Speed,
}

/// How memory accesses are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Bounds {
    /// Large reservations with guard pages.
    #[default]
    Guard,
    /// Every access.
    Explicit,
}

/// The target architecture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Isa {
    /// The engine's own.
    #[default]
    Host,
    /// An architecture by name, for example `x86_64`.
    #[serde(untagged)]
    Named(String),
}

/// Where compiled code is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cache {
    /// Nowhere: every module is compiled each time.
    #[default]
    Off,
    /// In the engine's memory, for the life of a worker.
    Memory,
    /// In the directory that `cache_directory` names.
    Directory,
}

/// How a script is run. The verdicts must be the same in every way.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Once, on the modules that the engine compiles.
    #[default]
    Fresh,
    /// On modules that were serialized, dropped and deserialized by the same engine.
    Serialized,
    /// In new processes, on modules from the cache directory that an earlier run has filled:
    /// nothing is compiled.
    Reloaded,
    /// In two sessions of one engine at a time, directive by directive.
    Sessions,
}

impl Way {
    /// Every way, in the order in which they are run.
    pub const ALL: [Way; 4] = [Way::Fresh, Way::Serialized, Way::Reloaded, Way::Sessions];

    /// The name in reports, lists and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Way::Fresh => "fresh",
            Way::Serialized => "serialized",
            Way::Reloaded => "reloaded",
            Way::Sessions => "sessions",
        }
    }

    fn is_fresh(&self) -> bool {
        *self == Way::Fresh
    }
}

/// What relaxed SIMD operators do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Relaxed {
    /// The same on every CPU.
    #[default]
    Deterministic,
    /// Whatever is fastest on this CPU.
    Native,
}

/// How strictly messages are compared. Each level includes the checks of those before it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Messages {
    /// Rejected or trapped, and at the right stage.
    Stage,
    /// The right kind of trap or link error.
    #[default]
    Kind,
    /// The official message.
    Text,
}

impl Messages {
    /// The name in reports, lists and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Messages::Stage => "stage",
            Messages::Kind => "kind",
            Messages::Text => "text",
        }
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: &str = r#"{"opt":"speed","bounds":"guard","isa":"host","cache":"off","relaxed":"deterministic","messages":"kind"}"#;
    const OTHERS: &str = r#"{"opt":"none","bounds":"explicit","isa":"aarch64","isa_with":["has_lse"],"cache":"directory","cache_directory":"/x","cache_limit":5,"relaxed":"native","way":"reloaded","messages":"text","features":"wasm2 + gc"}"#;

    #[test]
    fn names_in_reports_are_those_of_the_command_line() {
        let others = Config {
            opt: Opt::None,
            bounds: Bounds::Explicit,
            isa: Isa::Named("aarch64".to_string()),
            isa_with: vec!["has_lse".to_string()],
            cache: Cache::Directory,
            cache_directory: Some("/x".to_string()),
            cache_limit: Some(5),
            relaxed: Relaxed::Native,
            way: Way::Reloaded,
            messages: Messages::Text,
            features: Some("wasm2 + gc".to_string()),
            ..Config::default()
        };
        for (config, text) in [(Config::default(), DEFAULTS), (others, OTHERS)] {
            assert_eq!(serde_json::to_string(&config).unwrap(), text);
            assert_eq!(serde_json::from_str::<Config>(text).unwrap(), config);
        }
        assert_eq!(serde_json::from_str::<Config>("{}").unwrap(), Config::default());
    }

    #[test]
    fn a_way_has_one_name() {
        for way in Way::ALL {
            assert_eq!(serde_json::to_string(&way).unwrap(), format!("{:?}", way.name()));
        }
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        for field in ["opt", "bounds", "cache", "relaxed", "way", "messages"] {
            let text = format!(r#"{{"{field}":"nope"}}"#);
            let error = serde_json::from_str::<Config>(&text).unwrap_err().to_string();
            assert!(error.starts_with("unknown variant `nope`, expected "), "{field}: {error}");
        }
    }
}
