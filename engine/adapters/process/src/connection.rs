//! The lines to and from a running adapter. Takes operations; gives the end of each. Any thread may
//! ask; answers come in any order. A thread that waits for its answer reads lines, and hands over the
//! answers to other threads' requests, so that a single thread never waits for another. Knows no engine.
//!
//! An adapter that breaks the protocol is lost: it is killed, and every thread that waits unwinds with
//! [`Lost`].

use crate::child::{Launch, Process};
use crate::message::{Answer, End, LONGEST, Op, Request};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use wassay_engine::{Fault, Lost, Owner};

/// The number of bytes of notes that are held back until the next request.
const HELD: usize = 64 << 10;
/// The number of bytes of a wrong line that are shown.
const SHOWN: usize = 200;
/// How often the time limit is checked.
const TICK: Duration = Duration::from_millis(50);

/// A running adapter.
#[derive(Debug)]
pub(crate) struct Connection {
    // Dropped first, so that the adapter's input ends.
    input: Mutex<Input>,
    output: Mutex<BufReader<ChildStdout>>,
    process: Process,
    command: String,
    state: Mutex<State>,
    turn: Condvar,
    numbers: AtomicU32,
    /// The owners of handles that the adapter has given out.
    owners: Mutex<HashSet<Owner>>,
}

#[derive(Debug)]
struct Input {
    /// `None` once it was closed.
    pipe: Option<ChildStdin>,
    /// Notes that were not sent yet.
    held: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    /// The number of the last request.
    last: u64,
    waiting: HashMap<u64, Asked>,
    ends: HashMap<u64, End>,
    /// Whether a thread reads the output.
    is_reading: bool,
    /// Why the adapter is lost.
    lost: Option<String>,
}

/// A request without an answer.
#[derive(Clone, Copy, Debug)]
struct Asked {
    op: &'static str,
    since: Instant,
}

/// Why an operation was not sent.
enum Unsent {
    TooLong,
    Unwritable(String),
    Closed,
}

