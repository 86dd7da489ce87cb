//! Turns records into text for people and files for machines.
//!
//! Takes [`wassay_record`] types only; knows no engine, no runner and no wast. Each module is one
//! format. A new format is a new module, and one line in the command line that selects it.

#![forbid(unsafe_code)]

mod answer;
mod beside;
mod cache;
mod cases;
mod causes;
mod comparison;
mod destination;
mod directive;
mod engine_table;
mod engines;
mod figures;
mod inline;
mod junit;
mod lanes;
mod ledgers;
mod markdown;
mod output;
mod progress;
mod result;
mod style;
mod summary;
mod table;
mod untested;

pub use answer::{Acted, Answer, answer};
pub use cases::shared;
pub use comparison::{compared, comparison};
pub use destination::{Destination, directory};
pub use engine_table::{TableCheck, check_engine_table, engine_table};
pub use engines::{disagreements, matrix};
pub use figures::figures;
pub use junit::junit;
pub use lanes::{closing, differences, skipped_engines, skipped_lanes};
pub use markdown::markdown;
pub use output::{check_writable, write_file};
pub use progress::Progress;
pub use style::{message, plain, wrapped};
pub use summary::{Look, summary};
pub use table::table;
pub use untested::why_untested;
