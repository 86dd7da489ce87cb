//! The lanes: the rows of `lanes.toml`, and which of them can run here.
//!
//! Takes the table and the worker binaries of this machine; gives for each lane how to start its
//! workers, or the obstacle and the single command that removes it. Knows QEMU, so that the runner
//! does not need to; runs no script. Other crates find and ask programs of this machine through it.
//!
//! ```no_run
//! use wassay_lanes::{Lanes, Workers};
//! let lanes = Lanes::builtin()?;
//! let workers = Workers::of(std::env::current_exe()?);
//! for lane in lanes.select("native,aarch64")? {
//!     match lane.launch(&workers) {
//!         Ok(launch) => println!("{}: {:?}", lane.name, launch.prefix),
//!         Err(obstacle) => println!("{}: {}", lane.name, obstacle.advice()),
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod arch;
mod ask;
mod error;
mod lane;
mod launch;
mod program;
mod table;
mod workers;

pub use arch::Arch;
pub use ask::{Answer, ask};
pub use error::{LanesError, Obstacle};
pub use lane::{CompileOn, Lane, NATIVE, Target};
pub use launch::Launch;
pub use program::{program, tree_around};
pub use table::Lanes;
pub use workers::Workers;

/// Whether this is a CI job, which may not skip anything: `CI=true` in the environment.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
