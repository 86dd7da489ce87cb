//! The trace of one subject on a case: steps that can be compared with those of another subject.
//! Contains no handles: references are nulls, numbers of the host, or names of functions. Knows no
//! engine.

use serde::{Deserialize, Serialize};

/// A subject's trace of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The steps in order; all subjects have the same ones as long as they agree.
    pub steps: Vec<Step>,
    /// Why the trace ended early, if it did: a limit of the engine, which differs between engines.
    pub cut: Option<String>,
    /// The number of calls.
    pub calls: usize,
    /// The number of those calls that trapped.
    pub traps: usize,
    /// Whether the engine does not report the calls of host functions.
    #[serde(default)]
    pub hides_host_calls: bool,
    /// Whether the engine does not report which functions are the same.
    #[serde(default)]
    pub hides_functions: bool,
}

/// A result that an engine without kinds of traps and link errors gives in place of `trap: KIND`.
pub const TRAP: &str = "trap";
/// The result of compiling a module that the engine accepts.
pub const COMPILED: &str = "compiled";
/// The result of instantiating a module that then has an instance.
pub const READY: &str = "ready";
/// The result of compiling a module that the engine does not accept.
pub const REJECTED: &str = "rejected";
/// The same as [`TRAP`] for `unlinkable: KIND`.
pub const UNLINKABLE: &str = "unlinkable";

/// One step and its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The action.
    pub deed: Deed,
    /// The result, as text.
    pub said: String,
    /// The contents of a memory, to compare byte by byte.
    #[serde(with = "crate::sparse", default, skip_serializing_if = "Vec::is_empty")]
    pub bytes: Vec<u8>,
}

/// An action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    /// The module with this index was compiled.
    Compile(usize),
    /// The module with this index was instantiated.
    Instantiate(usize),
    /// A function was called with these arguments, as constants of a script.
    Call {
        /// The module's index.
        module: usize,
        /// The export's name.
        name: String,
        /// The arguments, in the script language.
        args: String,
    },
    /// The calls of host functions during the last step were read.
    HostCalls,
    /// An exported global, memory or table was read at the end.
    Read {
        /// The module's index.
        module: usize,
        /// The export's name.
        name: String,
        /// Its keyword in the text format.
        kind: String,
    },
    /// An item of the host was read at the end.
    ReadHost {
        /// Its name.
        name: String,
    },
}

/// What precedes and follows the name of a function in a reference to it.
const NAMED: [&str; 2] = ["(ref.func (; ", " ;))"];
/// A reference to a function without a name.
pub const UNNAMED: &str = "(ref.func)";

/// A reference to the function of this name.
pub fn named(function: &str) -> String {
    let [before, after] = NAMED;
    format!("{before}{function}{after}")
}

/// The text without the names of functions in references.
fn unnamed(said: &str) -> String {
    let [before, after] = NAMED;
    let mut parts = said.split(before);
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        text.push_str(UNNAMED);
        text.push_str(part.split_once(after).map_or(part, |(_, rest)| rest));
    }
    text
}

/// What stands between kinds of traps that an engine does not distinguish.
pub const OR: &str = " | ";

impl Step {
    /// Whether two engines agree. One that has no kinds agrees with every kind, and one that does not
    /// distinguish some kinds agrees with each of them.
    pub fn agrees_with(&self, other: &Step) -> bool {
        let is_vague = |vague: &str, said: &str| {
            (vague == TRAP || vague == UNLINKABLE)
                && said.strip_prefix(vague).is_some_and(|rest| rest.starts_with(": "))
        };
        let (a, b) = (&*self.said, &*other.said);
        let kinds = |said| str::strip_prefix(said, TRAP)?.strip_prefix(": ");
        let is_one =
            |(a, b): (&str, &str)| a.split(OR).any(|kind| b.split(OR).any(|it| it == kind));
        let may_be = kinds(a).zip(kinds(b)).is_some_and(is_one);
        let same = a == b || is_vague(a, b) || is_vague(b, a) || may_be;
        same && self.deed == other.deed && self.bytes == other.bytes
    }
}

impl Trace {
    /// The steps without calls of host functions.
    pub fn without_host_calls(&self) -> Trace {
        let kept = self.steps.iter().filter(|step| step.deed != Deed::HostCalls);
        Trace { steps: kept.cloned().collect(), ..self.clone() }
    }

    /// The steps with references to functions that say only that they are not null.
    pub fn without_functions(&self) -> Trace {
        let mut trace = self.clone();
        for step in &mut trace.steps {
            step.said = unnamed(&step.said);
        }
        trace
    }

    /// Adds a step.
    pub fn push(&mut self, deed: Deed, said: impl Into<String>) {
        self.steps.push(Step { deed, said: said.into(), bytes: Vec::new() });
    }
}

impl std::fmt::Display for Deed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Deed::Compile(module) => write!(f, "compile m{module}"),
            Deed::Instantiate(module) => write!(f, "instantiate m{module}"),
            Deed::Call { module, name, args } => {
                let space = if args.is_empty() { "" } else { " " };
                write!(f, "(invoke $m{module} {}{space}{args})", crate::text::quoted(name))
            }
            Deed::HostCalls => f.write_str("calls of host functions"),
            Deed::Read { module, name, kind } => {
                write!(f, "{kind} {} of m{module}", crate::text::quoted(name))
            }
            Deed::ReadHost { name } => write!(f, "`{name}` of the host"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_without_kinds_agrees_with_every_kind() {
        let step =
            |said: &str| Step { deed: Deed::Compile(0), said: said.to_string(), bytes: Vec::new() };
        for (a, b, agree) in [
            ("trap: unreachable", "trap: unreachable", true),
            ("trap: unreachable", "trap: integer overflow", false),
            ("trap: unreachable", "trap", true),
            ("trap: unreachable", "trap: integer overflow | unreachable", true),
            ("trap: unreachable", "trap: integer overflow | undefined element", false),
            ("unlinkable", "unlinkable: unknown import", true),
            ("trap", "unlinkable: unknown import", false),
            ("trap", "(i32.const 1)", false),
            ("trap", "trapped", false),
        ] {
            assert_eq!(step(a).agrees_with(&step(b)), agree, "{a}, {b}");
            assert_eq!(step(b).agrees_with(&step(a)), agree, "{b}, {a}");
        }
        assert_eq!(
            unnamed(&format!("1: {} 2: {UNNAMED} (i32.const 1)", named("m0 \"f ;\""))),
            "1: (ref.func) 2: (ref.func) (i32.const 1)"
        );
        let other = Step { deed: Deed::HostCalls, ..step("trap") };
        assert!(!step("trap").agrees_with(&other));
    }
}
