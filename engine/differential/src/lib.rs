//! Runs random modules on several engines and configurations: where results differ, at least one
//! engine has a defect.
//!
//! Seeds enter, differences leave. Knows engines only through `wassay_engine`; never sees the
//! script language or a verdict of the suites.

#![forbid(unsafe_code)]

pub mod campaign;
pub mod child;
pub mod fleet;
mod sparse;
pub mod worker;

pub mod case;
mod nans;
mod smith;
mod structured;

mod arguments;
pub mod drive;
pub mod host;
pub mod subject;
pub mod trace;

mod aliases;
mod blocks;
mod calls;
pub mod compare;
#[cfg(test)]
mod encoded;
pub mod explained;
pub mod finding;
pub mod script;
pub mod shrink;
pub mod summary;
mod trim;

mod seed;
pub mod text;
