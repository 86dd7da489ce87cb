//! One worker process, seen from its parent: takes requests; gives replies, and how the process
//! ended. Every wait is bounded, whatever the worker does. Sees no verdicts.

use crate::pool::death::Death;
use crate::pool::described::unusable;
use crate::pool::launch::Launch;
use crate::pool::memory;
use crate::pool::pipe::{Input, Lines, pipes, read_some};
use crate::pool::stop::Stop;
use crate::worker::mark::{Activity, MarkReader};
use crate::worker::protocol::{Reply, Request};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use wassay_children::{ends_within, spawn};
use wassay_record::{EVENTS_VERSION, Engine};

const TICK: Duration = Duration::from_millis(50);
/// The least time limit for starting a worker, even if the limit for a directive is shorter: a busy
/// machine is not a failure.
const LEAST_START: Duration = Duration::from_secs(10);
/// The number of request bytes that a worker must read within each time limit.
const PORTION: usize = 1 << 20;
/// How long a worker may take to end after its input was closed.
const FAREWELL: Duration = Duration::from_millis(500);
/// How long it may take if it says that it is ending its engines.
const LONG_FAREWELL: Duration = Duration::from_secs(20);
const STDERR_KEPT: usize = 8 << 10;

/// A running worker.
#[derive(Debug)]
pub(crate) struct Worker {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    stderr: Option<ChildStderr>,
    mark: MarkReader,
    lines: Lines,
    errors: Vec<u8>,
    has_exited: bool,
    launch: Launch,
    /// The position of the job that it has finished last.
    pub(crate) served: Option<usize>,
    /// The engines that the worker can start.
    pub(crate) engines: Vec<Engine>,
}

/// The result of [`Worker::next`].
#[derive(Debug)]
pub(crate) enum Next {
    /// The worker replied.
    Reply(Reply),
    /// No reply for a while; the worker is still running.
    Quiet,
    /// The worker's output has ended.
    Gone,
    /// The worker's output is not a valid reply; this explains how.
    Nonsense(String),
}

/// Why a request did not reach a worker.
#[derive(Debug)]
pub(crate) enum Unasked {
    /// The worker is dead or about to die.
    Gone(String),
    /// The worker does not read its input.
    Silent,
    /// The run is to be stopped.
    Stopped,
}

impl Worker {
    /// Starts a worker and waits until it is ready, for `limit` or ten seconds, whichever is
    /// longer.
    ///
    /// # Errors
    /// A few sentences: the command, what happened, and the last lines of its standard error.
    pub(crate) fn start(launch: &Launch, limit: Duration, stop: &Stop) -> Result<Worker, String> {
        let mut worker = Worker::spawn(launch)
            .map_err(|error| format!("cannot start the worker `{}`: {error}", launch.shown()))?;
        let limit = limit.max(LEAST_START);
        let started = Instant::now();
        let problem = loop {
            if let Some(reason) = stop.reason() {
                worker.kill();
                worker.end();
                let command = launch.shown();
                return Err(format!(
                    "the run was stopped: {reason}; the worker `{command}` was not ready"
                ));
            }
            match worker.next() {
                Next::Reply(Reply::Ready { version: EVENTS_VERSION, engines }) => {
                    match engines.iter().find_map(unusable) {
                        Some(problem) => break problem,
                        None => worker.engines = engines,
                    }
                    return Ok(worker);
                }
                Next::Reply(Reply::Ready { version, .. }) => {
                    break format!(
                        "it speaks version {version} of the events, not {EVENTS_VERSION}"
                    );
                }
                Next::Reply(Reply::Failed { message }) => {
                    worker.end();
                    return Err(format!(
                        "the worker `{}` did not start: {message}",
                        launch.named()
                    ));
                }
                Next::Reply(_) => break "it did not introduce itself".to_string(),
                Next::Nonsense(how) => break how,
                Next::Quiet if started.elapsed() < limit => {}
                Next::Quiet => {
                    worker.kill();
                    let last = match worker.end().last {
                        last if last.is_empty() => last,
                        last => format!("; its last words: {last}"),
                    };
                    return Err(format!(
                        "the worker `{}` was not ready after {} seconds, and was stopped{last}",
                        launch.named(),
                        limit.as_secs_f64()
                    ));
                }
                Next::Gone => break "it ended before it was ready".to_string(),
            }
        };
        let death = worker.end().words;
        let command = launch.named();
        let limit = match launch.memory_limit {
            Some(bytes) => format!(", within its memory limit of {} MiB", bytes >> 20),
            None => String::new(),
        };
        Err(format!("the worker `{command}` did not start{limit}: {problem} ({death})"))
    }

