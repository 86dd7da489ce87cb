//! The other end of the pipe, as a reference: takes requests; performs them on engines of this
//! process, and writes the answers. Every answer is the engine's own.
//!
//! Requests are performed by the thread that reads them. Sessions of an engine whose code can be
//! interrupted, or that has threads, have a thread of their own, so that further requests are read
//! while a call is under way.

mod engine;
mod names;
mod session;

use crate::message::{Answer, End, LONGEST, Op, Request};
use engine::Served;
use names::Names;
use serde::{Deserialize, Serialize};
use session::Seat;
use std::collections::HashMap;
use std::io::{self, BufRead, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use wassay_engine::{Fault, Provider};

/// The stack of a session's thread, in bytes: wasm recursion happens on it.
const STACK: usize = 16 << 20;

/// Serves the engines of a provider until the input ends. Wasm recursion happens on the caller's stack.
///
/// If an engine panics on a session's thread, the process exits at once, as it would if the engine
/// had crashed.
///
/// # Errors
/// If the pipes cannot be used.
pub fn serve(
    provider: &dyn Provider,
    mut input: impl BufRead,
    output: impl Write + Send + 'static,
) -> io::Result<()> {
    let output = Output(Arc::new(Mutex::new(output)));
    let names = Names::default();
    let mut server =
        Server { provider, output, names, engines: HashMap::new(), sessions: HashMap::new() };
    let mut line = Vec::new();
    loop {
        line.clear();
        (&mut input).take(LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        server.take(&line)?;
    }
}

struct Server<'p> {
    provider: &'p dyn Provider,
    output: Output,
    names: Names,
    sessions: HashMap<u32, (u32, Place)>,
    engines: HashMap<u32, Served>,
}

/// Where a session lives.
enum Place {
    Here(Seat),
    Thread(Sender<(Option<u64>, Op)>),
}

/// What every request has.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    id: Option<u64>,
    op: String,
}

impl Server<'_> {
    fn take(&mut self, line: &[u8]) -> io::Result<()> {
        let head: Head = serde_json::from_slice(line)?;
        let end = match serde_json::from_slice(line) {
            Ok(Request { id, op }) => match self.perform(id, op) {
                Some(end) => end,
                None => return Ok(()),
            },
            Err(_) if !Op::NAMES.contains(&&*head.op) => {
                End::Unsupported(format!("the request `{}`", head.op))
            }
            Err(error) => End::Misuse(format!("`{}`: {error}", head.op)),
        };
        self.output.answer(head.id, end)
    }

    /// Performs a request, or gives it to a thread that answers it.
    fn perform(&mut self, id: Option<u64>, op: Op) -> Option<End> {
        let end = match (session_of(&op), op) {
            (_, Op::Open { engine, session }) => self.open(engine, session),
            (_, Op::Close { session }) => {
                self.sessions.remove(&session);
                nothing()
            }
            (_, Op::Stop { engine }) => {
                self.sessions.retain(|_, (owner, _)| *owner != engine);
                self.engines.remove(&engine);
                nothing()
            }
            (Some(session), op) => match self.sessions.get_mut(&session) {
                Some((_, Place::Here(seat))) => return Some(seat.perform(op)),
                Some((_, Place::Thread(orders))) => match orders.send((id, op)) {
                    Ok(()) => return None,
                    Err(_) => Err(Fault::internal("the thread of the session has ended")),
                },
                None => Err(Fault::Foreign(format!("there is no session {session}"))),
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
        let seat = Seat::new(served.engine.session()?, self.names.clone());
        let place =
            if served.needs_threads { self.output.on_thread(seat)? } else { Place::Here(seat) };
        self.sessions.insert(number, (engine, place));
        nothing()
    }
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
        let mut line = serde_json::to_vec(&Answer { id, end })?;
        if line.len() > LONGEST {
            let end = End::Unsupported(format!("lines of more than {LONGEST} bytes"));
            line = serde_json::to_vec(&Answer { id, end })?;
        }
        line.push(b'\n');
        let mut output = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        output.write_all(&line)?;
        output.flush()
    }

    /// Gives a session a thread of its own.
    fn on_thread(&self, mut seat: Seat) -> Result<Place, Fault> {
        let (sender, orders) = channel::<(Option<u64>, Op)>();
        let output = Output(self.0.clone());
        let serve = move || {
            for (id, op) in orders {
                let Ok(end) = catch_unwind(AssertUnwindSafe(|| seat.perform(op))) else {
                    std::process::exit(101);
                };
                // If the answers are not read, the requests end, too.
                let _ = output.answer(id, end);
            }
        };
        let thread = std::thread::Builder::new().name("session".to_string()).stack_size(STACK);
        thread.spawn(serve).map_err(Fault::of)?;
        Ok(Place::Thread(sender))
    }
}

/// The end of a success.
fn ok(value: impl Serialize) -> Result<End, Fault> {
    serde_json::to_value(value).map(End::Ok).map_err(Fault::of)
}

/// The end of a success that has no value.
fn nothing() -> Result<End, Fault> {
    ok(serde_json::Map::new())
}
