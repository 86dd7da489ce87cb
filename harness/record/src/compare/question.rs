//! Takes two runs that are compared; returns what was asked of each: engine, lane and settings. Sees
//! no results.

use crate::config::{Config, Messages, Way};
use crate::report::Run;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Two runs that were compared with each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunPair {
    /// The name and version of each engine.
    pub engines: [(String, String); 2],
    /// The lanes.
    pub lanes: [String; 2],
    /// The settings that differ, and those that both share but another run of this engine and lane
    /// does not.
    pub settings: Vec<Setting>,
    /// How strictly messages were compared.
    pub messages: [Messages; 2],
    /// Whether they have a file in common, or are shards without scripts.
    pub is_related: bool,
}

/// A setting with two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in a report.
    pub name: String,
    /// The values.
    pub values: [String; 2],
}

impl RunPair {
    /// `all` are the runs of both reports.
    pub(super) fn of(a: &Run, b: &Run, all: &[&Run], common: usize) -> RunPair {
        let both = [a, b];
        let alike = all.iter().copied().filter(|run| run.name() == b.name());
        let alike: Vec<Settings> =
            both.into_iter().chain(alike).map(|run| settings(&run.config)).collect();
        RunPair {
            engines: both.map(|run| (run.engine.name.clone(), run.engine.version.clone())),
            lanes: both.map(|run| run.lane.name.clone()),
            settings: differing(&alike)
                .map(|(name, values)| Setting { name, values: [0, 1].map(|at| values[at].clone()) })
                .collect(),
            messages: both.map(|run| run.config.messages),
            is_related: common > 0 || both.iter().all(|run| is_empty_shard(run)),
        }
    }

    /// Whether the second run cannot show that the first one's results still hold: it is one of
    /// another engine or lane, or compared messages less strictly.
    pub fn is_another_question(&self) -> bool {
        let [engine, other] = &self.engines;
        let [messages, later] = self.messages;
        engine.0 != other.0 || self.lanes[0] != self.lanes[1] || later < messages
    }
}

fn is_empty_shard(run: &Run) -> bool {
    run.files.is_empty() && run.partition.is_some()
}

/// The settings of a run, as text.
pub(super) type Settings = BTreeMap<String, String>;

/// The settings that are not the same in all of these runs, each with its value in every run.
pub(super) fn differing(runs: &[Settings]) -> impl Iterator<Item = (String, Vec<String>)> {
    let names: BTreeSet<&String> = runs.iter().flat_map(Settings::keys).collect();
    let value =
        |run: &Settings, name: &String| run.get(name).map_or(ABSENT, String::as_str).to_string();
    let all = names.into_iter().map(move |name| {
        (name.clone(), runs.iter().map(|run| value(run, name)).collect::<Vec<_>>())
    });
    all.filter(|(_, values)| values.iter().any(|value| *value != values[0]))
}

/// The value of a setting that a report leaves out.
const ABSENT: &str = "no";

/// The settings of a run with this configuration.
pub(super) fn settings(config: &Config) -> Settings {
    // Each run has its own directory.
    let config = Config { cache_directory: None, ..config.clone() };
    let Ok(Value::Object(fields)) = serde_json::to_value(config) else { return Settings::new() };
    let unnamed = [("features", "not named"), ("way", Way::Fresh.name())];
    let unnamed = unnamed.map(|(name, value)| (name.to_string(), Value::from(value)));
    unnamed.into_iter().chain(fields).map(|(name, value)| (name, text(value))).collect()
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Bool(true) => "yes".to_string(),
        Value::Array(items) => items.into_iter().map(text).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
