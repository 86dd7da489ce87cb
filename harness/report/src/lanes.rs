//! Prints lane information besides the runs: takes a report; gives the differences between lanes
//! and the skipped lanes, for a terminal and as Markdown. `wassay_record` decides what a difference
//! is.

use crate::engines::disagreements;
use crate::inline::{code, one_line, words};
use crate::style::{BAD, BOLD, ODD, count, of, paint, plain, wrapped};
use std::collections::BTreeSet;
use std::fmt::Write;
use wassay_record::{
    LaneDifference, LaneResult, Ledger, OnLane, Place, Report, Run, Said, Verdict, Way, Which,
    lane_differences,
};

/// The number of differences to list in Markdown.
const LISTED: usize = 50;

// Writing to a string cannot fail: its results are dropped here.

/// The first `show` directives and files that differ between lanes or ways, under a heading and with
/// colours; empty if there is none.
pub fn differences(report: &Report, show: usize) -> String {
    let mut out = String::new();
    let all = causes_first(lane_differences(report));
    if all.is_empty() {
        return out;
    }
    let _ = writeln!(out, "{}: {}", paint(BAD, differs(&report.runs)), how_many(&all));
    for difference in all.iter().take(show) {
        let _ =
            writeln!(out, "  {}{}", paint(BOLD, plain(&at(difference))), what(report, difference));
        let lanes =
            difference.lanes.iter().map(|on| (on.lane.as_str(), said(on, painted, one_line)));
        let expected = difference.place.as_ref().and_then(|place| place.expected.as_ref());
        let expected = expected.map(|expected| ("expected", one_line(&expected.to_string())));
        let lines: Vec<(&str, String)> = expected.into_iter().chain(lanes).collect();
        let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, text) in lines {
            let _ = writeln!(out, "{}", wrapped(&format!("    {name:<width$}  "), &text));
        }
    }
    rest(&mut out, "", all.len(), show);
    out
}

/// The differences, those last in which a directive is only blocked by another one.
fn causes_first(mut all: Vec<LaneDifference>) -> Vec<LaneDifference> {
    let is_blocked = |on: &OnLane| match &on.result {
        LaneResult::Directive(Some(said)) => said.verdict == Verdict::Blocked,
        _ => false,
    };
    // The order of the others stays.
    all.sort_by_key(|difference| difference.lanes.iter().any(is_blocked));
    all
}

/// The lanes that could not run, one per line and with the remedy; empty if there are none.
pub fn skipped_lanes(report: &Report) -> String {
    let mut out = String::new();
    for skipped in &report.skipped_lanes {
        let title = paint(ODD, format_args!("lane {} skipped", skipped.lane));
        let _ = writeln!(out, "{title}: {}", one_line(&skipped.advice()));
    }
    out
}

/// The engines that could not run, one per line and with the remedy; empty if there are none.
pub fn skipped_engines(report: &Report) -> String {
    let mut out = String::new();
    for skipped in &report.skipped_engines {
        let title = paint(ODD, format_args!("engine {} skipped", plain(&skipped.engine)));
        let _ = writeln!(out, "{title}: {}", one_line(&skipped.advice()));
    }
    out
}

/// The Markdown section on differences.
pub(crate) fn markdown_differences(out: &mut String, report: &Report) {
    let all = causes_first(lane_differences(report));
    if all.is_empty() {
        return;
    }
    let title = differs(&report.runs).replacen('d', "D", 1);
    let _ = writeln!(out, "\n## {title}\n\n{}:\n", how_many(&all));
    for difference in all.iter().take(LISTED) {
        let _ = writeln!(out, "- {}{}", code(&at(difference)), what(report, difference));
        if let Some(expected) = difference.place.as_ref().and_then(|place| place.expected.as_ref())
        {
            let _ = writeln!(out, "  - expected: {}", code(&expected.to_string()));
        }
        for on in &difference.lanes {
            let _ = writeln!(out, "  - {}: {}", on.lane, said(on, Verdict::words, code));
        }
    }
    rest(out, "- ", all.len(), LISTED);
}

/// The Markdown sections on lanes and engines that could not run.
pub(crate) fn markdown_skipped(out: &mut String, report: &Report) {
    let lanes = report.skipped_lanes.iter().map(|it| [&*it.lane, &it.reason, &it.remedy]);
    let engines = report.skipped_engines.iter().map(|it| [&*it.engine, &it.reason, &it.remedy]);
    for (what, all) in [("lanes", lanes.collect::<Vec<_>>()), ("engines", engines.collect())] {
        if !all.is_empty() {
            let _ = writeln!(out, "\n## Skipped {what}\n");
        }
        for [name, reason, remedy] in all {
            let _ = write!(out, "- {}: {}", words(name), words(reason));
            if !remedy.is_empty() {
                let _ = write!(out, "; to run it: {}", with_code(remedy));
            }
            out.push('\n');
        }
    }
}

/// A command, or a text with commands in backticks, as Markdown.
fn with_code(remedy: &str) -> String {
    match remedy.contains('`') {
        false => code(remedy),
        true => {
            let parts = remedy.split('`').enumerate();
            parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { words(part) }).collect()
        }
    }
}

/// What the runs are that differ: lanes, ways or both.
pub(crate) fn differs(runs: &[Run]) -> &'static str {
    let lanes: BTreeSet<&str> = runs.iter().map(|run| &*run.lane.name).collect();
    let has_ways = runs.iter().any(|run| run.config.way != Way::Fresh);
    match (lanes.len() > 1, has_ways) {
        (true, true) => "differs between lanes or ways",
        (false, true) => "differs between ways",
        (_, false) => "differs between lanes",
    }
}

