//! Known failures: a list beside each engine, strict both ways.
//!
//! ```toml
//! [[known]]
//! path = "wasm-v1/address.wast"                # the script's stable name
//! reason = "offsets above 2 GiB wrap"          # why, for people; must be there
//! issue = "https://example.org/issues/1"       # where it is followed, if anywhere
//! targets = ["x86_64-linux"]                   # only there; everywhere if left out
//! verdict = "failed"                           # only so; any bad verdict if left out
//! directives = [
//!     "assert_return 0123456789abcdef",        # keyword and hash of the folded text
//!     "assert_return 0123456789abcdef #1",     # the second directive with the same text
//! ]
//! ```
//!
//! A listed directive that passes fails the run, and so does one that is not there.

mod bless;
mod gate;
mod list;

pub use bless::bless;
pub use list::{Known, KnownError};
