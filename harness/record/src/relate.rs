//! Relations between the runs of a report: takes a report; gives the time of each run in relation to
//! the native one, and the run that filled the cache directory of another. Sees no directive.

use crate::compare::asks_the_same;
use crate::config::{Cache, Config, Way};
use crate::describe::Lane;
use crate::report::{Report, Run};

impl Report {
    /// Sets each run's [`Run::ratio_to_native`] from the runs in the report. Call it after adding a
    /// run or changing its time; the recorder and a merge do.
    pub fn relate_to_native(&mut self) {
        let whole = |run: &Run| run.stopped.is_none() && run.wall_s > 0.0;
        let natives: Vec<(String, Config, f64)> = self
            .runs
            .iter()
            .filter(|run| run.lane.name == Lane::default().name && whole(run))
            .map(|run| (run.engine.name.clone(), run.config.clone(), run.wall_s))
            .collect();
        let is_native = |run: &Run| run.lane.name == Lane::default().name;
        if self.runs.iter().all(is_native) {
            // Nothing is to be related.
            self.runs.iter_mut().for_each(|run| run.ratio_to_native = None);
            return;
        }
        for run in &mut self.runs {
            let is_base = |(engine, config, _): &&(String, Config, f64)| {
                let is_same = asks_the_same(config, &run.config) && config.way == run.config.way;
                *engine == run.engine.name && is_same
            };
            let native = natives.iter().find(is_base);
            run.ratio_to_native =
                native.filter(|_| whole(run)).map(|(.., native_s)| run.wall_s / native_s);
        }
    }

    /// The run that filled the cache directory from which the run at this position was to load
    /// everything; `None` if that run is of another way, or there is none.
    pub fn filling(&self, at: usize) -> Option<&Run> {
        let run = self.runs.get(at).filter(|run| run.config.way == Way::Reloaded)?;
        self.runs[..at].iter().rev().find(|other| {
            let is_same = other.name() == run.name() && asks_the_same(&other.config, &run.config);
            is_same && other.config.cache == Cache::Directory && other.config.way == Way::Fresh
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Opt;
    use crate::describe::Tool;

    #[test]
    fn a_time_is_compared_with_the_native_one_of_the_same_engine() {
        let run = |engine: &str, lane: &str, wall_s| {
            let mut run = Run { wall_s, ..Run::default() };
            (run.engine.name, run.lane.name) = (engine.to_string(), lane.to_string());
            run
        };
        let mut report = Report::new(Tool::default());
        let stopped = Run { stopped: Some("interrupted".into()), ..run("a", "aarch64", 8.0) };
        let slow = |lane: &str, wall_s| {
            let mut run = run("a", lane, wall_s);
            run.config.opt = Opt::None;
            run
        };
        // The native run need not be the first.
        report.runs =
            vec![run("a", "aarch64", 8.0), run("a", "native", 2.0), run("b", "native", 0.0)];
        report.runs.extend([run("b", "aarch64", 1.0), run("c", "aarch64", 1.0), stopped]);
        // Other settings take another time.
        report.runs.extend([slow("aarch64", 9.0), slow("native", 3.0)]);
        report.relate_to_native();
        let ratios: Vec<_> = report.runs.iter().map(|run| run.ratio_to_native).collect();
        let others = [None, None, None, None, Some(3.0), Some(1.0)];
        assert_eq!(ratios, [&[Some(4.0), Some(1.0)], &others[..]].concat());
        assert!(report.to_json().contains(r#""ratio_to_native":null"#));
    }
}
