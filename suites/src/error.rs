//! What can be wrong with a suite, or with what a user asked for: each error says the next step.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// A suite that cannot be listed.
#[derive(Debug, Error)]
pub enum SuiteError {
    /// A folder that `suites.toml` does not have.
    #[error(
        "the suite folder `{folder}` is unknown: add it to {table} with the features that its \
         files need"
    )]
    UnknownFolder {
        /// The folder, as it would stand in the table.
        folder: String,
        /// The table, for example `suites/suites.toml`.
        table: String,
    },
    /// A file or directory that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A directory that was said to be a checkout of the official suite and holds no script.
    #[error(
        "{} is no checkout of the official suite: it has no .wast file; clone \
         https://github.com/WebAssembly/testsuite and name that directory",
        path.display()
    )]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// A table of needs is wrong.
    #[error("the needs of the {suite} suite: {message}")]
    Rules {
        /// Whose table: `official`, or the name of an added suite.
        suite: String,
        /// What is wrong with it.
        message: String,
    },
}

/// What a user asked for is not to be had.
#[derive(Debug, Error)]
pub enum SelectError {
    /// Neither a suite, nor a name, nor a path.
    #[error(
        "`{what}` is neither a suite, nor the name of a script, nor a path{}",
        nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    )]
    NotFound {
        /// What was asked for.
        what: String,
        /// The most similar name, if one is similar enough.
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
        /// Which.
        path: PathBuf,
    },
    /// A glob that is none.
    #[error("`{glob}` is no glob: {message}")]
    BadGlob {
        /// The text.
        glob: String,
        /// What is wrong with it.
        message: String,
    },
    /// The suite that it belongs to cannot be listed, or the file cannot be read.
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
