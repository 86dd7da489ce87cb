//! What a worker and its parent say to each other: a request is one JSON line followed by the
//! script's bytes and what is packed of it, a reply is one JSON line. The bytes travel as they
//! are, so that a script that is no UTF-8, or that only the parent can read, is no special case.

use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read};
use wassay_record::{Batch, Config, Engine};

/// One script to run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The request's number, which is in every answer to it.
    #[serde(default)]
    pub id: u64,
    /// The engine's name.
    pub engine: String,
    /// How it is to be configured, and how messages are judged.
    pub config: Config,
    /// The features that the script needs, by name; the engine gets those of them that it has.
    pub needs: Vec<String>,
    /// Ranges of lines to judge, each its first and last; directives outside are skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<(u32, u32)>>,
    /// The first directive that has no verdict yet; earlier ones are only repeated.
    #[serde(default)]
    pub from: u32,
    /// Directives that ended a worker and must not be repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub poisoned: Vec<u32>,
    /// Whether only the engine's cache is of interest: every verdict is told as *skipped*.
    #[serde(default)]
    pub compile_only: bool,
    /// How many bytes of script follow the line.
    pub length: u64,
    /// How many bytes of its directives, already read, follow the script.
    #[serde(default)]
    pub packed: u64,
}

/// What was received: a request, its script, and what is packed of it.
pub(crate) type Received = (Request, Vec<u8>, Vec<u8>);

/// What a worker says. The parent believes none of it: `pool/claims.rs` checks each answer
/// against the script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The worker is there: always the first line.
    Ready {
        /// The version of the events that it speaks.
        version: u32,
        /// The engines that it can start.
        engines: Vec<Engine>,
    },
    /// Something that belongs to a request.
    Answer {
        /// The request's number.
        request: u64,
        /// What.
        answer: Answer,
    },
}

/// What a worker says of one request: `Started`, verdicts in the order of the file, `Finished`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The script was read and has this many directives.
    Started {
        /// How many.
        directives: u32,
    },
    /// Verdicts were given, of the directives that are next.
    Verdicts(Batch),
    /// Every directive has its verdict; the worker is ready for the next request.
    Finished {
        /// How many functions were compiled for the script, and not found in a cache.
        functions: u64,
    },
    /// The script cannot be run on this engine; the worker is ready for the next request.
    Refused {
        /// Why.
        message: String,
    },
    /// The worker is about to end: it panicked.
    Lost {
        /// Why.
        message: String,
    },
}

impl Request {
    /// The line of the request: its script and what is packed of it follow.
    pub(crate) fn line(&self) -> serde_json::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    /// Receives a request and what follows it; `None` at the end of the input.
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
