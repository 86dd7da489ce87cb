//! Prints lane information besides the runs: takes a report; gives the differences between lanes
//! and the skipped lanes, for a terminal and as Markdown. `wassay_record` decides what a difference
//! is.

use crate::inline::{code, one_line, words};
use crate::style::{BAD, BOLD, ODD, count, of, paint, plain};
use std::collections::BTreeSet;
use std::fmt::Write;
use wassay_record::{LaneDifference, OnLane, Report, lane_differences};

/// The number of differences to list.
const LISTED: usize = 50;

// Writing to a string cannot fail: its results are dropped here.

/// Every directive and file that differs between lanes, under a heading and with colours; empty if
/// there is none.
pub fn differences(report: &Report) -> String {
    let mut out = String::new();
    let all = lane_differences(report);
    if all.is_empty() {
        return out;
    }
    let _ = writeln!(out, "{}: {}", paint(BAD, "differs between lanes"), how_many(&all));
    for difference in all.iter().take(LISTED) {
        let _ =
            writeln!(out, "  {}{}", paint(BOLD, plain(&difference.at())), what(report, difference));
        let lanes = difference.lanes.iter().map(|on| (on.lane.as_str(), said(on, true)));
        let expected = difference.place.as_ref().and_then(|place| place.expected.as_ref());
        let expected = expected.map(|expected| ("expected", one_line(&expected.to_string())));
        let lines: Vec<(&str, String)> = expected.into_iter().chain(lanes).collect();
        let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, text) in lines {
            let _ = writeln!(out, "    {name:<width$}  {text}");
        }
    }
    rest(&mut out, "", all.len());
    out
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

/// The Markdown section on differences.
pub(crate) fn markdown_differences(out: &mut String, report: &Report) {
    let all = lane_differences(report);
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## differs between lanes\n\n{}:\n", how_many(&all));
    for difference in all.iter().take(LISTED) {
        let _ = writeln!(out, "- {}{}", code(&difference.at()), what(report, difference));
        if let Some(expected) = difference.place.as_ref().and_then(|place| place.expected.as_ref())
        {
            let _ = writeln!(out, "  - expected: {}", code(&expected.to_string()));
        }
        for on in &difference.lanes {
            let _ = writeln!(out, "  - {}: {}", on.lane, said(on, false));
        }
    }
    rest(out, "- ", all.len());
}

/// The Markdown section on lanes that could not run.
pub(crate) fn markdown_skipped(out: &mut String, report: &Report) {
    if report.skipped_lanes.is_empty() {
        return;
    }
    out.push_str("\n## skipped lanes\n\n");
    for skipped in &report.skipped_lanes {
        let _ = write!(out, "- {}: {}", skipped.lane, words(&skipped.reason));
        match &*skipped.remedy {
            "" => out.push('\n'),
            remedy => {
                let _ = writeln!(out, "; to run it: {}", with_code(remedy));
            }
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
    parts.join(", ")
}

/// The directive's kind, and the engine if there are several.
fn what(report: &Report, difference: &LaneDifference) -> String {
    let kind = difference.place.as_ref().map_or("", |place| &*place.kind);
    let mut text = if kind.is_empty() { String::new() } else { format!(" {kind}") };
    if report.runs.iter().any(|run| run.engine.name != difference.engine) {
        let _ = write!(text, " ({})", difference.engine);
    }
    text
}

/// A lane's verdict, in colours for a terminal or as Markdown.
fn said(on: &OnLane, terminal: bool) -> String {
    let actual = match (terminal, &*on.actual) {
        (_, "") => String::new(),
        (true, actual) => one_line(actual),
        (false, actual) if on.verdict.is_some() => code(actual),
        (false, actual) => one_line(actual),
    };
    let Some(verdict) = on.verdict else { return actual };
    let name = verdict.words();
    let name = if terminal { paint(of(verdict), name) } else { name };
    if actual.is_empty() { name } else { format!("{name}: {actual}") }
}

fn rest(out: &mut String, bullet: &str, all: usize) {
    if all > LISTED {
        let more = count(all - LISTED, "more difference", "more differences");
        let _ = writeln!(out, "{bullet}... and {more}");
    }
}

/// The text after all runs, with colours: the differences between lanes, the cost of each run if
/// there are several, and the skipped lanes.
pub fn closing(report: &Report) -> String {
    let mut out = differences(report);
    if report.runs.len() > 1 {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&crate::figures(report));
    }
    out.push_str(&skipped_lanes(report));
    out
}
