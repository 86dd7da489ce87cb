//! Takes the reports of shards or lanes; returns one report. Refuses two reports of the same file
//! rather than counting it twice. Compares the lanes as those of one run, and keeps the reasons for
//! skipped lanes. Reads and writes no file.

use crate::caching;
use crate::partition::{Mismatch, join};
use crate::report::{Report, Run};
use std::collections::HashSet;
use std::fmt;

/// Why reports cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeError {
    /// Both reports have a file.
    Twice {
        /// The file.
        path: String,
        /// The engine that ran it in both.
        engine: String,
    },
    /// The reports are not shards of one run.
    Shards {
        /// The engine.
        engine: String,
        /// Why not.
        mismatch: Mismatch,
    },
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MergeError::Twice { path, engine } => {
                write!(
                    f,
                    "both reports have `{path}` on `{engine}`: they are not shards of one run"
                )
            }
            MergeError::Shards { engine, mismatch } => write!(f, "`{engine}`: {mismatch}"),
        }
    }
}

impl std::error::Error for MergeError {}

/// Why a report says nothing, so that it cannot be merged: it has no run, or one without scripts.
/// A shard may have no scripts, and a run with a problem fails anyway.
pub fn nothing(report: &Report) -> Option<String> {
    let is_empty = |run: &&Run| {
        let ended = run.stopped.is_none() && run.problems.is_empty();
        run.files.is_empty() && run.partition.is_none() && ended
    };
    match report.runs.iter().find(is_empty) {
        Some(run) => Some(format!("{} ran no script", run.name())),
        None => report.runs.is_empty().then(|| "the report has no run".to_string()),
    }
}

/// What a merged report lacks: a sentence for each run with missing shards or scripts.
pub fn incomplete(report: &Report) -> Vec<String> {
    let lacks = |(run, name): (&Run, String)| {
        let partition = run.partition.as_ref()?;
        let missing = partition.missing();
        let of = partition.of;
        if let [first, rest @ ..] = &missing[..] {
            let mut shards = first.to_string();
            rest.iter().for_each(|shard| shards += &format!(", {shard}"));
            let plural = if rest.is_empty() { "" } else { "s" };
            return Some(format!("{name} lacks shard{plural} {shards} of {of}"));
        }
        let (has, scripts) = (run.files.len() as u64, partition.scripts);
        (has != scripts).then(|| format!("{name} has {has} of the {scripts} scripts selected"))
    };
    report.runs.iter().zip(report.run_names()).filter_map(lacks).collect()
}

/// Merges `other` into `report`: runs of the same engine, lane and configuration become one, and
/// lanes are compared again.
///
/// # Errors
/// If both reports have the same file or shard in the same run, or if they are shards of different
/// runs.
pub fn merge(mut report: Report, other: Report) -> Result<Report, MergeError> {
    for run in other.runs {
        match report.runs.iter_mut().find(|mine| same(mine, &run)) {
            Some(mine) => append(mine, run)?,
            None => report.runs.push(run),
        }
    }
    other.skipped_lanes.into_iter().for_each(|skipped| report.skip_lane(skipped));
    other.skipped_engines.into_iter().for_each(|skipped| report.skip_engine(skipped));
    report.relate_to_native();
    report.compare_lanes();
    Ok(report)
}

fn same(a: &Run, b: &Run) -> bool {
    a.engine == b.engine && a.lane == b.lane && a.config.agrees_with(&b.config)
}

