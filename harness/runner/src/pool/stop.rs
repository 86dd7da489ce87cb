//! Takes requests to stop a pool; gives the first reason. Sees no worker.

use std::sync::OnceLock;

/// A request to stop, shared between the pool and the threads that may stop its run.
#[derive(Debug, Default)]
pub struct Stop {
    reason: OnceLock<String>,
}

impl Stop {
    /// No request to stop yet.
    pub const fn new() -> Stop {
        Stop { reason: OnceLock::new() }
    }

    /// Stops the run: workers send their remaining verdicts and end within half a second.
    /// Directives without a verdict are then skipped for this reason.
    pub fn stop(&self, reason: &str) {
        let _ = self.reason.set(reason.to_string());
    }

    /// Why the run should stop, if it should.
    pub fn reason(&self) -> Option<&str> {
        self.reason.get().map(String::as_str)
    }
}
