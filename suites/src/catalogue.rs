//! Takes the embedded suite or a checkout; returns every script once, under its oldest name, with
//! its newer names as aliases. Does not select scripts to run.

use crate::added::{Added, AddedSuite};
use crate::checkout::{Checkout, unreadable};
use crate::embedded;
use crate::error::SuiteError;
use crate::needs::{self, Rules};
use crate::script::{Script, Source};
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;
use std::path::{Path, PathBuf};
use twox_hash::XxHash3_64;
use wassay_engine::Features;

/// The environment variable with the path of a checkout that replaces the embedded suite.
pub const TESTSUITE_VARIABLE: &str = "WASSAY_TESTSUITE";

/// Every script of the official suites.
///
/// A text that occurs in several folders is listed once, under the first of them, if it needs the
/// same features in each; its other names are aliases. Texts that need different features are
/// different tests: version 3.0 must still reject what 1.0 rejected, with more features switched
/// on.
#[derive(Debug)]
pub struct Catalogue {
    /// The official scripts, then those of added suites.
    scripts: Vec<Script>,
    /// The number of official scripts.
    official: usize,
    aliases: BTreeMap<String, usize>,
    /// The directory of the checkout; `None` for the embedded suite.
    pub(crate) checkout: Option<PathBuf>,
    pub(crate) added: Vec<Added>,
    /// The user's own table of needs.
    pub(crate) own: Option<Rules>,
}

/// The contents of a suite, or of one of its proposals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuiteSummary {
    /// The folder: `wasm-v1`, `proposals/gc`.
    pub folder: String,
    /// The number of scripts listed under this folder's name.
    pub scripts: usize,
    /// The number of the folder's files that are listed under an older name.
    pub aliases: usize,
    /// The union of its scripts' needs.
    pub needs: Features,
}

impl Catalogue {
    /// The embedded suite.
    ///
    /// # Errors
    /// `UnknownFolder` if `suites.toml` lacks one of its folders, which a test rules out.
    pub fn embedded() -> Result<Catalogue, SuiteError> {
        let mut scripts = Vec::new();
        let mut aliases = BTreeMap::new();
        // Each start hashes megabytes of text, and all of it is trusted, so a fast hash is safe.
        let mut seen: HashMap<(&str, Features), usize, BuildHasherDefault<XxHash3_64>> =
            HashMap::default();
        for file in embedded::files() {
            let needs = needs::needs(&file.name)?;
            let at = *seen.entry((file.text, needs)).or_insert(scripts.len());
            if at < scripts.len() {
                aliases.insert(file.name, at);
                continue;
            }
            let source = Source::Embedded(file.text.as_bytes());
            scripts.push(Script::of_suite(file.name, needs, source));
        }
        Ok(Catalogue::of(scripts, aliases))
    }

    /// A checkout of the official suite. Every file is listed, because the caller selected the
    /// directory.
    ///
    /// # Errors
    /// `Unreadable`, or `Empty` if there are no scripts.
    pub fn checkout(root: &Path) -> Result<Catalogue, SuiteError> {
        Catalogue::checkout_with(root, None)
    }

    /// A checkout, with a table of needs for folders that `suites.toml` lacks.
    fn checkout_with(root: &Path, own: Option<Rules>) -> Result<Catalogue, SuiteError> {
        let below = std::fs::canonicalize(root).map_err(unreadable(root))?;
        let scripts = Checkout::at(root)?.scripts(&below, own.as_ref())?;
        if scripts.is_empty() {
            return Err(SuiteError::Empty { path: root.to_path_buf() });
        }
        let checkout = Some(root.to_path_buf());
        Ok(Catalogue { checkout, own, ..Catalogue::of(scripts, BTreeMap::new()) })
    }

    fn of(scripts: Vec<Script>, aliases: BTreeMap<String, usize>) -> Catalogue {
        let (official, added) = (scripts.len(), Vec::new());
        Catalogue { official, scripts, aliases, checkout: None, added, own: None }
    }

