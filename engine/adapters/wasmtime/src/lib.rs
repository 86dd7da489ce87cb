//! The crate wasmtime 48.0.8 behind the trait: one engine for each of its three ways to run code.
//! Every answer is wasmtime's own, except for what this adapter adds:
//!
//! - handles with owners, since wasmtime panics if it is given an object of another store;
//! - a digest around serialized modules, since wasmtime loads damaged ones (`stored.rs`);
//! - the stage of a rejection, since wasmtime has one error for malformed and invalid (`stage.rs`).
//!
//! What wasmtime lacks is [`Fault::Unsupported`](wassay_engine::Fault::Unsupported). Panics pass
//! through: they end the process, and the harness blames the directive.

#![deny(unsafe_code)]

mod bounds;
mod call;
mod engine;
mod link;
mod names;
mod objects;
mod outcome;
mod provider;
mod raw;
mod session;
mod stage;
mod stored;
mod strategy;
mod types;
mod value;

use wassay_engine::Provider;

/// The providers of all engines of this crate, with their names.
pub fn providers() -> Vec<(&'static str, Box<dyn Provider>)> {
    strategy::ALL.iter().map(|strategy| (strategy.name, provider::start(strategy))).collect()
}
