//! Takes commands; starts them as processes from one thread that lives as long as this process.
//! Never waits for them to end.
//!
//! A worker asks the kernel to end it with its parent, but the kernel means the parent's *thread*.
//! A worker started by the thread that watches it would end with that thread, although another
//! thread should use it next.

use std::io;
use std::process::{Child, Command};
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
