//! The reference engine: compiler, runtime and compilation cache behind the trait.
//! Nothing is compiled or run here; this crate only puts the parts together.

#![forbid(unsafe_code)]

mod cache;
mod engine;
mod numbered;
mod provider;
mod session;
mod target;
#[cfg(test)]
mod tests;

pub use provider::provider;
