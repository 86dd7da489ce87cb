//! Finds the worker binaries of this machine. Takes an architecture; gives a path. Builds nothing.

use crate::arch::Arch;
use crate::ask::ask;
use crate::error::Obstacle;
use crate::program::tree_around;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long a worker may take to report its version. Under an emulator it needs a fraction of a
/// second.
const LIMIT: Duration = Duration::from_secs(20);

/// The locations of the worker binaries.
///
/// The native worker is the parent's own program. A worker for a named architecture is searched for
/// 1. as `wassay-ARCH` in the directory named by the environment variable `WASSAY_WORKERS`,
/// 2. as `wassay-ARCH` next to the parent's program,
/// 3. at the output path of `cargo xtask lane build` in the source tree that contains the program,
/// 4. and in the one around the current directory, if workers must report a version: only the
///    version shows whether a worker belongs to the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workers {
    native: PathBuf,
    named: Option<PathBuf>,
    /// The source tree of the program.
    tree: Option<PathBuf>,
    /// The source tree of the current directory.
    here: Option<PathBuf>,
    version: Option<String>,
    limit: Duration,
}

impl Workers {
    /// The workers that belong to this program.
    pub fn of(program: PathBuf) -> Workers {
        let named = std::env::var_os("WASSAY_WORKERS").filter(|value| !value.is_empty());
        let here = std::env::current_dir().unwrap_or_default();
        Workers::around(program, named.map(PathBuf::from), &here)
    }

    fn around(program: PathBuf, named: Option<PathBuf>, here: &Path) -> Workers {
        Workers {
            named,
            tree: tree_around(&program),
            here: tree_around(here),
            native: program,
            version: None,
            limit: LIMIT,
        }
    }

    /// Places the program in this source tree, because its build directory may be elsewhere.
    pub fn in_tree(self, root: PathBuf) -> Workers {
        Workers { tree: Some(root), ..self }
    }

    /// Sets the time limit for a worker to report its version.
    pub fn answering_within(self, limit: Duration) -> Workers {
        Workers { limit, ..self }
    }

    /// Accepts only workers that print this version for `--version`: a worker from another build
    /// would test another wassay.
    pub fn of_version(self, version: impl Into<String>) -> Workers {
        Workers { version: Some(version.into()), ..self }
    }

    /// Accepts only workers from the same build as the program, which is asked for its version.
    ///
    /// # Errors
    /// If the program does not start or does not answer.
    pub fn of_same_build(self) -> io::Result<Workers> {
        let answer = ask(Command::new(&self.native).arg("--version"), self.limit)?;
        Ok(self.of_version(said(&answer.stdout)))
    }

    /// The version that a worker must report, if any.
    pub(crate) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The time limit for a worker to report its version.
    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    /// The program that runs natively.
    pub fn native(&self) -> &Path {
        &self.native
    }

    /// The worker for this architecture, in the first location that has one, or else the path where
    /// it should be.
    ///
    /// # Errors
    /// If `WASSAY_WORKERS` is not a directory.
    pub fn path(&self, arch: Arch) -> Result<PathBuf, Obstacle> {
        if let Some(path) = self.named.as_ref().filter(|path| !path.is_dir()) {
            return Err(Obstacle::NoDirectory { path: path.clone() });
        }
        let name = format!("wassay-{arch}");
        let here = self.here.as_ref().filter(|_| self.version.is_some());
        let beside = [self.named.as_deref(), self.native.parent()].into_iter().flatten();
        let trees = self.tree.iter().chain(here).map(|root| Workers::built(root, arch));
        let places: Vec<PathBuf> = beside.map(|dir| dir.join(&name)).chain(trees.clone()).collect();
        let there = places.iter().find(|path| path.is_file()).cloned();
        let wanted = || trees.clone().next().or_else(|| places.last().cloned());
        Ok(there.or_else(wanted).unwrap_or_else(|| PathBuf::from(&name)))
    }

    /// Whether this is the output path of `cargo xtask lane build` in some source tree.
    pub(crate) fn is_built(path: &Path, arch: Arch) -> bool {
        let tree = tree_around(path);
        tree.is_some_and(|root| path == Workers::built(&root, arch))
    }

