//! Names the build by its sources, so that a parent recognises a worker that is older than itself.

use std::io;
use std::path::Path;
use wassay_build_id::{Product, compile_in};

fn main() -> io::Result<()> {
    compile_in("WASSAY_BUILD", Product::Program, Path::new("../.."))
}
