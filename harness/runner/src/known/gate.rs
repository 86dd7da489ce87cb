//! Takes what was found in a script and what is known of it; marks the known findings and tells
//! what is listed and did not happen. Pure.

use crate::known::list::{Entry, Key, Known, PLACEHOLDER};
use std::collections::{HashMap, HashSet};
use wassay_record::{File, Note, Problem, ProblemKind, Verdict};

impl Known {
    /// Marks the file's known findings, and gives what fails the run besides findings.
    ///
    /// `passes` are the notes of watched directives that passed; `whole` says whether every
    /// directive of the file was run, so that one that is not there is really gone.
    pub fn judge(&self, file: &mut File, passes: &[Note], whole: bool) -> Vec<Problem> {
        let entries: Vec<&Entry> = self.entries_of(&file.path).collect();
        if entries.is_empty() {
            return Vec::new();
        }
        let path = file.path.clone();
        let mut found: HashMap<Key, &mut Note> =
            file.findings.iter_mut().map(|note| (Key::of(note), note)).collect();
        let passed: HashMap<Key, &Note> = passes.iter().map(|note| (Key::of(note), note)).collect();
        let mut problems = Vec::new();
        for entry in entries {
            let mut problem = |kind, message| {
                problems.push(Problem { kind, path: path.clone(), message });
            };
            if entry.reason == PLACEHOLDER {
                let message = format!(
                    "the known failures at line {} of the list have no reason yet: say why",
                    entry.line
                );
                problem(ProblemKind::KnownWithoutReason, message);
            }
            for key in &entry.directives {
                let fix = || format!("remove `{key}` at line {} of the list", entry.line);
                match (found.get_mut(key), passed.get(key)) {
                    (Some(note), _) if is_expected(entry, note.finding.verdict) => {
                        note.known = Some(entry.reason.clone());
                    }
                    (Some(note), _) if note.finding.verdict.is_bad() => {}
                    (Some(note), _) if note.finding.verdict == Verdict::Skipped => {}
                    (None, None) if !whole => {}
                    (Some(note), _) => {
                        let verdict = note.finding.verdict.name();
                        let message = format!(
                            "line {}: listed as a known failure, but {verdict}: {}",
                            note.finding.line,
                            fix()
                        );
                        problem(ProblemKind::StaleKnown, message);
                    }
                    (None, Some(note)) => {
                        let message = format!(
                            "line {}: listed as a known failure ({}), but it passed: {}",
                            note.finding.line,
                            entry.reason,
                            fix()
                        );
                        problem(ProblemKind::UnexpectedPass, message);
                    }
                    (None, None) => {
                        let message = format!("no directive is `{key}`: {}", fix());
                        problem(ProblemKind::StaleKnown, message);
                    }
                }
            }
        }
        problems
    }
}

