//! Takes the findings in scripts and the known-failures list; marks the known findings and reports
//! listed failures that did not happen. Pure: sees no file or engine.

use super::list::{Entry, Key, Known, PLACEHOLDER};
use super::pattern::PathPattern;
use crate::limit;
use std::collections::{HashMap, HashSet};
use wassay_record::{
    Config, Engine, File, Finding, Messages, Note, Problem, ProblemKind, Run, Verdict, Way,
};
use wassay_suites::ListName;

/// The targets that wassay runs on; an entry may name any of them, whichever one the engine runs
/// on.
const PLATFORMS: [&str; 2] = ["x86_64-linux", "aarch64-linux"];

/// Checks the files of one run against a list.
#[derive(Debug)]
pub struct Gate {
    known: Known,
    /// The directives that were found, by the positions of entry and directive.
    seen: HashSet<(usize, usize)>,
    /// The paths in which an entry matched one of its directives.
    met: HashSet<(usize, ListName)>,
    /// The scripts whose every directive ran.
    whole: HashSet<ListName>,
}

impl Gate {
    /// A gate that has judged no file.
    pub fn new(known: Known) -> Gate {
        Gate { known, seen: HashSet::new(), met: HashSet::new(), whole: HashSet::new() }
    }

    /// The list.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// Marks the file's known findings, and returns the problems that fail the run besides
    /// findings.
    ///
    /// `path` is the script's name in the list. `passes` are the notes of watched directives that
    /// passed. `whole` is whether every directive of the file ran: only then is an absent directive
    /// really gone. At a looser level of messages than an entry has, its directives may pass; what
    /// is unsupported because of the settings of the run says nothing about an entry.
    pub fn judge(
        &mut self,
        path: &ListName,
        file: &mut File,
        passes: &[Note],
        whole: bool,
        config: &Config,
    ) -> Vec<Problem> {
        if whole {
            self.whole.insert(path.clone());
        }
        let entries = self.known.entries_of(path);
        let mut problems = Vec::new();
        if !entries.is_empty() {
            let named = |(at, note): (usize, &Note)| (Key::of(note), at);
            let found: HashMap<Key, usize> = file.findings.iter().enumerate().map(named).collect();
            let passed: HashMap<Key, &Note> =
                passes.iter().map(|note| (Key::of(note), note)).collect();
            for at in entries {
                let entry = &self.known.entries[at];
                let place = self.known.place(entry);
                let mut problem = |kind, message| {
                    problems.push(Problem { kind, path: file.path.clone(), message });
                };
                if entry.reason == PLACEHOLDER {
                    let message =
                        format!("the known failures at {place} have no reason yet: say why");
                    problem(ProblemKind::KnownWithoutReason, message);
                }
                for (which, key) in entry.directives.iter().enumerate() {
                    let note = found.get(key).map(|&at| &mut file.findings[at]);
                    if note.is_some() || passed.contains_key(key) {
                        self.seen.insert((at, which));
                        self.met.insert((at, path.clone()));
                    }
                    let passed = passed.get(key).copied();
                    if passed.is_some() && entry.may_pass_at(config.messages) {
                        continue;
                    }
                    if note.as_ref().is_some_and(|note| entry.is_untested(&note.finding, config)) {
                        continue;
                    }
                    if let Some((kind, message)) = hold(entry, key, &place, note, passed) {
                        problem(kind, message);
                    }
                }
            }
        }
        excuse_blocked(&mut file.findings);
        problems.extend(self.unmarked(path, file));
        problems
    }

    /// The entries that may be meant for the file, but name the suite's script.
    fn unmarked(&self, path: &ListName, file: &File) -> Vec<Problem> {
        let open = file.findings.iter().filter(|note| note.is_unexpected());
        let open: HashSet<Key> = open.map(Key::of).collect();
        let entries = self.known.entries_beside(path).into_iter();
        let entries = entries.map(|at| &self.known.entries[at]);
        let may_be_meant = |entry: &&Entry| entry.directives.iter().any(|key| open.contains(key));
        let told = entries.filter(may_be_meant).map(|entry| {
            let (place, text) = (self.known.place(entry), path.text());
            let message = format!(
                "{place} lists failures of the suite's script `{text}`: write `{path}` to list \
                 those of this file"
            );
            Problem { kind: ProblemKind::StaleKnown, path: file.path.clone(), message }
        });
        told.collect()
    }

    /// Listed failures that never happened, after every file has been judged. `names` are the
    /// existing scripts: a glob may rightly match one that did not run.
    pub fn close<'a>(&self, names: impl Iterator<Item = &'a str> + Clone) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (at, entry) in self.known.entries.iter().enumerate() {
            if !self.known.applies(entry) {
                continue;
            }
            let stale = |path: &str, message: String| Problem {
                kind: ProblemKind::StaleKnown,
                path: path.to_string(),
                message,
            };
            let (first, place) = (entry.paths[0].as_str(), self.known.place(entry));
            if entry.paths.iter().all(|pattern| self.ran_whole(pattern, names.clone())) {
                let gone = |(which, _): &(usize, &Key)| !self.seen.contains(&(at, *which));
                let gone = entry.directives.iter().enumerate().filter(gone);
                problems.extend(gone.map(|(_, key)| {
                    let message = format!("no directive is `{key}`: remove it at {place}");
                    stale(first, message)
                }));
            }
            let several = entry.paths.iter().filter(|_| entry.paths.len() > 1);
            problems.extend(several.filter(|path| !path.is_glob()).filter_map(|path| {
                let ran = self.named(path)?;
                let message =
                    format!("no directive of it is in this script: remove the path at {place}");
                let is_idle = !self.met.contains(&(at, ran.clone()));
                is_idle.then(|| stale(path.as_str(), message))
            }));
        }
        problems
    }

    /// Whether every script that the pattern may match ran entirely.
    pub fn ran_whole<'a>(
        &self,
        pattern: &PathPattern,
        mut names: impl Iterator<Item = &'a str>,
    ) -> bool {
        if !pattern.is_glob() {
            return self.named(pattern).is_some();
        }
        let ran = |name: &str| self.whole.contains(&ListName::of_suite(name));
        self.whole.iter().any(|path| pattern.matches(path))
            && names.all(|name| !pattern.matches_in_suite(name) || ran(name))
    }

    /// The script that a path names, if it ran entirely.
    fn named(&self, path: &PathPattern) -> Option<&ListName> {
        let text = path.text();
        let names = [
            ListName::of_suite(text),
            ListName::of_file(text, false),
            ListName::of_file(text, true),
        ];
        let found = names.iter().filter(|name| path.matches(name));
        found.filter_map(|name| self.whole.get(name)).next()
    }
}