impl Connection {
    /// Starts an adapter.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) fn start(launch: &Launch) -> Result<Arc<Connection>, Fault> {
        let (process, (stdin, stdout)) = launch.start().map_err(Fault::Internal)?;
        let connection = Arc::new(Connection {
            input: Mutex::new(Input { pipe: Some(stdin), held: Vec::new() }),
            output: Mutex::new(BufReader::with_capacity(64 << 10, stdout)),
            process,
            command: launch.command.clone(),
            state: Mutex::default(),
            turn: Condvar::new(),
            numbers: AtomicU32::new(1),
            owners: Mutex::default(),
        });
        if let Some(limit) = launch.limit {
            let watched = Arc::downgrade(&connection);
            let watch = std::thread::Builder::new().name("adapter's time".to_string());
            watch.spawn(move || watch_time(&watched, limit)).map_err(Fault::of)?;
        }
        Ok(connection)
    }

    /// A number for an engine or a session that no other has.
    pub(crate) fn fresh_number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// A new owner of handles.
    pub(crate) fn fresh_owner(&self) -> Owner {
        let owner = Owner::fresh();
        locked(&self.owners).insert(owner);
        owner
    }

    /// Whether handles of this owner come from the adapter.
    pub(crate) fn knows(&self, owner: Owner) -> bool {
        locked(&self.owners).contains(&owner)
    }

    /// Why the adapter is lost, if it is.
    pub(crate) fn loss(&self) -> Option<String> {
        locked(&self.state).lost.clone()
    }

    /// Sends a request and waits for its end.
    pub(crate) fn ask(&self, op: Op) -> End {
        let name = op.name();
        let id = {
            let mut state = self.state();
            state.last += 1;
            let (id, since) = (state.last, Instant::now());
            state.waiting.insert(id, Asked { op: name, since });
            id
        };
        let unsent = match self.send(Request { id: Some(id), op }, true) {
            Ok(()) => return self.wait(id),
            Err(unsent) => unsent,
        };
        match unsent {
            Unsent::Closed => {
                self.lose("closed its standard input");
                self.wait(id)
            }
            Unsent::TooLong => {
                self.state().waiting.remove(&id);
                End::Unsupported(format!("lines of more than {LONGEST} bytes"))
            }
            Unsent::Unwritable(why) => {
                self.state().waiting.remove(&id);
                End::Failed(format!("`{name}` cannot be written: {why}"))
            }
        }
    }

    /// Sends a request that must succeed with a value of this type, or be at fault.
    pub(crate) fn ask_for<T: DeserializeOwned>(&self, op: Op) -> Result<T, Fault> {
        let name = op.name();
        let end = self.ask(op);
        self.expect(name, end)
    }

    /// Sends a request whose success has no value.
    pub(crate) fn ask_to(&self, op: Op) -> Result<(), Fault> {
        self.ask_for::<serde::de::IgnoredAny>(op).map(|_| ())
    }

    /// The value of an end that must be a success or a fault.
    pub(crate) fn expect<T: DeserializeOwned>(&self, op: &str, end: End) -> Result<T, Fault> {
        match end {
            End::Ok(value) => Ok(self.read_ok(op, value)),
            end => Err(self.fault(op, end)),
        }
    }

    /// The value of a success.
    pub(crate) fn read_ok<T: DeserializeOwned>(&self, op: &str, ok: serde_json::Value) -> T {
        match serde_json::from_value(ok) {
            Ok(value) => value,
            Err(error) => self.give_up(&format!("answered `{op}` with a wrong `ok`: {error}")),
        }
    }

    /// The fault of an end that must be one.
    pub(crate) fn fault(&self, op: &str, end: End) -> Fault {
        match end.into_fault() {
            Ok(fault) => fault,
            Err(end) => self.give_up(&format!("answered `{op}` with `{}`", end.name())),
        }
    }

    /// Ends an adapter that has broken the protocol, and unwinds.
    pub(crate) fn give_up(&self, how: &str) -> ! {
        self.lose(how);
        Lost(self.loss().unwrap_or_default()).raise()
    }

    /// Sends an operation that has no answer; at once, or with the next request.
    pub(crate) fn note(&self, op: Op, at_once: bool) {
        if locked(&self.state).lost.is_none() {
            // If it cannot be sent, the next request notices.
            let _ = self.send(Request { id: None, op }, at_once);
        }
    }

    /// Ends an idle adapter: closes its input, and waits for its end.
    ///
    /// # Errors
    /// A sentence about how it did not end as it must.
    pub(crate) fn end(&self) -> Result<(), String> {
        if self.loss().is_some() {
            return Ok(());
        }
        {
            let mut input = locked(&self.input);
            let Input { pipe, held } = &mut *input;
            if let Some(mut pipe) = pipe.take() {
                // An adapter that does not read this has ended or does not end: that is noticed below.
                let _ = pipe.write_all(held);
                held.clear();
            }
        }
        let ended = self.process.farewell();
        let wrote = self.rest();
        let how = match ended {
            Err(how) => how,
            Ok(()) if wrote.is_empty() => return Ok(()),
            Ok(()) => format!("wrote `{wrote}` after its last answer"),
        };
        Err(format!("the adapter `{}` {how}", self.command))
    }

    /// What has come since the last answer.
    fn rest(&self) -> String {
        let mut output = locked(&self.output);
        let is_ready = {
            let mut watched = [PollFd::new(output.get_ref(), PollFlags::IN)];
            matches!(poll(&mut watched, Some(&Timespec::default())), Ok(1..))
        };
        match is_ready || !output.buffer().is_empty() {
            true => output.fill_buf().map(shown).unwrap_or_default(),
            false => String::new(),
        }
    }

    fn send(&self, request: Request, at_once: bool) -> Result<(), Unsent> {
        let line = serde_json::to_vec(&request);
        let line = line.map_err(|error| Unsent::Unwritable(error.to_string()))?;
        if line.len() > LONGEST {
            return Err(Unsent::TooLong);
        }
        let mut input = locked(&self.input);
        let Input { pipe, held } = &mut *input;
        held.extend_from_slice(&line);
        held.push(b'\n');
        if at_once || held.len() > HELD {
            let pipe = pipe.as_mut().ok_or(Unsent::Closed)?;
            let written = pipe.write_all(held).and_then(|()| pipe.flush());
            held.clear();
            held.shrink_to(HELD);
            written.map_err(|_| Unsent::Closed)?;
        }
        Ok(())
    }

    fn wait(&self, id: u64) -> End {
        let mut state = locked(&self.state);
        loop {
            if let Some(why) = &state.lost {
                Lost(why.clone()).raise();
            }
            if let Some(end) = state.ends.remove(&id) {
                return end;
            }
            if state.is_reading {
                state = self.turn.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.is_reading = true;
            drop(state);
            let read = self.read();
            state = locked(&self.state);
            state.is_reading = false;
            let taken = read.and_then(|(answer, more)| state.take(answer, more));
            self.turn.notify_all();
            if let Err(how) = taken {
                drop(state);
                self.lose(&how);
                state = locked(&self.state);
            }
        }
    }

    /// The next answer, and what has already come after it.
    fn read(&self) -> Result<(Answer, String), String> {
        let mut output = locked(&self.output);
        let mut line = Vec::new();
        let most = LONGEST as u64 + 1;
        let read = (&mut *output).take(most).read_until(b'\n', &mut line);
        read.map_err(|error| format!("cannot be read: {error}"))?;
        match line.pop() {
            Some(b'\n') => {}
            Some(_) if line.len() as u64 + 1 >= most => {
                return Err(format!("wrote a line of more than {LONGEST} bytes"));
            }
            Some(last) => {
                line.push(last);
                return Err(format!("wrote `{}` and no line end", shown(&line)));
            }
            None => return Err("closed its standard output".to_string()),
        }
        match serde_json::from_slice(&line) {
            Ok(answer) => Ok((answer, shown(output.buffer()))),
            Err(error) => Err(format!("wrote `{}`, which is no answer: {error}", shown(&line))),
        }
    }

    /// Ends the adapter and records why.
    fn lose(&self, how: &str) {
        let mut state = locked(&self.state);
        if state.lost.is_none() {
            let during = state.waiting.iter().min_by_key(|(id, _)| **id);
            let during =
                during.map(|(id, asked)| format!(", during request {id} (`{}`),", asked.op));
            let (command, during) = (&self.command, during.unwrap_or_default());
            let ended = self.process.end();
            state.lost = Some(format!("the adapter `{command}`{during} {how}; {ended}"));
        }
        self.turn.notify_all();
    }

    /// The state of an adapter that is not lost.
    fn state(&self) -> MutexGuard<'_, State> {
        let state = locked(&self.state);
        match &state.lost {
            None => state,
            Some(why) => {
                let why = why.clone();
                drop(state);
                Lost(why).raise()
            }
        }
    }
}

