//! The end of sessions, engines and adapters: what takes part in it crashes late, so each is waited for.

use super::{Connection, TICK, locked};
use crate::message::{End, Op};
use crate::pipe::{Next, shown};
use std::time::{Duration, Instant};

/// How long an adapter may take to end once its input is closed: less than its worker may.
const FAREWELL: Duration = Duration::from_secs(10);

impl Connection {
    /// Sends an operation that ends something and must succeed, so that a crash while it ends is
    /// noticed here. A thread that unwinds, or has lost the adapter, does not wait.
    pub(crate) fn finish(&self, op: Op) {
        if std::thread::panicking() {
            return self.note(op, true);
        }
        if self.loss().is_some() {
            return;
        }
        let name = op.name();
        match self.ask(op) {
            End::Ok(_) => {}
            end => {
                let end =
                    end.into_fault().map_or_else(|end| end.name().into(), |it| it.to_string());
                self.give_up(&format!("could not `{name}`: {end}"))
            }
        }
    }

    /// Sends the notes that are held, and checks that the adapter is there and has written nothing
    /// that was not asked for.
    pub(crate) fn settle(&self) {
        if self.loss().is_some() {
            return;
        }
        if self.flush().is_err() {
            self.lose("closed its standard input");
        }
        self.check_silence();
        if self.process.has_ended() {
            self.lose("ended");
        }
        drop(self.state());
    }

    /// Ends an idle adapter: closes its input, and waits for its end.
    ///
    /// # Errors
    /// A sentence about how it did not end as it must. One that was lost before is no error.
    pub(crate) fn end(&self) -> Result<(), String> {
        if self.loss().is_some() {
            return Ok(());
        }
        let patience = self.limit.map_or(FAREWELL, |limit| limit.min(FAREWELL));
        let started = Instant::now();
        // If it no longer reads, how it ends says why.
        let _ = self.flush();
        locked(&self.input).pipe = None;
        let surplus = self.read_rest(patience);
        let ended = match surplus {
            Some(_) => self.process.end(),
            None => self.process.end_within(patience.saturating_sub(started.elapsed())),
        };
        locked(&self.state).lost.get_or_insert(format!("the adapter `{}` was ended", self.command));
        self.turn.notify_all();
        let seconds = patience.as_secs_f64();
        let how = match (surplus, ended.status) {
            (Some(how), _) => format!("{how} after the end of its input"),
            (None, Some(status)) if status.success() => return Ok(()),
            (None, Some(_)) => "did not end with status 0 after the end of its input".to_string(),
            (None, None) => format!("did not end within {seconds} seconds after its input"),
        };
        Err(format!("the adapter `{}` {how}; {}", self.command, ended.words))
    }

    /// What the adapter writes until it closes its output, or ends, or takes too long for that.
    fn read_rest(&self, patience: Duration) -> Option<String> {
        let (started, mut output) = (Instant::now(), locked(&self.output));
        while started.elapsed() < patience {
            let has_ended = self.process.has_ended();
            match output.next(TICK) {
                Ok(Next::Line(line)) => return Some(format!("wrote `{}`", shown(&line))),
                Ok(Next::Nothing) if !has_ended => {}
                Ok(Next::Nothing | Next::End) => break,
                Err(how) => return Some(how),
            }
        }
        None
    }
}
