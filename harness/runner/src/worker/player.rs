//! Stands between `perform` and the parent: marks each directive before it runs, and says in
//! batches what became of it.

use crate::outline::Outline;
use crate::perform::{Messages, Observer, Options, Resume};
use crate::script::Script;
use crate::worker::mark::{Mark, Place};
use crate::worker::protocol::{Reply, Request};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::time::{Duration, Instant};
use wassay_engine::{Capabilities, Features};
use wassay_record::{Batch, FileEvent, Finding, Verdict};

/// How long verdicts are held back to be sent together.
const FLUSH: Duration = Duration::from_millis(200);

/// The options that a request asks for, on an engine that was started with these features.
///
/// # Errors
/// A sentence that names the setting that this version does not know.
pub(crate) fn options(request: &Request, features: Features) -> Result<Options, String> {
    Ok(Options {
        messages: match request.config.messages.as_str() {
            "stage" => Messages::Stage,
            "kind" => Messages::Kind,
            "text" => Messages::Text,
            other => return Err(format!("unknown strictness of messages `{other}`")),
        },
        features,
        capabilities: Capabilities::default(),
        needs: super::settings::features(&request.needs)?,
        lines: request.lines.map(|(first, last)| first..=last),
        resume: Resume { from: request.from, poisoned: request.poisoned.clone() },
    })
}

/// The pipe to the parent.
#[derive(Debug)]
pub(crate) struct Output(BufWriter<File>);

impl Output {
    /// Takes standard output for events alone: what an engine prints goes to standard error.
    pub(crate) fn claim() -> io::Result<Output> {
        let pipe = rustix::io::dup(rustix::stdio::stdout())?;
        rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
        Ok(Output(BufWriter::with_capacity(1 << 16, File::from(pipe))))
    }

    pub(crate) fn say(&mut self, reply: &Reply) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, reply)?;
        self.0.write_all(b"\n")
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Observes one script.
pub(crate) struct Player<'a> {
    outline: Outline<'a>,
    request: &'a Request,
    output: &'a mut Output,
    mark: &'a mut Mark,
    batch: Batch,
    flushed: Instant,
    broken: io::Result<()>,
}

impl<'a> Player<'a> {
    pub(crate) fn new(
        script: &'a Script,
        request: &'a Request,
        output: &'a mut Output,
        mark: &'a mut Mark,
    ) -> Player<'a> {
        Player {
            outline: Outline::of(script),
            request,
            output,
            mark,
            batch: Batch::default(),
            flushed: Instant::now(),
            broken: Ok(()),
        }
    }

    /// Says how many directives there are, at once: the parent must know before one is blamed.
    pub(crate) fn start(&mut self) -> io::Result<()> {
        let directives = self.outline.len();
        self.output.say(&Reply::File(FileEvent::Started { directives }))?;
        self.output.flush()
    }

    /// Says what has been held back.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        std::mem::replace(&mut self.broken, Ok(()))?;
        self.send()
    }

    fn send(&mut self) -> io::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        self.output.say(&Reply::File(FileEvent::Verdicts(batch)))
    }

    fn is_watched(&self, index: u32) -> bool {
        !self.request.watch.is_empty() && {
            let (hash, _) = self.outline.key(index);
            self.request.watch.iter().any(|watched| watched == hash)
        }
    }
}

impl Observer for Player<'_> {
    fn begin(&mut self, index: u32) {
        self.mark.set(Place::Directive(index));
    }

    fn replay(&mut self, index: u32) {
        self.mark.set(Place::Directive(index));
    }

    fn verdict(&mut self, finding: Finding) {
        match finding.verdict {
            Verdict::Passed | Verdict::HarnessOnly | Verdict::Skipped
                if finding.actual.is_empty()
                    && finding.message.is_empty()
                    && !self.is_watched(finding.index) =>
            {
                self.batch.push(finding.index, finding.verdict);
            }
            _ => self.batch.notes.push(self.outline.annotate(finding)),
        }
        // A script that has ended a worker may end this one: nothing is held back then.
        if !self.request.poisoned.is_empty() || self.flushed.elapsed() > FLUSH {
            let sent = self.send().and_then(|()| self.output.flush());
            self.flushed = Instant::now();
            self.broken = std::mem::replace(&mut self.broken, Ok(())).and(sent);
        }
    }
}
