//! Takes the text of engines.toml; gives its rows and the files that they name, or the position of an
//! error. Does not inspect the machine.

use crate::embedded;
use crate::external::External;
use serde::Deserialize;
use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;
use wassay_tables::{Lines, TableError};

/// The table that this program was built with.
const BUILTIN: &str = include_str!("../../../ci/engines.toml");

/// The rows of an engines.toml, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    rows: Vec<External>,
    /// Where its files are; `None` for those that are built in.
    directory: Option<PathBuf>,
}

/// The table of engines cannot be used.
#[derive(Debug, Error)]
pub enum EnginesError {
    /// The table cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The table is not a valid engines.toml: a TOML error, an unknown key, or a wrong value.
    #[error("{file}:{problem}")]
    Syntax {
        /// The file.
        file: String,
        /// The problem and its position.
        problem: TableError,
    },
    /// A row contradicts itself or another row.
    #[error("{file}: engine `{engine}`: {message}")]
    Row {
        /// The file.
        file: String,
        /// The engine of the row.
        engine: String,
        /// The contradiction.
        message: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    #[serde(default)]
    engine: Vec<External>,
}

impl Table {
    /// The table that this program was built with.
    ///
    /// # Errors
    /// If the table is invalid, which a test rules out.
    pub fn builtin() -> Result<Table, EnginesError> {
        Table::parse("ci/engines.toml", BUILTIN, None)
    }

    /// The table of a source tree, with the files that are there.
    ///
    /// # Errors
    /// If it cannot be read or is wrong.
    pub fn of_tree(root: &Path) -> Result<Table, EnginesError> {
        let file = root.join("ci/engines.toml");
        let text = std::fs::read_to_string(&file)
            .map_err(|source| EnginesError::Unreadable { path: file.clone(), source })?;
        Table::parse(&file.display().to_string(), &text, Some(root.to_path_buf()))
    }

    /// The table in this file with this text.
    ///
    /// # Errors
    /// If it is wrong.
    pub fn of_file(path: &Path, text: &str) -> Result<Table, EnginesError> {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new(".")).to_path_buf();
        Table::parse(&path.display().to_string(), text, Some(directory))
    }

    fn parse(file: &str, text: &str, directory: Option<PathBuf>) -> Result<Table, EnginesError> {
        let syntax = |problem| EnginesError::Syntax { file: file.to_string(), problem };
        let Rows { engine } = Lines::of(text).read().map_err(syntax)?;
        let mut rows = Vec::with_capacity(engine.len());
        for mut row in engine {
            if let Err(message) = resolve(&mut row, &rows) {
                let (file, engine) = (file.to_string(), row.name);
                return Err(EnginesError::Row { file, engine, message: message.to_string() });
            }
            rows.push(row);
        }
        Ok(Table { rows, directory })
    }

    /// Every engine.
    pub fn iter(&self) -> impl Iterator<Item = &External> {
        self.rows.iter()
    }

    /// The engine with this name.
    pub fn get(&self, name: &str) -> Option<&External> {
        self.iter().find(|row| row.name == name)
    }

    /// The directory to which the paths in the table are relative; `None` for the built-in table.
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    /// The text of a file that a row names.
    ///
    /// # Errors
    /// If it is neither built in nor can be read.
    pub fn text(&self, file: &str) -> io::Result<Cow<'static, str>> {
        match &self.directory {
            Some(directory) => std::fs::read_to_string(directory.join(file)).map(Cow::Owned),
            None => embedded::text(file).map(Cow::Borrowed).ok_or_else(|| {
                io::Error::new(io::ErrorKind::NotFound, "it is not built into this program")
            }),
        }
    }

    /// The path of a row's first script. Scripts that are built in are written into this directory.
    ///
    /// # Errors
    /// If one cannot be written.
    pub fn script(&self, row: &External, scratch: &Path) -> io::Result<PathBuf> {
        let first = row.scripts.first().map_or("", String::as_str);
        if let Some(directory) = &self.directory {
            return Ok(directory.join(first));
        }
        for script in &row.scripts {
            std::fs::write(scratch.join(last(script)), self.text(script)?.as_bytes())?;
        }
        Ok(scratch.join(last(first)))
    }
}

