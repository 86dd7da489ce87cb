//! Takes the name of an engine as the user has typed it; gives what it stands for: an engine of the
//! worker, the command of an adapter, or an engine that is not installed here. Starts nothing.

use crate::exit::Failure;
use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use wassay_external::{Absent, External, Found, Places, Table};
use wassay_record::SkippedEngine;
use wassay_runner::scratch::{self, Scratch};

/// What precedes the command of an adapter in the name of an engine.
const EXEC: &str = "exec:";

/// The scripts of adapters, which workers start as long as this process lives.
static SCRIPTS: Mutex<Option<Scratch>> = Mutex::new(None);

/// What the name of an engine stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// An engine of the worker, by its name.
    Own(String),
    /// The engine of an adapter.
    Adapter(Command),
    /// An external engine that is not installed here.
    Absent(SkippedEngine),
}

/// How an adapter is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The engine as the user has typed it.
    pub typed: String,
    /// The command.
    pub command: String,
    /// The name of its engine.
    pub name: Name,
    /// The command that installs it again; empty if none is known.
    pub remedy: String,
    /// What was found, for an external engine.
    pub found: Option<Found>,
}

/// The name of an adapter's engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// The one that the adapter gives.
    Given,
    /// The one that the adapter must give.
    Expected(String),
    /// One that replaces it.
    Alias(String),
}

/// The names of external engines.
#[derive(Debug)]
pub struct Roster {
    table: Table,
    places: Places,
}

/// An external engine's list of known failures.
#[derive(Debug)]
pub struct ListFile {
    /// Its path in messages.
    pub name: String,
    /// The file; `None` for a list that is built in.
    pub path: Option<PathBuf>,
    /// The text of a list that is built in.
    pub text: Cow<'static, str>,
}

impl Roster {
    /// The table in this file, or the built-in one.
    ///
    /// # Errors
    /// If the file cannot be read or is wrong.
    pub fn read(file: Option<&Path>) -> Result<Roster, Failure> {
        let table = match file {
            None => Table::builtin().map_err(Failure::harness)?,
            Some(file) => {
                let shown = file.display();
                let text = wassay_suites::read_text(file).map_err(|error| {
                    Failure::usage(format_args!("cannot read {shown}: {error}"))
                })?;
                Table::of_file(file, &text).map_err(Failure::usage)?
            }
        };
        let program = std::env::current_exe().unwrap_or_default();
        let places = Places::of(&program);
        let places = match table.directory() {
            Some(directory) => places.relative_to(directory),
            None => places,
        };
        Ok(Roster { table, places })
    }

    /// The names of all external engines.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.table.iter().map(|row| &*row.name)
    }

    /// What this name stands for.
    ///
    /// # Errors
    /// If the scripts of an adapter cannot be written.
    pub fn named(&self, typed: &str) -> Result<Named, Failure> {
        if let Some((name, command)) = exec(typed) {
            let command = Command {
                typed: typed.to_string(),
                command: command.to_string(),
                name: name.map_or(Name::Given, |name| Name::Alias(name.to_string())),
                remedy: String::new(),
                found: None,
            };
            return Ok(Named::Adapter(command));
        }
        match self.table.get(typed) {
            None => Ok(Named::Own(typed.to_string())),
            Some(row) => self.external(row),
        }
    }

    fn external(&self, row: &External) -> Result<Named, Failure> {
        let found = match self.places.find(row) {
            Ok(found) => found,
            Err(Absent { reason, remedy }) => {
                let engine = row.name.clone();
                return Ok(Named::Absent(SkippedEngine {
                    engine,
                    reason,
                    remedy,
                    did_not_start: false,
                }));
            }
        };
        let script = match found.needs_scripts() {
            true => self.script(row).map_err(|error| {
                Failure::harness(format_args!("the adapter of {}: {error}", row.name))
            })?,
            false => PathBuf::new(),
        };
        // A user's command is the user's to repair.
        let remedy = if row.build.is_empty() { String::new() } else { row.remedy() };
        Ok(Named::Adapter(Command {
            typed: row.name.clone(),
            command: found.command(&script),
            name: Name::Expected(row.name.clone()),
            remedy,
            found: Some(found),
        }))
    }

    fn script(&self, row: &External) -> std::io::Result<PathBuf> {
        let mut scripts = SCRIPTS.lock().unwrap_or_else(PoisonError::into_inner);
        let scratch = match &mut *scripts {
            Some(scratch) => scratch,
            none => none.insert(scratch::directory()?),
        };
        let directory = scratch.path().join(&row.name);
        std::fs::create_dir_all(&directory)?;
        self.table.script(row, &directory)
    }

    /// The list of known failures of an external engine, if it has one.
    ///
    /// # Errors
    /// If it is not built in, although the table is.
    pub fn known(&self, engine: &str) -> Result<Option<ListFile>, Failure> {
        let Some(file) = self.table.get(engine).and_then(|row| row.known.as_deref()) else {
            return Ok(None);
        };
        Ok(Some(match self.table.directory() {
            Some(directory) => {
                let path = directory.join(file);
                let (name, text) = (path.display().to_string(), Cow::Borrowed(""));
                ListFile { name, path: Some(path), text }
            }
            None => {
                let missing = |error| Failure::harness(format_args!("{file}: {error}"));
                let text = self.table.text(file).map_err(missing)?;
                ListFile { name: file.to_string(), path: None, text }
            }
        }))
    }
}

