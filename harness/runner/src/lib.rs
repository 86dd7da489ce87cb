//! Runs scripts on engines, in worker processes.

#![forbid(unsafe_code)]

mod absent;
mod explain;
mod held;
mod judge;
pub mod known;
mod limit;
mod outline;
mod perform;
pub mod pool;
pub mod scratch;
mod script;
mod wire;
pub mod worker;

pub use explain::{Explained, Origin};
pub use perform::{Observer, Options, Resume, Starter, perform};
pub use script::{BadText, Script, Step, Text, binary, origin};
