//! Random modules on several engines and configurations: what one of them does otherwise than the
//! others is a defect of one of them.
//!
//! Seeds enter, differences leave. Engines are known through `wassay_engine` alone; neither the
//! script language nor a verdict of the suites is.

#![forbid(unsafe_code)]

pub mod campaign;
pub mod child;
pub mod fleet;
mod sparse;
pub mod worker;

pub mod case;
mod smith;
mod structured;

mod arguments;
pub mod drive;
pub mod host;
pub mod subject;
pub mod trace;

pub mod compare;
pub mod explained;
pub mod finding;
pub mod script;
pub mod shrink;
mod trim;

mod seed;
pub mod text;
