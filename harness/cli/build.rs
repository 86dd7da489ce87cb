//! Names the build by what it is made of: the sources and tables of wassay itself, and the versions
//! of everything else. Two programs of one name were built of the same, for whatever machine, so a
//! parent can tell a worker that is older than itself.

use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

/// Where what the program is made of lies, from the workspace's root.
const PARTS: &[&str] =
    &["Cargo.lock", "engine", "harness", "suites", "regressions", "ci/lanes", "ci/lanes.toml"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for part in PARTS {
        collect(&root.join(part), &mut files);
    }
    files.sort();
    let mut hash = fnv::FnvHasher::default();
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy();
        let bytes = fs::read(file).unwrap_or_default();
        for part in [name.as_bytes(), &bytes] {
            hash.write(&(part.len() as u64).to_le_bytes());
            hash.write(part);
        }
        println!("cargo::rerun-if-changed={}", file.display());
    }
    println!("cargo::rustc-env=WASSAY_BUILD={:016x}", hash.finish());
}

/// The files that go into the program. Directories of sources are watched for new ones.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if !path.is_dir() {
        let is_table = name.ends_with(".toml") || name == "Cargo.lock";
        let is_source = path.components().any(|part| part.as_os_str() == "src");
        let is_script = name.ends_with(".wast");
        if is_table || is_source || is_script {
            files.push(path.to_path_buf());
        }
        return;
    }
    if ["tests", "snapshots", "examples"].contains(&&*name) || name.starts_with('.') {
        return;
    }
    if name == "src" || name == "wast" {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.for_each(|entry| collect(&entry.path(), files));
}
