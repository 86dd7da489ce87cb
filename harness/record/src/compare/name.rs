//! Takes runs; returns the name of each: its engine and lane, and what distinguishes it from other
//! runs of the same engine and lane. Sees no results.

use super::question::{Settings, differing, settings};
use crate::config::{Cache, Config, Way};
use crate::report::{Report, Run};
use std::collections::BTreeMap;

impl Run {
    /// The engine and the lane: `cranelift on native`.
    pub fn name(&self) -> String {
        format!("{} on {}", self.engine.name, self.lane.name)
    }
}

impl Report {
    /// What distinguishes each run from the other runs of its engine and lane: `opt none, version
    /// 2`. A way other than `fresh` is always named; else it is empty if there is no other run.
    pub fn distinctions(&self) -> Vec<String> {
        let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, run) in self.runs.iter().enumerate() {
            alike.entry(run.name()).or_default().push(at);
        }
        let mut all = vec![Vec::new(); self.runs.len()];
        let mut is_reloaded = vec![false; self.runs.len()];
        for places in alike.into_values().filter(|places| places.len() > 1) {
            let reloads = has_reloaded(places.iter().map(|&at| &self.runs[at].config));
            places.iter().for_each(|&at| is_reloaded[at] = reloads);
            let facts = places.iter().map(|&at| identity_and_settings(&self.runs[at]));
            for (name, values) in differing(&facts.collect::<Vec<_>>()) {
                for (&at, value) in places.iter().zip(values) {
                    all[at].push(format!("{name} {value}"));
                }
            }
        }
        let runs = self.runs.iter().zip(is_reloaded);
        let told =
            |(parts, (run, is_reloaded)): (_, (&Run, _))| joined(parts, &run.config, is_reloaded);
        all.into_iter().zip(runs).map(told).collect()
    }

    /// The name of each run, with its distinction.
    pub fn run_names(&self) -> Vec<String> {
        let distinctions = self.distinctions();
        self.runs
            .iter()
            .zip(distinctions)
            .map(|(run, it)| with_distinction(&run.name(), &it))
            .collect()
    }
}

/// What distinguishes each of several configurations: `way sessions`. A way other than `fresh` is
/// always named; else it is empty if there is only one.
pub fn distinguish(configs: &[Config]) -> Vec<String> {
    let settings: Vec<Settings> = configs.iter().map(settings).collect();
    let mut all = vec![Vec::new(); configs.len()];
    for (name, values) in differing(&settings) {
        let values = all.iter_mut().zip(values);
        values.for_each(|(parts, value)| parts.push(format!("{name} {value}")));
    }
    let is_reloaded = has_reloaded(configs);
    all.into_iter().zip(configs).map(|(parts, it)| joined(parts, it, is_reloaded)).collect()
}

fn has_reloaded<'a>(configs: impl IntoIterator<Item = &'a Config>) -> bool {
    configs.into_iter().any(|config| config.way == Way::Reloaded)
}

/// A distinction, with the way unless it is `fresh` or a part already. A way says where compiled code
/// was kept, except that `fresh` is also the way of a run that fills the directory for a reloaded one:
/// `is_reloaded` says whether there is one among those from which the run is distinguished.
fn joined(mut parts: Vec<String>, config: &Config, is_reloaded: bool) -> String {
    let name = format!("way {}", config.way.name());
    if config.way != Way::Fresh && !parts.contains(&name) {
        parts.push(name.clone());
    }
    if is_reloaded && parts.contains(&name) {
        let is_filling = config.way == Way::Fresh && config.cache == Cache::Directory;
        let is_said = is_filling || config.way == Way::Reloaded;
        parts.retain(|part| part != "cache off" && !(is_said && part == "cache directory"));
        parts.extend(is_filling.then(|| "filling the cache".to_string()));
    }
    parts.join(", ")
}

/// A name and what distinguishes it: `cranelift on native (opt none)`.
pub fn with_distinction(name: &str, distinction: &str) -> String {
    if distinction.is_empty() { name.to_string() } else { format!("{name} ({distinction})") }
}

/// The name of a run of one of two reports, with the settings that distinguish it from the other
/// runs of this name in both, and the build that distinguishes it from those of its own report.
pub(super) fn name_among(run: &Run, own: &[Run], all: &[&Run]) -> String {
    let name = run.name();
    let facts = |alike: Vec<&Run>, of: fn(&Run) -> Settings| {
        let facts: Vec<_> = std::iter::once(run).chain(alike).map(of).collect();
        differing(&facts).map(|(name, values)| format!("{name} {}", values[0])).collect()
    };
    let is_alike = |other: &&Run| other.name() == name;
    let alike: Vec<&Run> = all.iter().copied().filter(is_alike).collect();
    let is_reloaded = has_reloaded(alike.iter().map(|run| &run.config));
    let mut parts: Vec<String> = facts(alike, |run| settings(&run.config));
    parts.extend::<Vec<String>>(facts(own.iter().filter(is_alike).collect(), identity));
    with_distinction(&name, &joined(parts, &run.config, is_reloaded))
}

fn identity_and_settings(run: &Run) -> Settings {
    let mut facts = settings(&run.config);
    facts.extend(identity(run));
    facts
}

/// What can differ between runs of one engine and lane besides settings.
fn identity(run: &Run) -> Settings {
    let facts = [
        ("version", run.engine.version.clone()),
        ("build", run.engine.build.clone()),
        ("target", run.engine.target.clone()),
        ("prefix", run.lane.prefix.join(" ")),
    ];
    let known = facts.into_iter().filter(|(_, value)| !value.is_empty());
    known.map(|(name, value)| (name.to_string(), value)).collect()
}
