//! The cost of several runs side by side: takes a report; gives each run's time, its ratio to the
//! engine's native run, and its memory. `-` marks an unknown figure. Measures nothing.

use crate::inline::{cell, one_line};
use crate::style::{BOLD, paint};
use std::fmt::Write;
use wassay_record::{Report, Run};

// Writing to a string cannot fail: its results are dropped here.

/// The figures of all runs, one run per line, with colours.
pub fn figures(report: &Report) -> String {
    let names = names(report);
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(3);
    let mut out = String::new();
    let head = format!("{:<width$} {:>9} {:>9} {:>9}", "run", "seconds", "x native", "peak MiB");
    let _ = writeln!(out, "{}", paint(BOLD, head));
    for (run, name) in report.runs.iter().zip(names) {
        let [seconds, ratio, peak] = cells(run);
        let _ = writeln!(out, "{name:<width$} {seconds:>9} {ratio:>9} {peak:>9}");
    }
    out
}

/// The figures of all runs as a Markdown table.
pub(crate) fn markdown_figures(out: &mut String, report: &Report) {
    if report.runs.is_empty() {
        return;
    }
    out.push_str("\n## figures\n\n| run | seconds | x native | peak MiB |\n|---|---:|---:|---:|\n");
    for (run, name) in report.runs.iter().zip(names(report)) {
        let _ = writeln!(out, "| {} | {} |", cell(&name), cells(run).join(" | "));
    }
}

fn names(report: &Report) -> Vec<String> {
    report.run_names().iter().map(|name| one_line(name)).collect()
}

fn cells(run: &Run) -> [String; 3] {
    let unknown = || "-".to_string();
    [
        format!("{:.1}", run.wall_s),
        run.ratio_to_native.map_or_else(unknown, |ratio| format!("{ratio:.1}x")),
        run.peak_rss.map_or_else(unknown, |bytes| (bytes >> 20).to_string()),
    ]
}