    /// Adds an unofficial suite, which runs only when it is selected.
    ///
    /// # Errors
    /// `Rules` if its table of needs is wrong, `UnknownFolder` if the table lacks one of its
    /// folders.
    pub fn add(&mut self, suite: &AddedSuite<'_>) -> Result<(), SuiteError> {
        let (added, scripts) = suite.read()?;
        self.scripts.extend(scripts);
        self.added.push(added);
        Ok(())
    }

    /// The checkout that `WASSAY_TESTSUITE` names, or the embedded suite if the variable is unset
    /// or empty.
    ///
    /// # Errors
    /// See [`Catalogue::checkout`].
    pub fn from_environment() -> Result<Catalogue, SuiteError> {
        Catalogue::with_table(None)
    }

    /// The same, with an additional table of needs from this file, whose rows take precedence over
    /// `suites.toml`.
    ///
    /// # Errors
    /// See [`Catalogue::checkout`]; also if the table cannot be read or is wrong.
    pub fn with_table(file: Option<&Path>) -> Result<Catalogue, SuiteError> {
        let own = file.map(Rules::read).transpose()?;
        match std::env::var_os(TESTSUITE_VARIABLE).filter(|root| !root.is_empty()) {
            Some(root) => Catalogue::checkout_with(Path::new(&root), own)
                .map_err(|error| SuiteError::Environment(Box::new(error))),
            None => Ok(Catalogue { own, ..Catalogue::embedded()? }),
        }
    }

    /// Every official script once, sorted by suite, then by name.
    pub fn scripts(&self) -> &[Script] {
        &self.scripts[..self.official]
    }

    /// Every script, including those of added suites.
    pub fn every_script(&self) -> &[Script] {
        &self.scripts
    }

    /// The directory of the checkout, or `None` for the embedded suite.
    pub fn root(&self) -> Option<&Path> {
        self.checkout.as_deref()
    }

    /// Whether any script is listed under this folder's name.
    pub fn has_folder(&self, folder: &str) -> bool {
        self.names().any(|(name, _)| name.rsplit_once('/').is_some_and(|(its, _)| its == folder))
    }

    /// The official suites in short: `wasm-v1`, `proposals/*`.
    pub(crate) fn official_suites(&self) -> Vec<&str> {
        let mut suites = Vec::new();
        for (name, _) in self.names().filter(|(_, at)| *at < self.official) {
            let suite = match name.split_once('/') {
                Some(("proposals", _)) => "proposals/*",
                Some((suite, _)) => suite,
                None => continue,
            };
            if !suites.contains(&suite) {
                suites.push(suite);
            }
        }
        suites
    }

    /// The script at an index from [`Catalogue::names`].
    pub(crate) fn at(&self, position: usize) -> &Script {
        &self.scripts[position]
    }

    /// The script with this name or alias.
    pub fn find(&self, name: &str) -> Option<&Script> {
        match self.aliases.get(name) {
            Some(at) => self.scripts.get(*at),
            None => self.scripts.iter().find(|script| script.name == name),
        }
    }

    /// The folders in the order of their scripts, with their contents.
    pub fn suites(&self) -> Vec<SuiteSummary> {
        let mut suites: Vec<SuiteSummary> = Vec::new();
        for (name, at) in self.names() {
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            let known = suites.iter().position(|suite| suite.folder == folder);
            let known = known.unwrap_or_else(|| {
                let folder = folder.to_string();
                let needs = Features::default();
                suites.push(SuiteSummary { folder, scripts: 0, aliases: 0, needs });
                suites.len() - 1
            });
            let (suite, script) = (&mut suites[known], &self.scripts[at]);
            suite.needs = suite.needs.and(script.needs);
            if script.name == name { suite.scripts += 1 } else { suite.aliases += 1 }
        }
        suites
    }

    /// Every name and alias, with the index of its script.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, usize)> {
        let own = self.scripts.iter().enumerate().map(|(at, script)| (script.name.as_str(), at));
        own.chain(self.aliases.iter().map(|(name, at)| (name.as_str(), *at)))
    }
}
