//! The protocol between a worker and its parent. A request is one JSON line followed by the
//! script's bytes and its packed directives; a reply is one JSON line. The bytes are sent
//! unchanged, so a script that is not UTF-8, or that only the parent can parse, needs no special
//! case. Sees no engine.

use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read};
use wassay_record::{Batch, CacheCounts, Config, Engine};

/// One script to run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The request's number, which every answer to it repeats.
    #[serde(default)]
    pub id: u64,
    /// The engine's name.
    pub engine: String,
    /// Its configuration, and how strictly messages are judged.
    pub config: Config,
    /// The features that the script needs, by name; the engine is started with those that it has.
    pub needs: Vec<String>,
    /// Ranges of lines to judge, each as first and last line; directives outside are skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<(u32, u32)>>,
    /// The first directive without a verdict; earlier ones are only repeated.
    #[serde(default)]
    pub from: u32,
    /// Directives that ended a worker and must not be repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub poisoned: Vec<u32>,
    /// Whether to report the backtraces of traps that the script expects.
    #[serde(default)]
    pub backtraces: bool,
    /// Whether to only fill the engine's cache: every verdict is *skipped*.
    #[serde(default)]
    pub compile_only: bool,
    /// The number of script bytes after the line.
    pub length: u64,
    /// The number of bytes of packed directives after the script.
    #[serde(default)]
    pub packed: u64,
}

/// A received request, its script, and its packed directives.
pub(crate) type Received = (Request, Vec<u8>, Vec<u8>);

/// A worker's message. The parent trusts none of it: `pool/claims.rs` checks each answer against
/// the script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The worker is ready: always the first line.
    Ready {
        /// The version of its events.
        version: u32,
        /// The engines that it can start.
        engines: Vec<Engine>,
    },
    /// The worker cannot start, or its engines did not end well; it is about to end.
    Failed {
        /// The reason.
        message: String,
    },
    /// An answer to a request.
    Answer {
        /// The request's number.
        request: u64,
        /// The answer.
        answer: Answer,
    },
}

/// A worker's answer to one request: `Started`, verdicts in the order of the file, `Finished`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The script was parsed and has this many directives.
    Started {
        /// How many.
        directives: u32,
    },
    /// Verdicts for the next directives.
    Verdicts(Batch),
    /// Every directive has its verdict; the worker is ready for the next request.
    Finished {
        /// The number of functions compiled for the script rather than found in a cache; `None` if
        /// the engine does not count them.
        functions: Option<u64>,
        /// What the engine's cache did; `None` if there is none, or if it does not count that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<CacheCounts>,
    },
    /// The engine cannot run the script; the worker is ready for the next request.
    Refused {
        /// The reason.
        message: String,
    },
    /// The worker panicked and is about to end.
    Lost {
        /// The reason.
        message: String,
    },
    /// The process in which the engine runs was lost, and the worker is about to end.
    Gone {
        /// Which process, what it did, and its last words.
        message: String,
    },
}

impl Request {
    /// The line of the request; the script and its packed directives follow.
    pub(crate) fn line(&self) -> serde_json::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    /// Receives a request and its data; `None` at the end of the input.
    pub(crate) fn receive(from: &mut impl BufRead) -> io::Result<Option<Received>> {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let request: Request = serde_json::from_str(&line)?;
        let script = take(from, request.length)?;
        let packed = take(from, request.packed)?;
        Ok(Some((request, script, packed)))
    }
}

fn take(from: &mut impl BufRead, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_arrive_as_they_are() {
        let script = b"\xff\n{}\n";
        let length = script.len() as u64;
        let request = Request { engine: "e".into(), length, packed: 2, ..Request::default() };
        let mut pipe = Vec::new();
        for _ in 0..2 {
            pipe.extend([&*request.line().unwrap(), script, b"\n\0"].concat());
        }
        let mut pipe = &pipe[..];
        for _ in 0..2 {
            let received = Request::receive(&mut pipe).unwrap().unwrap();
            assert_eq!(received, (request.clone(), script.to_vec(), b"\n\0".to_vec()));
        }
        assert!(Request::receive(&mut pipe).unwrap().is_none());
    }

    #[test]
    fn a_script_that_is_cut_short_is_an_error() {
        let mut pipe = &b"{\"engine\":\"e\",\"config\":{},\"needs\":[],\"length\":9}\nabc"[..];
        assert!(Request::receive(&mut pipe).is_err());
    }
}
