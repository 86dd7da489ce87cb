//! Takes a list of known failures and what was found; gives the list as it would have to be for
//! the run to be as expected. Reasons stay; new entries wait for one.

use crate::known::list::{Entry, Key, Known, PLACEHOLDER};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;
use wassay_record::{File, Note};

/// The text of the list after this run. Entries of files that were not run entirely (`whole`) and
/// of other targets stay as they are; `text` is the old list, whose first comment is kept.
pub fn bless(text: &str, known: &Known, files: &[&File], whole: impl Fn(&File) -> bool) -> String {
    let ran: HashMap<&str, &File> =
        files.iter().filter(|file| whole(file)).map(|file| (&*file.path, *file)).collect();
    let mut entries: Vec<Entry> = Vec::new();
    let mut explained: HashSet<(&str, Key)> = HashSet::new();
    for entry in &known.entries {
        let mut entry = entry.clone();
        if let Some((path, file)) =
            ran.get_key_value(&*entry.path).filter(|_| known.applies(&entry))
        {
            let bad = bad_notes(file);
            let still = |key: &Key| bad.get(key).is_some_and(|note| holds(&entry, note));
            let directives: Vec<Key> =
                entry.directives.iter().filter(|key| still(key)).cloned().collect();
            explained.extend(directives.iter().map(|key| (*path, key.clone())));
            entry.directives = directives;
        }
        entries.push(entry);
    }
    for (path, file) in &ran {
        let bad = bad_notes(file);
        let new: Vec<Key> =
            bad.into_keys().filter(|key| !explained.contains(&(*path, key.clone()))).collect();
        entries.push(unexplained(path, new));
    }
    entries.retain(|entry| !entry.directives.is_empty());
    entries.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    let mut out = head(text);
    for entry in &entries {
        let notes = ran.get(&*entry.path).map(|file| bad_notes(file)).unwrap_or_default();
        write_entry(&mut out, entry, &notes);
    }
    out
}

fn holds(entry: &Entry, note: &Note) -> bool {
    entry.verdict.is_none_or(|verdict| verdict == note.finding.verdict)
}

fn bad_notes(file: &File) -> BTreeMap<Key, &Note> {
    let bad = file.findings.iter().filter(|note| note.finding.verdict.is_bad());
    bad.map(|note| (Key::of(note), note)).collect()
}

fn unexplained(path: &str, directives: Vec<Key>) -> Entry {
    Entry {
        path: path.to_string(),
        reason: PLACEHOLDER.to_string(),
        issue: None,
        targets: Vec::new(),
        verdict: None,
        directives,
        line: usize::MAX,
    }
}

/// The comment before the first entry.
fn head(text: &str) -> String {
    let comment = text.lines().take_while(|line| line.starts_with('#') || line.trim().is_empty());
    let mut head = String::new();
    for line in comment {
        head.push_str(line);
        head.push('\n');
    }
    let kept = head.trim_end().len();
    head.truncate(kept);
    if kept > 0 {
        head.push('\n');
    }
    head
}

fn write_entry(out: &mut String, entry: &Entry, notes: &BTreeMap<Key, &Note>) {
    if !out.is_empty() {
        out.push('\n');
    }
    let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "[[known]]\npath = {}", quoted(&entry.path));
    let _ = writeln!(out, "reason = {}", quoted(&entry.reason));
    if let Some(issue) = &entry.issue {
        let _ = writeln!(out, "issue = {}", quoted(issue));
    }
    if !entry.targets.is_empty() {
        let targets: Vec<_> = entry.targets.iter().map(|target| quoted(target)).collect();
        let _ = writeln!(out, "targets = [{}]", targets.join(", "));
    }
    if let Some(verdict) = entry.verdict {
        let _ = writeln!(out, "verdict = {}", quoted(verdict.name()));
    }
    let mut directives: Vec<_> =
        entry.directives.iter().map(|key| (notes.get(key).map(|n| n.finding.line), key)).collect();
    directives.sort();
    let _ = writeln!(out, "directives = [");
    for (line, key) in directives {
        let _ = write!(out, "    {},", quoted(&key.to_string()));
        match line {
            Some(line) => writeln!(out, " # line {line}"),
            None => writeln!(out),
        }
        .unwrap_or_default();
    }
    let _ = writeln!(out, "]");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::gate::tests::{file, note};
    use wassay_record::Verdict;

    #[test]
    fn reasons_stay_stale_entries_go_and_new_ones_wait() {
        let text = "# The head.\n\n[[known]]\npath = \"a\"\nreason = \"because\"\n\
                    directives = [\"invoke ab\", \"invoke gone\"]\n\n\
                    [[known]]\npath = \"other\"\nreason = \"not run\"\ndirectives = [\"x y\"]\n";
        let known = Known::parse(text, "").unwrap();
        let file = file(vec![note("ab", 7, Verdict::Failed), note("cd", 9, Verdict::Failed)]);
        let blessed = bless(text, &known, &[&file], |_| true);
        assert_eq!(
            blessed,
            "# The head.\n\n\
             [[known]]\npath = \"a\"\nreason = \"because\"\n\
             directives = [\n    \"invoke ab\", # line 7\n]\n\n\
             [[known]]\npath = \"a\"\nreason = \"FIXME: say why\"\n\
             directives = [\n    \"invoke cd\", # line 9\n]\n\n\
             [[known]]\npath = \"other\"\nreason = \"not run\"\n\
             directives = [\n    \"x y\",\n]\n"
        );
        let again = Known::parse(&blessed, "").unwrap();
        assert_eq!(bless(&blessed, &again, &[&file], |_| true), blessed);
    }

    #[test]
    fn a_file_that_was_run_in_part_changes_nothing() {
        let text = "[[known]]\npath = \"a\"\nreason = \"r\"\ndirectives = [\n    \"x y\",\n]\n";
        let known = Known::parse(text, "").unwrap();
        assert_eq!(bless(text, &known, &[&file(vec![])], |_| false), text);
    }
}