fn how_many(all: &[LaneDifference]) -> String {
    let directives = all.iter().filter(|difference| difference.place.is_some()).count();
    let files: BTreeSet<_> = all
        .iter()
        .filter(|difference| difference.place.is_none())
        .map(|difference| (&difference.engine, &difference.path))
        .collect();
    let mut parts = Vec::new();
    if directives > 0 {
        parts.push(count(directives, "directive", "directives"));
    }
    if !files.is_empty() {
        parts.push(count(files.len(), "file as a whole", "files as a whole"));
    }
    match all.iter().filter(|difference| difference.is_known).count() {
        0 => {}
        known => parts.push(format!("{known} known")),
    }
    parts.join(", ")
}

/// The directive's kind, the engine if there are several, and whether the difference is known.
fn what(report: &Report, difference: &LaneDifference) -> String {
    let kind = difference.place.as_ref().map_or("", |place| &*place.kind);
    let mut text = if kind.is_empty() { String::new() } else { format!(" {kind}") };
    if report.runs.iter().any(|run| run.engine.name != difference.engine) {
        let _ = write!(text, " ({})", difference.engine);
    }
    if difference.is_known {
        text.push_str(", known");
    }
    text
}

/// The file and where in it: `a.wast:5:1`, or `a.wast, directive 17` (counted from 0) where no lane
/// lists the directive, or the file alone.
fn at(difference: &LaneDifference) -> String {
    match &difference.place {
        None => difference.path.clone(),
        Some(place) => self::place(&difference.path, place),
    }
}

/// The place of a directive in a file.
pub(crate) fn place(path: &str, place: &Place) -> String {
    match place {
        Place { line: 0, index, .. } => format!("{path}, directive {index}"),
        Place { line, column, .. } => format!("{path}:{line}:{column}"),
    }
}

/// A lane's result in words. `name` and `why` write a verdict and its reason.
fn said(on: &OnLane, name: fn(Verdict) -> String, why: fn(&str) -> String) -> String {
    let words = match &on.result {
        LaneResult::Directive(Some(said)) => return in_words(said, name, why),
        LaneResult::Directive(None) => "not listed",
        LaneResult::HasFile(true) => "there",
        LaneResult::HasFile(false) => "not there",
        LaneResult::SkipsMore(true) => "skips directives that another lane runs",
        LaneResult::SkipsMore(false) => "runs directives that another lane skips",
        LaneResult::Text(Which::First) => "one text",
        LaneResult::Text(Which::Second) => "another text",
        LaneResult::Size(directives) => return format!("{directives} directives"),
        LaneResult::Counts(ledger) => return counts(ledger),
    };
    words.to_string()
}

/// A directive's result in words. `name` and `why` write the verdict and its reason.
pub(crate) fn in_words(
    said: &Said,
    name: fn(Verdict) -> String,
    why: fn(&str) -> String,
) -> String {
    let name = name(said.verdict);
    match &*said.why() {
        "" => name,
        reason => format!("{name}: {}", why(reason)),
    }
}

/// The name of a verdict in its colour.
pub(crate) fn painted(verdict: Verdict) -> String {
    paint(of(verdict), verdict.words())
}

fn counts(ledger: &Ledger) -> String {
    let counted = Verdict::ALL.iter().filter(|verdict| ledger.count(**verdict) > 0);
    let parts: Vec<String> =
        counted.map(|&verdict| format!("{} {}", ledger.count(verdict), verdict.words())).collect();
    parts.join(", ")
}

/// How a run differs from the first lane of its engine, except for what is known: the file of each difference, and a sentence
/// such as `5:1 assert_return: failed: (i32.const 1); on native: passed`. `lane` distinguishes the run
/// from others of its engine.
pub(crate) fn sentences(all: &[LaneDifference], run: &Run, lane: &str) -> Vec<(String, String)> {
    let sentence = |difference: &LaneDifference| {
        let (first, others) = difference.lanes.split_first()?;
        let own = others.iter().find(|on| on.lane == lane)?;
        let place = match &difference.place {
            None => String::new(),
            Some(Place { line: 0, index, .. }) => format!("directive {index}: "),
            Some(Place { line, column, kind, .. }) => format!("{line}:{column} {kind}: "),
        };
        let [own, other] = [own, first].map(|on| said(on, Verdict::words, one_line));
        let sentence = format!("{place}{own}; on {}: {other}", first.lane);
        Some((difference.path.clone(), sentence))
    };
    let problems = all.iter().filter(|it| it.engine == run.engine.name && !it.is_known);
    problems.filter_map(sentence).collect()
}

fn rest(out: &mut String, bullet: &str, all: usize, shown: usize) {
    // The heading has the number of all.
    if all > shown && shown > 0 {
        let more = count(all - shown, "more difference", "more differences");
        let _ = writeln!(out, "{bullet}... and {more}");
    }
}

/// The text after all runs, with colours: the first `show` differences between lanes or ways, and
/// those between engines; the cost of each run if there are several, and the skipped lanes and engines.
pub fn closing(report: &Report, show: usize) -> String {
    let mut out = String::new();
    let mut add = |section: String| {
        if !out.is_empty() && !section.is_empty() {
            out.push('\n');
        }
        out.push_str(&section);
    };
    add(differences(report, show));
    add(disagreements(report, show));
    if report.runs.len() > 1 {
        add(crate::figures(report));
    }
    out.push_str(&skipped_lanes(report));
    out.push_str(&skipped_engines(report));
    out
}
