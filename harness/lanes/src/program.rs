//! Takes the name of a program and a list of directories; gives its path. Runs nothing.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The path of a program in `path`, which is separated as in the variable `PATH`. A name with a
/// directory is a path itself.
pub fn program(name: &str, path: &OsStr) -> Option<String> {
    let runs = |file: &Path| {
        file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
    };
    let candidates: Vec<PathBuf> = match name.contains('/') {
        true => vec![PathBuf::from(name)],
        false => std::env::split_paths(path).map(|dir| dir.join(name)).collect(),
    };
    let found = candidates.into_iter().find(|file| runs(file));
    found.map(|file| file.to_string_lossy().into_owned())
}

/// The source tree of wassay that contains the path.
pub fn tree_around(path: &Path) -> Option<PathBuf> {
    let root = path.ancestors().find(|dir| dir.join("ci/lanes.toml").is_file());
    root.map(Path::to_path_buf)
}
