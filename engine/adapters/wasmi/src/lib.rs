//! wasmi behind the trait: the interpreter's own answers in the trait's words, nothing added.
//!
//! What wasmi lacks is [`Fault::Unsupported`](wassay_engine::Fault::Unsupported). What it answers
//! wrongly stays wrong: the harness is to see it.

#![forbid(unsafe_code)]

mod engine;
mod handles;
mod host;
mod outcome;
mod provider;
mod session;
mod types;
mod value;

pub use provider::provider;
