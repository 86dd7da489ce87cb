//! The parent's ends of a worker's pipes. Takes bytes as they arrive; gives whole lines. Nothing
//! here blocks, and each byte is examined once, however long a line is. Never interprets a line.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout};

/// The longest line that a worker may write. A batch of findings is much shorter: a worker sends it
/// when its findings exceed a megabyte, and `Finding::shorten` keeps each of them below 4 MB.
const LONGEST: usize = 32 << 20;
const CHUNK: usize = 64 << 10;

/// The result of reading a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// There were bytes.
    Some,
    /// There is nothing to read now.
    Nothing,
    /// The other end is closed.
    End,
}

/// Makes reads and writes on a pipe non-blocking.
fn never_block(pipe: &impl AsFd) -> io::Result<()> {
    Ok(rustix::io::ioctl_fionbio(pipe, true)?)
}

/// The pipes to and from a worker.
pub(super) type Pipes = (ChildStdin, ChildStdout, ChildStderr);

/// Takes the pipes of a new worker, and makes them non-blocking.
pub(super) fn pipes(child: &mut Child) -> io::Result<Pipes> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(io::Error::other("it has no pipes"));
    };
    never_block(&stdin)?;
    never_block(&stdout)?;
    never_block(&stderr)?;
    Ok((stdin, stdout, stderr))
}

/// Appends the bytes that are in the pipe now, up to one chunk.
pub(super) fn read_some(from: &mut impl Read, into: &mut Vec<u8>) -> Input {
    let mut chunk = [0; CHUNK];
    loop {
        return match from.read(&mut chunk) {
            Ok(0) => Input::End,
            Ok(count) => {
                into.extend_from_slice(&chunk[..count]);
                Input::Some
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Input::Nothing,
            Err(_) => Input::End,
        };
    }
}

/// Splits input into lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    bytes: Vec<u8>,
    /// The offset of the next line.
    start: usize,
    /// There is no line end before this offset.
    searched: usize,
}

impl Lines {
    /// Reads more input.
    pub(super) fn read(&mut self, from: &mut impl Read) -> Input {
        self.bytes.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        read_some(from, &mut self.bytes)
    }

    /// The next whole line, without its line end.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        let found = self.bytes[self.searched..].iter().position(|&byte| byte == b'\n');
        let Some(length) = found else {
            self.searched = self.bytes.len();
            return None;
        };
        let line = self.start..self.searched + length;
        self.start = line.end + 1;
        self.searched = self.start;
        Some(&self.bytes[line])
    }

    /// Whether the unfinished line is already too long.
    pub(super) fn is_too_long(&self) -> bool {
        self.bytes.len() - self.start > LONGEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Yields its bytes in pieces of this size.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let (piece, rest) = self.0.split_at(self.1.min(self.0.len()));
            into[..piece.len()].copy_from_slice(piece);
            self.0 = rest;
            Ok(piece.len())
        }
    }

    #[test]
    fn lines_are_the_same_in_pieces_of_any_size() {
        let text = b"one\n\nthree is longer\nfour\nno end";
        for size in 1..=text.len() {
            let mut pipe = Pieces(text, size);
            let mut lines = Lines::default();
            let mut seen: Vec<Vec<u8>> = Vec::new();
            while lines.read(&mut pipe) == Input::Some {
                while let Some(line) = lines.next() {
                    seen.push(line.to_vec());
                }
            }
            assert_eq!(seen, [&b"one"[..], b"", b"three is longer", b"four"], "{size}");
        }
    }

    #[test]
    fn a_line_may_be_long_but_not_endless() {
        let text = vec![b'x'; LONGEST + 1];
        let mut lines = Lines::default();
        let mut pipe = Pieces(&text, CHUNK);
        while lines.read(&mut pipe) == Input::Some {
            assert_eq!(lines.next(), None);
            // No byte is examined twice.
            assert_eq!(lines.searched, lines.bytes.len());
        }
        assert!(lines.is_too_long());
    }
}
