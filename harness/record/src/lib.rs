//! Events, verdicts and run metadata: the contract between running and reporting.
//! Knows no engine and no wast; versioned, so that records of different days can be compared.

#![forbid(unsafe_code)]

mod finding;
mod verdict;

pub use finding::Finding;
pub use verdict::{Ledger, Verdict};
