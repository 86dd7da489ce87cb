//! What can be wrong with lanes.toml, and what can keep a lane from running here.

use crate::arch::Arch;
use std::io;
use std::path::PathBuf;
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
    #[error("`{command}` does not start: {message}")]
    DoesNotStart {
        /// The whole command.
        command: String,
        /// The first line that it said, or how it ended.
        message: String,
    },
}

impl Obstacle {
    /// The one command that removes the obstacle, or shows the way.
    pub fn remedy(&self) -> String {
        match self {
            Obstacle::EmulatorMissing { .. } => "ci/setup".to_string(),
            Obstacle::WorkerMissing { arch, .. }
            | Obstacle::WrongArchitecture { arch, .. }
            | Obstacle::Stale { arch, .. } => {
                format!("cargo xtask lane build {arch}")
            }
            Obstacle::OtherHost { arch } => {
                format!("add prefix = [\"qemu-{arch}\"] to the lane")
            }
            Obstacle::UnknownCpu { program, .. } => format!("{program} -cpu help"),
            Obstacle::DoesNotStart { command, .. } => command.clone(),
        }
    }
}
