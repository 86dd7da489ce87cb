//! Takes two runs; returns the directives and files that differ between them. Sees no settings but
//! those that decide what can be compared.
//!
//! A directive with findings is identified by its file, kind, hash and occurrence, so line shifts
//! change nothing. Directives without findings are matched by index, and only where both reports
//! have the same text: in another text, a directive that is not listed may not exist. Two passes
//! differ only in results that the script leaves open. These are recorded and compared, unless a
//! relaxed operator chose them.

use super::change::{Change, Comparison, FileChange, FileDifference, Said, Which};
use super::nan;
use crate::config::Relaxed;
use crate::event::Note;
use crate::report::{File, OpenResult, Run};
use crate::verdict::{Ledger, Verdict};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Adds the differences of two runs; returns how many files both have.
pub(super) fn compare_runs(
    run: &str,
    a: &Run,
    b: &Run,
    how: How,
    comparison: &mut Comparison,
) -> usize {
    let theirs: HashMap<&str, &File> = b.files.iter().map(|file| (&*file.path, file)).collect();
    let ours: BTreeSet<&str> = a.files.iter().map(|file| &*file.path).collect();
    let mut common = 0;
    for file in &a.files {
        let found = match theirs.get(&*file.path) {
            None => Differences::whole(FileDifference::OnlyIn(Which::First)),
            Some(other) => {
                common += 1;
                Pair::of(file, other, how).differences(how)
            }
        };
        found.add_to(comparison, run, &file.path);
    }
    for file in b.files.iter().filter(|file| !ours.contains(&*file.path)) {
        let only = FileDifference::OnlyIn(Which::Second);
        let directives = if how.one_text { Vec::new() } else { failures(file) };
        Differences { directives, whole: vec![only] }.add_to(comparison, run, &file.path);
    }
    common
}

/// The failures in a file that only the second run has.
fn failures(file: &File) -> Vec<Change> {
    let bad = file.findings.iter().filter(|note| note.finding.verdict.is_bad());
    let new = |note: &Note| {
        let finding = &note.finding;
        change(finding.index, [None, Some(note)], [Verdict::Passed, finding.verdict], Texts::Differ)
    };
    bad.map(new).collect()
}

/// The differences in one file.
#[derive(Default)]
struct Differences {
    directives: Vec<Change>,
    whole: Vec<FileDifference>,
}

impl Differences {
    fn whole(what: FileDifference) -> Differences {
        Differences { whole: vec![what], ..Differences::default() }
    }

    fn add_to(self, comparison: &mut Comparison, run: &str, path: &str) {
        let (run, path) = (|| run.to_string(), || path.to_string());
        let named = |change| Change { run: run(), path: path(), ..change };
        comparison.changes.extend(self.directives.into_iter().map(named));
        let named = |what| FileChange { run: run(), path: path(), what };
        comparison.files.extend(self.whole.into_iter().map(named));
    }
}

/// An empty hash means that the text was not hashed; the position replaces it.
type Key<'a> = (&'a str, &'a str, u32);

fn key(note: &Note) -> Key<'_> {
    let finding = &note.finding;
    let number = if finding.hash.is_empty() { finding.index } else { note.occurrence };
    (&finding.kind, &finding.hash, number)
}

/// One file in two runs.
struct Pair<'a> {
    files: [&'a File; 2],
    /// The notes of each directive that has one in either run.
    notes: BTreeMap<Key<'a>, [Option<&'a Note>; 2]>,
    /// The verdicts of directives that are not listed, by their position.
    unlisted: [BTreeMap<u32, Verdict>; 2],
    /// Whether both have the same text.
    texts: Texts,
    /// Whether a position means the same directive in both.
    aligned: bool,
}

