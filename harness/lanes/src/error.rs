//! The errors of lanes.toml, and the obstacles that keep a lane from running on this machine. Each
//! obstacle comes with its remedy. Checks nothing itself.

use crate::arch::Arch;
use crate::workers::Workers;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use thiserror::Error;
use wassay_record::with_remedy;
use wassay_tables::TableError;

/// The table of lanes, or a lane name, is wrong.
#[derive(Debug, Error)]
pub enum LanesError {
    /// The table cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The table is not a valid lanes.toml: a TOML error, an unknown key, or a wrong value.
    #[error("{file}:{problem}")]
    Syntax {
        /// The file.
        file: String,
        /// The problem and its position.
        problem: TableError,
    },
    /// A row contradicts itself or another row.
    #[error("{file}: lane `{lane}`: {message}")]
    Row {
        /// The file.
        file: String,
        /// The lane of the row.
        lane: String,
        /// The contradiction.
        message: String,
    },
    /// There is no row with this name.
    #[error(
        "there is no lane `{name}`; {}",
        match nearest {
            Some(name) => format!("did you mean `{name}`? `wassay lanes` lists all"),
            None => format!("there are: {}", known.join(", ")),
        }
    )]
    UnknownLane {
        /// The requested name.
        name: String,
        /// The most similar name, if any is similar enough.
        nearest: Option<String>,
        /// All existing names.
        known: Vec<String>,
    },
    /// A list of lanes contains an empty name.
    #[error("`{list}` contains an empty name; `wassay lanes` lists the lanes")]
    EmptyName {
        /// The list.
        list: String,
    },
}

/// An obstacle that keeps a lane from running on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Obstacle {
    /// The first word of the prefix is not a program on this machine.
    #[error("`{program}` is not installed")]
    EmulatorMissing {
        /// The program.
        program: String,
    },
    /// The environment variable for the workers' directory does not name a directory.
    #[error("WASSAY_WORKERS is {}, which is not a directory", path.display())]
    NoDirectory {
        /// Its value.
        path: PathBuf,
    },
    /// There is no worker for the architecture.
    #[error("there is no worker for {arch} at {}", path.display())]
    WorkerMissing {
        /// The architecture.
        arch: Arch,
        /// The path where it should be.
        path: PathBuf,
    },
    /// The worker was built for something else.
    #[error("the worker {} is {found}, not for {arch}", path.display())]
    WrongArchitecture {
        /// The architecture that it should be built for.
        arch: Arch,
        /// Its path.
        path: PathBuf,
        /// What it was built for.
        found: String,
    },
    /// The worker was built from other sources than its parent.
    #[error("the worker {} is `{found}`, not `{wanted}`", path.display())]
    Stale {
        /// Its architecture.
        arch: Arch,
        /// Its path.
        path: PathBuf,
        /// The version that it reports.
        found: String,
        /// The version of its parent.
        wanted: String,
    },
    /// The emulator cannot run the worker although its header is correct: the copy is truncated.
    #[error("the worker {} does not run in its emulator: {message}", path.display())]
    Broken {
        /// Its architecture.
        arch: Arch,
        /// Its path.
        path: PathBuf,
        /// The emulator's message, or how it ended without one.
        message: String,
    },
    /// A lane without a prefix is for the other architecture.
    #[error("it runs {arch} code directly, which this machine cannot")]
    OtherHost {
        /// The lane's architecture.
        arch: Arch,
    },
    /// The emulator does not support the CPU.
    #[error("`{program}` knows no CPU `{cpu}`")]
    UnknownCpu {
        /// The emulator.
        program: String,
        /// The CPU.
        cpu: String,
    },
    /// The command and the worker exist, but the worker does not start.
    #[error("`{program}` does not start: {message}; to see it: `{command}`")]
    DoesNotStart {
        /// The emulator, or the worker if there is no emulator.
        program: String,
        /// The first line of its output, or how it ended.
        message: String,
        /// The command that failed, with its environment, for a shell.
        command: String,
    },
    /// The worker, or its emulator, does not end when asked for its version.
    #[error("`{program}` did not answer within {} s; to see it: `{command}`", limit.as_secs_f64())]
    NoAnswer {
        /// The emulator, or the worker if there is no emulator.
        program: String,
        /// The time limit.
        limit: Duration,
        /// The command that was killed, with its environment, for a shell.
        command: String,
    },
}

impl Obstacle {
    /// The single command that removes the obstacle, or a step towards it; or a text with commands in
    /// backticks; empty if there is none.
    pub fn remedy(&self) -> String {
        match self {
            Obstacle::EmulatorMissing { .. } => "ci/setup".to_string(),
            Obstacle::NoDirectory { .. } => "unset WASSAY_WORKERS".to_string(),
            Obstacle::WorkerMissing { arch, path }
            | Obstacle::WrongArchitecture { arch, path, .. }
            | Obstacle::Stale { arch, path, .. }
            | Obstacle::Broken { arch, path, .. } => build(*arch, path),
            Obstacle::OtherHost { arch } => {
                format!("add `prefix = [\"qemu-{arch}\"]` to the lane")
            }
            Obstacle::UnknownCpu { program, .. } => format!("{program} -cpu help"),
            Obstacle::DoesNotStart { .. } | Obstacle::NoAnswer { .. } => String::new(),
        }
    }

    /// The obstacle and its remedy as one line.
    pub fn advice(&self) -> String {
        with_remedy(&self.to_string(), &self.remedy())
    }
}

/// How to build the worker at this path, which may be outside every source tree.
fn build(arch: Arch, path: &Path) -> String {
    let command = format!("cargo xtask lane build {arch}");
    if Workers::is_built(path, arch) {
        return command;
    }
    format!("`{command}` in the source tree, and copy the worker to {}", path.display())
}
