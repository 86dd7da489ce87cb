//! tinywasm 0.10.0 behind the trait. Every answer is tinywasm's own.
//!
//! What tinywasm lacks is [`Fault::Unsupported`](wassay_engine::Fault::Unsupported). The adapter
//! repairs no wrong answer and catches no panic, so that the harness sees both. It has tinywasm's
//! default features that change answers (`canonicalize-nans`); its parser runs on the caller's
//! thread, because tinywasm turns a panic of a parser thread into an error, which would look like a
//! rejected module.

#![forbid(unsafe_code)]

mod engine;
mod functions;
mod outcome;
mod types;

pub use engine::Tinywasm;
use wassay_adapter::Adapter;
use wassay_engine::Provider;

/// Starts tinywasm engines. A store of tinywasm cannot move between threads, so each session has a
/// thread.
pub fn provider() -> Box<dyn Provider> {
    Box::new(Adapter::<Tinywasm>::threaded())
}