    /// The output path of `cargo xtask lane build` in a source tree.
    pub fn built(root: &Path, arch: Arch) -> PathBuf {
        Workers::target_dir(root, arch).join(arch.triple()).join("release/wassay")
    }

    /// The build directory of workers for this architecture. It is separate, because they may need
    /// a different compiler.
    pub fn target_dir(root: &Path, arch: Arch) -> PathBuf {
        root.join(format!("target-{arch}"))
    }
}

/// The first line of a program's output.
pub(crate) fn said(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.lines().next().unwrap_or_default().trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A directory with two source trees and a place for a program outside both.
    struct Places {
        dir: tempfile::TempDir,
    }

    impl Places {
        fn new() -> Places {
            let dir = tempfile::tempdir().unwrap();
            for tree in ["tree", "other"] {
                fs::create_dir_all(dir.path().join(tree).join("ci")).unwrap();
                fs::write(dir.path().join(tree).join("ci/lanes.toml"), "").unwrap();
            }
            for name in ["tree/target/release", "other/harness/cli", "bin", "named"] {
                fs::create_dir_all(dir.path().join(name)).unwrap();
            }
            Places { dir }
        }

        fn at(&self, name: &str) -> PathBuf {
            self.dir.path().join(name)
        }

        fn put(&self, name: &str) -> PathBuf {
            let path = self.at(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            path
        }
    }

    const BUILT: &str = "target-aarch64/aarch64-unknown-linux-gnu/release/wassay";

    #[test]
    fn workers_are_searched_from_the_nearest_place() {
        let places = Places::new();
        let program = places.at("tree/target/release/wassay");
        let here = places.at("other/harness/cli");
        let workers = Workers::around(program.clone(), Some(places.at("named")), &here);
        let workers = workers.of_version("wassay 1");
        assert_eq!(workers.native(), program);
        let path = || workers.path(Arch::Aarch64).unwrap();
        assert_eq!(path(), places.at("tree").join(BUILT), "where it should be");
        for place in [
            &format!("other/{BUILT}"),
            &format!("tree/{BUILT}"),
            "tree/target/release/wassay-aarch64",
            "named/wassay-aarch64",
        ] {
            assert_eq!(places.put(place), path());
        }
    }

    #[test]
    fn the_tree_around_the_current_directory_is_for_workers_of_a_known_version() {
        let places = Places::new();
        let here = places.at("other/harness/cli");
        let workers = Workers::around(places.at("bin/wassay"), None, &here);
        let built = places.put(&format!("other/{BUILT}"));
        assert_eq!(workers.path(Arch::Aarch64).unwrap(), places.at("bin/wassay-aarch64"));
        let in_tree = workers.clone().in_tree(places.at("other"));
        assert_eq!(in_tree.path(Arch::Aarch64).unwrap(), built);
        assert_eq!(workers.of_version("wassay 1").path(Arch::Aarch64).unwrap(), built);
    }

    #[test]
    fn only_workers_in_the_tree_can_be_rebuilt() {
        let places = Places::new();
        assert!(Workers::is_built(&places.at("tree").join(BUILT), Arch::Aarch64));
        assert!(!Workers::is_built(&places.at("tree").join(BUILT), Arch::X86_64));
        assert!(!Workers::is_built(&places.at("bin").join(BUILT), Arch::Aarch64), "no tree");
        assert!(!Workers::is_built(&places.at("tree/target/wassay-aarch64"), Arch::Aarch64));
    }

    #[test]
    fn a_missing_directory_is_reported() {
        let places = Places::new();
        let named = places.put("named/file");
        let program = places.at("tree/target/release/wassay");
        places.put(&format!("tree/{BUILT}"));
        let workers = Workers::around(program, Some(named.clone()), Path::new("/nowhere"));
        let obstacle = workers.path(Arch::Aarch64).unwrap_err();
        let expected = format!(
            "WASSAY_WORKERS is {}, which is not a directory; to run it: `unset WASSAY_WORKERS`",
            named.display()
        );
        assert_eq!(obstacle.advice(), expected);
    }

    #[test]
    fn without_a_tree_workers_belong_beside_the_program() {
        let workers = Workers::around("/nowhere/wassay".into(), None, Path::new("/nowhere"));
        let path = workers.path(Arch::X86_64).unwrap();
        assert_eq!(path, PathBuf::from("/nowhere/wassay-x86_64"));
    }
}
