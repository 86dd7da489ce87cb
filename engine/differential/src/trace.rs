//! What one subject did with a case: steps that can be held against those of another subject.
//! Handles are gone from it: references are nulls, numbers of the host, or names of functions.

use serde::{Deserialize, Serialize};

/// What a subject did with a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// What was done, in order, the same for all subjects as far as they agree.
    pub steps: Vec<Step>,
    /// Why it ended before its time, if it did: a limit of the engine, which each has elsewhere.
    pub cut: Option<String>,
    /// How many calls there were.
    pub calls: usize,
    /// How many of them trapped.
    pub traps: usize,
}

/// One thing that was done, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done.
    pub deed: Deed,
    /// What came of it, as text.
    pub said: String,
    /// The contents of a memory, for a comparison byte by byte.
    #[serde(with = "crate::sparse", default, skip_serializing_if = "Vec::is_empty")]
    pub bytes: Vec<u8>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    /// The module with this index was compiled.
    Compile(usize),
    /// The module with this index was instantiated.
    Instantiate(usize),
    /// A function was called with these arguments, as constants of a script.
    Call {
        /// Whose.
        module: usize,
        /// The export's name.
        name: String,
        /// In the script language.
        args: String,
    },
    /// What host functions saw during the last step.
    HostCalls,
    /// An exported global, memory or table was read at the end.
    Read {
        /// Whose.
        module: usize,
        /// The export's name.
        name: String,
        /// The word of the text format.
        kind: String,
    },
    /// Something of the host was read at the end.
    ReadHost {
        /// Its name.
        name: String,
    },
}

impl Trace {
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
