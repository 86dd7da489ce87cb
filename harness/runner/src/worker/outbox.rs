//! Takes the worker's replies; writes them to the parent. Verdicts are batched; a separate thread
//! sends them after a moment, so that none is lost while a directive hangs. Judges nothing.
//!
//! The thread also watches standard input. When the parent closes it during a request, because the run
//! stops or the parent has died, the worker sends its remaining verdicts and ends, whatever it is
//! doing. Between requests, the thread that takes them notices by itself.

use crate::worker::protocol::{Answer, Reply};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wassay_record::{Batch, Finding, Note, Verdict};

/// How long verdicts are held to be sent together.
const HOLD: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
/// How long this thread sleeps while the script thread ends.
const NAP: Duration = Duration::from_millis(10);
/// The size of notes in a batch, in bytes, that causes it to be sent.
const BATCH: usize = 1 << 20;

/// The pipe to the parent.
#[derive(Clone, Debug)]
pub(crate) struct Outbox(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    pipe: BufWriter<File>,
    request: u64,
    /// Whether no request is under way.
    rests: bool,
    /// Whether verdicts are sent at once.
    eager: bool,
    batch: Batch,
    /// Of the notes in the batch, in bytes.
    size: usize,
    /// Why the pipe can no longer be written; the script thread finishes its directive first.
    broken: io::Result<()>,
}

impl Outbox {
    /// Reserves standard output for replies: output printed by an engine goes to standard error.
    pub(crate) fn claim() -> io::Result<Outbox> {
        let pipe = rustix::io::dup(rustix::stdio::stdout())?;
        rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
        let outbox = Outbox(Arc::new(Mutex::new(State {
            pipe: BufWriter::with_capacity(1 << 16, File::from(pipe)),
            request: 0,
            rests: false,
            eager: false,
            batch: Batch::default(),
            size: 0,
            broken: Ok(()),
        })));
        let sender = outbox.clone();
        std::thread::Builder::new()
            .name("outbox".to_string())
            .spawn(move || sender.keep_sending())?;
        Ok(outbox)
    }

    /// Sends a reply that belongs to no request.
    pub(crate) fn say(&self, reply: &Reply) -> io::Result<()> {
        let mut state = self.state();
        state.write(reply)?;
        state.pipe.flush()
    }

    /// Assigns the following answers to this request; `eager` answers are sent at once.
    pub(crate) fn begin(&self, request: u64, eager: bool) {
        let mut state = self.state();
        (state.request, state.eager, state.rests) = (request, eager, false);
    }

    /// Records that no request is under way.
    pub(crate) fn rest(&self) {
        self.state().rests = true;
    }

    /// Sends the held verdicts, and then this answer.
    pub(crate) fn answer(&self, answer: Answer) -> io::Result<()> {
        let mut state = self.state();
        std::mem::replace(&mut state.broken, Ok(()))?;
        state.send()?;
        state.write_answer(answer)
    }

    /// Sends all held verdicts.
    pub(crate) fn flush(&self) -> io::Result<()> {
        self.state().flush()
    }

    /// Takes a verdict, to be sent soon.
    pub(crate) fn verdict(&self, finding: Finding) {
        let mut state = self.state();
        match finding.verdict {
            Verdict::Passed | Verdict::HarnessOnly | Verdict::Skipped
                if !finding.is_explained() =>
            {
                state.batch.push(finding.index, finding.verdict);
            }
            _ => {
                let mut note = Note::new(finding);
                note.finding.shorten();
                state.size += serde_json::to_string(&note).map_or(0, |json| json.len());
                state.batch.notes.push(note);
            }
        }
        if state.eager || state.size > BATCH {
            let sent = state.flush();
            state.broken = std::mem::replace(&mut state.broken, Ok(())).and(sent);
        }
    }

    fn keep_sending(&self) {
        loop {
            let stdin = rustix::stdio::stdin();
            let mut watched = [PollFd::new(&stdin, PollFlags::empty())];
            let is_closed = matches!(poll(&mut watched, Some(&HOLD)), Ok(1..));
            let mut state = self.state();
            // The script thread reports a broken pipe; this thread cannot.
            let _ = state.flush();
            if is_closed && !state.rests {
                std::process::exit(0);
            }
            drop(state);
            if is_closed {
                std::thread::sleep(NAP);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn flush(&mut self) -> io::Result<()> {
        self.send()?;
        self.pipe.flush()
    }

    fn send(&mut self) -> io::Result<()> {
        self.size = 0;
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() { Ok(()) } else { self.write_answer(Answer::Verdicts(batch)) }
    }

    fn write_answer(&mut self, answer: Answer) -> io::Result<()> {
        let request = self.request;
        self.write(&Reply::Answer { request, answer })
    }

    fn write(&mut self, reply: &Reply) -> io::Result<()> {
        serde_json::to_writer(&mut self.pipe, reply)?;
        self.pipe.write_all(b"\n")
    }
}
