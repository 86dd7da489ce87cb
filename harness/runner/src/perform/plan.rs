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
            poisoned.extend(threads_of(script, index));
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
/// end in this worker either. If an id is unclear, every thread before may be its thread.
fn threads_of(script: &Script, index: u32) -> Vec<u32> {
    let before = script.steps().get(..=index as usize).unwrap_or_default();
    let Some(wait) = before.last().filter(|step| step.kind == "wait") else { return Vec::new() };
    let threads = || before.iter().rev().filter(|step| step.kind == "thread");
    let all = || threads().map(|step| step.index).collect();
    let Some(id) = script.own_id(wait) else { return all() };
    for step in threads() {
        match script.own_id(step) {
            Some(own) if own == id => return vec![step.index],
            Some(_) => {}
            None => return all(),
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_poisoned_with_its_thread() {
        for (text, threads) in [
            ("(thread $A) (thread $B) (wait $A)", vec![0]),
            ("(thread $\"A\") (thread $\"B\") (wait $\"A\")", vec![0]),
            ("(thread $\"A\") (thread $\"B\") (wait $B)", vec![1]),
            ("(thread $A) (thread $\"\\41\") (thread $\"\u{e4} ;\") (wait $A)", vec![1]),
            ("(thread $A) (thread $A) (wait $C)", vec![]),
            ("(thread $A) (thread $B) (wait A)", vec![1, 0]),
            ("(thread $A) (thread $\"\") (wait $A)", vec![1, 0]),
            ("(module $A) (thread $A) (invoke \"f\")", vec![]),
        ] {
            let script = Script::parse(text);
            let last = script.steps().len() as u32 - 1;
            assert_eq!(threads_of(&script, last), threads, "{text}");
        }
    }
}
