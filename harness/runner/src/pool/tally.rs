//! Records which directives of a file have a verdict. Takes batches of verdicts and keeps one per
//! directive, so that a file's ledger adds up, whatever happens to its workers. Sees no worker.

use wassay_record::{Batch, Verdict};

/// The directives of one file, and which of them have a verdict.
#[derive(Debug)]
pub(crate) struct Tally {
    told: Vec<bool>,
}

impl Tally {
    /// This many directives without a verdict.
    pub(crate) fn new(directives: u32) -> Tally {
        Tally { told: vec![false; directives as usize] }
    }

    /// The first directive without a verdict.
    pub(crate) fn first_open(&self) -> Option<u32> {
        self.open_from(0)
    }

    /// The next directive without a verdict.
    pub(crate) fn open_after(&self, index: u32) -> Option<u32> {
        self.open_from(index as usize + 1)
    }

    /// Every directive without a verdict.
    pub(crate) fn open(&self) -> impl Iterator<Item = u32> {
        self.told.iter().enumerate().filter(|(_, told)| !**told).map(|(index, _)| index as u32)
    }

    /// Whether the directive exists and has no verdict.
    pub(crate) fn is_open(&self, index: u32) -> bool {
        self.told.get(index as usize) == Some(&false)
    }

    /// Takes verdicts for open directives.
    pub(crate) fn close(&mut self, batch: &Batch) {
        for (index, _) in batch.verdicts() {
            if let Some(told) = self.told.get_mut(index as usize) {
                *told = true;
            }
        }
    }

    /// This verdict, without findings, for the remaining directives.
    pub(crate) fn rest(&self, verdict: Verdict) -> Batch {
        let mut batch = Batch::default();
        self.open().for_each(|index| batch.push(index, verdict));
        batch
    }

    fn open_from(&self, start: usize) -> Option<u32> {
        let rest = self.told.get(start..)?;
        rest.iter().position(|told| !told).map(|at| (start + at) as u32)
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
    fn closed_directives_are_no_longer_open() {
        let mut tally = Tally::new(10);
        assert_eq!(tally.first_open(), Some(0));
        tally.close(&spans(&[(0, 3), (5, 2)]));
        assert_eq!((tally.first_open(), tally.open_after(4)), (Some(3), Some(7)));
        assert!(tally.is_open(4) && !tally.is_open(5) && !tally.is_open(10));
        let rest = tally.rest(Verdict::Passed);
        assert_eq!(rest, spans(&[(3, 2), (7, 3)]));
        tally.close(&rest);
        assert_eq!((tally.first_open(), tally.open().count()), (None, 0));
    }

    #[test]
    fn a_file_without_directives_is_done_at_once() {
        assert_eq!(Tally::new(0).first_open(), None);
    }
}
