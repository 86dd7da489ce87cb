//! Takes a report; gives Markdown for the summary page of a CI job: the result and the table of each
//! run, the differences between lanes and between engines, and the cost of each run. Runs nothing.

use crate::causes::{blocked_by, is_cause};
use crate::engine_table::engine_table;
use crate::engines::{has_engines, markdown_disagreements};
use crate::figures::markdown_figures;
use crate::inline::{cell, code, first_line, text, words};
use crate::lanes::{differs, markdown_differences, markdown_skipped};
use crate::ledgers::rows;
use crate::result::{result, was_running};
use crate::style::{count, number};
use anstream::adapter::strip_str;
use std::fmt::Write;
use wassay_record::{Ledger, Problem, ProblemKind, Report, Run, Verdict};

/// The number of unexpected failures to list per run.
const LISTED: usize = 50;

/// The report as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    for (at, (run, distinction)) in report.runs.iter().zip(report.distinctions()).enumerate() {
        if at > 0 {
            out.push('\n');
        }
        write_run(&mut out, run, &distinction);
    }
    if has_engines(report) {
        let _ = write!(out, "\n## Engines\n\n{}", engine_table(report));
    }
    markdown_differences(&mut out, report);
    markdown_disagreements(&mut out, report);
    markdown_figures(&mut out, report);
    markdown_skipped(&mut out, report);
    out
}

// Writing to a string cannot fail: its results are dropped here.

fn write_run(out: &mut String, run: &Run, distinction: &str) {
    let (engine, lane) = (&run.engine, &run.lane.name);
    let mut title = format!("{} {} on {lane} ({})", engine.name, engine.version, engine.target);
    if !distinction.is_empty() {
        let _ = write!(title, ", {distinction}");
    }
    let _ = writeln!(out, "## {}\n", cell(&title));
    came_to(out, run, distinction);
    if run.was_not_run() {
        return failures(out, run);
    }
    out.push_str("| suite | directives |");
    for verdict in Verdict::ALL {
        let _ = write!(out, " {} |", verdict.words());
    }
    out.push_str("\n|---|---:|");
    out.push_str(&"---:|".repeat(Verdict::ALL.len()));
    out.push('\n');
    for ((suite, proposal), (_, ledger)) in rows(run) {
        let name = if proposal.is_empty() { suite } else { format!("{suite}/{proposal}") };
        row(out, &cell(&name), &ledger);
    }
    row(out, "**total**", &run.ledger);
    failures(out, run);
}

/// The terminal's last line; before it what a run which was stopped did not come to.
fn came_to(out: &mut String, run: &Run, distinction: &str) {
    if let Some(reason) = run.stopped.as_ref().filter(|_| !run.was_not_run()) {
        let _ = write!(out, "**Stopped early: {}**", words(reason));
        for (at, (file, finding)) in was_running(run).take(LISTED).enumerate() {
            out.push_str(if at == 0 { ", was running " } else { ", " });
            let place = format!("{}:{}:{}", file.path, finding.line, finding.column);
            out.push_str(&code(&place));
        }
        out.push_str("\n\n");
    }
    let (heading, parts) = result(run, distinction);
    let line = format!("{heading} {}", parts.join(", "));
    let _ = writeln!(out, "{}\n", words(&strip_str(&line).to_string()));
}

fn row(out: &mut String, name: &str, ledger: &Ledger) {
    let _ = write!(out, "| {name} | {} |", number(ledger.directives));
    for verdict in Verdict::ALL {
        let _ = write!(out, " {} |", number(ledger.count(verdict)));
    }
    out.push('\n');
}

fn failures(out: &mut String, run: &Run) {
    let blocked = blocked_by(run.regressions());
    let unexpected: Vec<_> = run.regressions().filter(|(_, note)| is_cause(note)).collect();
    if unexpected.is_empty() && run.problems.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nUnexpected:\n");
    for (file, note) in unexpected.iter().take(LISTED) {
        let finding = &note.finding;
        let place = code(&format!("{}:{}:{}", file.path, finding.line, finding.column));
        let (kind, message) = (words(&finding.kind), words(&finding.message));
        let _ = writeln!(out, "- {place} {} {kind}: {message}", finding.verdict.words());
        if let Some(source) = first_line(note) {
            let _ = writeln!(out, "  - {}", code(source));
        }
        for (what, value) in
            [("expected", text(&finding.expected)), ("actual", text(&finding.actual))]
        {
            if !value.is_empty() {
                let _ = writeln!(out, "  - {what}: {}", code(&value));
            }
        }
        if let Some((more, _)) = blocked.get(&(&*file.path, finding.line)) {
            let _ = writeln!(out, "  - blocks {}", count(*more, "directive", "directives"));
        }
    }
    if unexpected.len() > LISTED {
        let _ = writeln!(out, "- ... and {} more", unexpected.len() - LISTED);
    }
    let is_difference = |problem: &&Problem| problem.kind == ProblemKind::LaneDifference;
    let differing = run.problems.iter().filter(is_difference).count();
    if differing > 0 {
        let places = count(differing, "place", "places");
        let what = differs(std::slice::from_ref(run));
        let _ = writeln!(out, "- {what} in {places}, listed at the end");
    }
    for problem in run.problems.iter().filter(|problem| !is_difference(problem)).take(LISTED) {
        let path = match &*problem.path {
            "" => String::new(),
            path => code(path) + " ",
        };
        let _ = writeln!(out, "- {path}{}", words(&problem.message));
    }
}
