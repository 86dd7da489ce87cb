//! An external engine: one row of engines.toml. Takes its keys; gives their meaning, or a
//! contradiction among them. Does not check whether the engine is installed.

use crate::version::Version;
use serde::Deserialize;

/// What stands for the path of the first script in a command.
pub(crate) const SCRIPT: &str = "{script}";

/// One row of engines.toml.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// Its name for `--engine`, by which its adapter calls it.
    pub name: String,
    /// The command of its adapter.
    pub(crate) command: Vec<String>,
    /// The scripts that the command needs; the first one is `{script}` in it.
    #[serde(default)]
    pub(crate) scripts: Vec<String>,
    /// The row whose scripts it has instead.
    #[serde(default)]
    pub(crate) scripts_of: Option<String>,
    /// The oldest version of the program that can be used.
    #[serde(default)]
    pub(crate) oldest: Option<Version>,
    /// The command that builds the program into `target-engines/bin`.
    #[serde(default)]
    pub build: Vec<String>,
    /// The command that installs the program, if none builds it.
    #[serde(default)]
    pub(crate) install: String,
    /// The path of its list of known failures.
    #[serde(default)]
    pub known: Option<String>,
}

impl External {
    /// The command that installs it.
    pub fn remedy(&self) -> String {
        match self.build.is_empty() {
            true => self.install.clone(),
            false => format!("cargo xtask engine build {}", self.name),
        }
    }

    /// The environment variable that replaces its command.
    pub fn variable(&self) -> String {
        let letter = |letter: char| match letter.is_ascii_alphanumeric() {
            true => letter.to_ascii_uppercase(),
            false => '_',
        };
        format!("WASSAY_ENGINE_{}", self.name.chars().map(letter).collect::<String>())
    }

    /// The files that it names.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.scripts.iter().chain(&self.known).map(String::as_str)
    }

    /// The program of its adapter.
    pub(crate) fn program(&self) -> &str {
        self.command.first().map_or("", String::as_str)
    }

    /// The contradiction within the row, if any.
    pub(crate) fn contradiction(&self) -> Option<&'static str> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let uses_script = self.command.iter().any(|word| word.contains(SCRIPT));
        if self.name.is_empty() || !self.name.chars().all(is_plain) {
            Some("a name has letters, digits, `-`, `_` and `.` only")
        } else if self.name == "all" {
            Some("`--engine all` stands for every engine")
        } else if self.program().is_empty() {
            Some("`command` names no program")
        } else if uses_script && self.scripts.is_empty() {
            Some("the command needs `{script}`, but `scripts` is empty")
        } else if !uses_script && !self.scripts.is_empty() {
            Some("no word of `command` is `{script}`, so `scripts` has no use")
        } else if !self.build.is_empty() && !self.install.is_empty() {
            Some("`install` is for a program that `build` does not make")
        } else if !self.build.is_empty() && self.program().contains('/') {
            Some("a program that `build` makes has no directory but target-engines/bin")
        } else {
            None
        }
    }
}
