//! Builders that several tests of comparisons share.

use wassay_record::{Comparison, File, Report, Run, Tool, compare_lanes};

/// A run of the same engine on this lane.
pub fn run(lane: &str, files: Vec<File>) -> Run {
    let mut run = Run { files, ..Run::default() };
    run.engine.name = "example".to_string();
    run.lane.name = lane.to_string();
    run
}

/// A report of these runs.
pub fn report(runs: Vec<Run>) -> Report {
    Report { runs, ..Report::new(Tool::default()) }
}

/// The differences between two lanes with one file each.
pub fn between(a: File, b: File) -> Comparison {
    compare_lanes(&run("native", vec![a]), &run("aarch64", vec![b]))
}
