//! The adapter's process: takes a command; gives its pipes, how it ended, and its last words. Knows
//! no protocol.

use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How an adapter is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The command; it is split into words as a shell does.
    pub command: String,
    /// A program that takes `guard`, this process's id and a command. It becomes that command and
    /// ends it when this process ends.
    pub guard: Option<PathBuf>,
    /// Whether the adapter stays in this process's group, because something else kills the whole
    /// group. Otherwise it has a group of its own, so that everything that it starts ends with it.
    pub shares_group: bool,
    /// The time for each answer. Without it, something else watches the time.
    pub limit: Option<Duration>,
    /// The engine's name, in place of the one that the adapter gives.
    pub alias: Option<String>,
}

/// How long a process that has closed its output, or whose input was closed, may take to end.
const PATIENCE: Duration = Duration::from_millis(200);
/// How long a process may take to end after its input was closed, when nothing is under way.
const FAREWELL: Duration = Duration::from_secs(10);
/// The number of bytes of standard error that are kept.
const KEPT: usize = 8 << 10;
/// The number of lines of standard error that are shown.
const LINES: usize = 4;

/// A running adapter.
#[derive(Debug)]
pub(crate) struct Process {
    child: Mutex<Child>,
    shares_group: bool,
    errors: Arc<Errors>,
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
        let mut child = command.spawn().map_err(|error| cannot(&error))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let errors = Arc::<Errors>::default();
        let process = Process {
            child: Mutex::new(child),
            shares_group: self.shares_group,
            errors: errors.clone(),
        };
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(cannot(&"it has no pipes"));
        };
        let listener = std::thread::Builder::new().name("adapter's errors".to_string());
        listener.spawn(move || errors.listen(stderr)).map_err(|error| cannot(&error))?;
        Ok((process, (stdin, stdout)))
    }
}

impl Process {
    /// Ends the process, and in a group of its own everything that it has started. Returns how it
    /// ended, and its last words.
    pub(crate) fn end(&self) -> String {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = wait(&mut child, PATIENCE);
        self.kill(&mut child);
        let how = match ended {
            Some(status) => format!("it ended with {status}"),
            None => "it was killed".to_string(),
        };
        match self.errors.last_words() {
            words if words.is_empty() => how,
            words => format!("{how}; its last words: {words}"),
        }
    }

    /// Waits for the end of a process whose input was closed.
    ///
    /// # Errors
    /// How it did not end as it must.
    pub(crate) fn farewell(&self) -> Result<(), String> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let how = match wait(&mut child, FAREWELL) {
            Some(status) if status.success() => return Ok(()),
            Some(status) => format!("ended with {status} when its standard input was closed"),
            None => {
                self.kill(&mut child);
                let seconds = FAREWELL.as_secs();
                format!("did not end within {seconds} seconds after its standard input was closed")
            }
        };
        Err(match self.errors.last_words() {
            words if words.is_empty() => how,
            words => format!("{how}; its last words: {words}"),
        })
    }

    fn kill(&self, child: &mut Child) {
        if !self.shares_group {
            let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Process {
    /// Gives a process whose input was closed a moment to end by itself.
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        wait(&mut child, PATIENCE);
        self.kill(&mut child);
    }
}

fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    let mut nap = Duration::from_micros(50);
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if started.elapsed() >= limit {
            return None;
        }
        std::thread::sleep(nap);
        nap = (nap * 2).min(Duration::from_millis(10));
    }
}

/// What the process writes to standard error.
#[derive(Debug, Default)]
struct Errors {
    heard: Mutex<Heard>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Heard {
    bytes: Vec<u8>,
    is_over: bool,
}

impl Errors {
    /// Passes everything on to this process's standard error, and keeps the end.
    fn listen(&self, mut from: ChildStderr) {
        let mut chunk = [0; 4096];
        loop {
            let count = match from.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            // Our own standard error may be closed.
            let _ = io::stderr().write_all(&chunk[..count]);
            let mut heard = self.heard();
            heard.bytes.extend_from_slice(&chunk[..count]);
            let surplus = heard.bytes.len().saturating_sub(KEPT);
            heard.bytes.drain(..surplus);
        }
        self.heard().is_over = true;
        self.ended.notify_all();
    }

    /// The last lines, joined into one. A process that the adapter has started may hold the pipe
    /// open, so this does not wait for its end.
    fn last_words(&self) -> String {
        let waited = self.ended.wait_timeout_while(self.heard(), PATIENCE, |it| !it.is_over);
        let (heard, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&heard.bytes);
        let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(LINES)..].join(" | ")
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
