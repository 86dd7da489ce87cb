//! A worker seen from its parent: asked one case at a time, for a limited time; when it dies, the
//! step that it was at is known. Knows no engine.

use crate::trace::Deed;
use crate::worker::{Line, Report, Request};
use anyhow::{Context, Result, anyhow};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How many cases a process runs: what an engine keeps of each goes with it.
const CASES_PER_PROCESS: usize = 400;

/// What a worker made of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It ran.
    Report(Box<Report>),
    /// It did not come back.
    Lost {
        /// How: a signal, an exit code, or the time limit.
        how: String,
        /// The subject that it was at, and the step.
        at: Option<(String, Deed)>,
    },
}

/// Starts workers, and again after each that died.
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
    /// What the process says before it dies.
    words: JoinHandle<String>,
    cases: usize,
}

impl Workers {
    /// Workers that this command starts, each with this time for a case.
    pub fn new(command: Vec<String>, limit: Duration) -> Workers {
        Workers { command, limit, current: None }
    }

    /// Runs a case.
    ///
    /// # Errors
    /// A worker that does not start.
    pub fn ask(&mut self, request: &Request) -> Result<Answer> {
        let mut process = match self.current.take() {
            Some(process) => process,
            None => start(&self.command)?,
        };
        let mut text = serde_json::to_string(request)?;
        text.push('\n');
        // One that is dead already is found out below.
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
            // It ends with its input; there is nobody left to be told of a failure.
            let _ = process.finish();
        }
    }
}

impl Process {
    fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
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
    // Ctrl-C is the parent's: its children end the case that they are at.
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

/// What a process says of its end: the message of a panic, or the last lines.
fn last_words(errors: impl Read) -> String {
    let lines = BufReader::new(errors).split(b'\n').map_while(Result::ok);
    let mut lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    let mut last = Vec::new();
    let mut panic = None;
    while let Some(line) = lines.next() {
        if line.contains(" panicked at ") {
            // Where in the engine's sources is another place on each machine.
            panic = lines.next().map(|message| format!("panicked: {message}"));
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
    fn a_panic_is_told_by_its_message_wherever_it_was() {
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
        ];
        for (said, expected) in cases {
            assert_eq!(last_words(said.as_bytes()), expected);
        }
    }
}
