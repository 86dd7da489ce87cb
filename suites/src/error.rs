//! The errors about suites and the user's selection; each message includes the next step. Checks
//! nothing itself.

use crate::catalogue::TESTSUITE_VARIABLE;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// A suite that cannot be listed.
#[derive(Debug, Error)]
pub enum SuiteError {
    /// `suites.toml` lacks a folder.
    #[error(
        "the suite folder `{folder}` is unknown: add it to {table} with the features that its \
         files need"
    )]
    UnknownFolder {
        /// The folder, as the table would name it.
        folder: String,
        /// The table, for example `suites/suites.toml`.
        table: String,
    },
    /// A file or directory that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A directory that the user named as a checkout of the official suite contains no script.
    #[error(
        "{} is not a checkout of the official suite: it has no .wast file; clone \
         https://github.com/WebAssembly/testsuite and name that directory",
        path.display()
    )]
    Empty {
        /// Its path.
        path: PathBuf,
    },
    /// The checkout that the environment names cannot be used.
    #[error("{TESTSUITE_VARIABLE}: {0}")]
    Environment(Box<SuiteError>),
    /// A table of needs is wrong.
    #[error("the needs of the {suite} suite: {message}")]
    Rules {
        /// The suite of the table: `official`, or the name of an added suite.
        suite: String,
        /// The problem.
        message: String,
    },
}

/// The user's selection cannot be fulfilled.
#[derive(Debug, Error)]
pub enum SelectError {
    /// The word is neither a suite, nor a name, nor a path.
    #[error(
        "`{what}` is neither a suite, nor the name of a script, nor a path{}",
        nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    )]
    NotFound {
        /// The word.
        what: String,
        /// The most similar name, if any is similar enough.
        nearest: Option<String>,
    },
    /// A glob that matches no name.
    #[error("no script is called `{glob}`; `wassay suites` lists the suites")]
    NoMatch {
        /// The glob.
        glob: String,
    },
    /// A directory without scripts.
    #[error("{} holds no .wast file", path.display())]
    EmptyDirectory {
        /// Its path.
        path: PathBuf,
    },
    /// An invalid glob.
    #[error("`{glob}` is not a valid glob: {message}")]
    BadGlob {
        /// The text.
        glob: String,
        /// The problem.
        message: String,
    },
    /// The suite cannot be listed, or the file cannot be read.
    #[error(transparent)]
    Suite(#[from] SuiteError),
}

impl SelectError {
    /// Whether the request was well-formed and simply matched nothing.
    pub fn nothing_matched(&self) -> bool {
        matches!(
            self,
            SelectError::NotFound { .. }
                | SelectError::NoMatch { .. }
                | SelectError::EmptyDirectory { .. }
        )
    }
}
