//! Takes what a script expects and what was observed; gives a verdict, its message, and both as a
//! record holds them. Pure: it sees no engine, file or clock, so its tests are one table.

mod pattern;
mod recorded;
mod words;
mod worse;

pub(crate) use pattern::matches;
use pattern::{beside, is_open};
use wassay_engine::{
    Capabilities, Feature, LinkError, LinkErrorKind, Ref, Rejected, Stage, Thrown, Trap, TrapKind,
    Value,
};
use wassay_record::{self as record, Messages, Pattern};

/// How strictly an engine's answers are judged beyond their results, and what the engine can
/// report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tells {
    /// The required level of agreement.
    pub(crate) messages: Messages,
    /// Whether the engine distinguishes kinds of traps and link errors.
    pub(crate) kinds: bool,
    /// Whether the engine distinguishes malformed from invalid modules.
    pub(crate) stages: bool,
    /// Whether the backtraces of expected traps are recorded.
    pub(crate) backtraces: bool,
}

impl Tells {
    pub(crate) fn of(messages: Messages, can: &Capabilities) -> Tells {
        Tells { messages, kinds: can.kinds, stages: can.stages, backtraces: false }
    }

    /// The capability that the verdict needs and the engine lacks, and what the engine cannot
    /// distinguish: the directive neither passes nor fails.
    fn missing(
        self,
        expected: &Assertion<'_>,
        observed: &Response,
    ) -> Option<(&'static str, &'static str)> {
        let no_kinds = !self.kinds && self.messages >= Messages::Kind;
        match (expected, observed) {
            (Assertion::Malformed(_) | Assertion::Invalid(_), Response::Rejected(_))
                if !self.stages =>
            {
                Some(("stages", "malformed modules from invalid ones"))
            }
            (Assertion::Trap(_) | Assertion::Unlinkable(_), Response::Trapped(_)) if no_kinds => {
                Some(("kinds", "kinds of traps"))
            }
            // The harness itself finds unknown imports: it passes every existing import to the
            // engine.
            (Assertion::Unlinkable(_), Response::Unlinkable(error))
                if no_kinds && error.kind != LinkErrorKind::UnknownImport =>
            {
                Some(("kinds", "kinds of link errors"))
            }
            _ => None,
        }
    }
}

