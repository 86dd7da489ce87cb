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

pub mod families;
pub mod generate;

use include_dir::{Dir, include_dir};
use std::sync::LazyLock;
use wassay_suites::{AddedSuite, Catalogue, SuiteError};

static WAST: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/wast");

/// The texts of the families, made once.
static FAMILIES: LazyLock<(String, Vec<(String, String)>)> = LazyLock::new(|| {
    let families = families::all();
    let rules = RULES.to_string() + &families::rules(&families);
    let scripts = families.iter().flat_map(|family| {
        let name = |script: &families::FamilyScript| {
            format!("regressions/{}/{}", family.name, script.name)
        };
        family.scripts.iter().map(move |script| (name(script), script.text()))
    });
    (rules, scripts.collect())
});

const RULES: &str = include_str!("../suite.toml");

/// The needs of the scripts, in the format of `suites/suites.toml`.
pub fn rules() -> &'static str {
    &FAMILIES.0
}

/// Adds the suite to the official ones.
///
/// # Errors
/// If the table of needs is wrong, or lacks a folder.
pub fn add_to(catalogue: &mut Catalogue) -> Result<(), SuiteError> {
    catalogue.add(&AddedSuite {
        name: "regressions",
        directory: "regressions/wast",
        needs: rules(),
        scripts: &scripts(),
    })
}

/// Every script: its stable name, for example `regressions/init/data.wast`, and its text; sorted
/// by name.
pub fn scripts() -> Vec<(String, &'static [u8])> {
    let files = WAST.dirs().flat_map(|folder| folder.files());
    let scripts = files.filter(|file| file.path().extension().is_some_and(|it| it == "wast"));
    let written =
        scripts.map(|file| (format!("regressions/{}", file.path().display()), file.contents()));
    let generated = FAMILIES.1.iter().map(|(name, text)| (name.clone(), text.as_bytes()));
    let mut scripts: Vec<_> = written.chain(generated).collect();
    scripts.sort();
    scripts
}
