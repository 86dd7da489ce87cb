//! Child processes. Takes a command and gives a process; takes a process and a time limit, and reports
//! whether it has ended. Kills nothing, and knows neither workers nor adapters.

#![forbid(unsafe_code)]

use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use std::io;
use std::process::{Child, Command};
use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

/// How often a process is looked at: first soon, then ever later.
const FIRST_NAP: Duration = Duration::from_micros(50);
const LONGEST_NAP: Duration = Duration::from_millis(10);

type Order = (Command, Sender<io::Result<Child>>);

/// Starts all processes. One that asks the kernel to end it with its parent
/// (`PR_SET_PDEATHSIG`) ends with the parent's *thread* that has started it, so that thread must
/// live as long as the parent.
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

/// Starts a process from a thread that lives as long as this process.
///
/// # Errors
/// If it cannot be started.
pub fn spawn(command: Command) -> io::Result<Child> {
    let gone = || io::Error::other("the thread that starts processes has ended");
    let (done, started) = channel();
    let starter = STARTER.as_ref().ok_or_else(gone)?;
    starter.send((command, done)).map_err(|_| gone())?;
    started.recv().map_err(|_| gone())?
}

/// Whether the process has ended. It is not reaped, so that no other process gets its number.
pub fn has_ended(child: &Child) -> bool {
    let peek = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    // Any other error: it was reaped before.
    !matches!(waitid(WaitId::Pid(Pid::from_child(child)), peek), Ok(None) | Err(Errno::INTR))
}

/// Whether the process ends within this time. It is not reaped.
pub fn ends_within(child: &Child, limit: Duration) -> bool {
    let started = Instant::now();
    let mut nap = FIRST_NAP;
    while !has_ended(child) {
        let left = limit.saturating_sub(started.elapsed());
        if left.is_zero() {
            return false;
        }
        std::thread::sleep(nap.min(left));
        nap = (nap * 2).min(LONGEST_NAP);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Stdio;

    fn shell(script: &str) -> Child {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        spawn(command).unwrap()
    }

    #[test]
    fn a_process_outlives_the_thread_that_ordered_it() {
        let mut child = std::thread::spawn(|| shell("read line; exit 3")).join().unwrap();
        assert!(!has_ended(&child));
        assert!(!ends_within(&child, Duration::from_millis(20)));
        drop(child.stdin.take());
        assert!(ends_within(&child, Duration::from_secs(60)));
        assert!(has_ended(&child), "it is not reaped");
        assert_eq!(child.wait().unwrap().code(), Some(3));
        assert!(has_ended(&child), "it was reaped");
    }

    #[test]
    fn one_thread_starts_all_processes() {
        // The kernel numbers the processes of a thread: each of them is listed with its thread.
        let children: Vec<Child> =
            (0..3).map(|_| std::thread::spawn(|| shell("read line")).join().unwrap()).collect();
        let lists = || std::fs::read_dir("/proc/self/task").unwrap().map(|it| it.unwrap().path());
        let owners: Vec<_> = children
            .iter()
            .map(|child| {
                let has = |list: &std::path::PathBuf| {
                    let list = std::fs::read_to_string(list.join("children")).unwrap_or_default();
                    list.split_whitespace().any(|id| id == child.id().to_string())
                };
                lists().find(has).expect("a thread has it")
            })
            .collect();
        assert!(owners.windows(2).all(|two| two[0] == two[1]), "{owners:?}");
        for mut child in children {
            drop(child.stdin.take());
            child.wait().unwrap();
        }
    }

    #[test]
    fn a_program_that_does_not_exist_is_an_error() {
        let error = spawn(Command::new("/nonexistent/program")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
