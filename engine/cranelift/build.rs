//! Hashes the sources into the engine's build, which is part of its identity and of every cache
//! key.

use std::io;
use std::path::Path;
use wassay_build_id::{Product, compile_in};

fn main() -> io::Result<()> {
    compile_in("WASSAY_ENGINE_BUILD", Product::Engine, Path::new("../.."))
}
