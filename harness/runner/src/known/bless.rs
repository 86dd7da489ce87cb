//! Takes a known-failures list and the findings of a run; gives the list that would make this run
//! pass. Reasons, comments and order stay; new entries get a placeholder reason. Sees no file or
//! engine.

use super::edit::{Elements, entry, remove_table};
use super::list::{Entry, Key, Known, PLACEHOLDER};
use super::pattern::PathPattern;
use super::supports;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};
use wassay_record::{Config, Engine, File, Note, Verdict};
use wassay_suites::ListName;
use wassay_tables::{Lines, TableError};

/// A script that was run.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'a> {
    /// Its name in the list.
    pub path: &'a ListName,
    /// Its findings.
    pub file: &'a File,
    /// The notes of listed directives that passed.
    pub passes: &'a [Note],
    /// Whether every directive of it ran.
    pub whole: bool,
}

/// The findings of a run, from which a list is rewritten.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// The engine, as it describes itself on the lane.
    pub engine: &'a Engine,
    /// The lane.
    pub lane: &'a str,
    /// The settings of the run.
    pub config: &'a Config,
    /// The scripts.
    pub scripts: &'a [Ran<'a>],
    /// Whether any script matches a path or glob of the list, run or not.
    pub exists: &'a dyn Fn(&PathPattern) -> bool,
    /// Whether every matching script ran entirely.
    pub ran_whole: &'a dyn Fn(&PathPattern) -> bool,
}

/// The text of the list after this run. Entries for other targets, and for scripts that did not run
/// entirely, stay unchanged. `known` is the parsed list, including the superseded texts, which need
/// no entry.
///
/// # Errors
/// If the text is not a valid list.
pub fn bless(text: &str, known: &Known, found: Found<'_>) -> Result<String, TableError> {
    let mut document = text
        .parse::<DocumentMut>()
        .map_err(|broken| Lines::of(text).error(broken.span(), broken.message()))?;
    state_support(&mut document, known, found);
    let scripts = Scripts::of(found.scripts);
    let mut explained = HashSet::new();
    let mut gone = Vec::new();
    let tables = tables(&mut document)?;
    for (at, listed) in known.entries.iter().enumerate().filter(|(_, it)| known.applies(it)) {
        let kept = scripts.hold(listed, found, &mut explained);
        // Superseded texts have no table in this list.
        if let Some(table) = tables.get_mut(at).filter(|_| listed.superseded.is_none()) {
            rewrite(table, listed, &kept, &scripts, found);
            if kept.is_empty() || table.get("paths").is_some_and(is_empty) {
                gone.push(at);
            }
        }
    }
    for at in gone.into_iter().rev() {
        remove_table(&mut document, at);
    }
    let tables = self::tables(&mut document)?;
    for (path, verdict, keys) in scripts.unexplained(&explained) {
        let lines = keys.iter().map(|key| (key.to_string(), scripts.line(path, key)));
        tables.push(entry(&path.to_string(), PLACEHOLDER, (verdict, found.config.messages), lines));
    }
    if tables.is_empty() {
        document.remove("known");
    }
    Ok(document.to_string())
}

fn tables(document: &mut DocumentMut) -> Result<&mut ArrayOfTables, TableError> {
    let item = document.entry("known").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let message = "write each entry as a table `[[known]]`: others cannot be rewritten";
    item.as_array_of_tables_mut().ok_or_else(|| Lines::of("").error(None, message))
}

fn is_empty(item: &Item) -> bool {
    item.as_array().is_some_and(Array::is_empty)
}

/// Updates the stated support if it differs from what the engine supports.
fn state_support(document: &mut DocumentMut, known: &Known, found: Found<'_>) {
    let mut limits: BTreeSet<String> =
        known.supports.limits(found.lane).map(str::to_string).collect();
    let stated = limits.len();
    limits.extend(supports::limits(found.scripts.iter().map(|ran| ran.file)).into_keys());
    let is_stated = !document.get("supports").is_none_or(Item::is_none) && stated == limits.len();
    if is_stated && known.judge_support(found.engine, found.lane).is_empty() {
        return;
    }
    let lane = known.supports.table_for(found.lane);
    let supports = document.entry("supports").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let Some(supports) = supports.as_table_mut() else { return };
    let table = supports.entry(lane).or_insert_with(|| Item::Table(Table::new()));
    let Some(table) = table.as_table_mut() else { return };
    let limits: Vec<String> = limits.into_iter().collect();
    for (name, list) in [
        ("features", &found.engine.features),
        ("capabilities", &found.engine.capabilities),
        ("limits", &limits),
    ] {
        if name == "limits" && list.is_empty() {
            continue;
        }
        let mut array: Array = list.iter().collect();
        for element in array.iter_mut() {
            element.decor_mut().set_prefix("\n    ");
        }
        if !array.is_empty() {
            array.set_trailing("\n");
            array.set_trailing_comma(true);
        }
        table.insert(name, value(array));
    }
}

/// The findings, by script.
struct Scripts<'a> {
    ran: BTreeMap<&'a ListName, Findings<'a>>,
}

struct Findings<'a> {
    notes: HashMap<Key, &'a Note>,
    passed: HashSet<Key>,
    whole: bool,
}