impl Known {
    /// The entries of scripts that are not there, for a run over whole suites: their folder was
    /// run, and they were not in it.
    pub fn missing(&self, files: &[File]) -> Vec<Problem> {
        let paths: HashSet<&str> = files.iter().map(|file| &*file.path).collect();
        let folders: HashSet<&str> = paths.iter().map(|path| folder(path)).collect();
        let is_missing = |entry: &&Entry| {
            self.applies(entry)
                && folders.contains(folder(&entry.path))
                && !paths.contains(&*entry.path)
        };
        let problem = |entry: &Entry| Problem {
            kind: ProblemKind::StaleKnown,
            path: entry.path.clone(),
            message: format!("there is no such script: remove line {} of the list", entry.line),
        };
        self.entries.iter().filter(is_missing).map(problem).collect()
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_expected(entry: &Entry, verdict: Verdict) -> bool {
    match entry.verdict {
        Some(expected) => expected == verdict,
        None => verdict.is_bad(),
    }
}

impl Key {
    /// The directive that a note speaks of.
    pub(crate) fn of(note: &Note) -> Key {
        Key {
            kind: note.finding.kind.clone(),
            hash: note.finding.hash.clone(),
            occurrence: note.occurrence,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use wassay_record::Finding;

    pub(crate) fn note(hash: &str, line: u32, verdict: Verdict) -> Note {
        Note::new(Finding {
            index: line,
            line,
            column: 1,
            kind: "invoke".to_string(),
            verdict,
            expected: String::new(),
            actual: String::new(),
            message: String::new(),
            feature: None,
            hash: hash.to_string(),
        })
    }

    pub(crate) fn file(findings: Vec<Note>) -> File {
        File { path: "a".to_string(), findings, ..File::default() }
    }

    fn known(directives: &str, more: &str) -> Known {
        let text = format!(
            "[[known]]\npath = \"a\"\nreason = \"because\"\ndirectives = [{directives}]\n{more}"
        );
        Known::parse(&text, "x86_64-linux").unwrap()
    }

    fn kinds(problems: &[Problem]) -> Vec<ProblemKind> {
        problems.iter().map(|problem| problem.kind).collect()
    }

    #[test]
    fn a_listed_failure_is_known_and_another_is_not() {
        let mut file = file(vec![note("ab", 1, Verdict::Failed), note("cd", 2, Verdict::Crashed)]);
        assert!(known("\"invoke ab\"", "").judge(&mut file, &[], true).is_empty());
        assert_eq!(file.findings[0].known.as_deref(), Some("because"));
        assert_eq!(file.findings[1].known, None);
    }

    #[test]
    fn a_listed_directive_that_passes_is_a_problem() {
        let passes = [note("ab", 1, Verdict::Passed)];
        let problems = known("\"invoke ab\"", "").judge(&mut file(vec![]), &passes, false);
        assert_eq!(kinds(&problems), [ProblemKind::UnexpectedPass]);
    }

    #[test]
    fn an_entry_that_matches_nothing_is_stale_if_the_file_was_run_entirely() {
        let known = known("\"invoke ab\"", "");
        assert!(known.judge(&mut file(vec![]), &[], false).is_empty());
        let problems = known.judge(&mut file(vec![]), &[], true);
        assert_eq!(kinds(&problems), [ProblemKind::StaleKnown]);
        let mut unsupported = file(vec![note("ab", 1, Verdict::Unsupported)]);
        let problems = known.judge(&mut unsupported, &[], true);
        assert_eq!(kinds(&problems), [ProblemKind::StaleKnown]);
    }

    #[test]
    fn another_bad_verdict_than_the_listed_one_is_a_regression() {
        let mut file = file(vec![note("ab", 1, Verdict::Crashed)]);
        let known = known("\"invoke ab\"", "verdict = \"failed\"");
        assert!(known.judge(&mut file, &[], true).is_empty());
        assert_eq!(file.findings[0].known, None);
    }

    #[test]
    fn an_entry_of_a_script_that_is_gone_is_stale_if_its_folder_was_run() {
        let text = "[[known]]\npath = \"v1/gone.wast\"\nreason = \"r\"\ndirectives = []\n";
        let known = Known::parse(text, "").unwrap();
        let of = |path: &str| File { path: path.to_string(), ..File::default() };
        assert_eq!(kinds(&known.missing(&[of("v1/a.wast")])), [ProblemKind::StaleKnown]);
        assert!(known.missing(&[of("v2/a.wast")]).is_empty());
        assert!(known.missing(&[of("v1/gone.wast")]).is_empty());
    }

    #[test]
    fn a_placeholder_is_no_reason() {
        let text = format!(
            "[[known]]\npath = \"a\"\nreason = \"{PLACEHOLDER}\"\ndirectives = [\"invoke ab\"]"
        );
        let known = Known::parse(&text, "").unwrap();
        let mut file = file(vec![note("ab", 1, Verdict::Failed)]);
        let problems = known.judge(&mut file, &[], true);
        assert_eq!(kinds(&problems), [ProblemKind::KnownWithoutReason]);
    }
}