    fn spawn(launch: &Launch) -> io::Result<Worker> {
        let mark = MarkReader::create()?;
        let mut command = launch.command(&mark.path());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Give it its own process group, so that Ctrl-C on the terminal reaches only the
            // parent, and so that everything the worker starts ends with it.
            .process_group(0);
        // A worker ends with the thread that has started it.
        let mut child = spawn(command)?;
        let limited = launch.memory_limit.map_or(Ok(()), |most| memory::limit(&child, most));
        let pipes = limited.and_then(|()| pipes(&mut child));
        let (stdin, stdout, stderr) = pipes.inspect_err(|_| {
            let _ = child.kill();
            let _ = child.wait();
        })?;
        Ok(Worker {
            child,
            stdin: Some(stdin),
            stdout,
            stderr: Some(stderr),
            mark,
            lines: Lines::default(),
            errors: Vec::new(),
            has_exited: false,
            launch: launch.clone(),
            served: None,
            engines: Vec::new(),
        })
    }

    /// Sends a request. Drops earlier standard error, which belongs to other scripts.
    ///
    /// # Errors
    /// If the worker does not take each portion of it within the limit, or the run is stopped.
    pub(crate) fn ask(
        &mut self,
        request: &Request,
        script: &[u8],
        packed: &[u8],
        limit: Duration,
        stop: &Stop,
    ) -> Result<(), Unasked> {
        let line = request.line().map_err(|error| Unasked::Gone(error.to_string()))?;
        self.read_what_is_left(Duration::ZERO);
        let before = self.errors.len();
        for part in [&line, script, packed] {
            for portion in part.chunks(PORTION) {
                self.send(portion, limit, stop)?;
            }
        }
        // Drop it only now: if the worker has died meanwhile, it holds its last words.
        self.errors.drain(..before.min(self.errors.len()));
        Ok(())
    }

