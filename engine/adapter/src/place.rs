//! Runs a session where it lives: on its caller's thread, or on a thread that its store never
//! leaves. Converts nothing.

use crate::Plain;
use crate::session::Core;
use std::panic::resume_unwind;
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, JoinHandle, panicking};
use wassay_engine::Fault;

/// Runs work on a session.
pub(super) trait Place<P: Plain>: Send {
    fn run<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Core<P>) -> R + Send + 'static,
    ) -> R;
}

/// A session that moves with its user.
pub(super) struct Here<P: Plain>(pub Core<P>);

impl<P: Plain> Place<P> for Here<P>
where
    Core<P>: Send,
{
    fn run<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Core<P>) -> R + Send + 'static,
    ) -> R {
        work(&mut self.0)
    }
}

/// For engines that recurse for each wasm call: the same stack as a script's thread has in the
/// harness.
const STACK_BYTES: usize = 16 << 20;

type Work<P> = Box<dyn FnOnce(&mut Core<P>) + Send>;

/// A session on a thread of its own.
pub(super) struct Thread<P: Plain> {
    /// Work for the thread, which ends when this is dropped.
    work: Option<Sender<Work<P>>>,
    thread: Option<JoinHandle<()>>,
}

impl<P: Plain> Thread<P> {
    /// Opens the session on a fresh thread.
    pub fn start(
        open: impl FnOnce() -> Result<Core<P>, Fault> + Send + 'static,
    ) -> Result<Thread<P>, Fault> {
        let (work, inbox) = channel::<Work<P>>();
        let (opened, answer) = channel();
        let thread = Builder::new()
            .name("session".to_string())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                let mut core = match open() {
                    Ok(core) => core,
                    Err(fault) => return drop(opened.send(Err(fault))),
                };
                drop(opened.send(Ok(())));
                for work in inbox {
                    work(&mut core);
                }
            })
            .map_err(|error| Fault::Internal(format!("no thread for a session: {error}")))?;
        let mut session = Thread { work: Some(work), thread: Some(thread) };
        match answer.recv() {
            Ok(result) => result.map(|()| session),
            Err(_) => session.panicked(),
        }
    }

    /// Called when the thread ended without an answer, so it panicked. Panics here too, as if the
    /// engine had run on this thread.
    fn panicked(&mut self) -> ! {
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(payload)) => resume_unwind(payload),
            Some(Ok(())) | None => panic!("a session is used after its engine panicked"),
        }
    }
}

impl<P: Plain> Place<P> for Thread<P> {
    fn run<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Core<P>) -> R + Send + 'static,
    ) -> R {
        let (answer, result) = channel();
        let work: Work<P> = Box::new(move |core| drop(answer.send(work(core))));
        let sent = self.work.as_ref().is_some_and(|sender| sender.send(work).is_ok());
        match result.recv() {
            Ok(result) if sent => result,
            _ => self.panicked(),
        }
    }
}

impl<P: Plain> Drop for Thread<P> {
    /// Waits until the store is dropped.
    fn drop(&mut self) {
        drop(self.work.take());
        let ended = self.thread.take().map(JoinHandle::join);
        if let Some(Err(payload)) = ended
            && !panicking()
        {
            resume_unwind(payload);
        }
    }
}
