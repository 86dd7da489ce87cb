//! Hashes the sources into the name of the artifact format, so that another build's artifacts are
//! refused as such.

use std::io;
use std::path::Path;
use wassay_build_id::{Product, compile_in};

fn main() -> io::Result<()> {
    compile_in("WASSAY_ARTIFACT_FORMAT", Product::ArtifactFormat, Path::new("../.."))
}