impl<'a> Scripts<'a> {
    fn of(scripts: &[Ran<'a>]) -> Scripts<'a> {
        let findings = |ran: &Ran<'a>| {
            let notes = ran.file.findings.iter().map(|note| (Key::of(note), note)).collect();
            let passed = ran.passes.iter().map(Key::of).collect();
            (ran.path, Findings { notes, passed, whole: ran.whole })
        };
        Scripts { ran: scripts.iter().map(findings).collect() }
    }

    /// The verdict of a directive, if its script ran and has the directive.
    fn verdict(&self, path: &ListName, key: &Key) -> Option<Verdict> {
        let findings = self.ran.get(path)?;
        match findings.notes.get(key) {
            Some(note) => Some(note.finding.verdict),
            None => findings.passed.contains(key).then_some(Verdict::Passed),
        }
    }

    /// Whether the run says nothing about this directive of an entry.
    fn is_untested(&self, path: &ListName, key: &Key, entry: &Entry, config: &Config) -> bool {
        let note = self.ran.get(path).and_then(|findings| findings.notes.get(key));
        note.is_some_and(|note| entry.is_untested(&note.finding, config))
    }

    fn line(&self, path: &ListName, key: &Key) -> Option<u32> {
        Some(self.ran.get(path)?.notes.get(key)?.finding.line)
    }

    /// The script that a path names, if it ran.
    fn named(&self, path: &PathPattern) -> Option<&'a ListName> {
        self.ran.keys().find(|name| !path.is_glob() && path.matches(name)).copied()
    }

    /// The directives of an entry that stay; records the findings that they explain.
    fn hold(
        &self,
        entry: &Entry,
        found: Found<'_>,
        explained: &mut HashSet<(&'a ListName, Key)>,
    ) -> HashSet<Key> {
        let meant = |path: &&&ListName| entry.paths.iter().any(|pattern| pattern.matches(path));
        let paths: Vec<&'a ListName> = self.ran.keys().filter(meant).copied().collect();
        let over = |path: &PathPattern| !(found.exists)(path) || (found.ran_whole)(path);
        let ran_all = entry.paths.iter().all(over);
        let mut kept = HashSet::new();
        for key in &entry.directives {
            if paths.iter().any(|path| self.is_untested(path, key, entry, found.config)) {
                kept.insert(key.clone());
                continue;
            }
            let verdicts = paths.iter().filter_map(|path| Some((*path, self.verdict(path, key)?)));
            let verdicts: Vec<(&ListName, Verdict)> = verdicts.collect();
            let is_fine = |verdict: Verdict| !verdict.is_bad() && verdict != Verdict::Skipped;
            if entry.superseded.is_none() && verdicts.iter().any(|(_, it)| is_fine(*it)) {
                // At a looser level, a pass says nothing.
                if entry.may_pass_at(found.config.messages) {
                    kept.insert(key.clone());
                }
                continue;
            }
            let holds = verdicts.iter().filter(|(_, verdict)| *verdict == entry.verdict);
            let holds: Vec<_> = holds.map(|(path, _)| (*path, key.clone())).collect();
            if !(holds.is_empty() && ran_all) {
                kept.insert(key.clone());
            }
            explained.extend(holds);
        }
        kept
    }

    /// The findings that no entry explains, by script and verdict.
    fn unexplained(
        &self,
        explained: &HashSet<(&'a ListName, Key)>,
    ) -> Vec<(&'a ListName, Verdict, Vec<Key>)> {
        let mut groups: BTreeMap<(&ListName, Verdict), Vec<(u32, Key)>> = BTreeMap::new();
        for (path, findings) in self.ran.iter().filter(|(_, findings)| findings.whole) {
            for (key, note) in &findings.notes {
                // A blocked directive is excused by its cause.
                let verdict = note.finding.verdict;
                let needs_entry = verdict.is_bad() && verdict != Verdict::Blocked;
                if needs_entry && !explained.contains(&(*path, key.clone())) {
                    let group = groups.entry((path, verdict)).or_default();
                    group.push((note.finding.index, key.clone()));
                }
            }
        }
        let sorted = groups.into_iter().map(|((path, verdict), mut keys)| {
            keys.sort();
            (path, verdict, keys.into_iter().map(|(_, key)| key).collect())
        });
        sorted.collect()
    }
}

/// Removes from an entry what no longer holds.
fn rewrite(
    table: &mut Table,
    listed: &Entry,
    kept: &HashSet<Key>,
    scripts: &Scripts<'_>,
    found: Found<'_>,
) {
    if let Some(array) = table.get_mut("directives").and_then(Item::as_array_mut) {
        let mut elements = Elements::of(array);
        elements.retain(listed.directives.iter().map(|key| kept.contains(key)));
        if let [path] = &listed.paths[..] {
            let stay = listed.directives.iter().filter(|key| kept.contains(key));
            let name = scripts.named(path);
            elements.renumber(stay.map(|key| scripts.line(name?, key)));
        }
        elements.write(array);
    }
    let has = |name: &ListName| {
        kept.iter().any(|key| {
            scripts.verdict(name, key) == Some(listed.verdict)
                || scripts.is_untested(name, key, listed, found.config)
        })
    };
    let is_idle = |path: &PathPattern| {
        let is_judged = !listed.may_pass_at(found.config.messages) && (found.ran_whole)(path);
        !path.is_glob() && is_judged && !scripts.named(path).is_some_and(has)
    };
    if let Some(array) = table.get_mut("paths").and_then(Item::as_array_mut) {
        let mut elements = Elements::of(array);
        elements.retain(listed.paths.iter().map(|path| (found.exists)(path) && !is_idle(path)));
        elements.write(array);
    }
}

#[cfg(test)]
mod tests;
