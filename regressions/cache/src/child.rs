//! The parent's end of a child: starts it, asks, and kills it. A child that dies or hangs is a
//! failure with the request that it was given, never a failure of the parent.

use crate::message::{Answer, Request};
use crate::report::{Stop, fail};
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long an answer may take, in seconds.
const LIMIT: f64 = 120.0;

/// How to start the program that calls [`serve`](crate::serve).
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program and its arguments; an emulator comes first.
    pub words: Vec<String>,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// How many times as slow as this machine the program is. A slow one is given samples.
    pub factor: f64,
}

/// The shell command before a program that runs under no conditions.
pub(crate) const NO_CONDITIONS: &str = "true";

/// A process with engines.
pub(crate) struct Child {
    process: std::process::Child,
    input: ChildStdin,
    answers: Receiver<String>,
    limit: Duration,
}

impl Child {
    /// Starts a child under conditions.
    pub fn start(launch: &Launch, conditions: &str) -> Result<Child, Stop> {
        // A write beyond a limit must fail, and not kill.
        let script = format!("ulimit -c 0; trap '' XFSZ; {conditions}; exec \"$@\"");
        let mut shell = Command::new("bash");
        shell.args(["-c", &script, "bash"]).args(&launch.words);
        shell.envs(launch.env.iter().map(|(name, value)| (name, value)));
        shell.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = shell.spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return fail("the child has no pipes");
        };
        let (send, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                // The parent may have lost interest.
                let Ok(line) = line else { break };
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        let limit = Duration::from_secs_f64(LIMIT * launch.factor);
        Ok(Child { process, input, answers, limit })
    }

    /// Sends a request and waits for the answer.
    pub fn ask(&mut self, request: &Request) -> Result<Answer, Stop> {
        self.send(request)?;
        self.receive()
    }

    pub fn send(&mut self, request: &Request) -> Result<(), Stop> {
        let mut line = serde_json::to_vec(request).map_err(|error| Stop::failed(&error))?;
        line.push(b'\n');
        match self.input.write_all(&line) {
            Ok(()) => Ok(()),
            Err(_) => fail(self.death()),
        }
    }

    pub fn receive(&mut self) -> Result<Answer, Stop> {
        match self.answers.recv_timeout(self.limit) {
            Ok(line) => match serde_json::from_str(&line) {
                Ok(Answer::Unsupported(what)) => Err(Stop::Unsupported(what)),
                Ok(answer) => Ok(answer),
                Err(error) => fail(format!("the answer {line:?}: {error}")),
            },
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                fail(format!("no answer after {} s", self.limit.as_secs()))
            }
            Err(RecvTimeoutError::Disconnected) => fail(self.death()),
        }
    }

    /// Kills the process, at whatever it is.
    pub fn end(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn death(&mut self) -> String {
        match self.process.wait() {
            Ok(status) => format!("the process died: {status}"),
            Err(error) => format!("the process died: {error}"),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}
