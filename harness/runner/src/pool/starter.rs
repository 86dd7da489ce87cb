//! Takes commands; starts them as processes from one thread that lives as long as this process, and
//! prepares their pipes. Never waits for them to end.
//!
//! A worker asks the kernel to end it with its parent, but the kernel means the parent's *thread*.
//! A worker started by the thread that watches it would end with that thread, although another
//! thread should use it next.

use crate::pool::launch::Launch;
use crate::pool::pipe::never_block;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use std::io;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};

type Order = (Command, Sender<io::Result<Child>>);

static STARTER: LazyLock<Option<Sender<Order>>> = LazyLock::new(|| {
    let (sender, orders) = channel::<Order>();
    let start = move || {
        for (mut command, done) in orders {
            // The thread that sent the command waits for the result.
            let _ = done.send(command.spawn());
        }
    };
    let thread = std::thread::Builder::new().name("starter".to_string()).spawn(start);
    thread.is_ok().then_some(sender)
});

/// Starts a process.
///
/// # Errors
/// If it cannot be started.
pub(super) fn spawn(command: Command) -> io::Result<Child> {
    let gone = || io::Error::other("the thread that starts workers has ended");
    let (done, started) = channel();
    let starter = STARTER.as_ref().ok_or_else(gone)?;
    starter.send((command, done)).map_err(|_| gone())?;
    started.recv().map_err(|_| gone())?
}

/// The pipes to and from a worker.
pub(super) type Pipes = (ChildStdin, ChildStdout, ChildStderr);

/// Takes the pipes of a new worker, makes them non-blocking, and limits the worker's memory.
pub(super) fn prepare(child: &mut Child, launch: &Launch) -> io::Result<Pipes> {
    if let Some(bytes) = launch.memory_limit {
        limit_memory(child, bytes)?;
    }
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(io::Error::other("it has no pipes"));
    };
    never_block(&stdin)?;
    never_block(&stdout)?;
    never_block(&stderr)?;
    Ok((stdin, stdout, stderr))
}

/// Limits the data size of a process. The parent does this, because an emulator hides such limits
/// from its guest.
fn limit_memory(child: &Child, bytes: u64) -> io::Result<()> {
    // The child inherits this process's hard limit and cannot exceed it.
    let most = getrlimit(Resource::Data).maximum;
    let bytes = Some(most.map_or(bytes, |most| most.min(bytes)));
    prlimit(
        Some(Pid::from_child(child)),
        Resource::Data,
        Rlimit { current: bytes, maximum: bytes },
    )?;
    Ok(())
}