impl<'a> Pair<'a> {
    fn of(a: &'a File, b: &'a File, how: How) -> Pair<'a> {
        let files = [a, b];
        let mut notes: BTreeMap<Key<'a>, [Option<&'a Note>; 2]> = BTreeMap::new();
        for (side, file) in files.iter().enumerate() {
            for note in &file.findings {
                notes.entry(key(note)).or_default()[side] = Some(note);
            }
        }
        let same_place = |notes: &[Option<&Note>; 2]| match notes {
            [Some(a), Some(b)] => a.finding.index == b.finding.index,
            _ => true,
        };
        let texts = Texts::of(a, b, how);
        let aligned = texts == Texts::Same
            && a.ledger.directives == b.ledger.directives
            && notes.values().all(same_place);
        Pair { files, notes, unlisted: files.map(unlisted), texts, aligned }
    }

    fn differences(&self, how: How) -> Differences {
        let [a, b] = self.files.map(|file| file.ledger);
        match self.files.map(|file| file.stopped.is_some() && file.ledger.directives == 0) {
            // A run was stopped before this file.
            [true, false] => return Differences::whole(FileDifference::InPart(Which::First)),
            [false, true] => return Differences::whole(FileDifference::InPart(Which::Second)),
            _ => {}
        }
        let mut found = Differences::default();
        if self.texts == Texts::Differ {
            found.whole.push(FileDifference::Text);
        } else if self.texts == Texts::Same && b.directives < a.directives {
            found.whole.push(FileDifference::Cut(a.directives, b.directives));
        } else if a.directives != b.directives {
            found.whole.push(FileDifference::Sizes(a.directives, b.directives));
        }
        if !self.knows_what_was_skipped() && (a.skipped > 0) != (b.skipped > 0) {
            let which = if a.skipped > 0 { Which::First } else { Which::Second };
            found.whole.push(FileDifference::InPart(which));
            return found;
        }
        let mut accounts = Accounts::default();
        let mut in_part = [false; 2];
        for (index, notes) in self.directives() {
            let verdicts = [0, 1].map(|side| self.verdict(side, index, notes[side]));
            accounts.add(verdicts);
            match verdicts.map(|verdict| verdict == Verdict::Skipped) {
                [false, false] if !same(verdicts, notes, how) => {
                    found.directives.push(change(index, notes, verdicts, self.texts));
                }
                [first, second] if first != second => in_part[usize::from(second)] = true,
                _ => {}
            }
        }
        if how.open && self.aligned {
            found.directives.extend(self.open_results());
        }
        found.directives.sort_by_key(|change| change.index);
        for (which, in_part) in [Which::First, Which::Second].into_iter().zip(in_part) {
            if in_part {
                found.whole.push(FileDifference::InPart(which));
            }
        }
        let sizes = a.directives == b.directives && self.texts != Texts::Differ;
        if sizes && !accounts.cover(&a, &b) {
            found.whole.push(FileDifference::Counts(a, b));
        }
        found
    }

    /// The directives that passed with different results, where the script leaves them open.
    fn open_results(&self) -> impl Iterator<Item = Change> {
        let [a, b] = self.files;
        let theirs: HashMap<u32, &OpenResult> =
            b.open.iter().map(|result| (result.index, result)).collect();
        let pairs = a.open.iter().filter_map(move |ours| Some((ours, *theirs.get(&ours.index)?)));
        let differ = |(ours, theirs): &(&OpenResult, &OpenResult)| {
            ours.kind == theirs.kind && !nan::same_open(&ours.actual, &theirs.actual)
        };
        pairs.filter(differ).map(|(ours, theirs)| open_change(ours, theirs))
    }

    /// Whether the file records which directives were skipped.
    fn knows_what_was_skipped(&self) -> bool {
        let knows = |side: usize| {
            let file: &File = self.files[side];
            let is_skipped = |verdict: &&Verdict| **verdict == Verdict::Skipped;
            let listed = file.findings.iter().map(|note| &note.finding.verdict);
            let known = listed.chain(self.unlisted[side].values()).filter(is_skipped).count();
            known as u64 == file.ledger.skipped
        };
        self.aligned && knows(0) && knows(1)
    }

    /// Every directive that did not pass in both, with its notes.
    fn directives(&self) -> Vec<(u32, [Option<&'a Note>; 2])> {
        let place =
            |notes: &[Option<&Note>; 2]| notes[1].or(notes[0]).map_or(0, |note| note.finding.index);
        let mut all: Vec<_> = self.notes.values().map(|notes| (place(notes), *notes)).collect();
        if self.aligned {
            let listed: BTreeSet<u32> = all.iter().map(|(index, _)| *index).collect();
            let silent: BTreeSet<u32> =
                self.unlisted.iter().flat_map(BTreeMap::keys).copied().collect();
            all.extend(silent.difference(&listed).map(|&index| (index, [None; 2])));
        }
        all
    }

    fn verdict(&self, side: usize, index: u32, note: Option<&Note>) -> Verdict {
        match note {
            Some(note) => note.finding.verdict,
            None if self.aligned => {
                self.unlisted[side].get(&index).copied().unwrap_or(Verdict::Passed)
            }
            None => Verdict::Passed,
        }
    }
}

fn unlisted(file: &File) -> BTreeMap<u32, Verdict> {
    // Ignore what a damaged report claims beyond the end of the file; no script has so many
    // directives.
    const MOST: u32 = 1 << 20;
    let end = u32::try_from(file.ledger.directives).unwrap_or(MOST).min(MOST);
    let spans = file.unlisted.iter().flat_map(|span| {
        let past = span.index.saturating_add(span.count).min(end);
        (span.index..past).map(move |index| (index, span.verdict))
    });
    spans.collect()
}

