//! What a script expects and what was observed, as a report holds them: takes both in the terms of a
//! session; gives them without handles. Judges nothing.

use super::{Assertion, Response};
use crate::wire;
use wassay_engine::{LinkError, Rejected, Stage, Trap, Value};
use wassay_record::{Expected, Frame, Observed};

impl Assertion<'_> {
    /// As a record holds it.
    pub(crate) fn record(&self) -> Expected {
        use Expected as To;
        match *self {
            Assertion::Accepted => To::Accepted,
            Assertion::Returned => To::Returned,
            Assertion::Results(patterns) => To::Results(patterns.to_vec()),
            Assertion::Trap(words) => To::Trap(words.to_string()),
            Assertion::Exhaustion(words) => To::Exhaustion(words.to_string()),
            Assertion::Exception => To::Exception,
            Assertion::Malformed(words) => To::Malformed(words.to_string()),
            Assertion::Invalid(words) => To::Invalid(words.to_string()),
            Assertion::Unlinkable(words) => To::Unlinkable(words.to_string()),
            Assertion::BadCustom(words) => To::BadCustom(words.to_string()),
        }
    }
}

impl Response {
    /// As a record holds it; vectors have no shape.
    pub(crate) fn record(&self) -> Observed {
        use Observed as To;
        let values = |values: &[Value]| values.iter().map(wire::pattern).collect();
        match self {
            Response::Accepted => To::Accepted,
            Response::Returned(returned) => To::Returned(values(returned)),
            Response::Trapped(Trap { kind, message, .. }) => To::Trapped {
                kind: kind.name().to_string(),
                words: kind.message().to_string(),
                message: (message != kind.message()).then(|| message.clone()),
                frames: Vec::new(),
            },
            Response::Threw(thrown) => To::Threw(values(&thrown.values)),
            Response::Exhausted(message) => To::Exhausted { message: message.clone() },
            Response::Unlinkable(LinkError { kind, message, .. }) => {
                To::Unlinkable { kind: kind.message().to_string(), message: message.clone() }
            }
            Response::Rejected(Rejected { stage, message, offset }) => To::Rejected {
                stage: stage.map(|stage| match stage {
                    Stage::Malformed => wassay_record::Stage::Malformed,
                    Stage::Invalid => wassay_record::Stage::Invalid,
                }),
                message: message.clone(),
                offset: offset.map(|offset| offset as u64),
            },
            Response::Refused(message) | Response::Unresolved(message) => {
                To::Refused { message: message.clone() }
            }
        }
    }

    /// A trap with its backtrace, as a record holds it; `None` for anything else.
    pub(super) fn backtrace(&self) -> Option<Observed> {
        let Response::Trapped(trap) = self else { return None };
        let mut recorded = self.record();
        if let Observed::Trapped { frames, .. } = &mut recorded {
            *frames = trap.frames.iter().map(frame).collect();
        }
        Some(recorded).filter(|_| !trap.frames.is_empty())
    }
}

fn frame(frame: &wassay_engine::Frame) -> Frame {
    let wassay_engine::Frame { module, func, name, offset } = frame.clone();
    Frame { module, func, name, offset }
}
