//! Finds the official suites, and the features that each file needs.
//!
//! Takes the embedded suite or a checkout of the official one, and the user's selection; returns
//! [`Script`]s under stable names, each with the features that it needs. Knows no engine, parses no
//! script.
//!
//! ```
//! let catalogue = wassay_suites::Catalogue::embedded()?;
//! let scripts = catalogue.select("proposals/gc/array_*.wast")?;
//! assert!(scripts.iter().all(|script| script.proposal.as_deref() == Some("gc")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod added;
mod basis;
mod catalogue;
mod checkout;
mod embedded;
mod error;
mod input;
mod list_name;
mod nearest;
mod needs;
mod path;
mod script;
mod select;
mod top;

pub use added::AddedSuite;
pub use basis::{Basis, parse_features};

pub use catalogue::{Catalogue, SuiteSummary, TESTSUITE_VARIABLE};
pub use checkout::wast_files;
pub use error::{SelectError, SuiteError};
pub use input::{is_stream, read_file, read_text};
pub use list_name::ListName;
pub use nearest::{did_you_mean, near_miss, nearest};
pub use needs::{in_short, knows};
pub use script::{AD_HOC, Script, Source};

/// Texts that a later version of the specification contradicts, as a list of known failures for
/// every engine.
pub const SUPERSEDED: &str = include_str!("../superseded.toml");
/// The path of that list in the source tree.
pub const SUPERSEDED_PATH: &str = "suites/superseded.toml";