/// Whether two files have the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Texts {
    Same,
    Differ,
    Unknown,
}

impl Texts {
    fn of(a: &File, b: &File, how: How) -> Texts {
        match (&a.text_hash, &b.text_hash) {
            (Some(a), Some(b)) if a == b => Texts::Same,
            (Some(_), Some(_)) => Texts::Differ,
            _ if how.one_text => Texts::Same,
            _ => Texts::Unknown,
        }
    }
}

/// What can be compared between two runs.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// Whether kinds and messages of traps and errors are compared: not between two engines.
    words: bool,
    /// Whether open results of passes are compared: not between two engines, and not if relaxed
    /// operators choose them by CPU.
    open: bool,
    /// Whether files of one name have the same text unless their hashes differ, as on the lanes of
    /// one run.
    one_text: bool,
}

impl How {
    pub(super) fn of_lanes(a: &Run, b: &Run) -> How {
        // Reports from before texts had hashes have the same texts on all lanes.
        How { one_text: true, ..How::of(a, b) }
    }

    pub(super) fn of(a: &Run, b: &Run) -> How {
        let same_engine = a.engine.name == b.engine.name;
        let relaxed = |run: &Run| run.config.relaxed == Relaxed::Native;
        let open = same_engine && !relaxed(a) && !relaxed(b);
        How { words: same_engine, open, one_text: false }
    }
}

fn same(verdicts: [Verdict; 2], notes: [Option<&Note>; 2], how: How) -> bool {
    match (verdicts, notes) {
        ([Verdict::Failed, Verdict::Failed], [Some(a), Some(b)]) => {
            let expected = b.finding.expected.as_ref();
            match (&a.finding.actual, &b.finding.actual) {
                (Some(a), Some(b)) if how.words => nan::same(a, b, expected),
                (Some(a), Some(b)) => nan::same_between_engines(a, b, expected),
                (a, b) => a == b,
            }
        }
        ([a, b], _) => a == b,
    }
}

fn change(index: u32, notes: [Option<&Note>; 2], verdicts: [Verdict; 2], texts: Texts) -> Change {
    let findings = notes.map(|note| note.map(|note| &note.finding));
    // In another text, a directive that is not listed may not exist, so it need not have passed.
    let is_known = |side: usize| texts == Texts::Same || findings[side].is_some();
    let said = |side: usize| {
        is_known(side).then(|| Said {
            verdict: verdicts[side],
            actual: findings[side].and_then(|finding| finding.actual.clone()),
            message: findings[side].map_or_else(String::new, |finding| finding.message.clone()),
        })
    };
    let listing = if findings[1].is_some() { Which::Second } else { Which::First };
    let shown = findings[1].or(findings[0]);
    Change {
        run: String::new(),
        path: String::new(),
        index,
        line: shown.map_or(0, |finding| finding.line),
        column: shown.map_or(0, |finding| finding.column),
        side: (texts != Texts::Same).then_some(listing),
        kind: shown.map_or_else(String::new, |finding| finding.kind.clone()),
        expected: findings.into_iter().rev().flatten().find_map(|found| found.expected.clone()),
        before: said(0),
        after: said(1),
    }
}

fn open_change(a: &OpenResult, b: &OpenResult) -> Change {
    let said = |result: &OpenResult| Said {
        verdict: Verdict::Passed,
        actual: Some(result.actual.clone()),
        message: String::new(),
    };
    Change {
        run: String::new(),
        path: String::new(),
        index: b.index,
        line: b.line,
        column: b.column,
        side: None,
        kind: b.kind.clone(),
        expected: Some(b.expected.clone()),
        before: Some(said(a)),
        after: Some(said(b)),
    }
}

/// The difference in each verdict's count that the differing directives account for.
#[derive(Default)]
struct Accounts([i128; Verdict::ALL.len()]);

impl Accounts {
    fn add(&mut self, verdicts: [Verdict; 2]) {
        for (verdict, by) in verdicts.into_iter().zip([-1, 1]) {
            let at = Verdict::ALL.iter().position(|other| *other == verdict);
            self.0[at.unwrap_or_default()] += by;
        }
    }

    /// Whether they account for every difference between two ledgers.
    fn cover(&self, a: &Ledger, b: &Ledger) -> bool {
        Verdict::ALL.iter().zip(self.0).all(|(&verdict, by)| {
            let difference = i128::from(b.count(verdict)) - i128::from(a.count(verdict));
            difference == 0 || difference == by
        })
    }
}
