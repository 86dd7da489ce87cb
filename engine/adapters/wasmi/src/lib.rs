//! wasmi behind the trait: the interpreter's own answers in the trait's words, nothing added.
//!
//! What wasmi lacks is [`Fault::Unsupported`](wassay_engine::Fault::Unsupported). What it answers
//! wrongly stays wrong, and where it panics the worker ends: the harness is to see it.

#![forbid(unsafe_code)]

mod engine;
mod outcome;
mod types;
mod value;

pub use engine::Wasmi;
use wassay_adapter::Adapter;
use wassay_engine::Provider;

/// Starts wasmi engines.
pub fn provider() -> Box<dyn Provider> {
    Box::new(Adapter::<Wasmi>::direct())
}
