//! Names the build by its sources, so that a parent recognises a worker that is older than itself,
//! and the build of the reference engine in it, by which reports and cache directories name it.

use std::io;
use std::path::Path;
use wassay_build_id::{Product, compile_in};

fn main() -> io::Result<()> {
    compile_in("WASSAY_BUILD", Product::Program, Path::new("../.."))?;
    compile_in("WASSAY_ENGINE_BUILD", Product::Engine, Path::new("../.."))
}
