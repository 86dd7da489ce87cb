//! A suite besides the official ones: takes its texts and its table of needs; returns scripts by
//! name and by path. Does not know the origin of the texts.

use crate::error::SuiteError;
use crate::needs::Rules;
use crate::script::{Script, Source};
use std::path::Path;

/// An unofficial suite, for [`Catalogue::add`](crate::Catalogue::add).
#[derive(Clone, Debug)]
pub struct AddedSuite<'a> {
    /// Its name, the prefix of every script name and of every folder in its table.
    pub name: &'a str,
    /// The directory of its files in a source tree, for example `regressions/wast`. A path that
    /// contains it is a script of the suite if the table has the folder below it.
    pub directory: &'a str,
    /// Its table of needs, in the format of `suites/suites.toml`.
    pub needs: &'a str,
    /// Its scripts: stable names, for example `regressions/threads/wait.wast`, and texts.
    pub scripts: &'a [(String, &'static [u8])],
}

/// An added suite without its texts, enough to recognise its files by path.
#[derive(Debug)]
pub(crate) struct Added {
    name: String,
    directory: String,
    rules: Rules,
}

impl AddedSuite<'_> {
    /// The suite in the catalogue's form, and its scripts.
    pub(crate) fn read(&self) -> Result<(Added, Vec<Script>), SuiteError> {
        let table = format!("the table of the {} suite", self.name);
        let rules =
            Rules::parse(&table, self.needs).map_err(|message| SuiteError::Rules { message })?;
        let script = |(name, text): &(String, &'static [u8])| {
            Ok(Script::of_suite(name.clone(), rules.needs(name)?, Source::Embedded(text)))
        };
        let scripts = self.scripts.iter().map(script).collect::<Result<Vec<_>, SuiteError>>()?;
        let (name, directory) = (self.name.to_string(), self.directory.to_string());
        Ok((Added { name, directory, rules }, scripts))
    }
}

impl Added {
    /// The script of the file at this absolute path, if it is in the suite's directory.
    pub fn script(&self, file: &Path) -> Option<Result<Script, SuiteError>> {
        let inside = format!("/{}/", self.directory);
        let path = file.to_str()?;
        let (_, rest) = path.rsplit_once(&inside)?;
        let name = format!("{}/{rest}", self.name);
        let source = Source::Path(file.to_path_buf());
        Some(self.rules.needs(&name).map(|needs| Script::of_suite(name, needs, source)))
    }
}
