//! Finds the list of known failures for an engine, reports entries that match no script, and writes
//! the list back with `--bless`. Judges no directive.

use crate::args::RunOptions;
use crate::engines::{self, KNOWN};
use crate::exit::Failure;
use crate::external::Roster;
use crate::lane::check_name;
use crate::targets::check_target;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use wassay_record::{Engine, Problem, Way};
use wassay_runner::known::{Changes, Found, Known, PathPattern, bless};
use wassay_suites::{Catalogue, ListName, Script};

/// An engine's list, and where it came from.
#[derive(Clone, Debug)]
pub struct KnownFile {
    /// The list.
    pub known: Known,
    /// Its name in messages.
    name: String,
    /// The file; `None` for the built-in list.
    path: Option<PathBuf>,
}

/// A checkout may lack scripts that the embedded suite has; a list may have entries for both.
static EMBEDDED: LazyLock<Option<Catalogue>> = LazyLock::new(|| Catalogue::embedded().ok());

impl KnownFile {
    /// The list that the options ask for.
    ///
    /// # Errors
    /// If it cannot be read or is wrong; the message has file, line and column.
    pub fn load(options: &RunOptions, engine: &Engine) -> Result<KnownFile, Failure> {
        if options.no_known {
            return KnownFile::read(String::new(), "", engine, None);
        }
        // A worker program may be another build; an adapter may have the name of any engine.
        let is_own = options.worker.is_some() || engines::is_own(engine);
        let shipped = KNOWN.iter().find(|list| is_own && list.engine == engine.name);
        let external = Roster::read(options.engines.as_deref())?.known(&engine.name)?;
        let external_file = external.as_ref().and_then(|list| list.path.clone());
        let path = options.known.clone().or(external_file.filter(|_| shipped.is_none()));
        let (name, text) = match (&path, shipped, external) {
            (Some(path), ..) => (path.display().to_string(), read(path, options.bless)?),
            (None, Some(list), _) => (list.path.to_string(), Cow::Borrowed(list.text)),
            (None, None, Some(list)) => (list.name, list.text),
            (None, None, None) => (String::new(), Cow::Borrowed("")),
        };
        let list = KnownFile::read(name, &text, engine, path)?;
        for (lane, (line, column)) in list.known.stated_lanes() {
            let place = format!("{}:{line}:{column}", list.name);
            check_name(options.lanes.as_deref(), lane).map_err(|Failure { code, message }| {
                Failure { code, message: format!("{place}: {message}") }
            })?;
        }
        list.with_superseded()
    }

    fn read(
        name: String,
        text: &str,
        engine: &Engine,
        path: Option<PathBuf>,
    ) -> Result<KnownFile, Failure> {
        let known = Known::parse(text, &engine.target)
            .map_err(|error| Failure::usage(format_args!("{name}:{error}")))?;
        Ok(KnownFile { known: known.named(&*name), name, path })
    }

    fn with_superseded(mut self) -> Result<KnownFile, Failure> {
        self.known = self.known.with_superseded().map_err(Failure::harness)?;
        Ok(self)
    }

    /// The list without the entries for other ways to run scripts.
    pub fn in_way(&self, way: Way) -> KnownFile {
        KnownFile { known: self.known.clone().in_way(way), ..self.clone() }
    }

    /// A hint to the user of a list of their own that states no support; else empty.
    pub fn advice(&self) -> String {
        match &self.path {
            Some(path) if !self.known.states_support() => {
                let text = format!(
                    "{} does not state what the engine supports: a feature that it loses goes \
                     unnoticed; --bless adds the statement",
                    path.display()
                );
                wassay_report::wrapped("", &text) + "\n"
            }
            _ => String::new(),
        }
    }

    /// The script's name in the list; `None` if the list cannot name it.
    pub fn key(&self, script: &Script, catalogue: &Catalogue) -> Option<ListName> {
        catalogue.list_name(script, self.directory())
    }

    /// Entries about scripts and targets that do not exist.
    pub fn strays(&self, catalogue: &Catalogue) -> Vec<Problem> {
        self.known.strays(|pattern| self.stray(pattern, catalogue))
    }

    /// Why a path or glob of the list matches no script; `None` if it matches one.
    pub fn stray(&self, pattern: &PathPattern, catalogue: &Catalogue) -> Option<String> {
        let text = pattern.text();
        let folder = text.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_among = |suites: &Catalogue| {
            suites.every_script().iter().any(|script| pattern.matches_in_suite(&script.name))
        };
        // A folder of the other layout cannot be checked here.
        let suites = || std::iter::once(catalogue).chain(&*EMBEDDED);
        let is_elsewhere = || {
            let is_known = !pattern.is_marked() && wassay_suites::knows(folder);
            is_known && !suites().any(|suites| suites.has_folder(folder))
        };
        if suites().any(is_among) || is_elsewhere() {
            return None;
        }
        match self.own_name(pattern, catalogue) {
            Some(name) if pattern.matches(&name) => return None,
            Some(name) => return Some(format!("the script is listed as `{name}`")),
            None => {}
        }
        let written = pattern.as_str();
        match catalogue.find(text) {
            Some(script) if pattern.is_marked() => Some(format!(
                "there is no file `{written}`; the suite's script is listed as `{}`",
                script.name
            )),
            Some(script) => Some(format!("the script is listed as `{}`", script.name)),
            None => Some(format!("there is no script `{written}`")),
        }
    }

