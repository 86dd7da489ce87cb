//! Takes an external engine and this machine; gives the command of its adapter, or what is missing and
//! the command that installs it. Runs only `--version` of a program, with a time limit.

use crate::embedded;
use crate::external::{External, SCRIPT};
use crate::version::Version;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use wassay_lanes::{ask, program, tree_around};
use wassay_record::with_remedy;

/// How long a program may take to print its version.
const LIMIT: Duration = Duration::from_secs(20);
/// Where `cargo xtask engine build` puts programs, from the root of the tree.
const BUILT: &str = "target-engines/bin";

/// The variable that names the directory of adapters.
const DIRECTORY: &str = "WASSAY_ENGINES";

/// Where programs are searched for.
///
/// The program of a row with `build` is searched for
/// 1. next to wassay,
/// 2. in `target-engines/bin` of the source tree that contains wassay,
/// 3. and in that of the tree around the current directory,
///
/// or only in the directory that the environment variable `WASSAY_ENGINES` names, if it is set.
///
/// Any other program is searched for in `PATH`, unless it has a directory.
#[derive(Clone, Debug)]
pub struct Places {
    built: Vec<PathBuf>,
    /// Whether the user has named that directory.
    is_named: bool,
    path: OsString,
    /// The directory of the table, for programs with a directory.
    beside: Option<PathBuf>,
    variable: fn(&str) -> Option<String>,
}

/// An engine that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    words: Vec<String>,
    /// The id of the sources that the adapter should be of, if this tree builds it and nobody has
    /// named another.
    sources: Option<&'static str>,
}

/// An engine that is not installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Absent {
    /// What is missing.
    pub reason: String,
    /// The command that installs it; empty if none is known.
    pub remedy: String,
}

impl Places {
    /// The places for this wassay.
    pub fn of(wassay: &Path) -> Places {
        let named = std::env::var_os(DIRECTORY).filter(|value| !value.is_empty());
        let here = std::env::current_dir().unwrap_or_default();
        let beside = wassay.parent().map(Path::to_path_buf);
        let trees = [tree_around(wassay), tree_around(&here)].into_iter().flatten();
        let trees = trees.map(|root| root.join(BUILT));
        Places {
            is_named: named.is_some(),
            built: match named {
                Some(named) => vec![PathBuf::from(named)],
                None => beside.into_iter().chain(trees).collect(),
            },
            path: std::env::var_os("PATH").unwrap_or_default(),
            beside: None,
            variable: |name| std::env::var(name).ok().filter(|value| !value.is_empty()),
        }
    }

    /// Takes programs that have a directory relative to this one.
    pub fn relative_to(self, directory: &Path) -> Places {
        Places { beside: Some(directory.to_path_buf()), ..self }
    }

    /// The adapter of an engine.
    ///
    /// # Errors
    /// If it is not installed, or too old.
    pub fn find(&self, engine: &External) -> Result<Found, Absent> {
        let absent = |reason| Absent { reason, remedy: engine.remedy() };
        let variable = engine.variable();
        if let Some(command) = (self.variable)(&variable) {
            return match shlex::split(&command) {
                Some(words) if !words.is_empty() => Ok(Found { words, sources: None }),
                _ => Err(Absent {
                    reason: format!("{variable} is `{command}`, which is no command"),
                    remedy: format!("unset {variable}"),
                }),
            };
        }
        let name = engine.program();
        let found = self.program(name, !engine.build.is_empty());
        let found = found.ok_or_else(|| {
            absent(match engine.build.is_empty() {
                true => format!("`{name}` is not installed"),
                false => match (self.variable)(DIRECTORY) {
                    Some(named) => {
                        format!("its adapter `{name}` is not in {named}, which {DIRECTORY} names")
                    }
                    None => format!("its adapter `{name}` is not built"),
                },
            })
        })?;
        if let Some(oldest) = &engine.oldest {
            is_new_enough(name, &found, oldest).map_err(absent)?;
        }
        let rest = engine.command.iter().skip(1).cloned();
        let sources = if self.is_named { None } else { embedded::sources(name) };
        Ok(Found { words: std::iter::once(found).chain(rest).collect(), sources })
    }

    fn program(&self, name: &str, is_built: bool) -> Option<String> {
        if is_built {
            let paths = self.built.iter().map(|place| place.join(name));
            return paths.filter_map(|path| program(path.to_str()?, &self.path)).next();
        }
        match &self.beside {
            Some(directory) if name.contains('/') => {
                program(directory.join(name).to_str()?, &self.path)
            }
            _ => program(name, &self.path),
        }
    }
}

/// Checks the version that a program prints.
fn is_new_enough(name: &str, path: &str, oldest: &Version) -> Result<(), String> {
    let answer = ask(Command::new(path).arg("--version"), LIMIT)
        .map_err(|error| format!("`{name} --version` failed: {error}"))?;
    let said = String::from_utf8_lossy(&answer.stdout);
    let line = said.lines().next().unwrap_or_default().trim();
    match Version::within(line) {
        Some(version) if version >= *oldest => Ok(()),
        Some(version) => {
            Err(format!("`{name}` has version {version}, which is older than {oldest}"))
        }
        None => Err(format!("`{name} --version` printed no version, but `{line}`")),
    }
}

