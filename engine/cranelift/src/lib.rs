//! The reference engine: compiler, runtime and compilation cache behind the trait. This crate only
//! connects the parts; it neither compiles nor runs anything itself.

#![forbid(unsafe_code)]

mod cache;
mod disassemble;
mod engine;
mod inspect;
mod origins;
mod provider;
mod seeded;
mod session;
mod source;
mod stamp;
mod stored;
mod target;
#[cfg(test)]
mod tests;

pub use provider::provider;
pub use wassay_artifact::fault::{Fault, Seeding, VARIABLE, seeding};
