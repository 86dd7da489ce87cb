//! Takes two reports, or two runs of one report; pairs the runs and returns the differences of each
//! pair, and the runs that only one report has. Sees no directive.

use super::change::{Comparison, Which};
use super::loss;
use super::name::name_among;
use super::pair::{How, compare_runs};
use super::question::RunPair;
use crate::config::Config;
use crate::report::{Report, Run};

/// Compares two reports. Runs are paired by engine, lane and settings, except the directory of the
/// cache, and then also if one had no cache. If each report has exactly one run and both are of one
/// way, the two are a pair in any case, so that engines, lanes and settings can be compared with each
/// other. Between two engines only verdicts and values are compared, since each has its own messages.
/// A run that was stopped before it began has no results, so it is named and not compared.
pub fn compare(a: &Report, b: &Report) -> Comparison {
    let mut comparison = Comparison { stopped: [a, b].map(stopped), ..Comparison::default() };
    comparison.losses.extend(loss::lanes(a, b));
    let all: Vec<&Run> = a.runs.iter().chain(&b.runs).collect();
    let pairs = Pairs::of(&a.runs, &b.runs);
    for (first, second) in pairs.both {
        let name = match (first.name(), second.name()) {
            (one, other) if one == other => name_among(second, &b.runs, &all),
            (one, other) => format!("{one} | {other}"),
        };
        match [first, second].map(Run::was_not_run) {
            [false, false] => {}
            [true, true] => continue,
            [is_first, _] => {
                let which = if is_first { Which::First } else { Which::Second };
                comparison.unrun.push((name, which));
                continue;
            }
        }
        let how = How::of(first, second);
        let common = compare_runs(&name, first, second, how, &mut comparison);
        let losses = loss::of_run(&name, first, second, &comparison);
        comparison.losses.extend(losses);
        comparison.pairs.push(RunPair::of(first, second, &all, common));
    }
    for (runs, report, which) in [(pairs.first, a, Which::First), (pairs.second, b, Which::Second)]
    {
        let named = runs.into_iter().map(|run| (name_among(run, &report.runs, &all), which));
        comparison.runs.extend(named);
    }
    comparison
}

/// Why a report was stopped early.
fn stopped(report: &Report) -> Option<String> {
    report.runs.iter().find_map(|run| run.stopped.clone())
}

/// All differences of the second lane from the first: in directives, and in whole files.
pub fn compare_lanes(a: &Run, b: &Run) -> Comparison {
    let mut comparison = Comparison::default();
    compare_runs(&b.name(), a, b, How::of_lanes(a, b), &mut comparison);
    comparison
}

/// The runs of two reports.
#[derive(Default)]
struct Pairs<'a> {
    both: Vec<(&'a Run, &'a Run)>,
    /// Only in the first report.
    first: Vec<&'a Run>,
    /// Only in the second report.
    second: Vec<&'a Run>,
}

impl<'a> Pairs<'a> {
    fn of(a: &'a [Run], b: &'a [Run]) -> Pairs<'a> {
        if let ([a], [b]) = (a, b)
            && a.config.way == b.config.way
        {
            return Pairs { both: vec![(a, b)], ..Pairs::default() };
        }
        let mut partners: Vec<Option<&Run>> = vec![None; a.len()];
        let mut rest: Vec<&Run> = b.iter().collect();
        // A merged report may have several versions of one engine.
        let same = [is_same_engine as fn(&Run, &Run) -> bool, is_same_question, is_same_way];
        for is_partner in same {
            for (run, partner) in a.iter().zip(&mut partners) {
                if partner.is_none()
                    && let Some(at) = rest.iter().position(|other| is_partner(run, other))
                {
                    *partner = Some(rest.remove(at));
                }
            }
        }
        let mut pairs = Pairs { second: rest, ..Pairs::default() };
        for (run, partner) in a.iter().zip(partners) {
            match partner {
                Some(partner) => pairs.both.push((run, partner)),
                None => pairs.first.push(run),
            }
        }
        pairs
    }
}

fn is_same_engine(a: &Run, b: &Run) -> bool {
    a.engine == b.engine && is_same_question(a, b)
}

/// Whether they differ in where compiled code was kept, at most: the first run of the way `reloaded`
/// is one of the way `fresh` with a directory.
fn is_same_way(a: &Run, b: &Run) -> bool {
    let config = Config { cache: a.config.cache, ..b.config.clone() };
    a.name() == b.name() && a.config.agrees_with(&config)
}

fn is_same_question(a: &Run, b: &Run) -> bool {
    a.name() == b.name() && a.config.agrees_with(&b.config)
}
