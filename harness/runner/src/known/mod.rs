//! Known failures: a list for each engine, strict in both directions.
//!
//! ```toml
//! [supports.all]                               # what the engine has; a lane may have its own table
//! features = ["mutable-global", "simd"]
//! capabilities = ["kinds"]
//! limits = ["tables of the host"]              # what else it reports as unsupported, in its own words
//!
//! [[known]]
//! path = "wasm-v1/address.wast"                # the script's stable name; for a file outside every
//!                                              # suite, its path relative to this list, with `./` if
//!                                              # a script of a suite has this name, too
//! reason = "offsets above 2 GiB wrap"          # why, for people; must be there
//! issue = "https://example.org/issues/1"       # where it is followed, if anywhere
//! targets = ["x86_64-linux"]                   # only there; everywhere if left out
//! ways = ["reloaded"]                          # only if scripts are run in this way (`--ways`); in
//!                                              # all if left out
//! verdict = "crashed"                          # only so; `failed` if left out
//! messages = "text"                            # the loosest `--messages` at which they must fail;
//!                                              # `kind` if left out
//! may_pass = true                              # what decides is neither the engine nor the target,
//!                                              # such as how a program was linked
//! directives = [
//!     "assert_return 0123456789abcdef",        # keyword and hash of the folded text
//!     "assert_return 0123456789abcdef #1",     # the second directive with the same text
//! ]
//! ```
//!
//! Instead of `path`, `paths` may name several scripts, and either may contain globs: one reason,
//! one entry. A blocked directive needs no entry: it is known if its cause is known.
//!
//! A listed directive that passes fails the run, and so does one that is missing. A stated feature
//! that is lost fails the run, and so does a new one that is not stated.

mod bless;
mod changes;
mod edit;
mod gate;
mod gated;
mod list;
mod pattern;
mod supports;

pub use bless::{Found, Ran, bless};
pub use changes::Changes;
pub use gate::Gate;
pub use gated::{GatedRun, Listed};
pub use list::Known;
pub use pattern::PathPattern;
