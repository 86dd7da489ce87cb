//! One worker process as its parent sees it: started, asked, watched and ended.
//! Reads in chunks and parses lines; knows nothing of verdicts.

use crate::pool::death::Death;
use crate::pool::launch::Launch;
use crate::worker::mark::{MarkReader, Place, Reading};
use crate::worker::protocol::{Reply, Request};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process_group, prlimit};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use wassay_record::{EVENTS_VERSION, Engine};

const TICK: Duration = Duration::from_millis(50);
/// How long a worker may take to start, whatever runs it: even emulated it takes no second.
const START_LIMIT: Duration = Duration::from_secs(60);
const STDERR_KEPT: usize = 8 << 10;

/// A running worker.
#[derive(Debug)]
pub(crate) struct Worker {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    stderr: Option<ChildStderr>,
    mark: MarkReader,
    lines: Vec<u8>,
    taken: usize,
    errors: Vec<u8>,
    launch: Launch,
    /// What the worker can start.
    pub(crate) engines: Vec<Engine>,
}

/// What [`Worker::next`] saw.
#[derive(Debug)]
pub(crate) enum Next {
    /// The worker said something.
    Reply(Reply),
    /// Nothing for a while; the worker is there.
    Quiet,
    /// The worker's output has ended, or makes no sense (then this says how).
    Gone(Option<String>),
}

impl Worker {
    /// Starts a worker and waits until it is ready.
    ///
    /// # Errors
    /// A few sentences: what was started, what happened, the last lines of its standard error.
    pub(crate) fn start(launch: &Launch) -> Result<Worker, String> {
        let mut worker = Worker::spawn(launch)
            .map_err(|error| format!("cannot start the worker `{}`: {error}", launch.shown()))?;
        let started = Instant::now();
        loop {
            let problem = match worker.next() {
                Next::Reply(Reply::Ready { version: EVENTS_VERSION, engines }) => {
                    worker.engines = engines;
                    return Ok(worker);
                }
                Next::Reply(Reply::Ready { version, .. }) => {
                    format!("it speaks version {version} of the events, not {EVENTS_VERSION}")
                }
                Next::Reply(_) => "it did not introduce itself".to_string(),
                Next::Quiet if started.elapsed() < START_LIMIT => continue,
                Next::Quiet => "it did not answer in time".to_string(),
                Next::Gone(_) => "it ended before it was ready".to_string(),
            };
            let death = worker.end().words;
            let command = launch.shown();
            let limit = match launch.memory_limit {
                Some(bytes) => format!(", within its memory limit of {} MiB", bytes >> 20),
                None => String::new(),
            };
            return Err(format!(
                "the worker `{command}` did not start{limit}: {problem} ({death})"
            ));
        }
    }

