//! wasmi 2.0.0 behind the trait. Every answer is wasmi's own.
//!
//! What wasmi lacks is [`Fault::Unsupported`](wassay_engine::Fault::Unsupported). The adapter
//! repairs no wrong answer and catches no panic, so that the harness sees both.

#![forbid(unsafe_code)]

mod bounds;
mod engine;
mod outcome;
mod types;

pub use engine::Wasmi;
use wassay_adapter::Adapter;
use wassay_engine::Provider;

/// Starts wasmi engines.
pub fn provider() -> Box<dyn Provider> {
    Box::new(Adapter::<Wasmi>::direct())
}
