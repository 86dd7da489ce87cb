//! Takes two reports; returns what the second one has lost besides verdicts: features and
//! capabilities of an engine, lanes that can no longer run, and runs without faults.

use super::change::{Comparison, Loss, Trend};
use super::lanes::{place_in, place_of};
use crate::report::{Problem, ProblemKind, Report, Run};
use std::collections::HashSet;

/// The lanes that only the second report skipped.
pub(super) fn lanes<'a>(a: &'a Report, b: &'a Report) -> impl Iterator<Item = Loss> + 'a {
    let was_skipped = |lane: &str| a.skipped_lanes.iter().any(|skipped| skipped.lane == lane);
    let lost = b.skipped_lanes.iter().filter(move |skipped| !was_skipped(&skipped.lane));
    lost.map(|skipped| Loss::Lane(skipped.clone()))
}

/// The losses of the second run. A directive that regressed also differs from another lane or way;
/// it is no second loss.
pub(super) fn of_run(name: &str, a: &Run, b: &Run, found: &Comparison) -> Vec<Loss> {
    let regressed = found.changes.iter().filter(|change| change.trend() == Trend::Regressed);
    let regressed: HashSet<(&str, String)> =
        regressed.map(|change| (&*change.path, place_of(change))).collect();
    let is_regressed = |problem: &Problem| {
        let place = place_in(problem).map(|place| (&*problem.path, place.to_string()));
        place.is_some_and(|place| regressed.contains(&place))
    };
    let is_new = |kind| match kind {
        ProblemKind::Fault | ProblemKind::LostSupport | ProblemKind::LaneDifference => true,
        // These are about the list of known failures, not about the engine.
        ProblemKind::UnexpectedPass
        | ProblemKind::StaleKnown
        | ProblemKind::KnownWithoutReason
        | ProblemKind::UnstatedSupport => false,
    };
    let new = b.problems.iter().filter(|problem| is_new(problem.kind));
    let new = new.filter(|problem| !a.problems.contains(problem) && !is_regressed(problem));
    let mut losses: Vec<Loss> = new
        .map(|problem| Loss::Problem { run: name.to_string(), problem: problem.clone() })
        .collect();
    if a.engine.name == b.engine.name {
        for (what, had, has) in [
            ("feature", &a.engine.features, &b.engine.features),
            ("capability", &a.engine.capabilities, &b.engine.capabilities),
        ] {
            let lost = had.iter().filter(|name| !has.contains(name));
            losses.extend(lost.map(|lost| Loss::Support {
                run: name.to_string(),
                what,
                name: lost.clone(),
            }));
        }
    }
    losses
}