fn append(run: &mut Run, other: Run) -> Result<(), MergeError> {
    let paths: HashSet<&str> = run.files.iter().map(|file| file.path.as_str()).collect();
    if let Some(twice) = other.files.iter().find(|file| paths.contains(file.path.as_str())) {
        let (path, engine) = (twice.path.clone(), run.engine.name.clone());
        return Err(MergeError::Twice { path, engine });
    }
    join(&mut run.partition, other.partition.as_ref())
        .map_err(|mismatch| MergeError::Shards { engine: run.engine.name.clone(), mismatch })?;
    if run.config != other.config {
        // The cache directory is the only allowed difference: each shard had its own.
        run.config.cache_directory = None;
    }
    run.files.extend(other.files);
    run.files.sort_by(|a, b| a.path.cmp(&b.path));
    run.ledger += other.ledger;
    run.wall_s += other.wall_s;
    run.peak_rss = run.peak_rss.max(other.peak_rss);
    let functions = [run.functions_compiled, other.functions_compiled];
    run.functions_compiled = functions.into_iter().flatten().reduce(u64::saturating_add);
    run.cache = caching::sum(run.cache, other.cache);
    run.stopped = run.stopped.take().or(other.stopped);
    run.problems.extend(other.problems);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caching::CacheCounts;
    use crate::config::{Cache, Opt};
    use crate::describe::Tool;
    use crate::partition::Partition;
    use crate::report::{File, SkippedLane};

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
        let (mut b, a) = (shard("b"), shard("a"));
        b.runs[0].functions_compiled = Some(3);
        let mut merged = merge(b.clone(), a.clone()).unwrap();
        assert_eq!(merge(a, b).unwrap().runs[0].functions_compiled, Some(3));
        merged.runs[0].functions_compiled = Some(4);
        let mut c = shard("c");
        c.runs[0].functions_compiled = Some(5);
        let counts = CacheCounts { hits: 2, evictions: 1, ..CacheCounts::default() };
        c.runs[0].cache = Some(counts);
        let all = merge(merged.clone(), c.clone()).unwrap();
        assert_eq!((all.runs[0].functions_compiled, all.runs[0].cache), (Some(9), Some(counts)));
        let mut d = shard("d");
        d.runs[0].cache = c.runs[0].cache;
        let counts = CacheCounts { hits: 4, evictions: 2, ..CacheCounts::default() };
        assert_eq!(merge(all, d).unwrap().runs[0].cache, Some(counts));
        let run = &merged.runs[0];
        assert_eq!(run.ledger.directives, 4);
        assert_eq!(run.files.iter().map(|file| &*file.path).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn the_cache_directory_does_not_distinguish_runs() {
        let cached = |path: &str, place: &str| {
            let mut report = shard(path);
            report.runs[0].config.cache = Cache::Directory;
            report.runs[0].config.cache_directory = Some(place.to_string());
            report
        };
        let merged = merge(cached("a", "/x"), cached("b", "/y")).unwrap();
        assert_eq!((merged.runs.len(), merged.runs[0].files.len()), (1, 2));
        assert_eq!(merged.runs[0].config.cache_directory, None);
        let same = merge(cached("a", "/x"), cached("b", "/x")).unwrap();
        assert_eq!(same.runs[0].config.cache_directory.as_deref(), Some("/x"));
        // Any other field is another configuration.
        let mut other = cached("b", "/x");
        other.runs[0].config.opt = Opt::None;
        assert_eq!(merge(cached("a", "/x"), other).unwrap().runs.len(), 2);
    }

    #[test]
    fn lanes_become_one_report() {
        let skipped = |lane: &str| SkippedLane { lane: lane.to_string(), ..SkippedLane::default() };
        let (mut native, mut other) = (shard("a"), shard("a"));
        native.skipped_lanes = vec![skipped("x")];
        other.skipped_lanes = vec![skipped("y"), skipped("x")];
        other.runs[0].lane.name = "aarch64".to_string();
        other.runs[0].wall_s = 3.0;
        let merged = merge(native, other).unwrap();
        assert_eq!(merged.runs[1].ratio_to_native, Some(3.0));
        assert_eq!(merged.skipped_lanes, [skipped("x"), skipped("y")]);
    }

    #[test]
    fn a_report_without_results_is_named() {
        let none = Report::new(Tool::default());
        assert_eq!(nothing(&none).as_deref(), Some("the report has no run"));
        let empty = || Report { runs: vec![Run::default()], ..Report::new(Tool::default()) };
        assert_eq!(nothing(&empty()).as_deref(), Some(" on native ran no script"));
        assert_eq!(nothing(&shard("a")), None);
        let (mut shard, mut stopped) = (empty(), empty());
        shard.runs[0].partition = Some(Partition::default());
        stopped.runs[0].stopped = Some("interrupted".to_string());
        assert_eq!((nothing(&shard), nothing(&stopped)), (None, None));
    }

    #[test]
    fn the_same_shard_twice_is_refused() {
        let error = merge(shard("a"), shard("a")).unwrap_err();
        assert!(error.to_string().contains("both reports have `a`"));
    }
}
