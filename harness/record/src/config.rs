//! How an engine is configured and how strictly it is judged, as the command line, reports and
//! requests to workers have it. Knows no engine: a worker translates it for the one that it starts.

use serde::{Deserialize, Serialize};

/// How the engine was configured and how strictly it was judged. The features are not part of
/// it: each script brings its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Config {
    /// How much effort the compiler made.
    pub opt: Opt,
    /// How memory accesses were checked.
    pub bounds: Bounds,
    /// The machine that was compiled for.
    pub isa: Isa,
    /// Features that a named architecture has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub isa_with: Vec<String>,
    /// Features that are taken from the host's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub isa_without: Vec<String>,
    /// Where compiled code was kept.
    pub cache: Cache,
    /// The cache directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_directory: Option<String>,
    /// What relaxed SIMD operators did.
    pub relaxed: Relaxed,
    /// Whether running code can be interrupted.
    #[serde(skip_serializing_if = "is_false")]
    pub interruption: bool,
    /// Whether the engine collects at every allocation.
    #[serde(skip_serializing_if = "is_false")]
    pub gc_stress: bool,
    /// How strictly messages were compared.
    pub messages: Messages,
}

impl Config {
    /// Whether both configure the engine alike: where the cache lies makes no difference, and is
    /// another place in every run.
    pub fn agrees_with(&self, other: &Config) -> bool {
        let elsewhere = Config { cache_directory: self.cache_directory.clone(), ..other.clone() };
        *self == elsewhere
    }
}

/// How much effort a compiler makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Opt {
    /// As little as it can.
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

/// The machine to compile for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Isa {
    /// The one that the engine runs on.
    #[default]
    Host,
    /// An architecture by its name, for example `x86_64`.
    #[serde(untagged)]
    Named(String),
}

/// Where compiled code is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cache {
    /// Nowhere.
    #[default]
    Off,
    /// In the engine's memory.
    Memory,
    /// In [`Config::cache_directory`].
    Directory,
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
    /// What this CPU is fast at.
    Native,
}

/// How strictly messages are compared: each level asks for what those before it ask for, too.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Messages {
    /// Rejected or trapped at the right stage.
    Stage,
    /// The right kind of trap and of link error.
    #[default]
    Kind,
    /// The official words.
    Text,
}

fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: &str = r#"{"opt":"speed","bounds":"guard","isa":"host","cache":"off","relaxed":"deterministic","messages":"kind"}"#;
    const OTHERS: &str = r#"{"opt":"none","bounds":"explicit","isa":"aarch64","isa_with":["has_lse"],"cache":"directory","cache_directory":"/x","relaxed":"native","messages":"text"}"#;

    #[test]
    fn names_in_reports_are_those_of_the_command_line() {
        let others = Config {
            opt: Opt::None,
            bounds: Bounds::Explicit,
            isa: Isa::Named("aarch64".to_string()),
            isa_with: vec!["has_lse".to_string()],
            cache: Cache::Directory,
            cache_directory: Some("/x".to_string()),
            relaxed: Relaxed::Native,
            messages: Messages::Text,
            ..Config::default()
        };
        for (config, text) in [(Config::default(), DEFAULTS), (others, OTHERS)] {
            assert_eq!(serde_json::to_string(&config).unwrap(), text);
            assert_eq!(serde_json::from_str::<Config>(text).unwrap(), config);
        }
        assert_eq!(serde_json::from_str::<Config>("{}").unwrap(), Config::default());
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        for field in ["opt", "bounds", "cache", "relaxed", "messages"] {
            let text = format!(r#"{{"{field}":"nope"}}"#);
            let error = serde_json::from_str::<Config>(&text).unwrap_err().to_string();
            assert!(error.starts_with("unknown variant `nope`, expected "), "{field}: {error}");
        }
    }
}
