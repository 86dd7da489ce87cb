//! Takes mutants; builds and tests each with cargo-mutants, in a copy of the source tree, and
//! returns what became of it. Installs cargo-mutants if it is missing. Draws and judges nothing.

use super::sample::{self, Mutant};
use crate::command::{cargo, output};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that is installed. Another one may make other mutants.
const VERSION: &str = "27.1.0";

/// Which mutants there are, from the root.
const CONFIG: &str = "ci/mutants/config.toml";

/// The profile of `Cargo.toml` for builds of mutants.
const PROFILE: &str = "mutants";

/// How many seconds tests may take: a mutant may make an endless loop that no runner sees.
const TIMEOUT: &str = "300";

/// cargo-mutants, with the tree that it changes.
pub struct Tool {
    program: PathBuf,
    root: PathBuf,
    /// The copy of the tree.
    pub tree: PathBuf,
    /// Where it builds and writes.
    home: PathBuf,
}

/// What catches mutants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tests {
    /// The official suites and our own.
    Suites,
    /// The tests of the crates of the engine.
    Engine,
}

/// Tests for the mutants of a crate.
pub struct Stage {
    pub tests: Tests,
    /// Where the files are that it mutates.
    pub files: &'static str,
    /// Without it, the whole workspace: cargo would build all dependencies of another selection
    /// again, with other features. The runtime has few.
    package: Option<&'static str>,
    programs: &'static [&'static str],
}

/// All tests, in the order in which they run, each against what survived those before.
pub const STAGES: &[Stage] = &[
    Stage { tests: Tests::Suites, files: "engine/", package: None, programs: &["mutants"] },
    Stage {
        tests: Tests::Engine,
        files: "engine/runtime/",
        package: Some("wassay-runtime"),
        programs: &[],
    },
    Stage { tests: Tests::Engine, files: "engine/compiler/", package: None, programs: &["shape"] },
    Stage {
        tests: Tests::Engine,
        files: "engine/",
        package: None,
        programs: &[
            "contract",
            "data",
            "demand",
            "images",
            "limits",
            "loading",
            "mapped",
            "reclaim",
            "relaxed",
            "reservations",
            "stacks",
        ],
    },
];

/// What became of a mutant in a set of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Caught,
    Timeout,
    Survived,
    /// It does not compile.
    Unviable,
}

impl Display for Tests {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tests::Suites => "suites",
            Tests::Engine => "engine's tests",
        })
    }
}

impl Stage {
    /// The arguments for cargo that select the test programs.
    fn programs(&self) -> impl Iterator<Item = String> {
        self.programs.iter().map(|program| format!("--test={program}"))
    }
}

impl Tool {
    /// Finds or installs cargo-mutants below `home`.
    ///
    /// # Errors
    /// If it is missing and cannot be installed.
    pub fn install(root: &Path, home: &Path) -> Result<Tool> {
        let directory = home.join("tool");
        let program = directory.join("bin/cargo-mutants");
        let version = || output(Command::new(&program).args(["mutants", "--version"])).ok();
        let wanted = format!("cargo-mutants {VERSION}");
        if version().is_none_or(|version| String::from_utf8_lossy(&version).trim() != wanted) {
            let mut install = cargo();
            install.args(["install", "cargo-mutants", "--locked", "--version", VERSION, "--root"]);
            if !install.arg(&directory).status().context("`cargo` does not start")?.success() {
                bail!("{wanted} cannot be installed");
            }
        }
        let (tree, home) = (home.join("tree"), home.to_path_buf());
        Ok(Tool { program, root: root.to_path_buf(), tree, home })
    }

    /// All mutants that can be drawn.
    ///
    /// # Errors
    /// If cargo-mutants cannot list them.
    pub fn list(&self) -> Result<Vec<Mutant>> {
        let mut command = self.command(&self.root);
        command.arg("--config").arg(self.root.join(CONFIG));
        sample::listed(&output(command.args(["--list", "--json", "--workspace"]))?)
    }

    /// Runs the tests without a mutant.
    ///
    /// # Errors
    /// If one fails: it would seem to catch every mutant.
    pub fn check_sound(&self, stage: &Stage) -> Result<()> {
        let mut command = cargo();
        self.prepare(command.current_dir(&self.tree).args(["test", "--locked"]));
        command.args(["--profile", PROFILE]).args(stage.programs());
        match stage.package {
            Some(package) => command.args(["--package", package]),
            None => command.arg("--workspace"),
        };
        if !command.status().context("`cargo` does not start")?.success() {
            bail!("the {} fail without a mutant: repair that first", stage.tests);
        }
        Ok(())
    }

