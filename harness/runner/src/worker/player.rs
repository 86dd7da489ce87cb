//! Connects `perform` to the parent: takes a script's progress, marks each directive before it
//! runs, and passes its verdict to the outbox. Judges nothing.

use crate::perform::{Observer, Options, Resume, Side};
use crate::worker::mark::{Activity, Mark};
use crate::worker::outbox::Outbox;
use crate::worker::protocol::Request;
use wassay_engine::{Capabilities, Features};
use wassay_record::Finding;

/// The options of a request, for an engine that was started with these features.
///
/// # Errors
/// A sentence that names the feature unknown to this version.
pub(crate) fn options(request: &Request, features: Features) -> Result<Options, String> {
    Ok(Options {
        messages: request.config.messages,
        features,
        claims: Features::default(),
        capabilities: Capabilities::default(),
        needs: super::settings::features(&request.needs)?,
        way: request.config.way,
        backtraces: request.backtraces,
        starter: None,
        lines: request.lines.clone(),
        resume: Resume { from: request.from, poisoned: request.poisoned.clone() },
    })
}

/// Observes one script.
pub(crate) struct Player<'a> {
    pub(crate) outbox: &'a Outbox,
    pub(crate) mark: &'a mut Mark,
}

impl Observer for Player<'_> {
    fn begin(&mut self, index: u32) {
        self.mark.set(Activity::Directive(index, Side::First));
    }

    fn again(&mut self, index: u32) {
        self.mark.set(Activity::Directive(index, Side::Second));
    }

    fn replay(&mut self, index: u32) {
        self.mark.set(Activity::Directive(index, Side::First));
    }

    fn close(&mut self) {
        // The parent must have the verdicts before anything can end this worker. If the pipe is
        // broken, sending the next answer fails, too.
        let _ = self.outbox.flush();
        self.mark.set(Activity::Closing);
    }

    fn verdict(&mut self, finding: Finding) {
        self.outbox.verdict(finding);
    }
}
