//! The stated support of an engine on each lane. Takes what the engine reports about itself; gives
//! what it has lost and what is not stated yet. Strict in both directions, like the list that
//! contains it. Sees no script.

use crate::limit::Limit;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use wassay_engine::Feature;
use wassay_record::{Engine, File, Problem, ProblemKind, Run, Verdict};
use wassay_tables::{Lines, TableError};

/// The table for lanes without one of their own.
pub(crate) const EVERYWHERE: &str = "all";

/// The stated support, by lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Supports {
    lanes: BTreeMap<String, Stated>,
}

/// The stated support for one lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// The line and column of its table.
    place: (usize, usize),
    features: Names,
    capabilities: Names,
    limits: Names,
}

/// Names, each with its line.
type Names = BTreeMap<String, usize>;

/// `[supports.LANE]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    features: Vec<Spanned<String>>,
    #[serde(default)]
    capabilities: Vec<Spanned<String>>,
    /// What directives may lack that is neither a feature nor a capability, in the engine's words.
    #[serde(default)]
    limits: Vec<Spanned<String>>,
}

impl Supports {
    /// Reads the tables.
    ///
    /// # Errors
    /// If a name is not a feature.
    pub(super) fn read(
        rows: BTreeMap<Spanned<String>, Row>,
        lines: &Lines<'_>,
    ) -> Result<Supports, TableError> {
        let mut lanes = BTreeMap::new();
        for (lane, Row { features, capabilities, limits }) in rows {
            for feature in &features {
                let parsed = feature.get_ref().parse::<Feature>();
                parsed.map_err(|why| lines.error(Some(feature.span()), why))?;
            }
            let named = |names: Vec<Spanned<String>>| -> Names {
                let line = |name: &Spanned<String>| lines.line(name.span().start);
                let with_line = |name: Spanned<String>| (line(&name), name.into_inner());
                names.into_iter().map(with_line).map(|(line, name)| (name, line)).collect()
            };
            let place = lines.position(lane.span().start);
            let (features, capabilities) = (named(features), named(capabilities));
            let stated = Stated { place, features, capabilities, limits: named(limits) };
            lanes.insert(lane.into_inner(), stated);
        }
        Ok(Supports { lanes })
    }

    /// The lanes that have a table, with its line and column.
    pub(super) fn lanes(&self) -> impl Iterator<Item = (&str, (usize, usize))> {
        let own = self.lanes.iter().filter(|(name, _)| *name != EVERYWHERE);
        own.map(|(name, stated)| (name.as_str(), stated.place))
    }

    /// Whether no lane has stated support.
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// The stated support that the engine lacks on the lane, and what it has beyond that. Empty if
    /// no lane has stated support. `list` is the name of the list.
    pub(super) fn judge(&self, engine: &Engine, lane: &str, list: &str) -> Vec<Problem> {
        let Some((table, stated)) = self.on(lane) else {
            return self.unstated(engine, lane, list);
        };
        let (line, _) = stated.place;
        let mut problems = Vec::new();
        for (what, stated, claimed) in [
            ("feature", &stated.features, &engine.features),
            ("capability", &stated.capabilities, &engine.capabilities),
        ] {
            let mut tell = |kind, message| {
                problems.push(Problem { kind, path: String::new(), message });
            };
            for (name, line) in stated.iter().filter(|(name, _)| !claimed.contains(name)) {
                let message = format!(
                    "{} on {lane} lacks the {what} `{name}`, which [supports.{table}] states at \
                     {list}:{line}: repair the engine, or accept the loss with --bless",
                    engine.name
                );
                tell(ProblemKind::LostSupport, message);
            }
            for name in claimed.iter().filter(|name| !stated.contains_key(*name)) {
                let message = format!(
                    "{} on {lane} has the {what} `{name}`: add it to [supports.{table}] at \
                     {list}:{line}, or run with --bless",
                    engine.name
                );
                tell(ProblemKind::UnstatedSupport, message);
            }
        }
        problems
    }

    /// A problem if directives of the run meet limits that its lane's table does not state. Without a table, no limit is accepted.
    pub(super) fn judge_limits(&self, run: &Run, list: &str) -> Vec<Problem> {
        let lane = &run.lane.name;
        let (table, stated) = match self.on(lane) {
            Some((table, stated)) => (table, Some(&stated.limits)),
            None => (self.table_for(lane), None),
        };
        let mut met = limits(run.files.iter());
        met.retain(|limit, _| stated.is_none_or(|stated| !stated.contains_key(limit)));
        let accept = match list {
            "" => "in a list with --known FILE --bless".to_string(),
            list => format!("in [supports.{table}] of {list} with --bless"),
        };
        if met.is_empty() {
            return Vec::new();
        }
        let count: usize = met.values().sum();
        let directives = if count == 1 { "directive" } else { "directives" };
        let because = match met.iter().next() {
            Some((limit, _)) if met.len() == 1 => format!(
                "because of `{limit}`, which is neither a feature nor a capability: repair the \
                 engine, or accept the limit"
            ),
            _ => {
                let each = met.iter().map(|(limit, count)| format!("`{limit}` {count}"));
                format!(
                    "for reasons that are neither features nor capabilities, {}: repair the \
                     engine, or accept these limits",
                    each.collect::<Vec<_>>().join(", ")
                )
            }
        };
        let message = format!(
            "{} on {lane} calls {count} {directives} unsupported {because} {accept}",
            run.engine.name
        );
        vec![Problem { kind: ProblemKind::LostSupport, path: String::new(), message }]
    }

