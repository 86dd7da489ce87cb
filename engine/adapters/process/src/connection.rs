//! The lines to and from a running adapter. Takes operations; gives the end of each. Any thread may
//! ask; answers come in any order. A thread that waits for its answer reads lines, and hands over the
//! answers to other threads' requests, so that a single thread never waits for another. Knows no engine.
//!
//! An adapter that breaks the protocol is lost: it is killed, and every thread that waits unwinds with
//! [`Lost`].

mod ending;

use crate::child::{Launch, Process};
use crate::message::{Answer, End, LONGEST, Op, Request, Success};
use crate::pipe::{Next, Output, never_block, shown, write_some};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use std::process::ChildStdin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wassay_engine::{Fault, Lost, Owner};

/// The number of bytes of notes that are held back until the next request.
const HELD: usize = 64 << 10;
/// How often a thread that waits checks the time, and whether the adapter still runs.
const TICK: Duration = Duration::from_millis(50);

/// A running adapter.
#[derive(Debug)]
pub(crate) struct Connection {
    // Dropped first, so that the adapter's input ends.
    input: Mutex<Input>,
    output: Mutex<Output>,
    process: Process,
    command: String,
    limit: Option<Duration>,
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
    /// The request whose answer came last.
    answered: Option<(u64, &'static str)>,
    /// Whether a thread reads the output.
    is_reading: bool,
    /// Why the adapter is lost, or that it was ended.
    lost: Option<String>,
    /// Whether it is lost because it did not answer in time.
    was_late: bool,
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
        never_block(&stdin).map_err(Fault::of)?;
        Ok(Arc::new(Connection {
            input: Mutex::new(Input { pipe: Some(stdin), held: Vec::new() }),
            output: Mutex::new(Output::new(stdout).map_err(Fault::of)?),
            process,
            command: launch.command.clone(),
            limit: launch.limit,
            state: Mutex::default(),
            turn: Condvar::new(),
            numbers: AtomicU32::new(1),
            owners: Mutex::default(),
        }))
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

    /// Whether the adapter is lost because it did not answer in time.
    pub(crate) fn was_late(&self) -> bool {
        locked(&self.state).was_late
    }

    /// Sends a request and waits for its end.
    pub(crate) fn ask(&self, op: Op) -> End {
        let name = op.name();
        self.check_silence();
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
    pub(crate) fn read_ok<T: DeserializeOwned>(&self, op: &str, ok: Success) -> T {
        match ok.read() {
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

    /// Gives up an adapter that has written something although it was not asked.
    fn check_silence(&self) {
        let state = self.state();
        if let Err(how) = self.silence(&state) {
            drop(state);
            self.give_up(&how);
        }
    }

    /// Checks that the adapter has written nothing if nothing was asked of it. No request is made
    /// while this thread has the state, so no answer to one can come meanwhile.
    fn silence(&self, state: &State) -> Result<(), String> {
        if !state.waiting.is_empty() || state.is_reading {
            return Ok(());
        }
        // Whatever comes before the first answer is read in its place.
        let Some((id, op)) = state.answered else { return Ok(()) };
        match self.output.try_lock().ok().and_then(|mut output| output.surplus()) {
            Some(how) => Err(format!("{how} after its answer to request {id} (`{op}`)")),
            None => Ok(()),
        }
    }

    fn send(&self, request: Request, at_once: bool) -> Result<(), Unsent> {
        let line = serde_json::to_vec(&request);
        let line = line.map_err(|error| Unsent::Unwritable(error.to_string()))?;
        if line.len() > LONGEST {
            return Err(Unsent::TooLong);
        }
        let mut input = locked(&self.input);
        input.held.extend_from_slice(&line);
        input.held.push(b'\n');
        if at_once || input.held.len() > HELD { self.write(&mut input) } else { Ok(()) }
    }

    fn flush(&self) -> Result<(), Unsent> {
        self.write(&mut locked(&self.input))
    }

    /// Writes what is held, as long as the adapter runs and is in time.
    fn write(&self, input: &mut Input) -> Result<(), Unsent> {
        let Input { pipe: Some(pipe), held } = input else { return Err(Unsent::Closed) };
        let mut written = 0;
        while written < held.len() {
            match write_some(pipe, &held[written..], TICK) {
                Ok(0) if self.process.has_ended() || self.loss().is_some() => break,
                Ok(0) => self.check_time(),
                Ok(count) => written += count,
                Err(_) => break,
            }
        }
        let is_written = written == held.len();
        held.clear();
        held.shrink_to(HELD);
        if is_written { Ok(()) } else { Err(Unsent::Closed) }
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
            let taken = match read {
                Ok(Some(answer)) => state.take(answer).and_then(|()| self.silence(&state)),
                Ok(None) => Ok(()),
                Err(how) => Err(how),
            };
            drop(state);
            self.turn.notify_all();
            match taken {
                Ok(()) => self.check_time(),
                Err(how) => self.lose(&how),
            }
            state = locked(&self.state);
        }
    }

    /// The next answer; `None` if there is none yet.
    fn read(&self) -> Result<Option<Answer>, String> {
        let mut output = locked(&self.output);
        let line = match output.next(TICK)? {
            Next::Line(line) => line,
            Next::End => return Err("closed its standard output".to_string()),
            Next::Nothing if !self.process.has_ended() => return Ok(None),
            // It may have written something before it ended.
            Next::Nothing => match output.next(Duration::ZERO)? {
                Next::Line(line) => line,
                Next::End => return Err("closed its standard output".to_string()),
                Next::Nothing => {
                    return Err("ended, and something holds its standard output open".to_string());
                }
            },
        };
        let no_answer = |line: &[u8], why: &dyn std::fmt::Display| {
            format!("wrote `{}`, which is no answer: {why}", shown(line))
        };
        let line = String::from_utf8(line)
            .map_err(|error| no_answer(error.as_bytes(), &"it is not UTF-8"))?;
        match Answer::read(line) {
            Ok(answer) => Ok(Some(answer)),
            Err((line, error)) => Err(no_answer(line.as_bytes(), &error)),
        }
    }

    /// Ends an adapter that does not answer in time.
    fn check_time(&self) {
        let Some(limit) = self.limit else { return };
        let is_late = {
            let mut state = locked(&self.state);
            let is_late = state.waiting.values().any(|asked| asked.since.elapsed() > limit);
            state.was_late |= is_late && state.lost.is_none();
            is_late
        };
        if is_late {
            self.lose(&format!("did not answer within {} seconds", limit.as_secs_f64()));
        }
    }

    /// Ends the adapter and records why.
    fn lose(&self, how: &str) {
        let mut state = locked(&self.state);
        if state.lost.is_none() {
            let during = state.waiting.iter().min_by_key(|(id, _)| **id);
            let during =
                during.map(|(id, asked)| format!(", during request {id} (`{}`),", asked.op));
            let after = || {
                let (id, op) = state.answered?;
                Some(format!(", after request {id} (`{op}`),"))
            };
            let (command, during) = (&self.command, during.or_else(after).unwrap_or_default());
            let ended = self.process.end().words;
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
    fn take(&mut self, answer: Answer) -> Result<(), String> {
        let Answer { id, end } = answer;
        match self.waiting.remove(&id) {
            Some(asked) => {
                self.ends.insert(id, end);
                self.answered = Some((id, asked.op));
                Ok(())
            }
            None if (1..=self.last).contains(&id) => Err(format!("answered request {id} twice")),
            None => Err(format!("answered request {id}, which was not made")),
        }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
