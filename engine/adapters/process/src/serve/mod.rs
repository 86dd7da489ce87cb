//! The other end of the pipe, as a reference: takes requests; performs them on engines of this
//! process, and writes the answers. Every answer is the engine's own.
//!
//! Requests are performed by the thread that reads them. Sessions of an engine whose code can be
//! interrupted, or that has threads, have a thread of their own, so that further requests are read
//! while a call is under way.

mod desk;
mod engine;
mod names;
mod session;

use crate::message::{Answer, End, Head, LONGEST, Op, Success};
use crate::pipe::shown;
use desk::{Desk, MOST, Queue};
use engine::Served;
use names::Names;
use serde::Serialize;
use session::Seat;
use std::collections::HashMap;
use std::io::{self, BufRead, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use wassay_engine::{Fault, Lost, Provider};

/// The stack of a session's thread, in bytes: wasm recursion happens on it.
const STACK: usize = 16 << 20;
/// How long a call may take after the end of the input.
const PATIENCE: Duration = Duration::from_secs(1);

/// Serves the engines of a provider until the input ends, and every request has its answer: a call
/// that goes on for too long is interrupted. Wasm recursion happens on the caller's stack.
///
/// If an engine panics on a session's thread, the process exits at once, as it would if the engine
/// had crashed.
///
/// # Errors
/// If the pipes cannot be used, or a line is no request.
pub fn serve(
    provider: &dyn Provider,
    mut input: impl BufRead,
    output: impl Write + Send + 'static,
) -> io::Result<()> {
    let mut server = Server {
        provider,
        output: Output(Arc::new(Mutex::new(output))),
        names: Names::default(),
        engines: HashMap::new(),
        sessions: HashMap::new(),
        ending: Vec::new(),
    };
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        (&mut input).take(LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            break;
        }
        server.take(&line).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => {
                let line = shown(&line);
                io::Error::other(format!("line {number} is no request: `{line}`: {error}"))
            }
            _ => error,
        })?;
    }
    server.end();
    Ok(())
}

struct Server<'p> {
    provider: &'p dyn Provider,
    output: Output,
    names: Names,
    sessions: HashMap<u32, (u32, Place)>,
    engines: HashMap<u32, Served>,
    /// The threads of sessions that were closed.
    ending: Vec<JoinHandle<()>>,
}

/// Where a session lives.
enum Place {
    Here(Seat),
    Thread(Thread),
}

/// The thread of a session.
struct Thread {
    orders: Sender<Order>,
    desk: Arc<Desk>,
    queue: Queue,
    handle: JoinHandle<()>,
}

/// A request for a session's thread.
struct Order {
    id: Option<u64>,
    op: Op,
    /// The length of its line.
    size: usize,
}

impl Server<'_> {
    fn take(&mut self, line: &[u8]) -> io::Result<()> {
        let wrong = |error: &dyn std::fmt::Display| {
            io::Error::new(io::ErrorKind::InvalidData, error.to_string())
        };
        let text = std::str::from_utf8(line).map_err(|error| wrong(&error))?;
        let Head { id, op } = serde_json::from_str(text).map_err(|error| wrong(&error))?;
        let end = match Op::read(&op, text) {
            Some(Ok(op)) => match self.perform(Order { id, op, size: line.len() }) {
                Some(end) => end,
                None => return Ok(()),
            },
            Some(Err(error)) => End::Misuse(format!("`{op}`: {error}")),
            None => End::Unsupported(format!("the request `{op}`")),
        };
        self.output.answer(id, end)
    }

    /// Performs a request, or gives it to a thread that answers it.
    fn perform(&mut self, order: Order) -> Option<End> {
        let end = match (session_of(&order.op), order.op) {
            (_, Op::Open { engine, session }) => self.open(engine, session),
            (Some(session), Op::Close { .. }) => match self.sessions.remove(&session) {
                Some((_, Place::Here(seat))) => {
                    drop(seat);
                    nothing()
                }
                Some((_, Place::Thread(thread))) => {
                    return self.close(thread, Order { op: Op::Close { session }, ..order });
                }
                None => Err(no_session(session)),
            },
            (_, Op::Stop { engine }) => self.stop(engine),
            (Some(session), op) => match self.sessions.get_mut(&session) {
                Some((_, Place::Here(seat))) => return Some(seat.perform(op)),
                Some((_, Place::Thread(thread))) => return thread.take(Order { op, ..order }),
                None => Err(no_session(session)),
            },
            (None, op) => engine::perform(self.provider, &mut self.engines, &self.names, op),
        };
        Some(end.unwrap_or_else(End::of))
    }

    fn open(&mut self, engine: u32, number: u32) -> Result<End, Fault> {
        let served = engine::find(&self.engines, engine)?;
        if self.sessions.contains_key(&number) {
            return Err(Fault::Misuse(format!("there is a session {number} already")));
        }
        let seat = Seat::new(served.engine.session()?, served.names.clone());
        let place = match served.needs_threads {
            true => Place::Thread(Thread::start(seat, served.desk.clone(), &self.output)?),
            false => Place::Here(seat),
        };
        self.sessions.insert(number, (engine, place));
        nothing()
    }

    /// Closes a session behind what it still has to do.
    fn close(&mut self, mut thread: Thread, order: Order) -> Option<End> {
        let end = thread.take(order);
        self.ending.retain(|thread| !thread.is_finished());
        self.ending.push(thread.handle);
        end
    }

    /// Ends an engine. Its calls that run are interrupted, and every request keeps its answer.
    fn stop(&mut self, engine: u32) -> Result<End, Fault> {
        // The threads of calls that nothing can interrupt are left to themselves.
        let is_finished = engine::find(&self.engines, engine)?.finish(Duration::ZERO);
        let of_engine = |_: &u32, place: &mut (u32, Place)| place.0 == engine;
        for (_, (_, place)) in self.sessions.extract_if(of_engine) {
            if let Place::Thread(thread) = place {
                self.ending.extend(is_finished.then_some(thread.handle));
            }
        }
        self.engines.remove(&engine);
        nothing()
    }

    /// Waits for the answers of all threads.
    fn end(self) {
        let finished: Vec<bool> = self.engines.values().map(|it| it.finish(PATIENCE)).collect();
        if finished.contains(&false) {
            // A call that nothing can interrupt ends with the process.
            return;
        }
        let mut threads = self.ending;
        for (_, (_, place)) in self.sessions {
            if let Place::Thread(thread) = place {
                drop(thread.orders);
                threads.push(thread.handle);
            }
        }
        for thread in threads {
            // A panic has ended the process.
            let _ = thread.join();
        }
    }
}