    /// Builds and tests the mutants, one after the other.
    ///
    /// # Errors
    /// If cargo-mutants fails.
    pub fn run(&self, stage: &Stage, mutants: &[Mutant]) -> Result<Vec<Fate>> {
        let mut command = self.command(&self.tree);
        command.args(["--in-place", "--workspace", "--profile", PROFILE, "--timeout", TIMEOUT]);
        command.args(["--caught", "--unviable", "--baseline", "skip", "--no-times"]);
        command.arg("--no-config");
        match stage.package {
            Some(package) => command.args(["--test-package", package]),
            None => command.args(["--test-workspace", "true"]),
        };
        for mutant in mutants {
            // The file, too: cargo-mutants applies no pattern to mutants of struct fields. With a
            // configuration it would add the file to the configured ones.
            command.args(["--file", &mutant.file, "--re", &exactly(&mutant.name)]);
        }
        // What follows `--` would not count for the build.
        command.args(stage.programs().map(|word| format!("--cargo-arg={word}")));
        command.arg("--output").arg(&self.home);
        let status = command.status().context("`cargo-mutants` does not start")?;
        // As documented: all caught; some survived; some timed out.
        if !matches!(status.code(), Some(0 | 2 | 3)) {
            bail!("cargo-mutants: {status}");
        }
        let outcomes = self.home.join("mutants.out/outcomes.json");
        let outcomes = std::fs::read(&outcomes)
            .with_context(|| format!("cannot read {}", outcomes.display()))?;
        fates(&outcomes, mutants)
    }

    /// A command about the mutants of this tree.
    fn command(&self, tree: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("mutants").arg("--dir").arg(tree);
        command.args(["--colors", "never"]);
        self.prepare(&mut command);
        command
    }

    /// Sets the environment of a command that builds mutants.
    fn prepare(&self, command: &mut Command) {
        command.env("CARGO_TARGET_DIR", self.home.join("build"));
        // The tests run the embedded suites, and the profile states whether builds are incremental.
        for variable in [wassay_suites::TESTSUITE_VARIABLE, "CARGO_INCREMENTAL"] {
            command.env_remove(variable);
        }
    }
}

/// A regular expression that matches only this name.
fn exactly(name: &str) -> String {
    let mut pattern = "^".to_string();
    for c in name.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "$"
}

#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: String,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant { name: String },
}

/// The fates of the mutants in cargo-mutants' record of a run.
fn fates(json: &[u8], mutants: &[Mutant]) -> Result<Vec<Fate>> {
    let record: Outcomes = serde_json::from_slice(json).context("the record of cargo-mutants")?;
    let mut found = BTreeMap::new();
    for outcome in &record.outcomes {
        let Scenario::Mutant { name } = &outcome.scenario else { continue };
        let fate = match &*outcome.summary {
            "CaughtMutant" => Fate::Caught,
            "MissedMutant" => Fate::Survived,
            "Timeout" => Fate::Timeout,
            "Unviable" => Fate::Unviable,
            other => bail!("{name}: cargo-mutants reports {other}"),
        };
        found.insert(&**name, fate);
    }
    let fate = |mutant: &Mutant| {
        let fate = found.get(&*mutant.name).copied();
        fate.with_context(|| format!("cargo-mutants did not run `{}`", mutant.name))
    };
    mutants.iter().map(fate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(name: &str) -> Mutant {
        let text = name.to_string();
        Mutant { file: String::new(), name: text.clone(), key: text }
    }

    #[test]
    fn a_record_without_one_of_the_mutants_is_an_error() {
        let json = br#"{"outcomes": [
            {"scenario": "Baseline", "summary": "Success"},
            {"scenario": {"Mutant": {"name": "a", "file": "a.rs"}}, "summary": "CaughtMutant"},
            {"scenario": {"Mutant": {"name": "b", "file": "a.rs"}}, "summary": "Unviable"}
        ], "total_mutants": 2}"#;
        let (a, b, c) = (mutant("a"), mutant("b"), mutant("c"));
        let found = fates(json, &[b.clone(), a.clone()]).unwrap();
        assert_eq!(found, [Fate::Unviable, Fate::Caught]);
        let error = fates(json, &[a, b, c]).unwrap_err().to_string();
        assert_eq!(error, "cargo-mutants did not run `c`");
        let odd = String::from_utf8_lossy(json).replace("Unviable", "Failure");
        assert!(fates(odd.as_bytes(), &[mutant("a")]).is_err());
    }

    #[test]
    fn a_name_matches_only_itself() {
        let name = "a-b.rs:1:2: replace f -> Option<&'a [u8]> with Some(Vec::leak(vec![0]))";
        let escaped = r"^a\-b\.rs:1:2: replace f \-> Option<\&'a \[u8\]> with Some\(Vec::leak\(vec!\[0\]\)\)$";
        assert_eq!(exactly(name), escaped);
    }
}