    /// The name that entries must use for the file of a path, or for the first that a glob matches.
    fn own_name(&self, pattern: &PathPattern, catalogue: &Catalogue) -> Option<ListName> {
        let directory = self.directory()?;
        let name = |file: &Path| catalogue.list_name_of_file(directory, file);
        if !pattern.is_glob() {
            let file = directory.join(pattern.text());
            return if file.is_file() { name(&file) } else { None };
        }
        // Look no deeper than the glob does.
        let is_plain = |part: &&str| !part.contains(['*', '?', '[', '{']);
        let start: PathBuf = pattern.text().split('/').take_while(is_plain).collect();
        let below = wassay_suites::wast_files(&directory.join(start)).unwrap_or_default();
        below.iter().filter_map(|file| name(file)).find(|name| pattern.matches(name))
    }

    fn directory(&self) -> Option<&Path> {
        self.path.as_deref().map(wassay_report::directory)
    }

    /// Where `--bless` would write the results for these scripts.
    ///
    /// # Errors
    /// If the list cannot name one of them, if the engine has no list or its list is not found
    /// nearby, or if the list cannot be written.
    pub fn target<'a>(
        &self,
        engine: &Engine,
        mut scripts: impl Iterator<Item = &'a Script>,
        catalogue: &Catalogue,
    ) -> Result<PathBuf, Failure> {
        if let Some(path) = &self.path {
            check_target("the known failures", path)?;
        }
        if let Some(outside) = scripts.find(|script| self.key(script, catalogue).is_none()) {
            return Err(self.cannot_hold(outside, engine));
        }
        if let Some(path) = &self.path {
            return Ok(path.clone());
        }
        let here = std::env::current_dir().unwrap_or_default();
        let found = here.ancestors().map(|root| root.join(&self.name)).find(|path| path.is_file());
        match found {
            Some(path) if !self.name.is_empty() => {
                check_target("the known failures", &path)?;
                Ok(path)
            }
            _ => Err(Failure::usage(format_args!(
                "the list of known failures of `{}` cannot be rewritten here: run this in \
                 wassay's source tree, or name a list with --known FILE",
                engine.name
            ))),
        }
    }

    fn cannot_hold(&self, script: &Script, engine: &Engine) -> Failure {
        let (script, engine) = (&script.name, &engine.name);
        let next = "name your own list with --known FILE --bless";
        Failure::usage(match &self.path {
            Some(path) => {
                let list = path.display();
                format!(
                    "{script} is not a file, so {list} cannot name it: write it to a file first"
                )
            }
            None if self.name.is_empty() => {
                format!("{script} is in no suite, and {engine} has no list of its own: {next}")
            }
            None => format!(
                "{script} is in no suite, and {engine}'s own list holds only suites: {next}"
            ),
        })
    }

    /// Rewrites the list at this path with the results; returns the new list and the changes.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub fn bless(&self, path: &Path, found: Found<'_>) -> Result<(KnownFile, Changes), Failure> {
        let name = path.display().to_string();
        // The list on disk may be newer than the one in this program.
        let text = read(path, true)?;
        let list = |text: &str| {
            let list = KnownFile::read(name.clone(), text, found.engine, self.path.clone())?;
            list.with_superseded()
        };
        let old = list(&text)?;
        let blessed = bless(&text, &old.known, found)
            .map_err(|error| Failure::usage(format_args!("{name}:{error}")))?;
        if blessed != text {
            wassay_report::write_file(path, &blessed)
                .map_err(|error| Failure::harness(format_args!("cannot write {name}: {error}")))?;
        }
        let new = list(&blessed)?;
        let changes = Changes::between(&old.known, &new.known, blessed != text);
        Ok((new, changes))
    }
}

fn read(path: &Path, may_be_new: bool) -> Result<Cow<'static, str>, Failure> {
    match wassay_suites::read_text(path) {
        Ok(text) => Ok(Cow::Owned(text)),
        Err(error) if may_be_new && error.kind() == std::io::ErrorKind::NotFound => {
            Ok(Cow::Borrowed(""))
        }
        Err(error) => {
            let is_gone = error.kind() == std::io::ErrorKind::NotFound;
            let next = if is_gone { "; --bless makes a new list" } else { "" };
            let shown = path.display();
            Err(Failure::usage(format_args!("cannot read {shown}: {error}{next}")))
        }
    }
}
