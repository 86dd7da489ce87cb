//! The stages of one script: one, or two for the way `sessions`. Takes steps; performs each on the
//! first and then on the second, and gives the worse judgement with the session that it is about.
//! Sees no process.

use super::stage::{Setting, Stage};
use super::stop::Stop;
use crate::judge::Judgement;
use crate::script::Step;
use wassay_record::{Expected, same_open};

/// A stage for each session, or why it could not be opened.
pub(super) struct Stages<'scope, 'env>(Vec<Result<Stage<'scope, 'env>, Stop>>);

impl<'scope, 'env> Stages<'scope, 'env> {
    /// Opens a session for each setting.
    pub(super) fn open(settings: impl Iterator<Item = Setting<'scope, 'env>>) -> Self {
        Stages(settings.map(|setting| Stage::open(setting).map_err(Stop::Fault)).collect())
    }

    /// Performs a top-level directive; calls `again` before the second session.
    pub(super) fn perform(&mut self, step: &Step, mut again: impl FnMut()) -> Judgement {
        let judgements = self.0.iter_mut().enumerate().map(|(at, stage)| {
            if at > 0 {
                again();
            }
            match stage {
                Ok(stage) => stage.perform(step),
                Err(stop) => stop.judge(Some(Expected::Session)),
            }
        });
        judgements.reduce(both).unwrap_or(Judgement::Passed)
    }

    /// Records that a directive is not performed because it ended a worker.
    pub(super) fn poison(&mut self, step: &Step) {
        self.0.iter_mut().flatten().for_each(|stage| stage.poison(step));
    }

    /// The number of host calls of the last directive that were not recorded.
    pub(super) fn lost_calls(&self) -> u64 {
        self.0.iter().flatten().fold(0, |sum, stage| sum.saturating_add(stage.lost_calls))
    }

    /// Ends all sessions.
    pub(super) fn close(self) {
        self.0.into_iter().flatten().for_each(Stage::close);
    }
}

/// The judgement of a directive that ran in two sessions.
fn both(first: Judgement, second: Judgement) -> Judgement {
    match (first, second) {
        (Judgement::Open { expected, actual: one }, Judgement::Open { actual: other, .. })
            if !same_open(&one, &other) =>
        {
            Judgement::Failed {
                expected: Some(expected),
                actual: other,
                message: format!("in the second session; in the first one: {one}"),
            }
        }
        (first, second) if first == second => match first {
            Judgement::Failed { .. } => first.within("in both sessions"),
            first => first,
        },
        (first, second) => {
            first.within("in the first session").or_worse(second.within("in the second session"))
        }
    }
}
