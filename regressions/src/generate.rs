//! Writes the scripts that are too regular to be written by hand.
//!
//! The scripts themselves are in the repository; a test says when one of them is not what this
//! gives. After a change: `cargo run -p wassay-regressions --example generate`.

mod bulk;
mod edges;
mod operators;
mod thousand;

/// A generated script.
pub struct Generated {
    /// Below `wast/`, for example `memory/edges_i32.wast`.
    pub path: &'static str,
    /// The whole file.
    pub text: String,
}

/// Every generated script.
pub fn all() -> Vec<Generated> {
    let mut all = edges::all();
    all.extend(bulk::all());
    all.extend(thousand::all());
    all
}
