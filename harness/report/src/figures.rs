//! What several runs cost, side by side: time, its ratio to the first run of the engine, memory.

use crate::style::{BOLD, paint};
use std::fmt::Write;
use wassay_record::{Report, Run};

/// The figures of all runs, one per line.
pub fn figures(report: &Report) -> String {
    let name = |run: &Run| format!("{} on {}", run.engine.name, run.lane.name);
    let width = report.runs.iter().map(|run| name(run).chars().count()).max().unwrap_or(0).max(3);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let head = format!("{:<width$} {:>9} {:>7} {:>9}", "run", "seconds", "ratio", "peak MiB");
    let _ = writeln!(out, "{}", paint(BOLD, head));
    for run in &report.runs {
        let first = report.runs.iter().find(|first| first.engine.name == run.engine.name);
        let ratio = first.map_or(1.0, |first| run.wall_s / first.wall_s.max(0.001));
        let peak = run.peak_rss.map_or("-".to_string(), |bytes| (bytes >> 20).to_string());
        let _ = writeln!(out, "{:<width$} {:>9.1} {ratio:>6.1}x {peak:>9}", name(run), run.wall_s);
    }
    out
}
