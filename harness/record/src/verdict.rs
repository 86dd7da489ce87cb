//! The nine verdicts of a directive, and the ledger that counts them. Judges nothing.

use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// The result of one directive. Every directive of a file has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The engine did what the script expects.
    Passed,
    /// The engine did something else.
    Failed,
    /// The engine lacks a feature or a capability that the directive needs, or the harness cannot
    /// check it.
    Unsupported,
    /// The harness cannot read it, so nothing was checked.
    Unreadable,
    /// It was not run, because something that it depends on failed, is unreadable, or was lost with
    /// a worker.
    Blocked,
    /// It was not judged: the user's filter excluded it, or the run was stopped before it.
    Skipped,
    /// The worker process died while it ran the directive.
    Crashed,
    /// It did not end within the time limit.
    TimedOut,
    /// It tests the text parser, which belongs to the harness: no engine gets credit for it.
    HarnessOnly,
}

impl Verdict {
    /// Every verdict, in the order of the ledger.
    pub const ALL: [Verdict; 9] = [
        Verdict::Passed,
        Verdict::Failed,
        Verdict::Unsupported,
        Verdict::Unreadable,
        Verdict::Blocked,
        Verdict::Skipped,
        Verdict::Crashed,
        Verdict::TimedOut,
        Verdict::HarnessOnly,
    ];

    /// The name in files and tables, for example `timed_out`.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Unsupported => "unsupported",
            Verdict::Unreadable => "unreadable",
            Verdict::Blocked => "blocked",
            Verdict::Skipped => "skipped",
            Verdict::Crashed => "crashed",
            Verdict::TimedOut => "timed_out",
            Verdict::HarnessOnly => "harness_only",
        }
    }

    /// The name as a person reads it, for example `timed out`.
    pub fn words(self) -> String {
        match self {
            Verdict::HarnessOnly => "text parser only".to_string(),
            verdict => verdict.name().replace('_', " "),
        }
    }

    /// The distance of the verdict from a pass: a higher value is worse.
    pub const fn severity(self) -> u8 {
        match self {
            Verdict::Passed => 0,
            Verdict::Unsupported | Verdict::Skipped | Verdict::HarnessOnly => 1,
            Verdict::Crashed | Verdict::TimedOut => 3,
            _ => 2,
        }
    }

    /// Whether the verdict fails a run unless it is listed as known.
    pub const fn is_bad(self) -> bool {
        match self {
            Verdict::Failed
            | Verdict::Unreadable
            | Verdict::Blocked
            | Verdict::Crashed
            | Verdict::TimedOut => true,
            Verdict::Passed | Verdict::Unsupported | Verdict::Skipped | Verdict::HarnessOnly => {
                false
            }
        }
    }
}

/// The number of directives, and of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ledger {
    /// Directives in the files, counted when the files were read.
    pub directives: u64,
    /// Those on which the engine did what the script expects.
    pub passed: u64,
    /// Those on which the engine did something else.
    pub failed: u64,
    /// Those that need something that the engine lacks, or that the harness cannot check.
    pub unsupported: u64,
    /// Those that the harness cannot read. Reports before this
    /// verdict existed lack the count.
    #[serde(default)]
    pub unreadable: u64,
    /// Those that were not run, because something that they depend on is missing.
    pub blocked: u64,
    /// Those that the user's filter excluded, or that a stopped run did not reach.
    pub skipped: u64,
    /// Those that ended their worker process.
    pub crashed: u64,
    /// Those that did not end within the time limit.
    pub timed_out: u64,
    /// Those that test only the text parser, which belongs to the harness.
    pub harness_only: u64,
}

impl Ledger {
    /// The count of one verdict.
    pub const fn count(&self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::Passed => self.passed,
            Verdict::Failed => self.failed,
            Verdict::Unsupported => self.unsupported,
            Verdict::Unreadable => self.unreadable,
            Verdict::Blocked => self.blocked,
            Verdict::Skipped => self.skipped,
            Verdict::Crashed => self.crashed,
            Verdict::TimedOut => self.timed_out,
            Verdict::HarnessOnly => self.harness_only,
        }
    }

    /// Counts a verdict; `directives` stays, since it counts the files' directives.
    pub fn add(&mut self, verdict: Verdict) {
        self.add_many(verdict, 1);
    }

    /// Counts one verdict of several directives.
    pub fn add_many(&mut self, verdict: Verdict, directives: u64) {
        let count = self.count_mut(verdict);
        *count = count.saturating_add(directives);
    }

    /// The sum of two ledgers; `None` if a count exceeds 64 bits.
    pub(crate) fn checked_add(mut self, other: Ledger) -> Option<Ledger> {
        self.directives = self.directives.checked_add(other.directives)?;
        for verdict in Verdict::ALL {
            let count = self.count_mut(verdict);
            *count = count.checked_add(other.count(verdict))?;
        }
        Some(self)
    }

    fn count_mut(&mut self, verdict: Verdict) -> &mut u64 {
        match verdict {
            Verdict::Passed => &mut self.passed,
            Verdict::Failed => &mut self.failed,
            Verdict::Unsupported => &mut self.unsupported,
            Verdict::Unreadable => &mut self.unreadable,
            Verdict::Blocked => &mut self.blocked,
            Verdict::Skipped => &mut self.skipped,
            Verdict::Crashed => &mut self.crashed,
            Verdict::TimedOut => &mut self.timed_out,
            Verdict::HarnessOnly => &mut self.harness_only,
        }
    }

    /// Whether every directive got exactly one verdict.
    pub fn adds_up(&self) -> bool {
        let counts = Verdict::ALL.iter().map(|&verdict| u128::from(self.count(verdict)));
        counts.sum::<u128>() == u128::from(self.directives)
    }
}

impl AddAssign for Ledger {
    fn add_assign(&mut self, other: Ledger) {
        self.directives += other.directives;
        for verdict in Verdict::ALL {
            *self.count_mut(verdict) += other.count(verdict);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_adds_up_when_every_directive_has_a_verdict() {
        let mut ledger = Ledger { directives: 9, ..Ledger::default() };
        assert!(!ledger.adds_up());
        for verdict in Verdict::ALL {
            ledger.add(verdict);
        }
        assert!(ledger.adds_up());
        let mut sum = ledger;
        sum += ledger;
        assert_eq!((sum.directives, sum.unreadable), (18, 2));
    }
}
