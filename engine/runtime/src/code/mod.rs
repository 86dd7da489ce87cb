//! Code in memory: takes artifacts; returns mapped images that can be found by address.

mod file;
mod image;
mod isa;
mod libcalls;
mod registry;

pub use file::MappedFile;
pub(crate) use image::{Image, ImageKind};
pub(crate) use isa::check_target;
pub use isa::host_isa;
pub(crate) use registry::{find, find_on_stack};
