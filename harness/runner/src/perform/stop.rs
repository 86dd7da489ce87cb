//! Why a directive could not be tried, and what is then said of it.

use super::names::{Cause, Missing};
use crate::judge::Judgement;
use wassay_engine::{Fault, Feature};

/// What keeps a directive from being tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Something that it depends on is not there.
    Missing(Missing),
    /// The engine lacks a feature.
    Unsupported(Feature),
    /// The engine cannot turn a feature off.
    Fixed(Feature),
    /// The harness cannot read it.
    Unreadable(String),
    /// The script asks for something that does not exist.
    Script(String),
    /// The engine broke, or has no such operation.
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

impl Stop {
    /// The judgement of a directive that expects this.
    pub(super) fn judge(&self, expected: &str) -> Judgement {
        let failed = |actual: String, message: &str| Judgement::Failed {
            expected: expected.to_string(),
            actual,
            message: message.to_string(),
        };
        match self {
            Stop::Missing(Missing { line, cause: Cause::Failed }) => {
                let message = format!("depends on line {line}, which failed");
                Judgement::Blocked { message, cause: *line }
            }
            Stop::Missing(missing @ Missing { cause: Cause::Lost, .. }) => {
                Judgement::Blocked { message: missing.blocks(), cause: missing.line }
            }
            Stop::Missing(Missing { line, cause: Cause::Unsupported(feature) }) => {
                let message = format!("depends on line {line}, which is unsupported");
                Judgement::Unsupported { message, feature: *feature }
            }
            Stop::Unsupported(feature) => Judgement::Unsupported {
                message: format!("the engine has no `{feature}`"),
                feature: Some(*feature),
            },
            Stop::Fixed(feature) => Judgement::Unsupported {
                message: format!("the engine cannot turn `{feature}` off"),
                feature: None,
            },
            Stop::Unreadable(message) => {
                Judgement::Unsupported { message: message.clone(), feature: None }
            }
            Stop::Script(what) => failed(what.clone(), "the script asks for what is not there"),
            Stop::Fault(Fault::Unsupported(what)) => Judgement::Unsupported {
                message: format!("the engine does not support {what}"),
                feature: what.parse().ok(),
            },
            Stop::Fault(fault) => failed(fault.to_string(), "the engine broke"),
        }
    }

    /// What those who depend on the directive at `line` are told.
    pub(super) fn missing(&self, line: u32) -> Missing {
        match self {
            Stop::Missing(missing) => missing.clone(),
            stop => Missing::of(&stop.judge(""), line),
        }
    }
}

impl Missing {
    /// What is said of who depends on a directive that ended its worker.
    pub(super) fn blocks(&self) -> String {
        format!("may depend on line {}, which ended its worker", self.line)
    }

    /// Why what the directive at `line` should have made is not there.
    pub(super) fn of(judgement: &Judgement, line: u32) -> Missing {
        let cause = match judgement {
            Judgement::Unsupported { feature, .. } => Cause::Unsupported(*feature),
            _ => Cause::Failed,
        };
        Missing { line, cause }
    }
}
