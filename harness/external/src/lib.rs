//! The external engines: the rows of `engines.toml`, and which of them are installed here.
//!
//! Takes the table and this machine; gives for each engine the command that starts its adapter, or
//! what is missing and the command that installs it. Starts no adapter and knows no protocol.
//!
//! ```no_run
//! use wassay_external::{Places, Table};
//! let table = Table::builtin()?;
//! let places = Places::of(&std::env::current_exe()?);
//! for engine in table.iter() {
//!     match places.find(engine) {
//!         Ok(found) => println!("{}: {}", engine.name, found.program()),
//!         Err(absent) => println!("{}: {absent}", engine.name),
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod embedded;
mod external;
mod find;
mod table;
mod version;

pub use external::External;
pub use find::{Absent, Found, Places};
pub use table::{EnginesError, Table};
