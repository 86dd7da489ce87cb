//! Where the worker binaries of this machine are, by architecture. Builds none.

use crate::arch::Arch;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the worker binaries are.
///
/// The native one is the parent's own program. One for a named architecture is looked for
/// 1. as `wassay-ARCH` in the directory that the environment variable `WASSAY_WORKERS` names,
/// 2. as `wassay-ARCH` beside the parent's program,
/// 3. where `cargo xtask lane build` puts it in the source tree that the program was built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workers {
    native: PathBuf,
    directories: Vec<PathBuf>,
    root: Option<PathBuf>,
    version: Option<String>,
}

impl Workers {
    /// The workers that belong to this program.
    pub fn of(program: PathBuf) -> Workers {
        let named = std::env::var_os("WASSAY_WORKERS").map(PathBuf::from);
        let beside = program.parent().map(Path::to_path_buf);
        let root = program.ancestors().find(|dir| dir.join("ci/lanes.toml").is_file());
        Workers {
            directories: named.into_iter().chain(beside).collect(),
            root: root.map(Path::to_path_buf),
            native: program,
            version: None,
        }
    }

    /// These workers, of which only those will do that say this when they are started with
    /// `--version`: a worker of another build would report on another wassay.
    pub fn of_version(self, version: impl Into<String>) -> Workers {
        Workers { version: Some(version.into()), ..self }
    }

    /// These workers, of which only those will do that are of the same build as the program, which
    /// is asked for its version.
    ///
    /// # Errors
    /// If the program does not start.
    pub fn of_same_build(self) -> io::Result<Workers> {
        let output = Command::new(&self.native).arg("--version").output()?;
        Ok(self.of_version(said(&output.stdout)))
    }

    /// What a worker has to say of its version, if that is of interest.
    pub(crate) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The program that runs natively.
    pub fn native(&self) -> &Path {
        &self.native
    }

    /// The worker for this architecture: the first place where there is one, or else the place
    /// where it should be.
    pub fn path(&self, arch: Arch) -> PathBuf {
        let name = format!("wassay-{arch}");
        let mut places: Vec<PathBuf> = self.directories.iter().map(|dir| dir.join(&name)).collect();
        places.extend(self.root.as_ref().map(|root| Workers::built(root, arch)));
        let there = places.iter().find(|path| path.is_file()).or(places.last());
        there.cloned().unwrap_or_else(|| PathBuf::from(name))
    }

    /// Where `cargo xtask lane build` puts the worker in a source tree.
    pub fn built(root: &Path, arch: Arch) -> PathBuf {
        Workers::target_dir(root, arch).join(arch.triple()).join("release/wassay")
    }

    /// The build directory of workers for this architecture: its own, since the compiler may be
    /// another one than for the rest.
    pub fn target_dir(root: &Path, arch: Arch) -> PathBuf {
        root.join(format!("target-{arch}"))
    }
}

/// The first line of what a program said.
pub(crate) fn said(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.lines().next().unwrap_or_default().trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_beside_the_program_comes_before_the_tree() {
        let tree = tempfile::tempdir().unwrap();
        let root = tree.path();
        std::fs::create_dir_all(root.join("ci")).unwrap();
        std::fs::create_dir_all(root.join("target/release")).unwrap();
        std::fs::write(root.join("ci/lanes.toml"), "").unwrap();
        let program = root.join("target/release/wassay");
        let workers = Workers::of(program.clone());
        assert_eq!(workers.native(), program);
        let built = root.join("target-aarch64/aarch64-unknown-linux-gnu/release/wassay");
        assert_eq!(workers.path(Arch::Aarch64), built);
        let beside = root.join("target/release/wassay-aarch64");
        std::fs::write(&beside, "").unwrap();
        assert_eq!(workers.path(Arch::Aarch64), beside);
    }

    #[test]
    fn without_a_tree_there_is_still_a_place_to_name() {
        let workers = Workers::of(PathBuf::from("/nowhere/wassay"));
        assert_eq!(workers.path(Arch::X86_64), PathBuf::from("/nowhere/wassay-x86_64"));
    }
}
