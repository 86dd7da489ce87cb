//! What an observer of a performance sees, in order. Judges nothing.

use wassay_record::Finding;
use wassay_runner::Observer;

/// What a worker would mark, beside the findings.
#[derive(Default)]
pub struct Seen {
    pub begun: Vec<u32>,
    /// The directives that the second session performed, too.
    pub again: Vec<u32>,
    pub replayed: Vec<u32>,
    pub findings: Vec<Finding>,
}

impl Observer for Seen {
    fn begin(&mut self, index: u32) {
        self.begun.push(index);
    }
    fn again(&mut self, index: u32) {
        self.again.push(index);
    }
    fn verdict(&mut self, finding: Finding) {
        self.findings.verdict(finding);
    }
    fn replay(&mut self, index: u32) {
        self.replayed.push(index);
    }
}
