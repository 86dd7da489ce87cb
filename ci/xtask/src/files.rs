//! Takes the root of a source tree; returns its files. Reads no contents.

use crate::command::output;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The existing files of a tree, relative to its root, in order: those that git tracks, and new
/// ones that it does not ignore.
pub fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let git = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listing = output(Command::new("git").current_dir(root).args(git))?;
    let names = String::from_utf8(listing).context("a file name is not UTF-8")?;
    let files: BTreeSet<PathBuf> = names
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(|file| root.join(file).is_file())
        .collect();
    Ok(files.into_iter().collect())
}
