//! How to start a worker process: takes a command prefix, the worker's path and an environment;
//! gives a command. Does not know what the prefix is: an emulator, a debugger, or nothing.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How to start the workers of a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Launch {
    /// A program that calls [`serve`](crate::worker::serve) when its argument is `worker`.
    pub worker: PathBuf,
    /// A program that takes `guard`, this process's id and a command. It becomes that command and
    /// ends it when this process ends: for workers that do not do so themselves.
    pub guard: Option<PathBuf>,
    /// The command and arguments before the worker's path; empty to run the worker directly.
    pub prefix: Vec<OsString>,
    /// Additional arguments of the worker.
    pub arguments: Vec<OsString>,
    /// Additional environment variables.
    pub env: Vec<(OsString, OsString)>,
    /// The factor for time limits: how much slower the lane is than a native one.
    pub timeout_factor: f64,
    /// The number of bytes of data that a worker may hold (`RLIMIT_DATA`: reservations do not
    /// count).
    pub memory_limit: Option<u64>,
    /// Substrings of a standard error line in which the prefix reports its own failure, rather than
    /// the worker's.
    pub own_failure: Vec<String>,
    /// Substrings of a line in which the prefix reports anything else: a warning, or that the
    /// worker crashed. The last line of either kind counts.
    pub not_own_failure: Vec<String>,
}

impl Launch {
    /// Runs this worker directly and without limits.
    pub fn native(worker: impl Into<PathBuf>) -> Launch {
        Launch {
            worker: worker.into(),
            guard: None,
            prefix: Vec::new(),
            arguments: Vec::new(),
            env: Vec::new(),
            timeout_factor: 1.0,
            memory_limit: None,
            own_failure: Vec::new(),
            not_own_failure: Vec::new(),
        }
    }

    /// A time limit, scaled by how slow this lane is.
    pub(crate) fn limit(&self, native: Duration) -> Duration {
        let seconds = native.as_secs_f64() * self.timeout_factor.max(1.0);
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    /// The command that starts a worker with this mark file.
    pub(crate) fn command(&self, mark: &Path) -> Command {
        let parent = std::process::id().to_string();
        let guard = self.guard.iter().flat_map(|guard| {
            [guard.as_os_str(), OsStr::new("guard"), OsStr::new(&parent), OsStr::new("--")]
        });
        let prefix = self.prefix.iter().map(OsString::as_os_str);
        let mut words = guard.chain(prefix).chain([self.worker.as_os_str()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).args(["worker", "--mark"]).arg(mark).args(&self.arguments);
        command.envs(self.env.iter().cloned());
        command
    }

    /// The command with the arguments of the worker, for example the command of its adapter.
    pub(crate) fn named(&self) -> String {
        let arguments = self.arguments.iter().map(|word| format!(" {}", word.to_string_lossy()));
        self.shown() + &arguments.collect::<String>()
    }

    /// The command as a person would type it, without internal arguments.
    pub fn shown(&self) -> String {
        let words = self.prefix.iter().map(OsString::as_os_str).chain([self.worker.as_os_str()]);
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }
}
