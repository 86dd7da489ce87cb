//! Takes two reports, two runs, or a report of several lanes or engines; returns the differences. Knows no
//! colours and no Markdown: `wassay_report` formats the result.

mod change;
mod engines;
mod lanes;
mod loss;
mod name;
mod nan;
mod pair;
mod question;
mod runs;

pub use change::{Change, Comparison, FileChange, FileDifference, Loss, Said, Trend, Which};
pub use engines::{EngineDifference, engine_differences};
pub(crate) use lanes::asks_the_same;
pub use lanes::{LaneDifference, LaneResult, OnLane, Place, lane_differences};
pub use name::{distinguish, with_distinction};
pub use nan::same_open;
pub use question::{RunPair, Setting};
pub use runs::{compare, compare_lanes};
