//! The exit codes: a documented contract with scripts and CI jobs.

use std::fmt::Display;

/// All as expected. Unsupported directives alone do not change that.
pub const OK: u8 = 0;
/// A regression, an unreadable directive, an unexpected pass, a stale entry among the known failures,
/// lost support, or a difference between lanes. `compare` uses it for any difference, or only for
/// what has become worse; `merge` has the code of one run over all that it merged.
pub const UNEXPECTED: u8 = 1;
/// The command line, a list of known failures or an input file cannot be used.
pub const USAGE: u8 = 2;
/// The harness or an engine could not be started, a fault that is nobody's directive, or a report
/// that could not be written.
pub const HARNESS: u8 = 3;
/// What was asked for matches nothing, or has no directive.
pub const NOTHING_MATCHED: u8 = 4;
/// Stopped by Ctrl-C, a lost terminal or a termination request, whatever else is to be said; what
/// was done so far is reported.
pub const INTERRUPTED: u8 = 130;

/// Why a command ends without having done its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// One of the codes above.
    pub code: u8,
    /// What is wrong and what to do, for standard error.
    pub message: String,
}

impl Failure {
    /// The user asked for something that cannot be.
    pub fn usage(message: impl Display) -> Failure {
        Failure { code: USAGE, message: message.to_string() }
    }

    /// The failure of one lane, which is named unless it is this very program.
    pub fn of_lane(self, lane: &str) -> Failure {
        match lane {
            wassay_lanes::NATIVE => self,
            lane => Failure { message: format!("lane {lane}: {}", self.message), ..self },
        }
    }

    /// What several failures come to: all that they say, under the first one's code.
    pub fn of_all(failures: Vec<Failure>) -> Option<Failure> {
        let code = failures.first()?.code;
        let messages: Vec<String> = failures.into_iter().map(|failure| failure.message).collect();
        Some(Failure { code, message: messages.join("\nwassay: ") })
    }

    /// The harness broke.
    pub fn harness(message: impl Display) -> Failure {
        Failure { code: HARNESS, message: message.to_string() }
    }
}
