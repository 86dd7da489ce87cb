//! Takes a directory; returns the scripts of a checkout of the official suite in it. Also finds the
//! checkout that contains a path. Reads no script.

use crate::error::SuiteError;
use crate::needs::{self, Rules};
use crate::script::{Script, Source, name_of};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// The layout of the suites in a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Layout {
    /// The official repository: the latest core suite at the top, then `custom`, `legacy` and
    /// `proposals`.
    Official,
    /// One folder per version, like the embedded suite.
    Versions,
    /// The specification's own repository: `core`, `custom` and `legacy` below `test`, with
    /// subfolders that the official repository does not have.
    Specification,
}

/// A directory that contains suites.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Checkout {
    root: PathBuf,
    layout: Layout,
}

impl Checkout {
    /// The directory that the user names as a checkout.
    ///
    /// # Errors
    /// `Unreadable` if there is no such directory.
    pub fn at(root: &Path) -> Result<Checkout, SuiteError> {
        let root = std::fs::canonicalize(root).map_err(unreadable(root))?;
        // The user may name the repository, its `test`, or `core` in that.
        let around = [Some(root.join("test")), Some(root.clone()), root.parent().map(Into::into)];
        let found = around.into_iter().flatten().find(|dir| is_specification(dir));
        if let Some(tests) = found {
            return Ok(Checkout { root: tests, layout: Layout::Specification });
        }
        let layout =
            if root.join("wasm-v1").is_dir() { Layout::Versions } else { Layout::Official };
        Ok(Checkout { root, layout })
    }

    /// Its directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The checkout that contains this absolute path, if there is one.
    pub fn around(path: &Path) -> Option<Checkout> {
        path.ancestors().find_map(|dir| {
            let is_version = dir.file_name().and_then(OsStr::to_str).is_some_and(|name| {
                name.starts_with("wasm-") && needs::knows(name) && dir.is_dir()
            });
            if is_version {
                let root = dir.parent()?.to_path_buf();
                return Some(Checkout { root, layout: Layout::Versions });
            }
            let layout = if is_specification(dir) {
                Layout::Specification
            } else if !dir.join("proposals").is_dir() {
                return None;
            } else if dir.join("wasm-v1").is_dir() {
                Layout::Versions
            } else if dir.join("i32.wast").is_file() {
                Layout::Official
            } else {
                return None;
            };
            Some(Checkout { root: dir.to_path_buf(), layout })
        })
    }

    /// Every script below a directory of the checkout (or the one script at the path), sorted by
    /// name. A script has the same name however much is selected. `own` is a table of needs in
    /// addition to the built-in one.
    ///
    /// # Errors
    /// `Unreadable`
    pub fn scripts(&self, below: &Path, own: Option<&Rules>) -> Result<Vec<Script>, SuiteError> {
        // A repository inside another one is not part of its suites.
        let below = if self.root.starts_with(below) { &self.root } else { below };
        let selected: BTreeSet<PathBuf> = wast_files(below)?.into_iter().collect();
        // A folder that cannot be read is an error only if it is selected.
        let others = wast_files(&self.root).unwrap_or_default();
        let files: BTreeSet<PathBuf> = selected.iter().cloned().chain(others).collect();
        let mut scripts: Vec<(Script, bool)> = files
            .into_iter()
            .map(|file| {
                let is_selected = selected.contains(&file);
                (self.script(file, own), is_selected)
            })
            .collect();
        // Of files with the same name, all but the first keep the folders that distinguish them.
        let mut names = BTreeSet::new();
        for (script, _) in &mut scripts {
            if !names.insert(script.name.clone())
                && let Source::Path(file) = &script.source
            {
                script.name = name_of(file.strip_prefix(&self.root).unwrap_or(file));
            }
        }
        scripts.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        Ok(scripts.into_iter().filter_map(|(it, is_selected)| is_selected.then_some(it)).collect())
    }

    fn script(&self, file: PathBuf, own: Option<&Rules>) -> Script {
        let inside = file.strip_prefix(&self.root).unwrap_or(&file);
        let mut name = name_of(inside);
        match self.layout {
            Layout::Official if !name.contains('/') => name.insert_str(0, "core/"),
            Layout::Specification => {
                if let (Some((suite, _)), Some((_, file))) =
                    (name.split_once('/'), name.rsplit_once('/'))
                {
                    name = format!("{suite}/{file}");
                }
            }
            _ => {}
        }
        let (needs, basis) = needs::needs_or_all(own, &name);
        Script::of_suite(name, needs, Source::Path(file)).needing(needs, basis)
    }
}

fn is_specification(tests: &Path) -> bool {
    tests.join("core/i32.wast").is_file()
}

/// Every `.wast` file below a directory, sorted, or the file itself whatever its name. Hidden
/// directories are skipped, and links to directories are not followed.
///
/// # Errors
/// `Unreadable`
pub fn wast_files(dir: &Path) -> Result<Vec<PathBuf>, SuiteError> {
    if !dir.is_dir() {
        return Ok(vec![dir.to_path_buf()]);
    }
    let mut files = Vec::new();
    let mut pending = vec![dir.to_path_buf()];
    while let Some(dir) = pending.pop() {
        for entry in std::fs::read_dir(&dir).map_err(unreadable(&dir))? {
            let entry = entry.map_err(unreadable(&dir))?;
            let kind = entry.file_type().map_err(unreadable(&entry.path()))?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if kind.is_dir() && !hidden {
                pending.push(entry.path());
            } else if !kind.is_dir() && entry.path().extension() == Some(OsStr::new("wast")) {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> SuiteError {
    let path = path.to_path_buf();
    move |source| SuiteError::Unreadable { path, source }
}