/// The command of an adapter in the name of an engine, and the name that the user gives to its engine.
fn exec(typed: &str) -> Option<(Option<&str>, &str)> {
    if let Some(command) = typed.strip_prefix(EXEC) {
        return Some((None, command));
    }
    let (name, rest) = typed.split_once('=')?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let is_name = !name.is_empty() && name.chars().all(is_plain);
    Some((Some(name), rest.strip_prefix(EXEC).filter(|_| is_name)?))
}

impl Command {
    /// Whether it is that of an external engine, which has a name.
    pub fn is_external(&self) -> bool {
        matches!(self.name, Name::Expected(_))
    }

    /// The alias, if it has one.
    pub fn alias(&self) -> Option<&str> {
        match &self.name {
            Name::Alias(alias) => Some(alias),
            Name::Given | Name::Expected(_) => None,
        }
    }

    /// Checks the name that the adapter gives to its engine, and prints a note if it is not of this
    /// build.
    ///
    /// # Errors
    /// If it must give another name.
    pub fn check(&self, given: &str, build: &str) -> Result<(), Failure> {
        if let Some(stale) = self.found.as_ref().and_then(|found| found.stale(build)) {
            let note = format!("engine {given}: {stale}; to build it again: `{}`", self.remedy);
            // The terminal may be gone.
            let _ = writeln!(anstream::stderr(), "{note}");
        }
        match &self.name {
            Name::Expected(name) if name != given => Err(Failure::harness(format_args!(
                "the adapter `{}` calls its engine `{given}`, not `{name}`",
                self.command
            ))),
            _ => Ok(()),
        }
    }

    /// The failure of this adapter, with its name and what may help.
    pub fn failed(&self, failure: Failure) -> Failure {
        match &self.name {
            Name::Given => failure,
            Name::Expected(name) | Name::Alias(name) => {
                let message = wassay_record::with_remedy(&failure.message, &self.remedy);
                Failure { message: format!("engine {name}: {message}"), ..failure }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_adapters_may_have_a_name() {
        for (typed, expected) in [
            ("exec:node a.mjs", Some((None, "node a.mjs"))),
            ("exec:a=exec:b", Some((None, "a=exec:b"))),
            ("old-1.7=exec:./a x=y", Some((Some("old-1.7"), "./a x=y"))),
            ("=exec:a", None),
            ("a b=exec:a", None),
            ("a=b", None),
            ("wasmi", None),
        ] {
            assert_eq!(exec(typed), expected, "{typed}");
        }
    }

    #[test]
    fn no_external_engine_has_the_name_of_one_that_wassay_ships() {
        let roster = Roster::read(None).unwrap();
        assert!(!roster.names().any(crate::engines::is_shipped));
    }
}
