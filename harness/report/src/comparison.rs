//! Prints the differences between two reports: takes a comparison; gives text. Compares nothing
//! itself.

use crate::causes::{Case, causes};
use crate::result::NOT_RUN;
use crate::style::{BAD, BOLD, GOOD, ODD, broken, count, message, number, of, paint, plain};
use crate::summary::problem_words;
use anstyle::Style;
use std::collections::BTreeSet;
use std::fmt::Write;
use wassay_record::{
    Change, Comparison, FileChange, FileDifference, Ledger, Loss, Problem, ProblemKind, RunPair,
    Said, Setting, Trend, Verdict, Which,
};

/// The heading of what the second report has lost besides verdicts.
const LOST: &str = "lost";

/// The text of a comparison, with colours: what was compared, the size of each group, then the
/// groups, regressions first. `names` are the names of the two reports; of each group `show` differences are shown,
/// and the rest is summarized by cause.
pub fn comparison(comparison: &Comparison, names: [&str; 2], show: usize) -> String {
    let groups = groups(comparison, names);
    let mut out: String =
        comparison.pairs.iter().map(|pair| message(&compared(pair)) + "\n").collect();
    for (name, reason) in names.iter().zip(&comparison.stopped) {
        let Some(reason) = reason else { continue };
        let text = format!("stopped early: {reason}; what it did not run is not compared");
        out += &(message(&format!("{} was {}", plain(name), paint(ODD, plain(&text)))) + "\n");
    }
    let sized = |group: &Group| {
        let more = if group.word == NOT_RUN { &*group.more } else { "" };
        paint(group.style, format_args!("{}{more} {}", group.word, group.size()))
    };
    let sizes: Vec<String> =
        groups.iter().filter(|group| !group.lines.is_empty()).map(sized).collect();
    // Writing to a string cannot fail.
    if sizes.len() > 1 {
        let _ = writeln!(out, "{}\n", sizes.join(", "));
    }
    for group in groups {
        group.write(&mut out, show);
    }
    let _ = writeln!(out, "{}", in_short(comparison));
    out
}

/// The engine, lane and settings of two runs, on one line: `cranelift 0.134.0 -> 0.135.8, native,
/// opt none`.
pub fn compared(pair: &RunPair) -> String {
    let RunPair { engines: [before, after], lanes, settings, .. } = pair;
    let change = |before: &str, after: &str| match before == after {
        true => before.to_string(),
        false => format!("{before} -> {after}"),
    };
    let full = |(name, version): &(String, String)| format!("{name} {version}").trim().to_string();
    let engine = match before.0 == after.0 {
        true => format!("{} {}", before.0, change(&before.1, &after.1)).trim().to_string(),
        false => change(&full(before), &full(after)),
    };
    let mut parts = vec![engine, change(&lanes[0], &lanes[1])];
    let differ = |Setting { name, values: [a, b] }: &Setting| format!("{name} {}", change(a, b));
    parts.extend(settings.iter().map(differ));
    plain(&parts.join(", ")).into_owned()
}

/// Differences of one kind.
struct Group {
    style: Style,
    word: &'static str,
    /// What the word does not say.
    more: String,
    /// Whether `show` does not cut it.
    is_whole: bool,
    /// In the order of the comparison; for a directive with its case.
    lines: Vec<(String, Option<Case>)>,
}

impl Group {
    fn size(&self) -> String {
        number(self.lines.len() as u64)
    }

    fn write(self, out: &mut String, show: usize) {
        if self.lines.is_empty() {
            return;
        }
        let show = if self.is_whole { usize::MAX } else { show };
        let title = paint(self.style, format_args!("{}{}", self.word, self.more));
        let _ = writeln!(out, "{title} ({})", self.size());
        for (line, _) in self.lines.iter().take(show) {
            let _ = writeln!(out, "{}", broken("  ", 4, line));
        }
        if let Some(rest @ 1..) = self.lines.len().checked_sub(show) {
            let rest = match show {
                0 => String::new(),
                _ => format!("... and {} more; ", number(rest as u64)),
            };
            let _ = writeln!(out, "  {rest}`--show N` lists N of them");
            let cases: Vec<Case> = self.lines.into_iter().filter_map(|(_, case)| case).collect();
            if !cases.is_empty() {
                out.push_str(&causes(cases));
            }
        }
    }
}

