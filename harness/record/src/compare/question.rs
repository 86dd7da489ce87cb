//! Takes two runs that are compared; returns what was asked of each: engine, lane and settings. Sees
//! no results.

use crate::config::{Config, Messages};
use crate::report::Run;
use serde_json::Value;
use std::collections::BTreeMap;

/// Two runs that were compared with each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunPair {
    /// The name and version of each engine.
    pub engines: [(String, String); 2],
    /// The lanes.
    pub lanes: [String; 2],
    /// The settings that differ.
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
    pub(super) fn of(a: &Run, b: &Run, common: usize) -> RunPair {
        let both = [a, b];
        RunPair {
            engines: both.map(|run| (run.engine.name.clone(), run.engine.version.clone())),
            lanes: both.map(|run| run.lane.name.clone()),
            settings: differing(&both)
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

/// The settings that are not the same in all of these runs, each with its value in every run.
pub(super) fn differing(runs: &[&Run]) -> impl Iterator<Item = (String, Vec<String>)> {
    let mut settings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (at, run) in runs.iter().enumerate() {
        for (name, value) in values(&run.config) {
            let values =
                settings.entry(name).or_insert_with(|| vec![ABSENT.to_string(); runs.len()]);
            values[at] = value;
        }
    }
    settings.into_iter().filter(|(_, values)| values.iter().any(|value| *value != values[0]))
}

/// The value of a setting that a report leaves out.
const ABSENT: &str = "no";

fn values(config: &Config) -> BTreeMap<String, String> {
    // Each run has its own directory.
    let config = Config { cache_directory: None, ..config.clone() };
    let Ok(Value::Object(fields)) = serde_json::to_value(config) else { return BTreeMap::new() };
    fields.into_iter().map(|(name, value)| (name, text(value))).collect()
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Bool(true) => "yes".to_string(),
        Value::Array(items) => items.into_iter().map(text).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
