//! The errors about suites and the user's selection; each message includes the next step. Checks
//! nothing itself.

use crate::catalogue::TESTSUITE_VARIABLE;
use std::io;
use std::path::{Path, PathBuf};
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
    #[error("{message}")]
    Rules {
        /// The problem, which begins with the table and, if there is one, the line.
        message: String,
    },
}

/// The user's selection cannot be fulfilled.
#[derive(Debug, Error)]
pub enum SelectError {
    /// The word is neither a suite, nor a name, nor a path.
    #[error(
        "`{what}` is neither a suite, nor the name of a script, nor a path; {}",
        match nearest {
            Some(name) => format!("did you mean `{name}`?"),
            None => "`wassay suites` lists the suites".to_string(),
        }
    )]
    NotFound {
        /// The word.
        what: String,
        /// The most similar name, if any is similar enough.
        nearest: Option<String>,
    },
    /// The word names a suite of the copy that is not in use.
    #[error("the suite `{suite}` is in {}", copies(checkout.as_deref(), suites))]
    OtherCopy {
        /// The suite or folder.
        suite: String,
        /// The checkout that is in use; `None` for the embedded suite.
        checkout: Option<PathBuf>,
        /// The suites of the copy that is in use.
        suites: String,
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
                | SelectError::OtherCopy { .. }
                | SelectError::NoMatch { .. }
                | SelectError::EmptyDirectory { .. }
        )
    }
}

/// Where the suite is, which copy is in use, and how to use the other.
fn copies(checkout: Option<&Path>, suites: &str) -> String {
    match checkout {
        Some(root) => format!(
            "the built-in copy, but {TESTSUITE_VARIABLE} names the checkout {}, with the suites \
             {suites}; unset {TESTSUITE_VARIABLE} to use the built-in copy",
            root.display()
        ),
        None => format!(
            "a checkout of the official suite, but the built-in copy is in use, with the suites \
             {suites}; set {TESTSUITE_VARIABLE} to a checkout of \
             https://github.com/WebAssembly/testsuite to use that"
        ),
    }
}
