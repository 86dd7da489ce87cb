//! A running `wassay` process: started, inspected and ended, for the tests that need one.

use crate::{hostile, wassay};
use libtest_mimic::Failed;
use rustix::process::Pid;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use wassay_record::{Report, Run};

/// The result of a test.
pub type Result<T = ()> = std::result::Result<T, Failed>;

/// A script that stays at its third directive for an hour.
pub const HANG: &str = "(module)\n(invoke \"ok\")\n(invoke \"hang\")\n(invoke \"ok\")\n";

/// Starts `wassay` on the engine of this program.
pub fn start(directory: &Path, arguments: &[&str]) -> Result<Child> {
    start_command(wassay(directory), arguments)
}

/// The same for a command with its own environment or prefix.
pub fn start_command(mut command: Command, arguments: &[&str]) -> Result<Child> {
    command.args(arguments).args(hostile()).args(["--report", "json=report.json"]);
    Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

/// Waits for the end: the exit code and the report's first run.
pub fn finish(mut child: Child, directory: &Path) -> Result<(Option<i32>, Run)> {
    let code = child.wait()?.code();
    let mut report = Report::from_json(&std::fs::read(directory.join("report.json"))?)?;
    Ok((code, report.runs.remove(0)))
}

/// The worker of this parent, once it sleeps in a directive that hangs.
pub fn hanging_worker(child: &Child) -> Result<Pid> {
    let mut found = None;
    let is_there = || {
        found = children(child.id()).into_iter().find(|worker| sleeps(*worker));
        found.is_some()
    };
    expect(within(Duration::from_secs(20), is_there), "no worker hangs")?;
    // Earlier verdicts are held back for a moment.
    found.and_then(|pid| Pid::from_raw(pid as i32)).ok_or_else(|| "no worker".into())
}

fn children(parent: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let of = |path: std::path::PathBuf| std::fs::read_to_string(path.join("children"));
    let lists = threads.filter_map(|thread| of(thread.path()).ok());
    lists
        .flat_map(|list| list.split_whitespace().flat_map(str::parse).collect::<Vec<_>>())
        .collect()
}

/// Whether a thread of the worker is in a sleep that only `hang` asks for.
fn sleeps(worker: u32) -> bool {
    let tasks = std::fs::read_dir(format!("/proc/{worker}/task")).into_iter().flatten().flatten();
    tasks.into_iter().any(|task| {
        let syscall = std::fs::read_to_string(task.path().join("syscall")).unwrap_or_default();
        let wchan = std::fs::read_to_string(task.path().join("wchan")).unwrap_or_default();
        let is_nanosleep = ["230 ", "115 ", "35 "].iter().any(|number| syscall.starts_with(number));
        is_nanosleep || wchan.contains("nanosleep")
    })
}

/// Whether the process exists and is not a zombie.
pub fn is_alive(worker: Pid) -> bool {
    let stat = format!("/proc/{}/stat", worker.as_raw_nonzero());
    std::fs::read_to_string(stat).is_ok_and(|stat| !stat.contains(") Z "))
}

/// Whether the condition becomes true within this time.
pub fn within(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while started.elapsed() < limit {
        if condition() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

/// Fails with the message unless the condition holds.
pub fn expect(condition: bool, message: impl Into<String>) -> Result {
    if condition { Ok(()) } else { Err(message.into().into()) }
}
