//! Known failures: a list beside each engine, strict both ways.
//!
//! ```toml
//! [supports.all]                               # what the engine has; a lane may have its own table
//! features = ["mutable-global", "simd"]
//! capabilities = ["kinds"]
//!
//! [[known]]
//! path = "wasm-v1/address.wast"                # the script's stable name; for a file outside every
//!                                              # suite, its path relative to this list
//! reason = "offsets above 2 GiB wrap"          # why, for people; must be there
//! issue = "https://example.org/issues/1"       # where it is followed, if anywhere
//! targets = ["x86_64-linux"]                   # only there; everywhere if left out
//! verdict = "crashed"                          # only so; `failed` if left out
//! directives = [
//!     "assert_return 0123456789abcdef",        # keyword and hash of the folded text
//!     "assert_return 0123456789abcdef #1",     # the second directive with the same text
//! ]
//! ```
//!
//! Instead of `path`, `paths` may name several scripts, and either may have globs: one reason, one
//! entry. What is blocked needs no entry: it is known if what blocks it is.
//!
//! A listed directive that passes fails the run, and so does one that is not there. A feature that
//! is stated and lost fails the run, and so does one that is there and not stated.

mod bless;
mod edit;
mod gate;
mod gated;
mod list;
mod pattern;
mod supports;
mod text;

pub use bless::{Found, Ran, bless};
pub use gate::Gate;
pub use gated::{GatedRun, Listed};
pub use list::Known;
pub use pattern::Pattern;
pub use text::KnownError;
