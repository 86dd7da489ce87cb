//! The summary of a run for people: takes a run; gives its failures with their source, the table,
//! the problems and a final line with the result. Runs nothing.

use crate::cache::{cache, is_damaged, missing};
use crate::causes::{Case, blocked_by, causes, is_cause};
use crate::directive::show;
use crate::lanes::differs;
use crate::ledgers::{ledgers, total};
use crate::result::{result, was_running};
use crate::style::{BAD, BOLD, DIM, ODD, count, listed, message, number, paint, plain};
use crate::untested::untested;
use std::collections::BTreeMap;
use std::fmt::Write;
use wassay_record::{File, Finding, Note, Problem, ProblemKind, Run, Verdict};

/// How much to show.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look<'a> {
    /// The number of failures to show in full; the rest is summarized by cause.
    pub failures: usize,
    /// Omits the table of suites, and the list of what is unsupported.
    pub no_table: bool,
    /// Omits the lines about scripts in which nothing was tested.
    pub no_notes: bool,
    /// Text that replaces the failures.
    pub answers: Option<&'a str>,
    /// Whether the text of other runs comes before or after: the engine and lane then come first.
    pub is_one_of_several: bool,
    /// What distinguishes the run from the others of its engine and lane, if there are any.
    pub distinction: &'a str,
    /// The run that filled its cache directory, if it was to load everything from one.
    pub filled: Option<&'a Run>,
    /// The JSON report that has all failures, if there is one. It begins the last line.
    pub all: Option<&'a str>,
}

/// The whole text for one run, with colours.
pub fn summary(run: &Run, look: &Look<'_>) -> String {
    let mut out = String::new();
    if look.is_one_of_several {
        heading(&mut out, run, look.distinction);
    }
    if run.was_not_run() {
        problems(&mut out, run, look);
        last_line(&mut out, run, look);
        return out;
    }
    match look.answers {
        Some(answers) => out.push_str(answers),
        None => failures(&mut out, run, look),
    }
    if !look.no_table {
        if !look.is_one_of_several {
            heading(&mut out, run, look.distinction);
        }
        out.push_str(&ledgers(run));
        out.push('\n');
        waiting(&mut out, run);
    }
    problems(&mut out, run, look);
    out.push_str(&missing(run, look.filled));
    if !look.no_notes {
        out.push_str(&untested(run));
    }
    if !look.no_notes || is_damaged(run) {
        out.push_str(&cache(run));
    }
    last_line(&mut out, run, look);
    out
}

// Writing to a string cannot fail: its results are dropped here.

fn failures(out: &mut String, run: &Run, look: &Look<'_>) {
    let limit = look.failures;
    let blocked = blocked_by(run.regressions());
    // A blocked directive is only a consequence; its cause is reported instead.
    let unexpected: Vec<(&File, &Note)> =
        run.regressions().filter(|(_, note)| is_cause(note)).collect();
    for (file, note) in unexpected.iter().take(limit) {
        out.push_str(&show(file, note));
        if let Some((more, why)) = blocked.get(&(file.path.as_str(), note.finding.line)) {
            let more = count(*more, "directive", "directives");
            let _ = writeln!(out, "  blocks {more}: {}", plain(why));
        }
        out.push('\n');
    }
    if unexpected.len() > limit {
        let all = plain(look.all.unwrap_or("`--report json=FILE`"));
        let rest = match limit {
            0 => count(unexpected.len(), "failure", "failures"),
            _ => {
                format!(
                    "... and {}",
                    count(unexpected.len() - limit, "more failure", "more failures")
                )
            }
        };
        let _ = writeln!(out, "{rest}; {all} has them all\n");
        let _ =
            writeln!(out, "{}", causes(unexpected.iter().map(|(file, note)| Case::of(file, note))));
    }
}

