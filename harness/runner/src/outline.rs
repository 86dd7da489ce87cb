//! The parent's own view of a script: takes the parsed script and a job; gives the directives,
//! their keys, and which of them the job selects. Uses nothing from a worker. Computes hashes only
//! on demand.

use crate::pool::Job;
use crate::script::{Directive, Script, Step, names_function};
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

    /// A directive's hash, and the number of earlier directives with the same kind and hash.
    pub(crate) fn key(&self, index: u32) -> (&str, u32) {
        let keys = self.keys.get_or_init(|| keys(self.script));
        keys.get(index as usize).map_or(("", 0), |(hash, occurrence)| (hash, *occurrence))
    }

    /// Adds to a worker's finding what the parent knows about its directive: place, kind, key and,
    /// for a verdict against the engine, source.
    pub(crate) fn annotate(&self, mut finding: Finding) -> Note {
        let (hash, occurrence) = self.key(finding.index);
        finding.hash = hash.to_string();
        finding.cause = finding.cause.map(|line| self.at(line).map_or(line, |step| step.line));
        let mut source = String::new();
        if let Some(step) = self.step(finding.index) {
            (finding.line, finding.column) = (step.line, step.column);
            finding.kind = step.kind.to_string();
            if finding.verdict.is_bad() {
                source = excerpt(self.script.text(), step.range.clone());
            }
        }
        Note { occurrence, source, ..Note::new(finding) }
    }

    /// A note for a directive that no worker has judged.
    pub(crate) fn note(&self, index: u32, verdict: Verdict, message: &str) -> Note {
        let bare = Finding::bare(index, 1, 1, "", verdict);
        self.annotate(Finding { message: message.to_string(), ..bare })
    }

    /// The directive with this index.
    pub(crate) fn step(&self, index: u32) -> Option<&'a Step> {
        self.script.steps().get(index as usize)
    }

    /// The last directive that begins on this line or before it.
    pub(crate) fn at(&self, line: u32) -> Option<&'a Step> {
        let after = self.script.steps().partition_point(|step| step.line <= line);
        self.script.steps()[..after].last()
    }

    /// Whether the job selects the directive.
    pub(crate) fn is_selected(&self, step: &Step, job: &Job) -> bool {
        job.lines.as_ref().is_none_or(|all| all.iter().any(|&lines| self.script.is_on(step, lines)))
    }

    /// Whether the script's text has this word anywhere.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        let text: &[u8] = self.script.text();
        memchr::memmem::find(text, word.as_bytes()).is_some()
    }

    /// Whether the verdict of the directive may depend on which function a value is.
    pub(crate) fn compares_functions(&self, step: &Step) -> bool {
        let has = |step: &Step| {
            self.script.read(step, |directive| directive.is_ok_and(|it| compares_functions(&it)))
        };
        // A thread is judged where the script waits for it.
        has(step) || (step.kind == "wait" && self.script.steps().iter().any(has))
    }

    /// Whether the job requests a note for the directive even if it passes.
    pub(crate) fn is_watched(&self, index: u32, job: &Job) -> bool {
        !job.watch.is_empty() && {
            let (hash, _) = self.key(index);
            job.watch.contains(hash)
        }
    }
}

fn compares_functions(directive: &Directive<'_>) -> bool {
    match directive {
        Directive::AssertReturn { expected, .. } => expected.iter().any(names_function),
        Directive::Thread { body, .. } => {
            body.iter().any(|nested| compares_functions(&nested.directive))
        }
        _ => false,
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
    fn only_expected_functions_are_compared() {
        let script = Script::parse(
            b"(assert_return (invoke \"a\") (ref.func 0)) (assert_return (invoke \"a\") (ref.func)) \
              (invoke \"a\") (thread $t (assert_return (invoke \"a\") (ref.func $f))) (wait $t)",
        );
        let outline = Outline::of(&script);
        let found: Vec<_> =
            script.steps().iter().map(|it| outline.compares_functions(it)).collect();
        assert_eq!(found, [true, false, false, true, true]);
    }

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
