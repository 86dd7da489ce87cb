//! Stands between `perform` and the parent: marks each directive before it runs, and hands its
//! verdict to the outbox.

use crate::perform::{Messages, Observer, Options, Resume};
use crate::worker::mark::{Mark, Place};
use crate::worker::outbox::Outbox;
use crate::worker::protocol::Request;
use wassay_engine::{Capabilities, Features};
use wassay_record::Finding;

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
        self.mark.set(Place::Directive(index));
    }

    fn replay(&mut self, index: u32) {
        self.mark.set(Place::Directive(index));
    }

    fn verdict(&mut self, finding: Finding) {
        self.outbox.verdict(finding);
    }
}