impl Thread {
    /// Gives a session a thread of its own, on which its answers are written.
    fn start(mut seat: Seat, desk: Arc<Desk>, output: &Output) -> Result<Thread, Fault> {
        let (sender, orders) = channel::<Order>();
        let (output, queue) = (Output(output.0.clone()), desk.open());
        let of_thread = desk.clone();
        let serve = move || {
            let desk = of_thread;
            let perform = || {
                let mut closing = None;
                for Order { id, op, size } in orders {
                    if let Op::Close { .. } = op {
                        closing = Some((id, size));
                        break;
                    }
                    desk.begin(queue);
                    let end = seat.perform(op);
                    // Before the answer: whatever comes after that is the next order.
                    desk.finish(queue, size);
                    // If the answers are not read, the requests end, too.
                    let _ = output.answer(id, end);
                }
                drop(seat);
                if let Some((id, size)) = closing {
                    desk.finish(queue, size);
                    let _ = output.answer(id, nothing().unwrap_or_else(End::of));
                }
                desk.close(queue);
            };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(perform)) {
                if let Some(Lost(why)) = Lost::of(&*panic) {
                    eprintln!("{why}");
                }
                std::process::exit(101);
            }
        };
        let thread = std::thread::Builder::new().name("session".to_string()).stack_size(STACK);
        let handle = thread.spawn(serve).map_err(Fault::of)?;
        Ok(Thread { orders: sender, desk, queue, handle })
    }

    /// Gives the thread a request; the end if that is not possible.
    fn take(&mut self, order: Order) -> Option<End> {
        let size = if matches!(order.op, Op::Close { .. }) { 0 } else { order.size };
        if !self.desk.accept(self.queue, size) {
            let why = format!("more than {MOST} bytes of requests wait for this session");
            return Some(End::Failed(why));
        }
        match self.orders.send(Order { size, ..order }) {
            Ok(()) => None,
            Err(_) => Some(End::Failed("the thread of the session has ended".to_string())),
        }
    }
}

fn no_session(session: u32) -> Fault {
    Fault::Foreign(format!("there is no session {session}"))
}

/// The session that a request is for.
fn session_of(op: &Op) -> Option<u32> {
    match op {
        Op::Close { session }
        | Op::Instantiate { session, .. }
        | Op::Export { session, .. }
        | Op::Call { session, .. }
        | Op::HostFunc { session, .. }
        | Op::TakeHostCalls { session }
        | Op::ExternType { session, .. }
        | Op::GlobalNew { session, .. }
        | Op::GlobalGet { session, .. }
        | Op::GlobalSet { session, .. }
        | Op::TableNew { session, .. }
        | Op::TableSize { session, .. }
        | Op::TableGet { session, .. }
        | Op::TableSet { session, .. }
        | Op::TableGrow { session, .. }
        | Op::MemoryNew { session, .. }
        | Op::MemorySize { session, .. }
        | Op::MemoryRead { session, .. }
        | Op::MemoryWrite { session, .. }
        | Op::MemoryGrow { session, .. }
        | Op::ShareMemory { session, .. }
        | Op::AdoptMemory { session, .. }
        | Op::TagNew { session, .. }
        | Op::Same { session, .. }
        | Op::DropInstance { session, .. }
        | Op::DropExtern { session, .. }
        | Op::DropRef { session, .. }
        | Op::Collect { session } => Some(*session),
        _ => None,
    }
}

/// Where answers go. Several threads write there.
struct Output(Arc<Mutex<dyn Write + Send>>);

impl Output {
    fn answer(&self, id: Option<u64>, end: End) -> io::Result<()> {
        let Some(id) = id else { return Ok(()) };
        let mut line = Answer { id, end }.write()?;
        if line.len() > LONGEST {
            let end = End::Unsupported(format!("lines of more than {LONGEST} bytes"));
            line = Answer { id, end }.write()?;
        }
        line.push(b'\n');
        let mut output = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        output.write_all(&line)?;
        output.flush()
    }
}

/// The end of a success.
fn ok(value: impl Serialize) -> Result<End, Fault> {
    Success::write(value).map(End::Ok).map_err(Fault::of)
}

/// The end of a success that has no value.
fn nothing() -> Result<End, Fault> {
    ok(serde_json::Map::new())
}
