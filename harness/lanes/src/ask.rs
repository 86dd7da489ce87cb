//! Takes a command and a time limit; gives its output and exit status, or a timeout. Leaves no
//! process of the command behind. Knows no lane.

use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;
use wassay_children::ends_within;

/// How many bytes of each output stream are kept.
const KEPT: u64 = 1 << 16;
/// How long the pipes of a command that has ended may stay open: only processes that left its group
/// hold them.
const LEFT_OPEN: Duration = Duration::from_secs(1);

/// The output and status of a command.
#[derive(Debug)]
pub struct Answer {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
}

/// Runs the command with empty input.
///
/// # Errors
/// If it cannot be started. A command that exceeds `limit` is killed with every process that it
/// started, and gives an error of the kind `TimedOut`.
pub fn ask(command: &mut Command, limit: Duration) -> io::Result<Answer> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.process_group(0).spawn()?;
    let stdout = child.stdout.take().map(read);
    let stderr = child.stderr.take().map(read);
    let pid = Pid::from_child(&child);
    let in_time = ends_within(&child, limit);
    // Kill before `wait`: until then no other process can get the same id.
    let _ = kill_process_group(pid, Signal::KILL);
    let status = child.wait()?;
    if !in_time {
        let message = format!("it did not answer within {} s", limit.as_secs_f64());
        return Err(io::Error::new(io::ErrorKind::TimedOut, message));
    }
    let said = |from: Option<Receiver<Vec<u8>>>| {
        from.and_then(|from| from.recv_timeout(LEFT_OPEN).ok()).unwrap_or_default()
    };
    Ok(Answer { status, stdout: said(stdout), stderr: said(stderr) })
}

/// Reads the whole stream, so that the writer never blocks, and keeps its beginning.
fn read(mut stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut kept = Vec::new();
        let _ = stream.by_ref().take(KEPT).read_to_end(&mut kept);
        let _ = io::copy(&mut stream, &mut io::sink());
        let _ = sender.send(kept);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn shell(script: &str, limit: Duration) -> io::Result<Answer> {
        ask(Command::new("sh").args(["-c", script]), limit)
    }

    #[test]
    fn a_commands_output_is_read_and_its_input_is_empty() {
        let answer = shell("cat; echo out; echo err >&2; exit 3", Duration::from_secs(60)).unwrap();
        assert_eq!(answer.status.code(), Some(3));
        assert_eq!((&*answer.stdout, &*answer.stderr), (&b"out\n"[..], &b"err\n"[..]));
    }

    #[test]
    fn a_command_with_too_much_output_is_still_read() {
        let script = "head -c 1000000 /dev/zero";
        let answer = shell(script, Duration::from_secs(60)).unwrap();
        assert!(answer.status.success());
        assert_eq!(answer.stdout.len() as u64, KEPT);
    }

    #[test]
    fn a_command_that_hangs_is_ended_with_all_that_it_started() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("pid");
        let script = format!("sleep 1000 & echo $! >{}; wait", file.display());
        let begin = Instant::now();
        let error = shell(&script, Duration::from_millis(500)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(error.to_string(), "it did not answer within 0.5 s");
        assert!(begin.elapsed() < Duration::from_secs(100));
        assert_gone(&file);
    }

    #[test]
    fn processes_that_a_command_leaves_are_ended_too() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("pid");
        let script = format!("sleep 1000 & echo $! >{}", file.display());
        assert!(shell(&script, Duration::from_secs(60)).unwrap().status.success());
        assert_gone(&file);
    }

    /// Asserts that the process whose id is in the file soon ends, or is a zombie.
    fn assert_gone(file: &std::path::Path) {
        let pid = std::fs::read_to_string(file).unwrap();
        let state = format!("/proc/{}/stat", pid.trim());
        for _ in 0..1000 {
            let Ok(text) = std::fs::read_to_string(&state) else { return };
            if text.contains(") Z ") {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{pid} still runs");
    }
}