fn heading(out: &mut String, run: &Run, distinction: &str) {
    let engine = format!("{} {}", run.engine.name, run.engine.version);
    let (engine, target) = (paint(BOLD, plain(&engine)), plain(&run.engine.target));
    let distinction = match distinction {
        "" => String::new(),
        distinction => format!(", {}", plain(distinction)),
    };
    let _ = writeln!(out, "{engine} on {} ({target}){distinction}", run.lane.name);
}

/// The missing features and capabilities, with the number of unsupported directives that need each.
fn waiting(out: &mut String, run: &Run) {
    let mut features: BTreeMap<&str, usize> = BTreeMap::new();
    for note in run.files.iter().flat_map(|file| &file.findings) {
        if note.finding.verdict == Verdict::Unsupported {
            *features.entry(note.finding.lacking().unwrap_or("unnamed")).or_default() += 1;
        }
    }
    if features.is_empty() {
        return;
    }
    let mut list: Vec<(&str, usize)> = features.into_iter().collect();
    list.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let list =
        list.iter().map(|(name, count)| format!("{} {}", plain(name), number(*count as u64)));
    let _ = writeln!(out, "{}", paint(DIM, listed("unsupported:", list)));
}

fn problems(out: &mut String, run: &Run, look: &Look<'_>) {
    const SHOWN: usize = 20;
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut order: Vec<&Problem> = Vec::new();
    let differing =
        run.problems.iter().filter(|problem| problem.kind == ProblemKind::LaneDifference).count();
    if differing > 0 {
        let what = paint(BAD, differs(std::slice::from_ref(run)));
        let places = count(differing, "place", "places");
        let listed = if look.failures > 0 { ", listed at the end" } else { "" };
        let _ = writeln!(out, "{what} in {places}{listed}");
    }
    for problem in &run.problems {
        // These are printed once for all lanes, after the last one.
        if problem.kind == ProblemKind::LaneDifference {
            continue;
        }
        // One fault may affect every file; print it once.
        let path = if problem.kind == ProblemKind::Fault { "" } else { &*problem.path };
        let times = seen.entry((path, &problem.message)).or_default();
        if *times == 0 {
            order.push(problem);
        }
        *times += 1;
    }
    for problem in order.iter().take(SHOWN) {
        let path = if problem.kind == ProblemKind::Fault { "" } else { &*problem.path };
        let times = seen.get(&(path, &*problem.message)).copied().unwrap_or(1);
        let times = if times > 1 {
            format!(" (and in {})", count(times - 1, "more file", "more files"))
        } else {
            String::new()
        };
        let place =
            if problem.path.is_empty() { String::new() } else { format!(" {}", problem.path) };
        let what = paint(BAD, problem_words(problem.kind));
        let text = format!("{place}{times}: {}", problem.message);
        let _ = writeln!(out, "{}", message(&format!("{what}{}", plain(&text))));
    }
    if order.len() > SHOWN {
        let _ = writeln!(
            out,
            "... and {}",
            count(order.len() - SHOWN, "more problem", "more problems")
        );
    }
}

/// What a problem of this kind is called.
pub(crate) fn problem_words(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::UnexpectedPass => "unexpected pass",
        ProblemKind::StaleKnown => "stale known failure",
        ProblemKind::KnownWithoutReason => "known failure without a reason",
        ProblemKind::LostSupport => "lost support",
        ProblemKind::UnstatedSupport => "unstated support",
        ProblemKind::LaneDifference => "differs between lanes or ways",
        ProblemKind::Fault => "fault",
    }
}

fn last_line(out: &mut String, run: &Run, look: &Look<'_>) {
    for (file, Finding { line, column, kind, .. }) in was_running(run) {
        let place = format!("{}:{line}:{column} {kind}", file.path);
        let _ = writeln!(out, "{} {}", paint(ODD, "was running:"), plain(&place));
    }
    if !run.was_not_run() {
        let _ = writeln!(out, "{}", total(&run.ledger));
    }
    let (heading, parts) = result(run, look.distinction);
    let name = look.all.map(|name| format!("{}: ", plain(name))).unwrap_or_default();
    let heading = name + &heading;
    let _ = writeln!(out, "{}", listed(&heading, parts));
}
