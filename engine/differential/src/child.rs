//! A worker seen from its parent: takes one case at a time, with a time limit; gives the worker's
//! report or, if the worker dies, the step that it was executing. Knows no engine.

use crate::trace::Deed;
use crate::worker::{LOST, Line, Report, Request};
use anyhow::{Context, Result, anyhow};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The number of cases that a process runs, which bounds the memory that an engine retains from
/// case to case.
const CASES_PER_PROCESS: usize = 400;

/// A worker's answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The worker ran the case.
    Report(Box<Report>),
    /// The worker died or hung.
    Lost {
        /// The cause: a signal, an exit code, or the time limit.
        how: String,
        /// The subject and the step at which it was lost.
        at: Option<(String, Deed)>,
    },
}

/// Starts workers, and replaces each one that dies.
pub struct Workers {
    /// The words of the command.
    command: Vec<String>,
    limit: Duration,
    current: Option<Process>,
}

struct Process {
    child: Child,
    requests: ChildStdin,
    lines: Receiver<String>,
    /// The process's last standard error before it dies.
    words: JoinHandle<String>,
    cases: usize,
}

impl Workers {
    /// Workers that this command starts, with this time limit for a case.
    pub fn new(command: Vec<String>, limit: Duration) -> Workers {
        Workers { command, limit, current: None }
    }

    /// Runs a case.
    ///
    /// # Errors
    /// If a worker does not start.
    pub fn ask(&mut self, request: &Request) -> Result<Answer> {
        let mut process = match self.current.take() {
            Some(process) => process,
            None => start(&self.command)?,
        };
        let mut text = serde_json::to_string(request)?;
        text.push('\n');
        // A worker that has already died is detected below.
        let _ = process.requests.write_all(text.as_bytes());
        let deadline = Instant::now() + self.limit;
        let mut at = None;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = match process.lines.recv_timeout(left) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => {
                    process.kill()?;
                    let how = format!("no end after {} s", self.limit.as_secs());
                    return Ok(Answer::Lost { how, at });
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = process.child.wait()?;
                    let words = process.words.join().unwrap_or_default();
                    return Ok(Answer::Lost { how: death(status, &words), at });
                }
            };
            match serde_json::from_str(&line) {
                Err(error) => {
                    process.kill()?;
                    return Ok(Answer::Lost { how: format!("an unreadable answer: {error}"), at });
                }
                Ok(Line::Mark(subject, deed)) => at = Some((subject, deed)),
                Ok(Line::Report(report)) => {
                    let answered = report.runs.iter().map(|(name, _)| name);
                    if !answered.eq(&request.subjects) {
                        process.kill()?;
                        return Ok(Answer::Lost { how: "an answer for other engines".into(), at });
                    }
                    process.cases += 1;
                    if process.cases < CASES_PER_PROCESS {
                        self.current = Some(process);
                    } else {
                        process.finish()?;
                    }
                    return Ok(Answer::Report(report));
                }
            }
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(process) = self.current.take() {
            // The worker ends with its input; a failure here cannot be reported.
            let _ = process.finish();
        }
    }
}

impl Process {
    fn kill(&mut self) -> Result<()> {
        // With all that it has started, such as an adapter that hangs.
        let killed = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        killed.map_err(std::io::Error::from)?;
        self.child.wait()?;
        Ok(())
    }

    fn finish(self) -> Result<()> {
        let Process { mut child, requests, .. } = self;
        drop(requests);
        child.wait()?;
        Ok(())
    }
}

fn start(words: &[String]) -> Result<Process> {
    let (program, arguments) = words.split_first().ok_or_else(|| anyhow!("no worker command"))?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Only the parent handles Ctrl-C: its children finish the current case.
    command.process_group(0);
    let mut child = command.spawn().with_context(|| format!("{program} does not start"))?;
    let requests = child.stdin.take().context("no pipe to a worker")?;
    let answers = child.stdout.take().context("no pipe from a worker")?;
    let errors = child.stderr.take().context("no pipe from a worker")?;
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(answers).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let words = std::thread::spawn(move || last_words(errors));
    Ok(Process { child, requests, lines, words, cases: 0 })
}

/// The last words of a process: the message of a panic, how an adapter was lost, or the last lines.
fn last_words(errors: impl Read) -> String {
    let lines = BufReader::new(errors).split(b'\n').map_while(Result::ok);
    let mut lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    let mut last = Vec::new();
    let mut panic = None;
    while let Some(line) = lines.next() {
        if line.contains(" panicked at ") {
            // The location in the engine's sources differs from machine to machine.
            panic = lines.next().map(|message| format!("panicked: {message}"));
        } else if let Some(how) = line.strip_prefix(LOST) {
            // An adapter passes its standard error on: its panic says more than that it ended.
            panic = Some(panic.map_or(how.to_string(), |panic| format!("the adapter {panic}")));
        }
        last.push(line);
        if last.len() > 3 {
            last.remove(0);
        }
    }
    panic.unwrap_or_else(|| last.join(" "))
}

fn death(status: ExitStatus, words: &str) -> String {
    match status.signal() {
        Some(signal) => format!("signal {signal}"),
        None => format!("{status}: {words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::last_words;

    #[test]
    fn a_panic_is_identified_by_its_message_without_its_place() {
        let cases = [
            ("", ""),
            ("a\nb\nc\nd\n", "b c d"),
            (
                "\nthread 'main' (7) panicked at /x/y.rs:1:2:\nno way\nnote: run with\n",
                "panicked: no way",
            ),
            (
                "thread 'a' panicked at y.rs:1:2:\nno\nstack backtrace:\n 1: a\n 2: b\n",
                "panicked: no",
            ),
            ("a\nlost: it ended\nb\n", "it ended"),
            (
                "thread 'a' panicked at y.rs:1:2:\nno\n 1: a\nlost: it ended\n",
                "the adapter panicked: no",
            ),
        ];
        for (said, expected) in cases {
            assert_eq!(last_words(said.as_bytes()), expected);
        }
    }
}
