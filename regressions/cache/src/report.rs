//! How a check ends.

use std::fmt;

/// Why a check did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The engine does not behave as it must; the text describes what it did.
    Failed(String),
    /// The engine lacks something that the check needs; the text names it.
    Unsupported(String),
}

impl Stop {
    pub(crate) fn failed(why: &dyn fmt::Display) -> Stop {
        Stop::Failed(why.to_string())
    }

    /// The same, after what was done when it happened.
    pub(crate) fn after(self, what: impl fmt::Display) -> Stop {
        match self {
            Stop::Failed(why) => Stop::Failed(format!("{what}: {why}")),
            unsupported => unsupported,
        }
    }

    /// The same, for an engine that did before what it now calls unsupported.
    pub(crate) fn once_supported(self) -> Stop {
        match self {
            Stop::Unsupported(what) => {
                Stop::Failed(format!("it no longer supports {what}, which it did before"))
            }
            failed => failed,
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Stop {
        Stop::failed(&error)
    }
}

impl From<rustix::io::Errno> for Stop {
    fn from(error: rustix::io::Errno) -> Stop {
        Stop::failed(&error)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Failed(why) => f.write_str(why),
            Stop::Unsupported(what) => write!(f, "unsupported: {what}"),
        }
    }
}

/// Fails the check with this message.
pub(crate) fn fail<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed(why.into()))
}
