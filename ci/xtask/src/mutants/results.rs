//! What became of the mutants in this run and in earlier ones. A run that was interrupted continues
//! where it ended; a result from other sources is used only if it must be the same for these.

use super::sample::Mutant;
use super::tool::Tests;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use twox_hash::XxHash3_64;

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// These tests fail.
    Caught(Tests),
    /// These tests do not end.
    Timeout(Tests),
    /// All tests pass.
    Survived,
    /// It does not compile.
    Unviable,
}

impl Display for Outcome {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Caught(tests) => write!(f, "caught by {tests}"),
            Outcome::Timeout(tests) => write!(f, "timeout in {tests}"),
            Outcome::Survived => write!(f, "survives"),
            Outcome::Unviable => write!(f, "does not compile"),
        }
    }
}

/// The hashes of a source tree.
pub struct Sources {
    /// All files that can change a result.
    whole: u64,
    /// Each file.
    files: BTreeMap<String, u64>,
}

impl Sources {
    /// Hashes these files, which are relative to the root.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn of(root: &Path, files: &[PathBuf]) -> Result<Sources> {
        let mut sources = Sources { whole: 0, files: BTreeMap::new() };
        for file in files {
            let name = file.to_string_lossy().into_owned();
            let bytes = std::fs::read(root.join(file)).with_context(|| name.clone())?;
            let hash = XxHash3_64::oneshot(&bytes);
            // The project's own tasks and its documents are no part of the tests.
            if !name.starts_with("ci/xtask/")
                && !name.starts_with("ci/mutants/")
                && !name.ends_with(".md")
            {
                sources.whole =
                    XxHash3_64::oneshot_with_seed(sources.whole ^ hash, name.as_bytes());
            }
            sources.files.insert(name, hash);
        }
        Ok(sources)
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    outcome: Outcome,
    whole: u64,
    file: u64,
}

/// The outcomes of mutants, in a file.
pub struct Results {
    path: PathBuf,
    sources: Sources,
    kept: BTreeMap<String, Kept>,
}

impl Results {
    /// The results in a file, which may be missing, for these sources.
    ///
    /// # Errors
    /// If the file has other contents.
    pub fn open(path: &Path, sources: Sources) -> Result<Results> {
        let kept = match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .with_context(|| format!("{}: remove it", path.display()))?,
            Err(_) => BTreeMap::new(),
        };
        Ok(Results { path: path.to_path_buf(), sources, kept })
    }

    /// The outcome of a mutant, if it is known. A mutant that a test has caught counts as caught
    /// until its file changes. One that survived runs again after every change, because there may
    /// be a new test.
    pub fn get(&self, mutant: &Mutant) -> Option<Outcome> {
        let kept = self.kept.get(&mutant.key)?;
        let is_same = match kept.outcome {
            Outcome::Survived => kept.whole == self.sources.whole,
            _ => Some(&kept.file) == self.sources.files.get(&mutant.file),
        };
        is_same.then_some(kept.outcome)
    }

    /// Adds an outcome.
    pub fn add(&mut self, mutant: &Mutant, outcome: Outcome) {
        let file = self.sources.files.get(&mutant.file).copied().unwrap_or_default();
        let kept = Kept { outcome, whole: self.sources.whole, file };
        self.kept.insert(mutant.key.clone(), kept);
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If that is impossible.
    pub fn save(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.kept)?;
        std::fs::write(&self.path, text)
            .with_context(|| format!("cannot write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_used_while_it_must_be_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
        std::fs::create_dir_all(root.join("ci/mutants")).unwrap();
        let files = ["a.rs", "b.wast", "ci/mutants/reasons.toml"].map(PathBuf::from);
        files.iter().for_each(|file| write(&file.to_string_lossy(), ""));
        let open = || {
            Results::open(&root.join("results.json"), Sources::of(root, &files).unwrap()).unwrap()
        };
        let mutant = |key: &str| Mutant {
            file: "a.rs".to_string(),
            name: String::new(),
            key: key.to_string(),
        };
        let mut results = open();
        assert_eq!(results.get(&mutant("caught")), None);
        results.add(&mutant("caught"), Outcome::Caught(Tests::Engine));
        results.add(&mutant("survivor"), Outcome::Survived);
        results.save().unwrap();
        let known = || ["caught", "survivor"].map(|key| open().get(&mutant(key)));
        let caught = Some(Outcome::Caught(Tests::Engine));
        assert_eq!(known(), [caught, Some(Outcome::Survived)]);
        write("ci/mutants/reasons.toml", "a reason");
        assert_eq!(known(), [caught, Some(Outcome::Survived)], "a reason is no test");
        write("b.wast", "a test");
        assert_eq!(known(), [caught, None], "a new test may catch a survivor");
        write("a.rs", "a change");
        assert_eq!(known(), [None, None]);
    }
}
