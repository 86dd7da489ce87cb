//! How a worker ended: takes its exit status and its standard error; gives a description, and
//! whether the launcher failed rather than the engine. Sees no process.

use crate::pool::launch::Launch;
use rustix::process::Signal;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// How a worker ended.
#[derive(Debug)]
pub(crate) struct Death {
    /// Its status and its last words.
    pub(crate) words: String,
    /// Its last words alone; empty if it said nothing.
    pub(crate) last: String,
    /// The line in which the launcher reports its own failure.
    pub(crate) own_failure: Option<String>,
}

impl Death {
    /// Builds it from the status, if the worker ended by itself, and from its standard error.
    pub(super) fn of(ended: Option<ExitStatus>, errors: &[u8], launch: &Launch) -> Death {
        let how = ended.map_or_else(|| "it was killed".to_string(), describe);
        let own_failure = own_failure(errors, launch);
        let last = last_lines(errors);
        let words = match &own_failure {
            Some(line) => format!("what runs the worker failed, not the engine: {line} ({how})"),
            None if last.is_empty() => how,
            None => format!("{how}; its last words: {last}"),
        };
        Death { words, last, own_failure }
    }
}

fn describe(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => match signal_name(signal) {
            Some("SIGKILL") => {
                "it was killed by SIGKILL, from outside or because memory ran out".to_string()
            }
            Some(name) => format!("it was killed by {name}"),
            None => format!("it was killed by signal {signal}"),
        },
        (None, Some(code)) => format!("it ended with exit code {code}"),
        (None, None) => "it ended".to_string(),
    }
}

fn signal_name(signal: i32) -> Option<&'static str> {
    let names = [
        (Signal::ABORT, "SIGABRT"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::BUS, "SIGBUS"),
        (Signal::ILL, "SIGILL"),
        (Signal::FPE, "SIGFPE"),
        (Signal::TRAP, "SIGTRAP"),
        (Signal::KILL, "SIGKILL"),
        (Signal::TERM, "SIGTERM"),
        (Signal::INT, "SIGINT"),
        (Signal::HUP, "SIGHUP"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::SYS, "SIGSYS"),
        (Signal::XCPU, "SIGXCPU"),
        (Signal::ALARM, "SIGALRM"),
        (Signal::USR1, "SIGUSR1"),
        (Signal::USR2, "SIGUSR2"),
    ];
    names.iter().find(|(known, _)| known.as_raw() == signal).map(|(_, name)| *name)
}

/// The line in which the launcher reports its own failure.
fn own_failure(errors: &[u8], launch: &Launch) -> Option<String> {
    let text = String::from_utf8_lossy(errors);
    let has = |line: &str, words: &[String]| words.iter().any(|word| line.contains(word));
    let (own, not_own) = (&launch.own_failure, &launch.not_own_failure);
    let last = text.lines().rfind(|line| has(line, own) || has(line, not_own))?;
    (!has(last, not_own)).then(|| last.trim().to_string())
}

/// The last lines, joined into one.
fn last_lines(errors: &[u8]) -> String {
    let text = String::from_utf8_lossy(errors);
    let words = text.split("stack backtrace:").next().unwrap_or_default();
    let lines: Vec<_> = words.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(4)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backtrace_is_not_part_of_the_last_output() {
        let words = b"one\nmemory allocation failed\nstack backtrace:\n   0: main\n   1: start\n";
        assert_eq!(last_lines(words), "one | memory allocation failed");
    }

    #[test]
    fn the_last_matching_line_decides_who_failed() {
        let launch = Launch {
            own_failure: vec!["emu: ".to_string()],
            not_own_failure: vec![": warning: ".to_string(), "guest crashed".to_string()],
            ..Launch::native("worker")
        };
        for (errors, expected) in [
            ("", None),
            ("panicked at main.rs", None),
            ("emu: no memory", Some("emu: no memory")),
            ("emu: warning: slow\nemu: no memory\nbye", Some("emu: no memory")),
            ("emu: warning: slow", None),
            ("emu: warning: slow\nguest crashed: 11", None),
            ("emu: cannot map\nguest crashed: 11", None),
            ("emu: one\n  emu: two\n", Some("emu: two")),
        ] {
            assert_eq!(own_failure(errors.as_bytes(), &launch).as_deref(), expected, "{errors}");
        }
    }
}
