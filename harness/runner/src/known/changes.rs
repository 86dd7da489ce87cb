//! Takes a list before and after it was blessed; gives what changed in it, for people.

use super::list::{Entry, Key, Known, PLACEHOLDER};
use std::collections::BTreeSet;
use std::fmt;

/// What a person is to know of a list that was blessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    added: usize,
    removed: usize,
    /// What the stated support has lost and gained, by lines.
    supports: Vec<String>,
    is_rewritten: bool,
    without_reason: usize,
}

impl Changes {
    /// What differs between two lists; `is_rewritten` says whether their texts do.
    pub fn between(old: &Known, new: &Known, is_rewritten: bool) -> Changes {
        let (before, after) = (directives(old), directives(new));
        Changes {
            added: after.difference(&before).count(),
            removed: before.difference(&after).count(),
            supports: old.supports.changes(&new.supports),
            is_rewritten,
            without_reason: own(new).filter(|entry| entry.reason == PLACEHOLDER).count(),
        }
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.added > 0 {
            parts.push(format!("{} added", self.added));
        }
        if self.removed > 0 {
            parts.push(format!("{} removed", self.removed));
        }
        if !self.supports.is_empty() {
            parts.push("[supports] updated".to_string());
        }
        match (parts.is_empty(), self.is_rewritten) {
            (false, _) => f.write_str(&parts.join(", "))?,
            (true, true) => f.write_str("line numbers updated")?,
            (true, false) => f.write_str("unchanged")?,
        }
        match self.without_reason {
            0 => {}
            1 => f.write_str("; 1 entry needs a reason before a run can pass")?,
            more => write!(f, "; {more} entries need a reason before a run can pass")?,
        }
        self.supports.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

/// The entries of the list itself.
fn own(known: &Known) -> impl Iterator<Item = &Entry> {
    known.entries.iter().filter(|entry| entry.superseded.is_none())
}

/// Each directive that is listed, with its script, targets and verdict.
fn directives(known: &Known) -> BTreeSet<(&str, &[String], &str, &Key)> {
    let mut found = BTreeSet::new();
    for entry in own(known) {
        for path in &entry.paths {
            let of_path = |key| (path.as_str(), &*entry.targets, entry.verdict.name(), key);
            found.extend(entry.directives.iter().map(of_path));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(reason: &str, directives: &str) -> Known {
        let text = format!(
            "[[known]]\npath = \"a\"\nreason = \"{reason}\"\ndirectives = [{directives}]\n"
        );
        Known::parse(&text, "x86_64-linux").unwrap()
    }

    #[test]
    fn changes_are_described_with_the_remaining_work() {
        let one = known("r", "\"invoke 01\"");
        let other = known(PLACEHOLDER, "\"invoke 02\", \"invoke 03\"");
        let mut stated = one.clone();
        let supports = "[supports.all]\nfeatures = []\n";
        stated.supports = Known::parse(supports, "x86_64-linux").unwrap().supports;
        for (old, new, is_rewritten, expected) in [
            (&one, &one, false, "unchanged"),
            (&one, &one, true, "line numbers updated"),
            (
                &one,
                &stated,
                true,
                "[supports] updated\n  new [supports.all]: 0 features, 0 capabilities",
            ),
            (&other, &one, true, "1 added, 2 removed"),
            (
                &one,
                &other,
                true,
                "2 added, 1 removed; 1 entry needs a reason before a run can pass",
            ),
            (&other, &other, false, "unchanged; 1 entry needs a reason before a run can pass"),
        ] {
            assert_eq!(Changes::between(old, new, is_rewritten).to_string(), expected);
        }
    }
}
