//! Takes a source tree; gives the files that the program is made of, and a name for what is in
//! them. Where the tree lies and what an editor leaves in it do not count.

use fnv::FnvHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

/// Where what the program is made of lies, from the workspace's root.
const PARTS: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "engine",
    "harness",
    "suites",
    "regressions",
    "ci/lanes",
    "ci/lanes.toml",
];

/// Directories in which there is nothing of the program.
const OUTSIDE: &[&str] = &["tests", "snapshots", "examples", "benches", "target"];

/// Directories that are watched for new files.
const WATCHED: &[&str] = &["src", "wast"];

/// What the program is made of.
#[derive(Debug, Default)]
pub struct Parts {
    /// By the path from the root, with what it is from here.
    files: Vec<(String, PathBuf)>,
    directories: Vec<PathBuf>,
}

impl Parts {
    /// The parts in the tree of this root, in an order that is the same everywhere.
    pub fn of(root: &Path) -> Parts {
        let mut parts = Parts::default();
        for part in PARTS {
            parts.collect(part.to_string(), &root.join(part));
        }
        parts.files.sort();
        parts
    }

    /// What must be looked at anew when it changes: the files, and directories for new ones.
    pub fn watched(&self) -> impl Iterator<Item = &Path> {
        let files = self.files.iter().map(|(_, path)| path);
        files.chain(&self.directories).map(PathBuf::as_path)
    }

    /// The name of what is in the files.
    pub fn id(&self) -> String {
        let mut hash = FnvHasher::default();
        for (name, path) in &self.files {
            let bytes = fs::read(path).unwrap_or_default();
            for part in [name.as_bytes(), &bytes] {
                hash.write(&(part.len() as u64).to_le_bytes());
                hash.write(part);
            }
        }
        format!("{:016x}", hash.finish())
    }

    fn collect(&mut self, name: String, path: &Path) {
        let last = name.rsplit('/').next().unwrap_or_default();
        if last.starts_with('.') || OUTSIDE.contains(&last) {
            return;
        }
        if !path.is_dir() {
            if is_part(last) {
                self.files.push((name, path.to_path_buf()));
            }
            return;
        }
        if WATCHED.contains(&last) {
            self.directories.push(path.to_path_buf());
        }
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let below = format!("{name}/{}", entry.file_name().to_string_lossy());
            self.collect(below, &entry.path());
        }
    }
}

/// Whether a file of this name goes into the program: a source, a table or a script.
fn is_part(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|found| ["rs", "toml", "wast"].contains(&found)) || name == "Cargo.lock"
}
