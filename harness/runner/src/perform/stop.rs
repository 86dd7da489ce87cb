//! The reasons why a directive was not tried; gives the judgement that follows from each. Performs
//! nothing.

use super::names::{Cause, Missing};
use crate::judge::{Judgement, Lacks};
use crate::limit::{Limit, TURNING_OFF};
use wassay_engine::{Fault, Feature};
use wassay_record::{Expected, Observed};

/// The number of characters of a result that are repeated for the directives that it blocks.
const LONGEST: usize = 200;

/// The reason why a directive cannot be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It depends on something that is missing.
    Missing(Missing),
    /// The engine lacks a feature.
    Unsupported(Feature),
    /// The engine cannot turn a feature off.
    Fixed(Feature),
    /// It expects a function that the harness cannot find, because it is not exported.
    Unexported(String),
    /// The harness cannot read it.
    Unreadable(String),
    /// The engine does not find this export, which the module has.
    Hidden(String),
    /// A mistake in the script: it names something that does not exist, or calls it wrongly.
    Script(String),
    /// The engine failed internally, or does not support the operation.
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

impl Stop {
    /// The judgement of a directive with this expectation, if it is known.
    pub(super) fn judge(&self, expected: Option<Expected>) -> Judgement {
        let failed = |expected, actual, message: &str| Judgement::Failed {
            expected,
            actual,
            message: message.to_string(),
        };
        match self {
            Stop::Missing(missing @ Missing { cause: Cause::Unsupported(lacks), .. }) => {
                Judgement::Unsupported { message: missing.blocks(), lacks: lacks.clone() }
            }
            Stop::Missing(missing) => missing.judge(),
            Stop::Unsupported(feature) => Judgement::Unsupported {
                message: format!("the engine has no `{feature}`"),
                lacks: Lacks::Feature(*feature),
            },
            Stop::Fixed(feature) => Judgement::Unsupported {
                message: format!("the engine cannot turn `{feature}` off"),
                lacks: Lacks::Capability(format!("{TURNING_OFF}{feature}")),
            },
            Stop::Unexported(function) => Judgement::Unsupported {
                message: format!(
                    "function {function} is not exported, so the harness cannot compare with it: \
                     add (export \"NAME\" (func {function})) to the module"
                ),
                lacks: Lacks::Limit(Limit::FUNCTIONS),
            },
            Stop::Unreadable(message) => Judgement::Unreadable { message: message.clone() },
            Stop::Hidden(name) => {
                let actual = Observed::Broke { message: format!("no export {name:?}") };
                failed(expected, actual, "the engine does not find an export that the module has")
            }
            Stop::Script(what) => {
                let actual = Observed::Mistaken { message: what.clone() };
                failed(expected, actual, "mistake in the script")
            }
            Stop::Fault(Fault::Unsupported(what)) => Judgement::Unsupported {
                message: format!("the engine does not support {what}"),
                lacks: Lacks::of(what),
            },
            Stop::Fault(Fault::Missing(what)) => {
                let actual = Observed::Missed { message: what.clone() };
                failed(expected, actual, "not in the cache, from which everything must come")
            }
            Stop::Fault(fault) => {
                let actual = Observed::Broke { message: fault.to_string() };
                failed(expected, actual, "the engine broke")
            }
        }
    }

    /// Whether nothing is known to be wrong: the directive may have done what the script expects.
    pub(super) fn is_doubt(&self) -> bool {
        !matches!(self.judge(None), Judgement::Failed { .. })
    }

    /// The cause that is recorded for directives that depend on the one at `line`.
    pub(super) fn missing(&self, line: u32) -> Missing {
        match self {
            Stop::Missing(missing) => missing.clone(),
            stop => Missing::of(&stop.judge(None), line),
        }
    }
}

impl Missing {
    /// The judgement of a directive that this blocks.
    pub(super) fn judge(&self) -> Judgement {
        let why = match &self.cause {
            Cause::Failed(what) => what.clone(),
            Cause::Lost | Cause::Unreadable | Cause::Unsupported(_) => String::new(),
        };
        Judgement::Blocked { message: self.blocks(), why, cause: self.line }
    }

    /// The message of a directive that depends on this.
    fn blocks(&self) -> String {
        let depends = if self.cause == Cause::Lost { "may depend" } else { "depends" };
        format!("{depends} on line {}, which {}", self.line, self.cause.became())
    }

    /// An addition to the message of a failure on an instance on which this did not run.
    pub(super) fn unrun(&self) -> String {
        format!("; line {}, which {}, did not run on this instance", self.line, self.cause.became())
    }

    /// Why the result of the directive at `line` is missing.
    pub(super) fn of(judgement: &Judgement, line: u32) -> Missing {
        let cause = match judgement {
            Judgement::Unsupported { lacks, .. } => Cause::Unsupported(lacks.clone()),
            Judgement::Unreadable { .. } => Cause::Unreadable,
            Judgement::Failed { actual, .. } => {
                Cause::Failed(actual.to_string().chars().take(LONGEST).collect())
            }
            _ => Cause::Failed(String::new()),
        };
        Missing { line, cause }
    }
}

impl Cause {
    fn became(&self) -> &'static str {
        match self {
            Cause::Failed(_) => "failed",
            Cause::Lost => "ended its worker",
            Cause::Unreadable => "is unreadable",
            Cause::Unsupported(_) => "is unsupported",
        }
    }
}
