//! Asks a pool to stop; the first reason counts.

use std::sync::OnceLock;

/// A request to stop, shared between whoever may want to stop a run and the pool that runs it.
#[derive(Debug, Default)]
pub struct Stop {
    reason: OnceLock<String>,
}

impl Stop {
    /// A run that is not to be stopped yet.
    pub const fn new() -> Stop {
        Stop { reason: OnceLock::new() }
    }

    /// Stops the run: workers send the verdicts that they have and end within half a second. What
    /// has no verdict then is skipped for this reason.
    pub fn stop(&self, reason: &str) {
        let _ = self.reason.set(reason.to_string());
    }

    /// Why the run is to be stopped, if it is.
    pub fn reason(&self) -> Option<&str> {
        self.reason.get().map(String::as_str)
    }
}