impl Known {
    /// The listed support that the engine lacks on the lane, and the support that it has beyond the
    /// list.
    pub fn judge_support(&self, engine: &Engine, lane: &str) -> Vec<Problem> {
        self.supports.judge(engine, lane, self.name())
    }

    /// What the engine calls unsupported in its own words, if the list does not state that.
    pub fn judge_limits(&self, run: &Run) -> Vec<Problem> {
        self.supports.judge_limits(run, self.name())
    }

    /// The entries about scripts and targets that do not exist, whichever scripts run. `stray`
    /// explains a path or glob that matches no script.
    pub fn strays(&self, stray: impl Fn(&PathPattern) -> Option<String>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for entry in &self.entries {
            let mut problem = |path: &str, what: String| {
                let message = format!("{what}: see {}", self.place(entry));
                let (kind, path) = (ProblemKind::StaleKnown, path.to_string());
                problems.push(Problem { kind, path, message });
            };
            for pattern in &entry.paths {
                if let Some(what) = stray(pattern) {
                    problem(pattern.as_str(), what);
                }
            }
            let is_known =
                |target: &&String| **target != self.target && !PLATFORMS.contains(&target.as_str());
            for target in entry.targets.iter().filter(is_known) {
                let there = PLATFORMS.join(", ");
                problem(
                    entry.paths[0].as_str(),
                    format!("no target is `{target}`, there are {there}"),
                );
            }
        }
        problems
    }
}

impl Entry {
    /// Whether its directives may pass at this level of messages.
    pub(super) fn may_pass_at(&self, messages: Messages) -> bool {
        self.may_pass || messages < self.messages
    }

    /// Whether the engine lacks what the settings of the run demand, so that the run says nothing
    /// about this listed directive. An entry that names the way must fail in it.
    pub(crate) fn is_untested(&self, finding: &Finding, config: &Config) -> bool {
        let is_meant = config.way != Way::Fresh && self.ways.contains(&config.way);
        let lacks = || finding.lacking().is_some_and(|name| limit::is_demanded(config, name));
        finding.verdict == Verdict::Unsupported && !is_meant && lacks()
    }
}

/// Marks a listed directive if it failed as expected, and otherwise reports the problem.
fn hold(
    entry: &Entry,
    key: &Key,
    place: &str,
    note: Option<&mut Note>,
    passed: Option<&Note>,
) -> Option<(ProblemKind, String)> {
    let fix = || format!("remove `{key}` at {place}");
    let (line, verdict) = match (&note, passed) {
        (Some(note), _) => (note.finding.line, note.finding.verdict),
        (None, Some(note)) => (note.finding.line, Verdict::Passed),
        (None, None) => return None,
    };
    match (note, verdict) {
        (Some(note), verdict) if verdict == entry.verdict && note.known.is_none() => {
            note.known = Some(entry.reason.clone());
            note.known_ways.clone_from(&entry.ways);
            None
        }
        (_, verdict) if verdict.is_bad() || verdict == Verdict::Skipped => None,
        _ if entry.superseded.is_some() => None,
        (_, Verdict::Passed) => {
            let reason = &entry.reason;
            let message = format!(
                "line {line}: listed as a known failure ({reason}), but it passed: {}",
                fix()
            );
            Some((ProblemKind::UnexpectedPass, message))
        }
        (_, verdict) => {
            let verdict = verdict.name();
            let message =
                format!("line {line}: listed as a known failure, but {verdict}: {}", fix());
            Some((ProblemKind::StaleKnown, message))
        }
    }
}

/// Marks directives that a known failure blocks: they need no entry of their own.
fn excuse_blocked(findings: &mut [Note]) {
    let mut causes: HashMap<u32, Option<(String, Vec<Way>)>> = HashMap::new();
    for note in findings.iter().filter(|note| is_cause(note)) {
        let known = || note.known.clone().map(|reason| (reason, note.known_ways.clone()));
        let cause = causes.entry(note.finding.line).or_insert_with(known);
        if note.known.is_none() {
            *cause = None;
        }
    }
    for note in findings.iter_mut().filter(|note| note.finding.verdict == Verdict::Blocked) {
        let cause = note.finding.cause.and_then(|line| causes.get(&line));
        if let Some(Some((reason, ways))) = cause {
            (note.known, note.known_ways) = (Some(reason.clone()), ways.clone());
        }
    }
}

fn is_cause(note: &Note) -> bool {
    note.finding.verdict.is_bad() && note.finding.verdict != Verdict::Blocked
}

impl Key {
    /// The directive that a note is about.
    pub(crate) fn of(note: &Note) -> Key {
        Key {
            kind: note.finding.kind.clone(),
            hash: note.finding.hash.clone(),
            occurrence: note.occurrence,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