    fn spawn(launch: &Launch) -> io::Result<Worker> {
        let mark = crate::scratch::file().map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("no place for the file in which it says where it is: {error}"),
            )
        })?;
        let mut child = launch
            .command(mark.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Its own group, so that Ctrl-C on the terminal reaches the parent alone, and so
            // that whatever the worker starts ends with it.
            .process_group(0)
            .spawn()?;
        if let Some(bytes) = launch.memory_limit
            && let Err(error) = limit_memory(&child, bytes)
        {
            let _ = child.kill();
            let _ = child.wait();
            return Err(error);
        }
        let taken = |what| io::Error::other(format!("no {what}"));
        let stdout = child.stdout.take().ok_or_else(|| taken("standard output"))?;
        let mut worker = Worker {
            stdin: child.stdin.take(),
            stdout,
            stderr: child.stderr.take(),
            child,
            mark: MarkReader(mark.reopen()?),
            lines: Vec::new(),
            taken: 0,
            errors: Vec::new(),
            launch: launch.clone(),
            engines: Vec::new(),
        };
        // The worker opens the mark before it says that it is ready, so the name must live until
        // then; it is removed here when `mark` goes out of scope at the first line.
        worker.await_first_byte();
        Ok(worker)
    }

    fn await_first_byte(&mut self) {
        let started = Instant::now();
        while self.lines.is_empty() && started.elapsed() < START_LIMIT {
            if !self.fill() {
                break;
            }
        }
    }

    /// Sends a request. What the worker complained before belongs to other scripts.
    ///
    /// # Errors
    /// If the worker does not read it: it is dead or about to die.
    pub(crate) fn ask(
        &mut self,
        request: &Request,
        script: &[u8],
        packed: &[u8],
    ) -> io::Result<()> {
        self.read_what_is_left(Duration::ZERO);
        let before = self.errors.len();
        match &mut self.stdin {
            Some(stdin) => request.send(stdin, script, packed)?,
            None => return Err(io::ErrorKind::BrokenPipe.into()),
        }
        // Only now: of a worker that has died meanwhile, those were the last words.
        self.errors.drain(..before);
        Ok(())
    }

    /// What the worker's mark says.
    pub(crate) fn mark(&self) -> Reading {
        self.mark.read()
    }

    /// Where the worker is.
    pub(crate) fn place(&self) -> Place {
        self.mark.read().place()
    }

    /// The most memory that the worker has held, in bytes.
    pub(crate) fn peak_rss(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok().map(|kib| kib * 1024)
    }

    /// The next thing that the worker says, or `Quiet` after a short while.
    pub(crate) fn next(&mut self) -> Next {
        let mut waited = false;
        loop {
            if let Some(end) = memchr(b'\n', &self.lines[self.taken..]) {
                let line = &self.lines[self.taken..self.taken + end];
                let reply = serde_json::from_slice(line);
                let next = match reply {
                    Ok(reply) => Next::Reply(reply),
                    Err(error) => {
                        let line = String::from_utf8_lossy(&line[..line.len().min(200)]);
                        Next::Gone(Some(format!("it said `{line}`, which is no event: {error}")))
                    }
                };
                self.taken += end + 1;
                return next;
            }
            self.lines.drain(..self.taken);
            self.taken = 0;
            if waited {
                return Next::Quiet;
            }
            let before = self.lines.len();
            if !self.fill() {
                return Next::Gone(None);
            }
            waited = self.lines.len() == before;
        }
    }

    /// Waits a tick for output and takes it in; false at its end.
    fn fill(&mut self) -> bool {
        let tick = Timespec { tv_sec: 0, tv_nsec: TICK.as_nanos() as _ };
        let mut watched = vec![PollFd::new(&self.stdout, PollFlags::IN)];
        if let Some(stderr) = &self.stderr {
            watched.push(PollFd::new(stderr, PollFlags::IN));
        }
        if poll(&mut watched, Some(&tick)).is_err() {
            return true;
        }
        let ready = |at: usize| watched.get(at).is_some_and(|fd| !fd.revents().is_empty());
        let (says, complains) = (ready(0), ready(1));
        if complains {
            self.read_stderr();
        }
        !says || read_some(&mut self.stdout, &mut self.lines) != 0
    }

    fn read_stderr(&mut self) {
        if let Some(stderr) = &mut self.stderr
            && read_some(stderr, &mut self.errors) == 0
        {
            self.stderr = None;
        }
        let surplus = self.errors.len().saturating_sub(STDERR_KEPT);
        self.errors.drain(..surplus);
    }

    /// Takes in what stands in the pipe of standard error, waiting so long for each part. A
    /// grandchild may hold the pipe open, so its end is not waited for.
    fn read_what_is_left(&mut self, wait: Duration) {
        let tick = Timespec { tv_sec: 0, tv_nsec: wait.subsec_nanos().into() };
        for _ in 0..4 {
            let Some(stderr) = &self.stderr else { break };
            let mut watched = [PollFd::new(stderr, PollFlags::IN)];
            if !matches!(poll(&mut watched, Some(&tick)), Ok(1..)) {
                break;
            }
            self.read_stderr();
        }
    }

    /// Kills the worker if it still runs, and tells how it ended and what it last complained.
    pub(crate) fn end(mut self) -> Death {
        // What has ended by itself gets the time to become a status.
        let ended = wait(&mut self.child, Duration::from_millis(200));
        self.kill();
        self.read_what_is_left(Duration::from_millis(1));
        Death::of(ended, &self.errors, &self.launch)
    }

    /// Ends the worker and everything that it started, now.
    pub(crate) fn kill(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    /// Lets the worker end by itself, for a moment.
    fn drop(&mut self) {
        self.stdin = None;
        if wait(&mut self.child, Duration::from_millis(500)).is_none() {
            self.kill();
        }
    }
}

/// Limits the data of a process. From outside, since an emulator keeps such limits from its guest.
fn limit_memory(child: &Child, bytes: u64) -> io::Result<()> {
    // The child has this process's hard limit, and may not be given more.
    let most = getrlimit(Resource::Data).maximum;
    let bytes = Some(most.map_or(bytes, |most| most.min(bytes)));
    prlimit(
        Some(Pid::from_child(child)),
        Resource::Data,
        Rlimit { current: bytes, maximum: bytes },
    )?;
    Ok(())
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

fn read_some(from: &mut impl Read, into: &mut Vec<u8>) -> usize {
    let mut chunk = [0; 16 << 10];
    let count = loop {
        match from.read(&mut chunk) {
            Ok(count) => break count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break 0,
        }
    };
    into.extend_from_slice(&chunk[..count]);
    count
}

fn memchr(needle: u8, haystack: &[u8]) -> Option<usize> {
    haystack.iter().position(|&byte| byte == needle)
}