impl Found {
    /// The path of its program.
    pub fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The command for a shell, with the path of the first script.
    pub fn command(&self, script: &Path) -> String {
        let script = script.to_string_lossy();
        let words = self.words.iter().map(|word| word.replace(SCRIPT, &script));
        let quoted = words.map(|word| match shlex::try_quote(&word) {
            Ok(quoted) => quoted.into_owned(),
            // No word of a command has a zero byte.
            Err(_) => String::new(),
        });
        quoted.collect::<Vec<_>>().join(" ")
    }

    /// What to say of an adapter that calls its build this, if it is not of the sources that this
    /// wassay was built from.
    pub fn stale(&self, build: &str) -> Option<String> {
        let sources = self.sources?;
        let fits = build.split(' ').any(|word| word == sources);
        (!fits).then(|| {
            format!("its adapter {} was built from other sources than this wassay", self.program())
        })
    }

    /// Whether the command needs the scripts of the row.
    pub fn needs_scripts(&self) -> bool {
        self.words.iter().any(|word| word.contains(SCRIPT))
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&with_remedy(&self.reason, &self.remedy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;
    use std::fs;

    /// Places in this directory only, with the variable `WASSAY_ENGINE_SET`.
    fn places(directory: &Path) -> Places {
        Places {
            built: vec![directory.join("first"), directory.join("second")],
            is_named: false,
            path: directory.join("path").into_os_string(),
            beside: Some(directory.to_path_buf()),
            variable: |name| match name {
                "WASSAY_ENGINE_SET" => Some("'my adapter' x".to_string()),
                "WASSAY_ENGINE_BROKEN" => Some("a 'b".to_string()),
                _ => None,
            },
        }
    }

    fn put(directory: &Path, name: &str, script: &str) {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Another process writes it: one that this process has open cannot be executed.
        let write = "printf '#!/bin/sh\\n%s\\n' \"$1\" >\"$0\" && chmod +x \"$0\"";
        let status = Command::new("sh").args(["-c", write]).arg(path).arg(script).status();
        assert!(status.unwrap().success());
    }

    const ROWS: &str = "
        [[engine]]
        name = 'tool'
        command = ['tool', '-m', '{script}']
        scripts = ['a b.js']
        oldest = '20.3'
        install = 'ci/setup'
        [[engine]]
        name = 'made'
        command = ['made', 'it']
        build = ['make']
        [[engine]]
        name = 'near'
        command = ['./near']
        [[engine]]
        name = 'set'
        command = ['none']
        [[engine]]
        name = 'broken'
        command = ['none']
    ";

    #[test]
    fn engines_are_found_or_named_with_what_installs_them() {
        let directory = tempfile::tempdir().unwrap();
        let directory = directory.path();
        let table = Table::of_file(&directory.join("t.toml"), ROWS).unwrap();
        let script = directory.join("a b.js");
        let find = |name: &str| match places(directory).find(table.get(name).unwrap()) {
            Ok(found) => found.command(&script).replace(directory.to_str().unwrap(), "."),
            Err(absent) => absent.to_string(),
        };
        assert_eq!(find("tool"), "`tool` is not installed; to run it: `ci/setup`");
        for (said, expected) in [
            ("echo v20.3.1", "./path/tool -m './a b.js'"),
            (
                "echo v20.2.9",
                "`tool` has version 20.2.9, which is older than 20.3; to run it: `ci/setup`",
            ),
            ("echo what", "`tool --version` printed no version, but `what`; to run it: `ci/setup`"),
        ] {
            put(directory, "path/tool", said);
            assert_eq!(find("tool"), expected);
        }
        let built = "its adapter `made` is not built; to run it: `cargo xtask engine build made`";
        put(directory, "path/made", "");
        assert_eq!(find("made"), built, "a program of this name in PATH is another one");
        for place in ["second", "first"] {
            put(directory, &format!("{place}/made"), "");
            assert_eq!(find("made"), format!("./{place}/made it"));
        }
        let named = Places {
            built: vec![directory.join("third")],
            variable: |name| (name == DIRECTORY).then(|| "./third".to_string()),
            ..places(directory)
        };
        let absent = named.find(table.get("made").unwrap()).unwrap_err();
        assert_eq!(
            absent.reason,
            "its adapter `made` is not in ./third, which WASSAY_ENGINES names"
        );
        let found = |built: &str, is_named| {
            put(directory, &format!("first/{built}"), "");
            let row = format!("[[engine]]\nname = 'one'\ncommand = ['{built}']\nbuild = ['make']");
            let table = Table::of_file(Path::new("t.toml"), &row).unwrap();
            Places { is_named, ..places(directory) }.find(table.get("one").unwrap()).unwrap()
        };
        let id = embedded::sources("wassay-wazero").unwrap();
        let wazero = found("wassay-wazero", false);
        assert_eq!(wazero.stale(&format!("go1.26.8 {id}")), None);
        for build in ["", "go1.26.8", "go1.26.8 0123456789abcdef"] {
            let says = wazero.stale(build).unwrap();
            assert!(says.ends_with("wassay-wazero was built from other sources than this wassay"));
            assert_eq!(found("wassay-wazero", true).stale(build), None, "the user has named it");
            assert_eq!(found("made", false).stale(build), None, "its sources are not here");
        }
        assert_eq!(find("near"), "`./near` is not installed");
        put(directory, "near", "");
        assert_eq!(find("near"), "././near");
        assert_eq!(find("set"), "'my adapter' x");
        let broken = "WASSAY_ENGINE_BROKEN is `a 'b`, which is no command; to run it: \
                      `unset WASSAY_ENGINE_BROKEN`";
        assert_eq!(find("broken"), broken);
    }
}
