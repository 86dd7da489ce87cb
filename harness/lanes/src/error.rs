//! What can be wrong with lanes.toml, and what can keep a lane from running here.

use crate::arch::Arch;
use crate::workers::Workers;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use thiserror::Error;

/// The table of lanes, or a name in it, is wrong.
#[derive(Debug, Error)]
pub enum LanesError {
    /// The table cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The table is not what lanes.toml is: no TOML, an unknown key, a wrong value.
    #[error("{file}:{line}:{column}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// A row contradicts itself or another row.
    #[error("{file}: lane `{lane}`: {message}")]
    Row {
        /// The file.
        file: String,
        /// Which row.
        lane: String,
        /// The contradiction.
        message: String,
    },
    /// No row has this name.
    #[error(
        "there is no lane `{name}`{}; there are: {}",
        nearest.as_ref().map(|name| format!(", did you mean `{name}`?")).unwrap_or_default(),
        known.join(", ")
    )]
    UnknownLane {
        /// The name that was asked for.
        name: String,
        /// The most similar one, if one is similar enough.
        nearest: Option<String>,
        /// Every name that there is.
        known: Vec<String>,
    },
    /// A list of lanes has an empty name in it.
    #[error("`{list}` has no name in it where one should be; `wassay lanes` lists the lanes")]
    EmptyName {
        /// The list.
        list: String,
    },
}

/// What keeps a lane from running on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Obstacle {
    /// The first word of the prefix is no program here.
    #[error("`{program}` is not installed")]
    EmulatorMissing {
        /// The program.
        program: String,
    },
    /// The environment variable for them names no directory of workers.
    #[error("WASSAY_WORKERS is {}, which is no directory", path.display())]
    NoDirectory {
        /// What it names.
        path: PathBuf,
    },
    /// There is no worker for the architecture.
    #[error("there is no worker for {arch} at {}", path.display())]
    WorkerMissing {
        /// For which architecture.
        arch: Arch,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The worker was built for something else.
    #[error("the worker {} is {found}, not for {arch}", path.display())]
    WrongArchitecture {
        /// For which architecture it should be.
        arch: Arch,
        /// Where it is.
        path: PathBuf,
        /// What it is instead.
        found: String,
    },
    /// The worker was built of other sources than its parent.
    #[error("the worker {} is `{found}`, not `{wanted}`", path.display())]
    Stale {
        /// For which architecture.
        arch: Arch,
        /// Where it is.
        path: PathBuf,
        /// What it says that it is.
        found: String,
        /// What its parent is.
        wanted: String,
    },
    /// The emulator cannot run the worker, which begins as it should: a copy that was cut off.
    #[error("the worker {} does not run in its emulator: {message}", path.display())]
    Broken {
        /// For which architecture.
        arch: Arch,
        /// Where it is.
        path: PathBuf,
        /// What the emulator said, or how it ended without a word.
        message: String,
    },
    /// A lane without a prefix is for the other architecture.
    #[error("it runs {arch} code directly, which this machine cannot")]
    OtherHost {
        /// The lane's architecture.
        arch: Arch,
    },
    /// The emulator does not know the CPU.
    #[error("`{program}` knows no CPU `{cpu}`")]
    UnknownCpu {
        /// The emulator.
        program: String,
        /// The CPU.
        cpu: String,
    },
    /// The command and the worker are there, and yet it does not start.
    #[error("`{program}` does not start: {message}; to see it: {command}")]
    DoesNotStart {
        /// The emulator, or the worker where there is none.
        program: String,
        /// The first line that it said, or how it ended.
        message: String,
        /// The command that failed, with its environment, for a shell.
        command: String,
    },
    /// The worker, or what runs it, does not end when it is asked for its version.
    #[error("`{program}` did not answer within {} s; to see it: {command}", limit.as_secs_f64())]
    NoAnswer {
        /// The emulator, or the worker where there is none.
        program: String,
        /// How long it had.
        limit: Duration,
        /// The command that was ended, with its environment, for a shell.
        command: String,
    },
}

impl Obstacle {
    /// The one command that removes the obstacle, or shows the way; empty where there is none.
    pub fn remedy(&self) -> String {
        match self {
            Obstacle::EmulatorMissing { .. } => "ci/setup".to_string(),
            Obstacle::NoDirectory { .. } => "unset WASSAY_WORKERS".to_string(),
            Obstacle::WorkerMissing { arch, path }
            | Obstacle::WrongArchitecture { arch, path, .. }
            | Obstacle::Stale { arch, path, .. }
            | Obstacle::Broken { arch, path, .. } => build(*arch, path),
            Obstacle::OtherHost { arch } => {
                format!("add prefix = [\"qemu-{arch}\"] to the lane")
            }
            Obstacle::UnknownCpu { program, .. } => format!("{program} -cpu help"),
            Obstacle::DoesNotStart { .. } | Obstacle::NoAnswer { .. } => String::new(),
        }
    }

    /// The obstacle and its remedy as one line.
    pub fn advice(&self) -> String {
        match &*self.remedy() {
            "" => self.to_string(),
            remedy => format!("{self}; to run it: {remedy}"),
        }
    }
}

/// How the worker at this path is built, which may be a place that nothing is built in.
fn build(arch: Arch, path: &Path) -> String {
    let command = format!("cargo xtask lane build {arch}");
    if Workers::is_built(path, arch) {
        return command;
    }
    format!("{command} in the source tree, and copy the worker to {}", path.display())
}