    /// The limits that the table for the lane states.
    pub(super) fn limits(&self, lane: &str) -> impl Iterator<Item = &str> {
        let stated = self.on(lane).map(|(_, stated)| &stated.limits);
        stated.into_iter().flat_map(|limits| limits.keys().map(String::as_str))
    }

    /// The problem of a lane without a table, if other lanes have one: their names may be wrong.
    fn unstated(&self, engine: &Engine, lane: &str, list: &str) -> Vec<Problem> {
        let Some(others) = self.lanes.keys().cloned().reduce(|all, name| all + ", " + &name) else {
            return Vec::new();
        };
        let message = format!(
            "{list} does not state the support of {} on {lane}, only on {others}: add \
             [supports.{}], or run with --bless",
            engine.name,
            self.table_for(lane)
        );
        vec![Problem { kind: ProblemKind::UnstatedSupport, path: String::new(), message }]
    }

    /// What each table of a later list has lost and gained, one line for each name.
    pub(super) fn changes(&self, later: &Supports) -> Vec<String> {
        let mut lines = Vec::new();
        for (lane, new) in &later.lanes {
            let Some(old) = self.lanes.get(lane) else {
                let count = |number: usize, one: &str, many: &str| match number {
                    1 => format!("1 {one}"),
                    _ => format!("{number} {many}"),
                };
                let features = count(new.features.len(), "feature", "features");
                let capabilities = count(new.capabilities.len(), "capability", "capabilities");
                lines.push(format!("new [supports.{lane}]: {features}, {capabilities}"));
                continue;
            };
            let before = lines.len();
            for (what, old, new) in [
                ("feature", &old.features, &new.features),
                ("capability", &old.capabilities, &new.capabilities),
                ("limit", &old.limits, &new.limits),
            ] {
                let lost = old.keys().filter(|name| !new.contains_key(*name));
                lines.extend(lost.map(|name| format!("- {what} {name}")));
                let gained = new.keys().filter(|name| !old.contains_key(*name));
                lines.extend(gained.map(|name| format!("+ {what} {name}")));
            }
            if lines.len() > before {
                lines.insert(before, format!("[supports.{lane}]"));
            }
        }
        lines
    }

    /// The table that applies to a lane.
    fn on(&self, lane: &str) -> Option<(&str, &Stated)> {
        let found = self.lanes.get_key_value(lane).or_else(|| self.lanes.get_key_value(EVERYWHERE));
        found.map(|(name, stated)| (name.as_str(), stated))
    }

    /// The table to rewrite if the lane's does not hold: its own, if it has one or the common one
    /// holds elsewhere.
    pub(super) fn table_for<'a>(&self, lane: &'a str) -> &'a str {
        let is_common = !self.lanes.contains_key(lane)
            && (lane == NATIVE || !self.lanes.contains_key(EVERYWHERE));
        if is_common { EVERYWHERE } else { lane }
    }
}

/// The limits that the directives of these files meet, with the number of directives of each.
pub(super) fn limits<'a>(files: impl Iterator<Item = &'a File>) -> BTreeMap<String, usize> {
    let mut limits = BTreeMap::new();
    for note in files.flat_map(|file| &file.findings) {
        let name = note.finding.capability.as_ref();
        let is_unsupported = note.finding.verdict == Verdict::Unsupported;
        if let Some(name) = name.filter(|name| is_unsupported && Limit::of(name) == Limit::Other) {
            *limits.entry(name.clone()).or_default() += 1;
        }
    }
    limits
}