/// The groups in the order in which they are shown.
///
/// What was lost besides verdicts comes first and whole: it is the cause of much of the rest.
/// Differences between the lanes or ways of the second report are not: there may be thousands.
fn groups(comparison: &Comparison, names: [&str; 2]) -> [Group; 11] {
    let [first, second] = names.map(plain);
    let group = |style, word, more: String| {
        let is_whole = word == LOST;
        Group { style, word, more, is_whole, lines: Vec::new() }
    };
    let [mut lost, mut regressed, mut fixed, mut changed] =
        [(BAD, LOST), (BAD, "regressed"), (GOOD, "fixed"), (BOLD, "changed")]
            .map(|(style, word)| group(style, word, String::new()));
    let mut failures = group(BAD, "new failures", format!(": not listed in {first}"));
    let mut no_failures = group(BOLD, "failures gone", format!(": not listed in {second}"));
    let mut differ = group(BAD, differ(comparison), format!(": only in {second}"));
    let mut unrun = [(ODD, &first), (BAD, &second)]
        .map(|(style, name)| group(style, NOT_RUN, format!(" in {name}")));
    let mut new = group(BOLD, "new", format!(": only in {second}"));
    let mut gone = group(BOLD, "gone", format!(": only in {first}"));
    for change in &comparison.changes {
        let group = match change.trend() {
            Trend::Regressed => &mut regressed,
            Trend::Fixed => &mut fixed,
            Trend::Changed => &mut changed,
            Trend::New => &mut failures,
            Trend::Gone => &mut no_failures,
        };
        group.lines.push((directive(change, names), Some(case(change))));
    }
    for FileChange { run, path, what } in &comparison.files {
        let path = plain(path);
        let file = format!("{path}{}", plain(&of_run(run)));
        let (group, line) = match what {
            FileDifference::OnlyIn(Which::First) => (&mut gone, file),
            FileDifference::OnlyIn(Which::Second) => (&mut new, file),
            FileDifference::InPart(which) => {
                (&mut changed, format!("run only in part in {}: {file}", name(*which, names)))
            }
            FileDifference::Text => (
                &mut changed,
                format!("{path}: its text differs between the reports{}", of_run(run)),
            ),
            FileDifference::Sizes(a, b) => {
                (&mut changed, format!("{file}: {a} directives, then {b}"))
            }
            FileDifference::Cut(a, b) => {
                let line = format!("{file}: {a} directives, then {b} of the same text");
                (&mut regressed, line)
            }
            FileDifference::Counts(a, b) => {
                let group = match what.trend() {
                    Trend::Regressed => &mut regressed,
                    Trend::Fixed => &mut fixed,
                    _ => &mut changed,
                };
                (group, format!("{file}: {}, by directives that are not listed", counts(a, b)))
            }
        };
        group.lines.push((line, None));
    }
    for (run, which) in &comparison.runs {
        let group = match which {
            Which::First => &mut gone,
            Which::Second => &mut new,
        };
        group.lines.push((format!("the run of {}", plain(run)), None));
    }
    for (run, which) in &comparison.unrun {
        unrun[usize::from(*which == Which::Second)].lines.push((plain(run).into_owned(), None));
    }
    for loss in &comparison.losses {
        let group = if is_difference(loss) { &mut differ } else { &mut lost };
        group.lines.push((described(loss), None));
    }
    let [first, second] = unrun;
    [lost, second, first, regressed, failures, differ, fixed, changed, new, no_failures, gone]
}

/// What the runs are that differ within the second report. Lanes have their names in the pairs.
fn differ(comparison: &Comparison) -> &'static str {
    let lanes: BTreeSet<&String> = comparison.pairs.iter().flat_map(|pair| &pair.lanes).collect();
    match lanes.len() {
        1 => "differs between ways",
        _ => "differs between lanes or ways",
    }
}

/// Whether a loss is a difference between lanes or ways.
fn is_difference(loss: &Loss) -> bool {
    matches!(loss, Loss::Problem { problem, .. } if problem.kind == ProblemKind::LaneDifference)
}

/// What the second report has lost besides verdicts, on one line.
fn described(loss: &Loss) -> String {
    let line = match loss {
        Loss::Problem { run, problem: Problem { path, message, .. } } if is_difference(loss) => {
            // The message begins with the place.
            let colon =
                if message.starts_with(|first: char| first.is_ascii_digit()) { ":" } else { ", " };
            format!("{path}{colon}{message}{}", of_run(run))
        }
        Loss::Problem { run, problem: Problem { kind, path, message } } => {
            let place = if path.is_empty() { String::new() } else { format!(" {path}") };
            format!("{}{place}: {message}{}", problem_words(*kind), of_run(run))
        }
        Loss::Support { run, what, name } => format!("the {what} `{name}` is gone{}", of_run(run)),
        Loss::Lane(skipped) => format!("lane {} did not run: {}", skipped.lane, skipped.reason),
    };
    plain(&line).replace('\n', " ")
}

