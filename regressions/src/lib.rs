//! Our own suite: scripts for behaviour that the official suite does not test, written by hand or
//! generated. The first line of each gives its reason.
//!
//! Returns texts under stable names, with their needs; knows no engine and parses no script.
//!
//! ```
//! let scripts = wassay_regressions::scripts();
//! assert!(scripts.iter().any(|(name, _)| name == "regressions/init/data.wast"));
//! ```

#![forbid(unsafe_code)]

use include_dir::{Dir, include_dir};
pub use wassay_generator::{families, generate};
use wassay_suites::{AddedSuite, Catalogue, SuiteError};

static WAST: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/wast");

static FAMILIES: Dir<'static> = include_dir!("$OUT_DIR/families");

/// The needs of the scripts, in the format of `suites/suites.toml`.
pub const RULES: &str = concat!(
    include_str!("../suite.toml"),
    include_str!(concat!(env!("OUT_DIR"), "/families.toml"))
);

/// Adds the suite to the official ones.
///
/// # Errors
/// If the table of needs is wrong, or lacks a folder.
pub fn add_to(catalogue: &mut Catalogue) -> Result<(), SuiteError> {
    catalogue.add(&AddedSuite {
        name: "regressions",
        directory: "regressions/wast",
        needs: RULES,
        scripts: &scripts(),
    })
}

/// Every script: its stable name, for example `regressions/init/data.wast`, and its text; sorted
/// by name.
pub fn scripts() -> Vec<(String, &'static [u8])> {
    let folders = WAST.dirs().chain(FAMILIES.dirs());
    let files = folders.flat_map(|folder| folder.files());
    let scripts = files.filter(|file| file.path().extension().is_some_and(|it| it == "wast"));
    let mut scripts: Vec<_> = scripts
        .map(|file| (format!("regressions/{}", file.path().display()), file.contents()))
        .collect();
    scripts.sort();
    scripts
}
