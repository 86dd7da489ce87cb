//! The pipes of an adapter. Takes and gives bytes without waiting for longer than it is told, so that
//! a process that holds the other end cannot hold up this one. Never interprets a line.

use crate::message::LONGEST;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout};
use std::time::Duration;

/// The number of bytes of a wrong line that are shown.
const SHOWN: usize = 200;

/// The adapter's standard output.
#[derive(Debug)]
pub(crate) struct Output {
    pipe: BufReader<ChildStdout>,
    /// The beginning of the next line.
    line: Vec<u8>,
}

/// The result of reading.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A line, without its end.
    Line(Vec<u8>),
    /// There is no whole line yet.
    Nothing,
    /// The other end is closed.
    End,
}

impl Output {
    /// Reads from this pipe.
    ///
    /// # Errors
    /// If it cannot be read without blocking.
    pub(crate) fn new(pipe: ChildStdout) -> io::Result<Output> {
        never_block(&pipe)?;
        Ok(Output { pipe: BufReader::with_capacity(64 << 10, pipe), line: Vec::new() })
    }

    /// The next line, if something comes within this time.
    ///
    /// # Errors
    /// How the output is wrong.
    pub(crate) fn next(&mut self, wait: Duration) -> Result<Next, String> {
        if self.pipe.buffer().is_empty() && !wait.is_zero() {
            await_pipe(self.pipe.get_ref(), PollFlags::IN, wait);
        }
        let room = (LONGEST + 1).saturating_sub(self.line.len());
        let mut from = Read::take(&mut self.pipe, room as u64);
        match from.read_until(b'\n', &mut self.line) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Next::Nothing),
            Err(error) => return Err(format!("cannot be read: {error}")),
            Ok(_) => {}
        }
        if self.line.pop_if(|last| *last == b'\n').is_some() {
            return Ok(Next::Line(std::mem::take(&mut self.line)));
        }
        match self.line.len() {
            0 => Ok(Next::End),
            length if length > LONGEST => Err(format!("wrote a line of more than {LONGEST} bytes")),
            _ => Err(format!("wrote `{}` and no line end", shown(&self.line))),
        }
    }

    /// What has come and was not asked for, if anything has.
    pub(crate) fn surplus(&mut self) -> Option<String> {
        match self.next(Duration::ZERO) {
            Ok(Next::Line(line)) => Some(format!("wrote `{}`", shown(&line))),
            Ok(Next::Nothing) if !self.line.is_empty() => {
                Some(format!("wrote `{}`", shown(&self.line)))
            }
            Ok(Next::Nothing | Next::End) => None,
            Err(how) => Some(how),
        }
    }
}

/// Writes what the pipe takes now; waits at most this long for room. The number of bytes written.
///
/// # Errors
/// If the other end is closed.
pub(crate) fn write_some(pipe: &mut ChildStdin, bytes: &[u8], wait: Duration) -> io::Result<usize> {
    match pipe.write(bytes) {
        Ok(0) => Err(ErrorKind::WriteZero.into()),
        Ok(count) => Ok(count),
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(0),
        Err(error) if error.kind() == ErrorKind::WouldBlock => {
            await_pipe(pipe, PollFlags::OUT, wait);
            Ok(0)
        }
        Err(error) => Err(error),
    }
}

/// Makes reads and writes on a pipe non-blocking.
///
/// # Errors
/// The operating system's.
pub(crate) fn never_block(pipe: &impl AsFd) -> io::Result<()> {
    Ok(rustix::io::ioctl_fionbio(pipe, true)?)
}

/// Waits until a pipe can be used, or for this time.
fn await_pipe(pipe: &impl AsFd, how: PollFlags, wait: Duration) {
    let limit = Timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos().into() };
    // After an interruption the caller tries again.
    let _ = poll(&mut [PollFd::new(pipe, how)], Some(&limit));
}

/// The beginning of what the adapter wrote.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
    let text = text.trim_end().replace('\n', " ");
    if bytes.len() > SHOWN { text + "..." } else { text }
}
