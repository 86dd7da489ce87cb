//! Takes a script; gives each directive's key and what a person is shown of it.
//! Hashes nothing until it is asked.

use crate::script::{Script, Step};
use crate::worker::excerpt;
use std::cell::OnceCell;
use std::collections::HashMap;
use wassay_record::{Finding, Note, Verdict};

/// A script's directives, by the keys under which known failures and comparisons name them.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    script: &'a Script,
    keys: OnceCell<Vec<(String, u32)>>,
}

impl<'a> Outline<'a> {
    pub(crate) fn of(script: &'a Script) -> Outline<'a> {
        Outline { script, keys: OnceCell::new() }
    }

    /// How many directives there are.
    pub(crate) fn len(&self) -> u32 {
        self.script.steps().len() as u32
    }

    /// A directive's hash, and how many of the same kind and hash stand before it.
    pub(crate) fn key(&self, index: u32) -> (&str, u32) {
        let keys = self.keys.get_or_init(|| keys(self.script));
        keys.get(index as usize).map_or(("", 0), |(hash, occurrence)| (hash, *occurrence))
    }

    /// A finding with its key and, where it speaks against the engine, its source.
    pub(crate) fn annotate(&self, mut finding: Finding) -> Note {
        let (hash, occurrence) = self.key(finding.index);
        finding.hash = hash.to_string();
        let source = match self.step(finding.index) {
            Some(step) if finding.verdict.is_bad() => {
                excerpt(self.script.text(), step.range.clone())
            }
            _ => String::new(),
        };
        Note { occurrence, source, ..Note::new(finding) }
    }

    /// What is said of a directive that no worker could say anything of.
    pub(crate) fn note(&self, index: u32, verdict: Verdict, message: &str) -> Note {
        let step = self.step(index);
        let (line, column) = step.map_or((1, 1), |step| (step.line, step.column));
        let kind = step.map_or("", |step| &*step.kind);
        let bare = Finding::bare(index, line, column, kind, verdict);
        self.annotate(Finding { message: message.to_string(), ..bare })
    }

    fn step(&self, index: u32) -> Option<&'a Step> {
        self.script.steps().get(index as usize)
    }
}

fn keys(script: &Script) -> Vec<(String, u32)> {
    let mut seen: HashMap<(&str, String), u32> = HashMap::new();
    let mut keys = Vec::with_capacity(script.steps().len());
    for step in script.steps() {
        let hash = script.hash(step);
        let count = seen.entry((&step.kind, hash.clone())).or_insert(0);
        keys.push((hash, *count));
        *count += 1;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_directives_are_told_apart_by_their_occurrence() {
        let script =
            Script::parse(b"(invoke \"a\")\n(invoke  \"a\")\n(invoke \"b\") (invoke \"a\")");
        let outline = Outline::of(&script);
        assert_eq!(outline.len(), 4);
        assert_eq!(outline.key(0).0, outline.key(1).0);
        let occurrences: Vec<_> = (0..4).map(|index| outline.key(index).1).collect();
        assert_eq!(occurrences, [0, 1, 0, 2]);
        let note = outline.note(2, Verdict::Crashed, "gone");
        assert_eq!((note.finding.line, note.source.as_str()), (3, "(invoke \"b\") (invoke \"a\")"));
    }
}
