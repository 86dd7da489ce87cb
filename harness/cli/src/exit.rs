//! The exit codes: a documented contract with scripts and CI jobs.

use std::fmt::Display;

/// Everything is as expected. Unsupported directives do not change that.
pub const OK: u8 = 0;
/// A regression, an unreadable directive, an unexpected pass, a stale entry of the known failures,
/// lost support, or a difference between lanes. `compare` exits with it for any difference, or only
/// for regressions; `merge` exits as a single combined run would.
pub const UNEXPECTED: u8 = 1;
/// The command line, a list of known failures or an input file cannot be used. `compile` exits with
/// it for a module that is not valid, `inspect` for a damaged artifact.
pub const USAGE: u8 = 2;
/// The harness or an engine could not be started, a fault occurred outside any directive, or a
/// report could not be written.
pub const HARNESS: u8 = 3;
/// The selection matches no script, or has no directive.
pub const NOTHING_MATCHED: u8 = 4;
/// Stopped by Ctrl-C, a lost terminal or a termination request. Takes precedence over all other
/// codes; the results so far are reported.
pub const INTERRUPTED: u8 = 130;

/// Why a command ended without doing its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// One of the codes above.
    pub code: u8,
    /// What is wrong and what to do, for standard error.
    pub message: String,
}

impl Failure {
    /// The user asked for something impossible.
    pub fn usage(message: impl Display) -> Failure {
        Failure { code: USAGE, message: message.to_string() }
    }

    /// The failure of one lane. The message names the lane, unless it is native.
    pub fn of_lane(self, lane: &str) -> Failure {
        match lane {
            wassay_lanes::NATIVE => self,
            lane => Failure { message: format!("lane {lane}: {}", self.message), ..self },
        }
    }

    /// Combines failures: all messages, and the first one's code.
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
