//! Makes a directory for `WASSAY_WORKERS` with links to the given workers, wherever they were
//! built.

use std::os::unix::fs::symlink;
use std::path::Path;
use tempfile::TempDir;
use wassay_lanes::Arch;

/// The directory, with a link to the worker of each architecture.
pub fn offered(workers: &[(Arch, &Path)]) -> TempDir {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    for (arch, worker) in workers {
        let name = directory.path().join(format!("wassay-{arch}"));
        symlink(worker, name).expect("there is room for a link");
    }
    directory
}
