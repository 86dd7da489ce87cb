//! Takes a report; gives the Markdown table of `wassay table`, with a row per suite or proposal and
//! a column per run. Runs nothing.

use crate::inline::cell;
use crate::ledgers::{name, rows};
use crate::result::NOT_RUN;
use crate::style::number;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use wassay_record::{Ledger, Report, Run, Verdict, with_distinction};

/// The results of one suite in one run.
#[derive(Default)]
struct Cell {
    ledger: Ledger,
    missing: BTreeSet<String>,
}

/// The table. A cell shows how many of the directives that test an engine passed, and the verdicts
/// of the others.
pub fn table(report: &Report) -> String {
    let columns: Vec<BTreeMap<String, Cell>> = report.runs.iter().map(cells).collect();
    let names: BTreeSet<&String> = columns.iter().flat_map(BTreeMap::keys).collect();
    let mut out = String::from("| suite |");
    // Writing to a string cannot fail.
    for title in titles(report) {
        let _ = write!(out, " {} |", cell(&title));
    }
    out.push_str("\n|---|");
    out.push_str(&"---:|".repeat(report.runs.len()));
    out.push('\n');
    for row in names {
        let _ = write!(out, "| {} |", cell(row));
        for column in &columns {
            let text = column.get(row).map_or_else(|| NOT_RUN.to_string(), Cell::text);
            let _ = write!(out, " {} |", cell(&text));
        }
        out.push('\n');
    }
    out.push_str("| **total** |");
    for run in &report.runs {
        let total = match run.was_not_run() {
            true => NOT_RUN.to_string(),
            false => Cell { ledger: run.ledger, ..Cell::default() }.text(),
        };
        let _ = write!(out, " {total} |");
    }
    out.push('\n');
    out
}

/// The lane of each run, with the engine if there are several, and with the settings that
/// distinguish it from other runs of both.
fn titles(report: &Report) -> Vec<String> {
    let engines: BTreeSet<&str> = report.runs.iter().map(|run| &*run.engine.name).collect();
    if engines.len() > 1 {
        return report.run_names();
    }
    let lanes = report.runs.iter().map(|run| &run.lane.name).zip(report.distinctions());
    lanes.map(|(lane, distinction)| with_distinction(lane, &distinction)).collect()
}

fn cells(run: &Run) -> BTreeMap<String, Cell> {
    let mut cells: BTreeMap<String, Cell> = BTreeMap::new();
    if run.was_not_run() {
        return cells;
    }
    for ((suite, proposal), (_, ledger)) in rows(run) {
        cells.entry(name(&suite, &proposal)).or_default().ledger += ledger;
    }
    for file in &run.files {
        let cell = cells.entry(name(&file.suite, &file.proposal)).or_default();
        cell.missing.extend(
            file.findings.iter().filter_map(|note| note.finding.lacking().map(str::to_string)),
        );
    }
    cells
}

impl Cell {
    fn text(&self) -> String {
        let tests = self.ledger.directives.saturating_sub(self.ledger.count(Verdict::HarnessOnly));
        let mut out = format!("{} / {}", number(self.ledger.passed), number(tests));
        for verdict in Verdict::ALL {
            let count = self.ledger.count(verdict);
            if count == 0 || matches!(verdict, Verdict::Passed | Verdict::HarnessOnly) {
                continue;
            }
            let _ = write!(out, ", {} {}", number(count), verdict.words());
            if verdict == Verdict::Unsupported && !self.missing.is_empty() {
                let names: Vec<&str> = self.missing.iter().map(String::as_str).collect();
                let _ = write!(out, " ({})", names.join(", "));
            }
        }
        out
    }
}
