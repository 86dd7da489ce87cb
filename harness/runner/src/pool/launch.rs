//! How a worker process is started: a command prefix, the worker's path, an environment.
//! What the prefix is (an emulator, a debugger, nothing) is not known here.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How the workers of a lane are started.
#[derive(Clone, Debug, PartialEq)]
pub struct Launch {
    /// A program that calls [`serve`](crate::worker::serve) when it is given the argument
    /// `worker`.
    pub worker: PathBuf,
    /// A program that, given `guard`, this process's id and a command, becomes that command and has
    /// it end with this process: for workers that do not do so by themselves.
    pub guard: Option<PathBuf>,
    /// The command and arguments that come before the worker's path; empty to run it directly.
    pub prefix: Vec<OsString>,
    /// Variables that are added to the environment.
    pub env: Vec<(OsString, OsString)>,
    /// What the time limit is multiplied by: how much slower the lane is than a native one.
    pub timeout_factor: f64,
    /// How many bytes of data a worker may hold (`RLIMIT_DATA`: reservations do not count).
    pub memory_limit: Option<u64>,
    /// What stands in a line of standard error by which the prefix tells that it failed itself,
    /// rather than the worker in it.
    pub own_failure: Vec<String>,
    /// What stands in a line by which the prefix tells something else: a warning, or that the
    /// worker crashed. The last line of either kind counts.
    pub not_own_failure: Vec<String>,
}

impl Launch {
    /// Runs this worker directly, without limits.
    pub fn native(worker: impl Into<PathBuf>) -> Launch {
        Launch {
            worker: worker.into(),
            guard: None,
            prefix: Vec::new(),
            env: Vec::new(),
            timeout_factor: 1.0,
            memory_limit: None,
            own_failure: Vec::new(),
            not_own_failure: Vec::new(),
        }
    }

    /// A time limit, as long as this lane is slow.
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
        command.args(words).args(["worker", "--mark"]).arg(mark).envs(self.env.iter().cloned());
        command
    }

    /// The command as a person would type it, without the internal arguments.
    pub fn shown(&self) -> String {
        let words = self.prefix.iter().map(OsString::as_os_str).chain([self.worker.as_os_str()]);
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }
}
