//! What an adapter writes to standard error: takes the pipe; passes it on without what could control a
//! terminal, and gives the last lines. Never waits for the end of the pipe.

use std::io::{self, Read, Write};
use std::process::ChildStderr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The number of bytes that are kept.
const KEPT: usize = 8 << 10;
/// The number of lines that are shown.
const LINES: usize = 4;

/// The standard error of a process.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    heard: Mutex<Heard>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Heard {
    bytes: Vec<u8>,
    is_over: bool,
}

impl Errors {
    /// Passes everything on to this process's standard error, and keeps the end.
    pub(crate) fn listen(&self, mut from: ChildStderr) {
        let (mut chunk, mut filter) = ([0; 4096], Filter::default());
        loop {
            let count = match from.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            // Our own standard error may be closed.
            let _ = io::stderr().write_all(&filter.harmless(&chunk[..count]));
            let mut heard = self.heard();
            heard.bytes.extend_from_slice(&chunk[..count]);
            let surplus = heard.bytes.len().saturating_sub(KEPT);
            heard.bytes.drain(..surplus);
        }
        self.heard().is_over = true;
        self.ended.notify_all();
    }

    /// The last lines, joined into one. A process that the adapter has started may hold the pipe
    /// open, so this does not wait longer than this for its end.
    pub(crate) fn last_words(&self, patience: Duration) -> String {
        let waited = self.ended.wait_timeout_while(self.heard(), patience, |it| !it.is_over);
        let (heard, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&heard.bytes);
        let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(LINES)..].join(" | ")
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes control characters as escapes.
#[derive(Debug, Default)]
struct Filter {
    /// The last byte was the first of a C1 control character in UTF-8, or of a letter.
    may_control: bool,
}

impl Filter {
    /// The bytes as a terminal may have them.
    fn harmless(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut all = Vec::with_capacity(bytes.len() + 1);
        for &byte in bytes {
            let may_control = std::mem::replace(&mut self.may_control, byte == 0xc2);
            match byte {
                0xc2 => {}
                0x80..=0x9f if may_control => all.extend(format!("\\u{{{byte:x}}}").bytes()),
                b'\n' | b'\t' | b' '..=b'~' | 0x80.. => {
                    all.extend(may_control.then_some(0xc2));
                    all.push(byte);
                }
                _ => all.extend(format!("\\x{byte:02x}").bytes()),
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_wherever_the_pipe_is_cut() {
        let text = "plain\ttext\n\u{1b}[31m \u{7}\r\u{9b}2J \u{a9}\u{e9}\u{202f}";
        let shown = "plain\ttext\n\\x1b[31m \\x07\\x0d\\u{9b}2J \u{a9}\u{e9}\u{202f}";
        for size in 1..=text.len() {
            let mut filter = Filter::default();
            let parts = text.as_bytes().chunks(size).flat_map(|part| filter.harmless(part));
            assert_eq!(String::from_utf8(parts.collect()).unwrap(), shown, "{size}");
        }
    }
}
