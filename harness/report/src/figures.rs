//! The cost of several runs side by side: takes a report; gives each run's time, its ratio to the
//! engine's native run, and its memory. `-` marks an unknown figure, and a figure that is unknown of
//! every run is left out. Measures nothing.

use crate::inline::{cell, one_line};
use crate::result::NOT_RUN;
use crate::style::{BOLD, paint};
use std::fmt::Write;
use wassay_record::{Report, Run};

// Writing to a string cannot fail: its results are dropped here.

/// The figures of all runs, one run per line, with colours.
pub fn figures(report: &Report) -> String {
    let names = names(report);
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(3);
    let columns = columns(report);
    let mut out = String::new();
    let head: String = columns.iter().map(|column| format!(" {:>9}", column.title)).collect();
    let _ = writeln!(out, "{}", paint(BOLD, format!("{:<width$}{head}", "run")));
    for (at, name) in names.iter().enumerate() {
        let cells: String = columns.iter().map(|it| format!(" {:>9}", it.cells[at])).collect();
        let _ = writeln!(out, "{name:<width$}{cells}");
    }
    out
}

/// The figures of all runs as a Markdown table.
pub(crate) fn markdown_figures(out: &mut String, report: &Report) {
    let columns = columns(report);
    // The time of a single run is in its line.
    if report.runs.is_empty() || (report.runs.len() == 1 && columns.len() == 1) {
        return;
    }
    let titles: String = columns.iter().map(|column| format!(" {} |", column.title)).collect();
    let _ =
        writeln!(out, "\n## Figures\n\n| run |{titles}\n|---|{}", "---:|".repeat(columns.len()));
    for (at, name) in names(report).iter().enumerate() {
        let cells: String =
            columns.iter().map(|column| format!(" {} |", column.cells[at])).collect();
        let _ = writeln!(out, "| {} |{cells}", cell(name));
    }
}

/// One figure of each run.
struct Column {
    title: &'static str,
    cells: Vec<String>,
}

/// The figures, without those that are unknown of every run.
fn columns(report: &Report) -> Vec<Column> {
    let column = |title, cell: fn(&Run) -> String| Column {
        title,
        cells: report.runs.iter().map(cell).collect(),
    };
    let mut all =
        vec![column("seconds", seconds), column("x native", ratio), column("peak MiB", peak)];
    all.retain(|column| column.cells.iter().any(|cell| cell != UNKNOWN));
    all
}

const UNKNOWN: &str = "-";

fn seconds(run: &Run) -> String {
    match run.wall_s {
        _ if run.was_not_run() => NOT_RUN.to_string(),
        short if short < 10.0 => format!("{short:.2}"),
        long => format!("{long:.1}"),
    }
}

fn ratio(run: &Run) -> String {
    run.ratio_to_native.map_or_else(|| UNKNOWN.to_string(), |ratio| format!("{ratio:.1}x"))
}

fn peak(run: &Run) -> String {
    run.peak_rss.map_or_else(|| UNKNOWN.to_string(), |bytes| (bytes >> 20).to_string())
}

fn names(report: &Report) -> Vec<String> {
    report.run_names().iter().map(|name| one_line(name)).collect()
}
