//! Takes a run; describes the scripts that did not test the engine, grouped by what they lack, with
//! the verdicts of their directives. Judges nothing.

use crate::style::{ODD, broken, count, message, number, paint, plain};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use wassay_record::{File, Ledger, Run, Verdict};

/// How many scripts of a group are named; more are counted.
const NAMED: usize = 3;

/// The lines, with colours; empty if every script tested the engine. The largest group comes first.
pub(crate) fn untested(run: &Run) -> String {
    let files: Vec<&File> = run.files.iter().filter(|file| is_untested(run, file)).collect();
    if let [file] = files[..] {
        let why = paint(ODD, why_untested(file));
        return message(&format!("{}: {why}", plain(&file.path))) + "\n";
    }
    if files.is_empty() {
        return String::new();
    }
    let many = count(files.len(), "file", "files");
    let mut out = format!("{}\n", paint(ODD, format_args!("nothing was tested in {many}:")));
    for Group { why, files } in groups(&files) {
        let heading = format!("  {}: ", count(files.len(), "file", "files"));
        let names: Vec<&str> = files.iter().take(NAMED).map(|file| &*file.path).collect();
        let mut names = names.join(", ");
        if let Some(rest @ 1..) = files.len().checked_sub(NAMED) {
            names += &format!(" and {} more", number(rest as u64));
        }
        let text = format!("{}: {}", paint(ODD, plain(&why.to_string())), plain(&names));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", broken(&heading, 4, &text));
    }
    out
}

/// Scripts that lack the same.
struct Group<'r> {
    why: Why<'r>,
    files: Vec<&'r File>,
}

fn groups<'r>(files: &[&'r File]) -> Vec<Group<'r>> {
    let mut groups: BTreeMap<_, Group<'r>> = BTreeMap::new();
    for &file in files {
        let why = Why::of(file);
        let group = groups.entry(why.cause());
        let group = group.or_insert_with(|| Group { why: Why::default(), files: Vec::new() });
        group.why.add(why);
        group.files.push(file);
    }
    let mut groups: Vec<Group<'r>> = groups.into_values().collect();
    groups.sort_by(|a, b| {
        let places = || a.files[0].path.cmp(&b.files[0].path);
        b.files.len().cmp(&a.files.len()).then_with(places)
    });
    groups
}

/// Whether the run tested nothing at all, although nothing kept it from doing so.
pub(crate) fn tested_nothing(run: &Run) -> bool {
    !run.files.is_empty() && run.files.iter().all(|file| is_untested(run, file))
}

/// Whether the script ran to its end without testing the engine. Blocked, unreadable and skipped
/// directives are reported elsewhere.
fn is_untested(run: &Run, file: &File) -> bool {
    let Ledger { directives, unsupported, harness_only, .. } = file.ledger;
    let is_cut = run.stopped.is_some() || file.stopped.is_some();
    let has_problem = || run.problems.iter().any(|problem| problem.path == file.path);
    !is_cut && unsupported + harness_only == directives && !has_problem()
}

/// What became of the directives of a script that tests nothing, in a sentence.
pub fn why_untested(file: &File) -> String {
    let why = Why::of(file);
    match file.ledger.directives {
        0 => why.to_string(),
        _ => format!("nothing was tested: {}", plain(&why.to_string())),
    }
}

/// Why directives did not test the engine.
#[derive(Default)]
struct Why<'r> {
    unsupported: u64,
    harness_only: u64,
    /// The missing features and capabilities.
    lacking: BTreeSet<&'r str>,
}

impl<'r> Why<'r> {
    fn of(file: &'r File) -> Why<'r> {
        let Ledger { unsupported, harness_only, .. } = file.ledger;
        let findings = file.findings.iter().map(|note| &note.finding);
        let findings = findings.filter(|finding| finding.verdict == Verdict::Unsupported);
        let lacking = findings.map(|finding| finding.lacking().unwrap_or("unnamed")).collect();
        Why { unsupported, harness_only, lacking }
    }

    fn add(&mut self, other: Why<'r>) {
        self.unsupported += other.unsupported;
        self.harness_only += other.harness_only;
        self.lacking.extend(other.lacking);
    }

    /// The same for all scripts of a group.
    fn cause(&self) -> (BTreeSet<&'r str>, bool, bool) {
        (self.lacking.clone(), self.unsupported > 0, self.harness_only > 0)
    }
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lacking: Vec<&str> = self.lacking.iter().copied().collect();
        let unsupported = || {
            let (directives, words) = (number(self.unsupported), Verdict::Unsupported.words());
            format!("{directives} {words} ({})", lacking.join(", "))
        };
        let harness_only =
            || format!("{} {}", number(self.harness_only), Verdict::HarnessOnly.words());
        f.write_str(&match (self.unsupported, self.harness_only) {
            (0, 0) => "no directives".to_string(),
            (0, _) => harness_only(),
            (_, 0) => unsupported(),
            (_, _) => format!("{}, {}", unsupported(), harness_only()),
        })
    }
}
