//! Takes reports of shards; gives one report.
//! Two reports of the same file are refused rather than counted twice.

use crate::report::{Report, Run};
use std::collections::HashSet;
use std::fmt;

/// Why reports cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeError {
    /// The file that both reports have.
    pub path: String,
    /// The engine that ran it in both.
    pub engine: String,
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MergeError { path, engine } = self;
        write!(f, "both reports have `{path}` on `{engine}`: they are not shards of one run")
    }
}

impl std::error::Error for MergeError {}

/// Merges `other` into `report`: runs of the same engine, lane and configuration become one.
///
/// # Errors
/// If both reports have the same file in the same run.
pub fn merge(mut report: Report, other: Report) -> Result<Report, MergeError> {
    for run in other.runs {
        match report.runs.iter_mut().find(|mine| same(mine, &run)) {
            Some(mine) => append(mine, run)?,
            None => report.runs.push(run),
        }
    }
    Ok(report)
}

fn same(a: &Run, b: &Run) -> bool {
    a.engine == b.engine && a.lane == b.lane && a.config == b.config
}

fn append(run: &mut Run, other: Run) -> Result<(), MergeError> {
    let paths: HashSet<&str> = run.files.iter().map(|file| file.path.as_str()).collect();
    if let Some(twice) = other.files.iter().find(|file| paths.contains(file.path.as_str())) {
        let (path, engine) = (twice.path.clone(), run.engine.name.clone());
        return Err(MergeError { path, engine });
    }
    run.files.extend(other.files);
    run.files.sort_by(|a, b| a.path.cmp(&b.path));
    run.ledger += other.ledger;
    run.wall_s += other.wall_s;
    run.peak_rss = run.peak_rss.max(other.peak_rss);
    run.stopped = run.stopped.take().or(other.stopped);
    run.problems.extend(other.problems);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Tool;
    use crate::report::File;

    fn shard(path: &str) -> Report {
        let mut report = Report::new(Tool::default());
        let mut run = Run { wall_s: 1.0, ..Run::default() };
        run.files.push(File { path: path.to_string(), ..File::default() });
        (run.ledger.directives, run.ledger.passed) = (2, 2);
        report.runs.push(run);
        report
    }

    #[test]
    fn shards_become_one_run() {
        let merged = merge(shard("b"), shard("a")).unwrap();
        let run = &merged.runs[0];
        assert_eq!(run.ledger.directives, 4);
        assert_eq!(run.files.iter().map(|file| &*file.path).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn the_same_shard_twice_is_refused() {
        let error = merge(shard("a"), shard("a")).unwrap_err();
        assert!(error.to_string().contains("both reports have `a`"));
    }
}