impl State {
    /// Takes an answer; `more` is what came after it.
    fn take(&mut self, answer: Answer, more: String) -> Result<(), String> {
        let Answer { id, end } = answer;
        match self.waiting.remove(&id) {
            Some(asked) => {
                self.ends.insert(id, end);
                if self.waiting.is_empty() && !more.is_empty() {
                    let op = asked.op;
                    return Err(format!(
                        "wrote `{more}` after its answer to request {id} (`{op}`)"
                    ));
                }
                Ok(())
            }
            None if (1..=self.last).contains(&id) => Err(format!("answered request {id} twice")),
            None => Err(format!("answered request {id}, which was not made")),
        }
    }
}

/// Ends an adapter that does not answer in time, as long as it is used.
fn watch_time(connection: &Weak<Connection>, limit: Duration) {
    while let Some(connection) = connection.upgrade() {
        let late = {
            let state = locked(&connection.state);
            state.waiting.values().any(|asked| asked.since.elapsed() > limit)
        };
        if late {
            connection.lose(&format!("did not answer within {} seconds", limit.as_secs_f64()));
        }
        drop(connection);
        std::thread::sleep(TICK);
    }
}

/// The beginning of what the adapter wrote.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
    let text = text.trim_end().replace('\n', " ");
    if bytes.len() > SHOWN { text + "..." } else { text }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