    fn send(&mut self, mut bytes: &[u8], limit: Duration, stop: &Stop) -> Result<(), Unasked> {
        let started = Instant::now();
        while !bytes.is_empty() {
            let Some(stdin) = &mut self.stdin else { return Err(Unasked::Stopped) };
            match stdin.write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let mut watched = [PollFd::new(stdin, PollFlags::OUT)];
                    let _ = poll(&mut watched, Some(&timespec(TICK)));
                }
                Err(error) => return Err(Unasked::Gone(error.to_string())),
            }
            if stop.reason().is_some() {
                return Err(Unasked::Stopped);
            }
            if started.elapsed() > limit {
                return Err(Unasked::Silent);
            }
        }
        Ok(())
    }

    /// The place that the worker has marked.
    pub(crate) fn place(&self) -> Activity {
        self.mark.read().place()
    }

    /// The peak resident memory of the worker, and of the adapters that it has started, in bytes.
    pub(crate) fn peak_rss(&self) -> Option<u64> {
        memory::peak(self.child.id())
    }

    /// The worker's next reply, or `Quiet` after a short while.
    pub(crate) fn next(&mut self) -> Next {
        if let Some(next) = self.next_line() {
            return next;
        }
        // A process that the worker started may hold its pipes open, so check whether the worker
        // itself has ended.
        let has_exited = self.has_exited;
        match self.fill(if has_exited { Duration::ZERO } else { TICK }) {
            Input::End => Next::Gone,
            Input::Some => self.next_line().unwrap_or(Next::Quiet),
            Input::Nothing if has_exited => Next::Gone,
            Input::Nothing => {
                self.has_exited = matches!(self.child.try_wait(), Ok(Some(_)));
                Next::Quiet
            }
        }
    }

    fn next_line(&mut self) -> Option<Next> {
        let Some(line) = self.lines.next() else {
            let is_too_long = self.lines.is_too_long();
            return is_too_long.then(|| Next::Nonsense("it wrote a line without an end".into()));
        };
        Some(serde_json::from_slice(line).map_or_else(
            |error| {
                let line = String::from_utf8_lossy(&line[..line.len().min(200)]);
                Next::Nonsense(format!("it wrote `{line}`, which is not a reply: {error}"))
            },
            Next::Reply,
        ))
    }

    /// Waits this long for output, and reads it.
    fn fill(&mut self, wait: Duration) -> Input {
        let mut watched = vec![PollFd::new(&self.stdout, PollFlags::IN)];
        if let Some(stderr) = &self.stderr {
            watched.push(PollFd::new(stderr, PollFlags::IN));
        }
        if poll(&mut watched, Some(&timespec(wait))).is_err() {
            return Input::Nothing;
        }
        let ready = |at: usize| watched.get(at).is_some_and(|fd| !fd.revents().is_empty());
        let (says, complains) = (ready(0), ready(1));
        if complains {
            self.read_stderr();
        }
        if says { self.lines.read(&mut self.stdout) } else { Input::Nothing }
    }

    fn read_stderr(&mut self) {
        if let Some(stderr) = &mut self.stderr
            && read_some(stderr, &mut self.errors) == Input::End
        {
            self.stderr = None;
        }
        let surplus = self.errors.len().saturating_sub(STDERR_KEPT);
        self.errors.drain(..surplus);
    }

    /// Reads the rest of standard error, waiting this long for each part. A grandchild may hold the
    /// pipe open, so this does not wait for its end.
    fn read_what_is_left(&mut self, wait: Duration) {
        for _ in 0..4 {
            let Some(stderr) = &self.stderr else { break };
            let mut watched = [PollFd::new(stderr, PollFlags::IN)];
            if !matches!(poll(&mut watched, Some(&timespec(wait))), Ok(1..)) {
                break;
            }
            self.read_stderr();
        }
    }

    /// Closes the worker's input: it sends the verdicts it has and ends.
    pub(crate) fn hush(&mut self) {
        self.stdin = None;
    }

    /// Kills the worker if it still runs; returns how it ended and its last words.
    pub(crate) fn end(mut self) -> Death {
        // Gives a worker that has ended by itself the time to report its status.
        let ended = wait(&mut self.child, Duration::from_millis(200));
        self.kill();
        self.read_what_is_left(Duration::from_millis(1));
        Death::of(ended, &self.errors, &self.launch)
    }

    /// Whether the process has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Lets an idle worker end by itself; returns how it failed to. One that says nothing and does not
    /// end is killed.
    pub(crate) fn retire(mut self) -> Option<String> {
        self.stdin = None;
        let started = Instant::now();
        let status = loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                break status;
            }
            let is_ending = self.place() == Activity::Closing;
            if is_ending && started.elapsed() > LONG_FAREWELL {
                return Some("its engines did not end".to_string());
            }
            if !is_ending && started.elapsed() > FAREWELL {
                return None;
            }
            let nap = Duration::from_millis(2);
            if let Input::End = self.fill(nap) {
                std::thread::sleep(nap);
            }
        };
        self.kill_group();
        self.read_what_is_left(Duration::from_millis(1));
        self.fill(Duration::ZERO);
        while let Some(next) = self.next_line() {
            match next {
                Next::Reply(Reply::Failed { message }) => return Some(message),
                Next::Reply(_) => {}
                _ => break,
            }
        }
        (!status.success()).then(|| Death::of(Some(status), &self.errors, &self.launch).words)
    }

    fn kill_group(&self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
    }

    /// Kills the worker and everything that it started, now.
    pub(crate) fn kill(&mut self) {
        self.kill_group();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    /// Gives the worker a moment to end by itself. What it has started gets none.
    fn drop(&mut self) {
        self.stdin = None;
        wait(&mut self.child, FAREWELL);
        self.kill();
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec { tv_sec: duration.as_secs() as _, tv_nsec: duration.subsec_nanos().into() }
}

/// How the process ended, if it ends within this time.
fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    if ends_within(child, limit) { child.try_wait().ok().flatten() } else { None }
}