/// The lane whose support stands for all others until one differs.
const NATIVE: &str = "native";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::Known;
    use wassay_record::{Finding, Note};

    fn engine(features: &[&str], capabilities: &[&str]) -> Engine {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        let (features, capabilities) = (names(features), names(capabilities));
        Engine { name: "e".to_string(), features, capabilities, ..Engine::default() }
    }

    const LIST: &str = "[supports.all]\nfeatures = [\"simd\", \"gc\"]\ncapabilities = [\"kinds\"]\n\
                        [supports.far]\nfeatures = [\"gc\"]\n";

    #[test]
    fn lost_and_unstated_support_are_problems() {
        let known = Known::parse(LIST, "").unwrap();
        let told = |engine: Engine, lane| -> Vec<_> {
            let problems = known.supports.judge(&engine, lane, "known.toml").into_iter();
            problems.map(|problem| (problem.kind, problem.message)).collect()
        };
        assert_eq!(told(engine(&["gc", "simd"], &["kinds"]), "native"), []);
        assert_eq!(told(engine(&["gc"], &[]), "far"), []);
        let lost = told(engine(&["gc"], &["stages"]), "native");
        let kinds: Vec<_> = lost.iter().map(|(kind, _)| *kind).collect();
        let (less, more) = (ProblemKind::LostSupport, ProblemKind::UnstatedSupport);
        assert_eq!(kinds, [less, less, more]);
        let said = "e on native lacks the feature `simd`, which [supports.all] states at \
                    known.toml:2: repair the engine, or accept the loss with --bless";
        assert_eq!(lost[0].1, said);
        let more = told(engine(&["gc", "simd"], &[]), "far");
        assert!(more[0].1.contains("add it to [supports.far] at known.toml:4, or"), "{more:?}");
    }

    #[test]
    fn a_limit_that_is_not_stated_is_a_problem() {
        let lacking = |capability: &str, verdict| {
            let bare = Finding::bare(0, 1, 1, "invoke", verdict);
            Note::new(Finding { capability: Some(capability.to_string()), ..bare })
        };
        let findings = vec![
            lacking("calling", Verdict::Unsupported),
            lacking("calling", Verdict::Unsupported),
            lacking("kinds", Verdict::Unsupported),
            lacking("forced collection", Verdict::Unsupported),
            lacking(Limit::FUNCTIONS, Verdict::Unsupported),
            lacking("tags", Verdict::Failed),
        ];
        let mut run = Run { engine: engine(&[], &[]), ..Run::default() };
        run.lane.name = "native".to_string();
        run.files = vec![File { findings, ..File::default() }];
        let told_of = |run: &Run, text: &str| -> Vec<String> {
            let problems = Known::parse(text, "").unwrap().supports.judge_limits(run, "known.toml");
            problems.into_iter().map(|problem| problem.message).collect()
        };
        let told = |text: &str| told_of(&run, text);
        let said = "e on native calls 2 directives unsupported because of `calling`, which is \
                    neither a feature nor a capability: repair the engine, or accept the limit in \
                    [supports.all] of known.toml with --bless";
        assert_eq!(told(""), [said]);
        assert_eq!(told("[supports.all]\nfeatures = []\nlimits = [\"tags\"]"), [said]);
        assert_eq!(told("[supports.all]\nfeatures = []\nlimits = [\"calling\"]"), [""; 0]);
        run.files[0].findings.push(lacking("asking", Verdict::Unsupported));
        let said = "e on native calls 3 directives unsupported for reasons that are neither \
                    features nor capabilities, `asking` 1, `calling` 2: repair the engine, or \
                    accept these limits in [supports.all] of known.toml with --bless";
        assert_eq!(told_of(&run, ""), [said]);
    }

    #[test]
    fn a_list_without_support_checks_none() {
        let known = Known::parse("", "").unwrap();
        assert!(known.supports.judge(&engine(&["gc"], &[]), "native", "known.toml").is_empty());
    }

    #[test]
    fn a_lane_without_a_table_beside_others_is_a_problem() {
        let known = Known::parse("[supports.natvie]\nfeatures = [\"gc\"]\n", "").unwrap();
        let said = known.supports.judge(&engine(&["gc"], &[]), "native", "lists/a.toml");
        let message = "lists/a.toml does not state the support of e on native, only on natvie: add \
                       [supports.all], or run with --bless";
        assert_eq!(said[0].message, message);
    }

    #[test]
    fn a_later_list_loses_and_gains_names() {
        let old = Known::parse(LIST, "").unwrap().supports;
        let text = "\n[supports.all]\nfeatures = [\"gc\", \"threads\"]\ncapabilities = []\n\
                    [supports.far]\nfeatures = [\"gc\"]\n[supports.near]\nfeatures = [\"gc\"]\n";
        let new = Known::parse(text, "").unwrap().supports;
        assert_eq!(
            old.changes(&new),
            [
                "[supports.all]",
                "- feature simd",
                "+ feature threads",
                "- capability kinds",
                "new [supports.near]: 1 feature, 0 capabilities",
            ]
        );
        assert_eq!(old.changes(&old), [""; 0]);
    }

    #[test]
    fn a_name_that_is_no_feature_is_an_error() {
        let text = "[supports.all]\nfeatures = [\"gc\", \"smid\"]\n";
        let error = Known::parse(text, "").unwrap_err();
        assert_eq!(error.to_string(), "2:19: unknown feature `smid`");
    }

    #[test]
    fn lanes_with_a_table_are_returned_with_their_positions() {
        let known = Known::parse(LIST, "").unwrap();
        assert_eq!(known.stated_lanes().collect::<Vec<_>>(), [("far", (4, 11))]);
    }

    #[test]
    fn a_lane_gets_a_table_of_its_own_only_where_it_differs() {
        let known = Known::parse(LIST, "").unwrap().supports;
        let tables = ["native", "far", "near"].map(|lane| known.table_for(lane));
        assert_eq!(tables, ["all", "far", "near"]);
        assert_eq!(Supports::default().table_for("near"), "all");
    }
}
