//! The adapter's process: takes a command; gives its pipes, how it ended, and its last words. Knows
//! no protocol.

use crate::errors::Errors;
use rustix::process::{Pid, Signal, kill_process_group};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wassay_children::{ends_within, has_ended, spawn};

/// How an adapter is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The command; it is split into words as a shell does.
    pub command: String,
    /// A program that takes `guard`, this process's id and a command. It becomes that command and
    /// ends it when this process ends.
    pub guard: Option<PathBuf>,
    /// Whether the adapter stays in this process's group, because something else kills the whole
    /// group. Otherwise it has a group of its own, so that what it starts ends with it, unless that
    /// leaves the group.
    pub shares_group: bool,
    /// The time for each answer. Without it, something else watches the time.
    pub limit: Option<Duration>,
    /// The engine's name, in place of the one that the adapter gives.
    pub alias: Option<String>,
}

/// How long a process that has closed its output may take to end.
const PATIENCE: Duration = Duration::from_millis(200);
/// How long a process that is no longer used may take to end once its input is closed.
const FAREWELL: Duration = Duration::from_millis(400);

/// A running adapter.
#[derive(Debug)]
pub(crate) struct Process {
    child: Mutex<Running>,
    shares_group: bool,
    errors: Arc<Errors>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    /// The child was waited for, so its number may be another process's by now.
    is_over: bool,
}

/// How a process ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    /// Its status, if it ended by itself.
    pub status: Option<ExitStatus>,
    /// That, and its last words.
    pub words: String,
}

/// The pipes to and from a process.
pub(crate) type Pipes = (ChildStdin, ChildStdout);

impl Launch {
    /// Starts this command.
    pub fn new(command: impl Into<String>) -> Launch {
        Launch { command: command.into(), ..Launch::default() }
    }

    /// Starts the process.
    ///
    /// # Errors
    /// A sentence that says why it cannot be started.
    pub(crate) fn start(&self) -> Result<(Process, Pipes), String> {
        let cannot = |why: &dyn std::fmt::Display| {
            format!("the adapter `{}` cannot be started: {why}", self.command)
        };
        let words = shlex::split(&self.command).ok_or_else(|| cannot(&"a quote is not closed"))?;
        let Some((program, arguments)) = words.split_first() else {
            return Err(cannot(&"it names no program"));
        };
        let mut command = match &self.guard {
            Some(guard) => {
                let mut command = Command::new(guard);
                command.arg("guard").arg(std::process::id().to_string()).args(["--", program]);
                command
            }
            None => Command::new(program),
        };
        command.args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if !self.shares_group {
            command.process_group(0);
        }
        // The guard ends the adapter with the thread that has started it.
        let mut child = spawn(command).map_err(|error| cannot(&error))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let errors = Arc::<Errors>::default();
        let process = Process {
            child: Mutex::new(Running { child, is_over: false }),
            shares_group: self.shares_group,
            errors: errors.clone(),
        };
        if !process.shares_group {
            groups().push(Pid::from_child(&process.running().child));
        }
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(cannot(&"it has no pipes"));
        };
        let listener = std::thread::Builder::new().name("adapter's errors".to_string());
        listener.spawn(move || errors.listen(stderr)).map_err(|error| cannot(&error))?;
        Ok((process, (stdin, stdout)))
    }
}

impl Process {
    /// Whether the process has ended. Something that it has started may still hold its pipes.
    pub(crate) fn has_ended(&self) -> bool {
        let running = self.running();
        running.is_over || has_ended(&running.child)
    }

    /// Ends a process that was given up, and in a group of its own what it has started.
    pub(crate) fn end(&self) -> Ended {
        self.end_within(PATIENCE)
    }

    /// Ends a process, too, but lets it run for this long before that.
    pub(crate) fn end_within(&self, patience: Duration) -> Ended {
        let mut running = self.running();
        let by_itself = running.is_over || ends_within(&running.child, patience);
        let status = self.kill(&mut running).filter(|_| by_itself);
        let how = match status {
            Some(status) => format!("it ended with {status}"),
            None => "it was killed".to_string(),
        };
        let words = match self.errors.last_words(PATIENCE) {
            words if words.is_empty() => how,
            words => format!("{how}; its last words: {words}"),
        };
        Ended { status, words }
    }

    /// Kills the process and its group. Only then is it waited for: until then its number is its own.
    fn kill(&self, running: &mut Running) -> Option<ExitStatus> {
        if running.is_over {
            return running.child.try_wait().ok().flatten();
        }
        let mut groups = groups();
        if !self.shares_group {
            let group = Pid::from_child(&running.child);
            let _ = kill_process_group(group, Signal::KILL);
            groups.retain(|other| *other != group);
        }
        let _ = running.child.kill();
        let status = running.child.wait().ok();
        running.is_over = true;
        status
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    /// Gives a process whose input was closed a moment to end by itself.
    fn drop(&mut self) {
        let mut running = self.running();
        let _ = running.is_over || ends_within(&running.child, FAREWELL);
        self.kill(&mut running);
    }
}

/// The groups of all adapters that were not waited for yet.
fn groups() -> MutexGuard<'static, Vec<Pid>> {
    static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills the groups of all adapters that have one, for a process that is about to end.
pub fn kill_all() {
    for group in groups().iter() {
        let _ = kill_process_group(*group, Signal::KILL);
    }
}
