//! Takes a script and the selected lines; decides for each directive whether it is performed and
//! whether it is reported. Performs nothing.

use super::{Options, Resume};
use crate::script::{Script, Step};
use std::collections::HashSet;

/// How each directive is handled.
pub(super) struct Plan {
    from: u32,
    poisoned: HashSet<u32>,
    selected: Option<Vec<bool>>,
    /// The first directive that need not be performed.
    end: u32,
}

/// How one directive is handled.
pub(super) enum Part {
    /// Performed and judged.
    Judged,
    /// Performed for its effects, reported as skipped.
    Performed,
    /// Reported as skipped.
    Skipped,
    /// Performed for its effects, not reported.
    Replayed,
    /// Not performed: it ended a worker.
    Poisoned,
    /// Neither performed nor reported.
    Nothing,
}

impl Plan {
    pub(super) fn new(script: &Script, options: &Options) -> Plan {
        let Resume { from, poisoned } = &options.resume;
        let selected = options.lines.as_ref().map(|lines| {
            let inside = |step: &Step| lines.iter().any(|&lines| script.is_on(step, lines));
            script.steps().iter().map(inside).collect::<Vec<bool>>()
        });
        let end = match &selected {
            Some(selected) => selected.iter().rposition(|&inside| inside).map_or(0, |at| at + 1),
            None => script.steps().len(),
        };
        let end = end_of_threads(script, end) as u32;
        let mut poisoned: HashSet<u32> = poisoned.iter().copied().collect();
        for index in poisoned.clone() {
            poisoned.extend(thread_of(script, index));
        }
        Plan { from: *from, poisoned, selected, end }
    }

    pub(super) fn part(&self, step: &Step) -> Part {
        let judged = step.index >= self.from;
        let selected = self.selected.as_ref().is_none_or(|all| all[step.index as usize]);
        match step.index {
            index if self.poisoned.contains(&index) => Part::Poisoned,
            index if index >= self.end && judged => Part::Skipped,
            index if index >= self.end => Part::Nothing,
            _ if !judged => Part::Replayed,
            _ if selected => Part::Judged,
            _ => Part::Performed,
        }
    }
}

/// The end of the directives to perform, extended until all threads running at `end` have ended.
fn end_of_threads(script: &Script, end: usize) -> usize {
    let (before, after) = script.steps().split_at(end);
    if before.iter().all(|step| step.kind != "thread") {
        return end;
    }
    after.iter().rposition(|step| step.kind == "wait").map_or(end, |at| end + at + 1)
}

/// The thread that a `wait` is for: if the thread is poisoned, so is the wait, because it would not
/// end in this worker either.
fn thread_of(script: &Script, index: u32) -> Option<u32> {
    let before = script.steps().get(..=index as usize)?;
    let wait = before.last().filter(|step| step.kind == "wait")?;
    let id = script.words(wait).first().copied()?.to_string();
    let is_its = |step: &&Step| {
        step.kind == "thread" && script.words(step).first().is_some_and(|word| **word == id)
    };
    before.iter().rev().find(is_its).map(|step| step.index)
}
