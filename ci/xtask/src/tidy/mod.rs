//! `cargo xtask tidy`: takes the source tree; reports violations of its rules. The rules are
//! tables: [`layers`] lists forbidden dependencies, [`features`] what a normal build must not enable,
//! [`rules`] the permitted contents of a file, [`imports`] the crates whose modules form layers.
//! Changes nothing.

mod code;
mod features;
mod imports;
mod layers;
mod rules;
mod tree;

use anyhow::Result;
use std::path::Path;
use tree::Tree;

/// A violation of a rule, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root.
    pub path: String,
    /// From 1; 0 for the whole file.
    pub line: usize,
    /// The problem and its fix.
    pub message: String,
}

/// Checks the tree and prints the findings; returns whether there were none.
///
/// # Errors
/// If the tree cannot be read.
pub fn run(root: &Path) -> Result<bool> {
    let tree = Tree::read(root)?;
    let mut findings = layers::check(&tree.packages);
    findings.extend(features::check(&tree.packages));
    findings.extend(rules::check(&tree)?);
    findings.sort();
    for Finding { path, line, message } in &findings {
        match line {
            0 => println!("{path}: {message}"),
            _ => println!("{path}:{line}: {message}"),
        }
    }
    let (crates, files) = (tree.packages.members().count(), tree.files.len());
    eprintln!("tidy: {crates} crates, {files} files, {} findings", findings.len());
    Ok(findings.is_empty())
}