/// A run behind a directive or a file. A name with a distinction has parentheses of its own.
fn of_run(run: &str) -> String {
    if run.contains('(') { format!(", {run}") } else { format!(" ({run})") }
}

fn name(which: Which, names: [&str; 2]) -> String {
    let name = match which {
        Which::First => names[0],
        Which::Second => names[1],
    };
    plain(name).into_owned()
}

/// The number of differences of each kind, in one line.
fn in_short(comparison: &Comparison) -> String {
    // One file may have several differences.
    let files: BTreeSet<_> = comparison.files.iter().map(|file| (&file.run, &file.path)).collect();
    let counts =
        [(comparison.changes.len(), "directive", "directives"), (files.len(), "file", "files")];
    let all: usize = counts.iter().map(|(number, ..)| number).sum();
    let parts = counts.into_iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, one, many)| count(number, one, many)).collect();
    let directives = match (&parts[..], all) {
        ([], _) => None,
        ([only], 1) => Some(format!("{only} differs")),
        (parts, _) => Some(format!("{} differ", parts.join(" and "))),
    };
    let differences = comparison.losses.iter().filter(|loss| is_difference(loss)).count();
    let others = [
        (comparison.runs.len(), "run is", "runs are", " only in one report"),
        (comparison.unrun.len(), "run was", "runs were", " not run in one report"),
        (
            differences,
            "difference",
            "differences",
            differ(comparison).trim_start_matches("differs"),
        ),
        (comparison.losses.len() - differences, "loss", "losses", ""),
    ];
    let others = others.into_iter().filter(|(number, ..)| *number > 0);
    let others = others.map(|(number, one, many, rest)| count(number, one, many) + rest);
    let all: Vec<String> = directives.into_iter().chain(others).collect();
    match all.is_empty() {
        true => paint(GOOD, "no difference"),
        false => all.join("; "),
    }
}

/// A directive and what the reports say of it, on one line.
fn directive(change: &Change, names: [&str; 2]) -> String {
    let Change { run, path, index, line, column, kind, .. } = change;
    // Lines of two texts are not the same.
    let side = change.side.map(|side| format!(" in {},", name(side, names))).unwrap_or_default();
    let place = match line {
        // Neither report lists it: each has a verdict without details.
        0 => format!("{path}, directive {index}"),
        _ => format!("{path}:{line}:{column}{side} {kind}"),
    };
    let verdicts: Vec<String> =
        [&change.before, &change.after].into_iter().flatten().map(said).collect();
    let expected = match (&change.before, &change.after, &change.expected) {
        // A report has no expectation of an earlier pass.
        (None | Some(Said { verdict: Verdict::Passed, .. }), Some(after), Some(expected))
            if after.verdict.is_bad() =>
        {
            plain(&format!(", expected {expected}")).replace('\n', " ")
        }
        _ => String::new(),
    };
    let run = of_run(run);
    format!("{}{}: {}{expected}", plain(&place), plain(&run), verdicts.join(" -> "))
}

/// The same without its place, for the summary by cause.
fn case(change: &Change) -> Case {
    let sides: Vec<&Said> = [&change.before, &change.after].into_iter().flatten().collect();
    let verdicts: Vec<String> =
        sides.iter().map(|said| paint(of(said.verdict), said.verdict.words())).collect();
    let text = match sides.iter().rev().map(|said| said.why()).find(|why| !why.is_empty()) {
        None => change.kind.clone(),
        Some(why) => match &change.expected {
            None => why,
            Some(expected) => format!("expected {expected}, got {why}"),
        },
    };
    let place = format!("{}:{}", change.path, change.line);
    Case { what: verdicts.join(" -> "), text, place }
}

/// The verdict, followed by what the engine did or else by the reason.
fn said(said: &Said) -> String {
    let verdict = paint(of(said.verdict), said.verdict.words());
    match &*plain(&said.why()) {
        "" => verdict,
        // Values are in parentheses already.
        value if value.starts_with('(') => format!("{verdict} {}", value.replace('\n', " ")),
        why => format!("{verdict} ({})", why.replace('\n', " ")),
    }
}

fn counts(a: &Ledger, b: &Ledger) -> String {
    let differ = Verdict::ALL.iter().filter(|verdict| a.count(**verdict) != b.count(**verdict));
    let parts: Vec<String> = differ
        .map(|&verdict| {
            format!("{} {}, then {}", verdict.words(), a.count(verdict), b.count(verdict))
        })
        .collect();
    parts.join("; ")
}
