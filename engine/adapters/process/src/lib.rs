//! Engines in other processes behind the trait, whatever language they are written in.
//!
//! [`Adapter`] starts a program that speaks the protocol of `PROTOCOL.md`, beside this crate, and is a
//! [`Provider`](wassay_engine::Provider) of its engines. [`serve`] is the other end: it speaks the
//! protocol for a provider of this process, as the reference for all adapters.
//!
//! Handles, checks of values and records of host calls are the adapter's. This end only translates,
//! and refuses the handles of other sessions for an engine that does not claim to do so itself.

#![forbid(unsafe_code)]

mod child;
mod connection;
mod description;
mod engine;
mod errors;
mod handles;
mod imports;
mod message;
mod pipe;
mod provider;
mod serve;
mod session;

pub use child::{Launch, kill_all};
pub use provider::Adapter;
pub use serve::serve;
