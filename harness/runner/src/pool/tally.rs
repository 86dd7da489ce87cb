//! Takes batches of verdicts, in pieces and perhaps twice; keeps one verdict per directive.
//! Makes sure that a file's ledger adds up, whatever happens to its workers.

use wassay_record::{Batch, Verdict};

/// The directives of one file and which of them have a verdict.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    told: Vec<bool>,
    open: usize,
    known: bool,
}

impl Tally {
    /// Learns how many directives there are. True the first time.
    pub(crate) fn begin(&mut self, directives: u32) -> bool {
        if self.known {
            return false;
        }
        self.known = true;
        self.open = directives as usize;
        self.told = vec![false; self.open];
        true
    }

    /// Whether the number of directives is known.
    pub(crate) fn is_known(&self) -> bool {
        self.known
    }

    /// The first directive without a verdict.
    pub(crate) fn first_open(&self) -> Option<u32> {
        if self.open == 0 && self.known {
            return None;
        }
        Some(self.told.iter().position(|told| !told).unwrap_or(0) as u32)
    }

    /// Every directive without a verdict.
    pub(crate) fn open(&self) -> impl Iterator<Item = u32> {
        self.told.iter().enumerate().filter(|(_, told)| !**told).map(|(index, _)| index as u32)
    }

    /// Whether the directive exists and has no verdict.
    pub(crate) fn is_open(&self, index: u32) -> bool {
        self.told.get(index as usize) == Some(&false)
    }

    /// Takes the verdicts that are new, and drops the others.
    pub(crate) fn take(&mut self, batch: Batch) -> Batch {
        let mut fresh = Batch::default();
        for span in &batch.spans {
            for index in span.0..span.0.saturating_add(span.1).min(self.told.len() as u32) {
                if self.close(index) {
                    fresh.push(index, span.2);
                }
            }
        }
        fresh.notes = batch.notes;
        fresh.notes.retain(|note| self.close(note.finding.index));
        fresh
    }

    /// Gives the rest of the directives this verdict, without words.
    pub(crate) fn rest(&mut self, verdict: Verdict) -> Batch {
        let mut batch = Batch::default();
        self.open().for_each(|index| batch.push(index, verdict));
        self.take(batch)
    }

    fn close(&mut self, index: u32) -> bool {
        match self.told.get_mut(index as usize) {
            Some(told) if !*told => {
                *told = true;
                self.open -= 1;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_record::Span;

    fn spans(spans: &[(u32, u32)]) -> Batch {
        let spans = spans.iter().map(|&(from, count)| Span(from, count, Verdict::Passed));
        Batch { spans: spans.collect(), notes: Vec::new() }
    }

    #[test]
    fn a_verdict_that_is_told_twice_counts_once() {
        let mut tally = Tally::default();
        assert_eq!(tally.first_open(), Some(0));
        assert!(tally.begin(10));
        assert!(!tally.begin(10));
        assert_eq!(tally.take(spans(&[(0, 3), (5, 2)])), spans(&[(0, 3), (5, 2)]));
        assert_eq!(tally.first_open(), Some(3));
        assert_eq!(tally.take(spans(&[(2, 4)])), spans(&[(3, 2)]));
        assert_eq!(tally.rest(Verdict::Passed), spans(&[(7, 3)]));
        assert_eq!(tally.first_open(), None);
    }

    #[test]
    fn verdicts_of_directives_that_do_not_exist_are_dropped() {
        let mut tally = Tally::default();
        tally.begin(2);
        assert_eq!(tally.take(spans(&[(1, u32::MAX)])), spans(&[(1, 1)]));
    }

    #[test]
    fn a_file_without_directives_is_done_at_once() {
        let mut tally = Tally::default();
        tally.begin(0);
        assert_eq!(tally.first_open(), None);
    }
}