/// What the script asserts of a directive, borrowed from its text: judging a pass copies nothing.
/// Findings have it as a [`record::Expected`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Assertion<'a> {
    /// A module that compiles and, if requested, instantiates.
    Accepted,
    /// A return with any values.
    Returned,
    /// A return with these values.
    Results(&'a [Pattern]),
    Trap(&'a str),
    Exhaustion(&'a str),
    Exception,
    Malformed(&'a str),
    Invalid(&'a str),
    Unlinkable(&'a str),
    /// A custom section that breaks its own rules; judged by the harness.
    BadCustom(&'a str),
}

/// What the engine answered, or the harness in its place, in the engine's own values and handles.
/// Findings have it as a [`record::Observed`], without handles, so that it outlives the session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Response {
    /// The module compiled and, if requested, was instantiated.
    Accepted,
    Returned(Vec<Value>),
    Trapped(Trap),
    Threw(Thrown),
    Exhausted(String),
    Unlinkable(LinkError),
    /// The engine rejected the module.
    Rejected(Rejected),
    /// The harness rejected it: its text parser by the grammar, or its reader of custom sections.
    Refused(String),
    /// The harness's text parser rejected an identifier in the text.
    Unresolved(String),
}

/// Why a directive cannot be run or judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lacks {
    /// It lacks this proposal.
    Feature(Feature),
    /// It lacks this capability, given by name, or this operation, in the engine's own words.
    Capability(String),
    /// The harness, not the engine, cannot do this.
    Limit(&'static str),
}

impl Lacks {
    /// Classifies what an engine reports as unsupported.
    pub(crate) fn of(what: &str) -> Lacks {
        match what.parse() {
            Ok(feature) => Lacks::Feature(feature),
            Err(_) if what.is_empty() => Lacks::Capability("an unnamed operation".to_string()),
            Err(_) => Lacks::Capability(what.to_string()),
        }
    }
}

/// A verdict with its message, before a directive is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    Passed,
    /// Passed; the engine's actual result, where the script allows several.
    Open {
        expected: record::Expected,
        actual: record::Observed,
    },
    /// Passed, but exercised only the harness itself.
    HarnessOnly,
    Failed {
        /// `None` if it is unknown what the directive expects.
        expected: Option<record::Expected>,
        actual: record::Observed,
        message: String,
    },
    Unsupported {
        message: String,
        lacks: Lacks,
    },
    Unreadable {
        message: String,
    },
    Blocked {
        message: String,
        /// What the cause did instead, if that is known.
        why: String,
        /// The line of the directive that blocks it.
        cause: u32,
    },
}

impl Judgement {
    /// The same, recorded with another form of what was expected.
    pub(crate) fn expecting(mut self, other: record::Expected) -> Judgement {
        match &mut self {
            Judgement::Open { expected, .. } => *expected = other,
            Judgement::Failed { expected, .. } => *expected = Some(other),
            _ => {}
        }
        self
    }
}

/// Judges one directive. A pattern that names a function matches no value: the caller, which can ask
/// the engine, replaces such patterns first.
pub(crate) fn judge(expected: &Assertion<'_>, observed: &Response, tells: Tells) -> Judgement {
    if let Some((capability, what)) = tells.missing(expected, observed) {
        let message = format!("the engine does not distinguish {what}");
        return Judgement::Unsupported { message, lacks: Lacks::Capability(capability.into()) };
    }
    let level = tells.messages;
    let fits = match (expected, observed) {
        (Assertion::Accepted, Response::Accepted) => Ok(()),
        (Assertion::Returned, Response::Returned(values)) if !values.is_empty() => {
            return open(expected, observed);
        }
        (Assertion::Returned, Response::Returned(_)) => Ok(()),
        (Assertion::Results(patterns), Response::Returned(values)) => {
            return results(patterns, values);
        }
        // A module that instantiates returns no results.
        (Assertion::Returned | Assertion::Results([]), Response::Accepted) => Ok(()),
        (Assertion::Trap(words), Response::Trapped(trap)) => trapped(words, trap, level),
        (Assertion::Exhaustion(words), Response::Exhausted(message)) => {
            kind_then_text(words::is_exhaustion(words).then_some(true), words, message, level)
        }
        (Assertion::Exception, Response::Threw(thrown)) if !thrown.values.is_empty() => {
            return open(expected, observed);
        }
        (Assertion::Exception, Response::Threw(_)) => Ok(()),
        (Assertion::Malformed(words), Response::Rejected(rejected)) => {
            at_stage(Stage::Malformed, words, rejected, level)
        }
        (Assertion::Invalid(words), Response::Rejected(rejected)) => {
            at_stage(Stage::Invalid, words, rejected, level)
        }
        (Assertion::Unlinkable(words), Response::Unlinkable(error)) => {
            let kind = among(&words::link_kinds(words), error.kind);
            // A segment that does not fit traps: no link error has its words.
            let kind = kind.or(words::segment_trap(words).map(|_| false));
            kind_then_text(kind, words, &error.message, level)
        }
        (Assertion::Unlinkable(words), Response::Trapped(trap))
            if words::segment_trap(words).is_some() =>
        {
            let kind = words::segment_trap(words).map(|kind| trap.may_be(kind));
            kind_then_text(kind, words, &trap.message, level)
        }
        (
            Assertion::Malformed(words) | Assertion::BadCustom(words),
            Response::Refused(message) | Response::Unresolved(message),
        )
        | (Assertion::Invalid(words), Response::Unresolved(message)) => {
            match same_words(words, message, level) {
                Ok(()) => return Judgement::HarnessOnly,
                Err(why) => Err(why),
            }
        }
        // A module that the text parser rejects cannot be tested.
        (_, Response::Refused(message) | Response::Unresolved(message)) => {
            return Judgement::Unreadable { message: message.clone() };
        }
        (Assertion::BadCustom(_), Response::Accepted) => {
            Err("the harness finds nothing wrong with the custom section".to_string())
        }
        _ => Err(why_not(expected, observed)),
    };
    match fits {
        Ok(()) => match observed.backtrace().filter(|_| tells.backtraces) {
            Some(actual) => Judgement::Open { expected: expected.record(), actual },
            None => Judgement::Passed,
        },
        Err(message) => Judgement::Failed {
            expected: Some(expected.record()),
            actual: observed.record(),
            message,
        },
    }
}

fn results(patterns: &[Pattern], values: &[Value]) -> Judgement {
    let expected = || record::Expected::Results(patterns.to_vec());
    let shaped = values.iter().enumerate().map(|(at, value)| beside(patterns.get(at), value));
    let message = if patterns.len() != values.len() {
        format!("{} results, not {}", values.len(), patterns.len())
    } else {
        match patterns.iter().zip(values).position(|(pattern, value)| !matches(pattern, value)) {
            None if patterns.iter().any(is_open) => {
                let actual = record::Observed::Returned(shaped.collect());
                return Judgement::Open { expected: expected(), actual };
            }
            None => return Judgement::Passed,
            Some(at) => {
                let pair = (&patterns[at], &values[at]);
                match matches!(pair, (Pattern::FuncOf(_), Value::Ref(Ref::Func(_)))) {
                    true if values.len() == 1 => "another function".to_string(),
                    true => format!("result {at} is another function"),
                    false if values.len() == 1 => "another result".to_string(),
                    false => format!("result {at} differs"),
                }
            }
        }
    };
    let actual = record::Observed::Returned(shaped.collect());
    Judgement::Failed { expected: Some(expected()), actual, message }
}

fn open(expected: &Assertion<'_>, observed: &Response) -> Judgement {
    Judgement::Open { expected: expected.record(), actual: observed.record() }
}

fn trapped(words: &str, trap: &Trap, level: Messages) -> Result<(), String> {
    let kinds = words::trap_kinds(words);
    let agrees = (!kinds.is_empty()).then(|| kinds.iter().any(|kind| trap.may_be(*kind)));
    if level >= Messages::Kind && agrees == Some(false) {
        let observed = [&[trap.kind], &trap.or[..]].concat();
        let names = |kinds: &[TrapKind]| {
            kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" or ")
        };
        return Err(format!("the kind is {}, not {}", names(&observed), names(&kinds)));
    }
    kind_then_text(agrees, words, &trap.message, level)
}

/// Whether the kind is in the list; `None` if the list is empty.
fn among<K: PartialEq>(kinds: &[K], kind: K) -> Option<bool> {
    (!kinds.is_empty()).then(|| kinds.contains(&kind))
}

/// `kind` is whether the kinds agree; `None` means that the suite's words match no known kind.
fn kind_then_text(
    kind: Option<bool>,
    words: &str,
    message: &str,
    level: Messages,
) -> Result<(), String> {
    if level >= Messages::Kind {
        match kind {
            Some(true) => {}
            Some(false) => return Err("another kind".to_string()),
            None => return Err(format!("the harness does not know the words \"{words}\"")),
        }
    }
    same_words(words, message, level)
}

fn at_stage(stage: Stage, words: &str, rejected: &Rejected, level: Messages) -> Result<(), String> {
    if rejected.stage != Some(stage) {
        return Err("rejected at another stage".to_string());
    }
    same_words(words, &rejected.message, level)
}

fn same_words(words: &str, message: &str, level: Messages) -> Result<(), String> {
    if level == Messages::Text && !message.starts_with(words) {
        return Err("other words".to_string());
    }
    Ok(())
}

fn why_not(expected: &Assertion<'_>, observed: &Response) -> String {
    let expected = match expected {
        Assertion::Accepted => "be accepted",
        Assertion::Returned | Assertion::Results(_) => "return",
        Assertion::Trap(_) => "trap",
        Assertion::Exhaustion(_) => "exhaust the stack",
        Assertion::Exception => "throw",
        Assertion::Malformed(_) => "be rejected as malformed",
        Assertion::Invalid(_) => "be rejected as invalid",
        Assertion::Unlinkable(_) => "fail to link",
        Assertion::BadCustom(_) => "be refused for a custom section",
    };
    let actual = match observed {
        Response::Accepted => "was accepted",
        Response::Returned(_) => "returned",
        Response::Trapped(_) => "trapped",
        Response::Threw(_) => "threw",
        Response::Exhausted(_) => "was exhausted",
        Response::Unlinkable(_) => "did not link",
        Response::Rejected(_) => "was rejected",
        Response::Refused(_) | Response::Unresolved(_) => "was refused by the harness",
    };
    format!("should {expected}, but {actual}")
}

#[cfg(test)]
mod tests;
