//! Generates the scripts that are too regular to write by hand. Takes nothing; returns file names
//! and texts. Runs no script.
//!
//! The scripts are in the repository; a test fails when one of them differs from the generator's
//! output. After a change: `cargo run -p wassay-regressions --example generate`.

mod bounds;
mod bulk;
mod closing;
mod edges;
mod far;
pub(crate) mod operators;
mod race;
mod tables;
mod thousand;

/// A generated script.
pub struct Generated {
    /// Its path below `wast/`, for example `memory/edges_i32.wast`.
    pub path: &'static str,
    /// The whole file.
    pub text: String,
}

/// Every generated script.
pub fn all() -> Vec<Generated> {
    let mut all = edges::all();
    all.extend(bulk::all());
    all.extend(tables::all());
    all.extend(thousand::all());
    all.push(far::script());
    all.extend(race::all());
    all.push(closing::script());
    all
}