/// Gives a row the scripts that it shares with one above it, and checks it.
fn resolve(row: &mut External, above: &[External]) -> Result<(), &'static str> {
    let named = |name: &str| above.iter().find(|other| other.name == name);
    if let Some(name) = &row.scripts_of {
        if !row.scripts.is_empty() {
            return Err("`scripts_of` is for a row without `scripts`");
        }
        let other = named(name).ok_or("no row above has the name in `scripts_of`")?;
        row.scripts.clone_from(&other.scripts);
    }
    let has_variable = |other: &&External| other.variable() == row.variable();
    match (row.contradiction(), above.iter().find(has_variable)) {
        (Some(contradiction), _) => Err(contradiction),
        (None, Some(twin)) if twin.name == row.name => Err("there are two engines of this name"),
        (None, Some(_)) => Err("another engine has the same variable WASSAY_ENGINE_..."),
        (None, None) => Ok(()),
    }
}

/// The name of a file without its directories.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_is_right_and_has_its_files() {
        let table = Table::builtin().unwrap();
        let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let of_tree = Table::of_tree(&tree).unwrap();
        for row in table.iter() {
            assert!(!row.remedy().is_empty(), "{}: nothing says how to install it", row.name);
            for file in row.files() {
                let text = table.text(file);
                assert!(text.is_ok(), "{}: {file} is not in embedded.rs", row.name);
                assert_eq!(text.unwrap(), of_tree.text(file).unwrap(), "{file} is another file");
            }
        }
    }

    #[test]
    fn wrong_rows_are_reported() {
        let row = |keys: &str| format!("[[engine]]\nname = 'a'\n{keys}\n");
        let run = "command = ['a']";
        for (text, message) in [
            ("engine = 1", "t.toml:1:10: invalid type"),
            ("[[engine]]\nname = 'a'\n", "t.toml:1:1: missing field `command`"),
            ("[[engines]]\nname = 'a'\n", "t.toml:1:3: unknown field `engines`"),
            (&row("command = ['a']\nflavour = 1"), "t.toml:4:1: unknown field `flavour`"),
            (&row("command = []"), "engine `a`: `command` names no program"),
            (&row("command = ['a', '{script}']"), "`scripts` is empty"),
            (&row("command = ['a']\nscripts = ['x.js']"), "`scripts` has no use"),
            (&row("command = ['a']\nbuild = ['b']\ninstall = 'c'"), "`install` is for"),
            (&row("command = ['./a']\nbuild = ['b']"), "but target-engines/bin"),
            (&row("command = ['a']\noldest = 'new'"), "`new` is no version"),
            (&row("command = ['a', '{script}']\nscripts_of = 'b'"), "no row above has the name"),
            (&row("command = ['a', '{script}']\nscripts_of = 'a'"), "no row above has the name"),
            (
                &row("command = ['a', '{script}']\nscripts = ['x.js']\nscripts_of = 'b'"),
                "`scripts_of` is for a row without `scripts`",
            ),
            (&(row(run) + &row(run)), "engine `a`: there are two engines of this name"),
            (&row(run).replace("'a'\nc", "'a b'\nc"), "a name has letters"),
            (&row(run).replace("'a'\nc", "'all'\nc"), "engine `all`: `--engine all` stands for"),
            (&(row(run) + &row(run).replace("'a'\nc", "'A'\nc")), "engine `A`: another engine has"),
        ] {
            let error = Table::parse("t.toml", text, None).unwrap_err().to_string();
            assert!(error.contains(message), "`{error}` lacks `{message}`");
        }
    }

    #[test]
    fn rows_share_scripts() {
        let table = Table::builtin().unwrap();
        let scripts = |name| table.get(name).unwrap().scripts.clone();
        assert!(scripts("node").len() > 1);
        assert_eq!(scripts("jsc"), scripts("node"));
    }

    #[test]
    fn the_variable_of_an_engine_has_no_signs() {
        let text = "[[engine]]\nname = 'wazero-1.7'\ncommand = ['a']\n";
        let table = Table::parse("t.toml", text, None).unwrap();
        assert_eq!(table.get("wazero-1.7").unwrap().variable(), "WASSAY_ENGINE_WAZERO_1_7");
    }
}
