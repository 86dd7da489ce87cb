//! A suite beside the official ones: takes its texts and its table of needs, gives scripts, by name
//! and by path. Knows nothing of where the texts come from.

use crate::error::SuiteError;
use crate::needs::Rules;
use crate::script::{Script, Source};
use std::path::Path;

/// A suite that is not official, for [`Catalogue::add`](crate::Catalogue::add).
#[derive(Clone, Debug)]
pub struct AddedSuite<'a> {
    /// Its name, with which every name of its scripts and every folder of its table begins.
    pub name: &'a str,
    /// Where its files stand in a source tree, for example `regressions/wast`: a path with this in
    /// it is a script of the suite, if the folder below it is in the table.
    pub directory: &'a str,
    /// Its table of needs, in the format of `suites/suites.toml`.
    pub needs: &'a str,
    /// Its scripts: stable names, for example `regressions/threads/wait.wast`, and texts.
    pub scripts: &'a [(String, &'static [u8])],
}

/// An added suite without its texts: enough to know its files by their paths.
#[derive(Debug)]
pub(crate) struct Added {
    name: String,
    directory: String,
    rules: Rules,
}

impl AddedSuite<'_> {
    /// The suite as the catalogue keeps it, and its scripts.
    pub(crate) fn read(&self) -> Result<(Added, Vec<Script>), SuiteError> {
        let table = format!("the table of the {} suite", self.name);
        let rules = Rules::parse(&table, self.needs)
            .map_err(|message| SuiteError::Rules { suite: self.name.to_string(), message })?;
        let script = |(name, text): &(String, &'static [u8])| {
            Ok(Script::of_suite(name.clone(), rules.needs(name)?, Source::Embedded(text)))
        };
        let scripts = self.scripts.iter().map(script).collect::<Result<Vec<_>, SuiteError>>()?;
        let (name, directory) = (self.name.to_string(), self.directory.to_string());
        Ok((Added { name, directory, rules }, scripts))
    }
}

impl Added {
    /// The script of the file at this absolute path, if that lies in the suite's directory.
    pub fn script(&self, file: &Path) -> Option<Result<Script, SuiteError>> {
        let inside = format!("/{}/", self.directory);
        let path = file.to_str()?;
        let (_, rest) = path.rsplit_once(&inside)?;
        let name = format!("{}/{rest}", self.name);
        let source = Source::Path(file.to_path_buf());
        Some(self.rules.needs(&name).map(|needs| Script::of_suite(name, needs, source)))
    }
}
