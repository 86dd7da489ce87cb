//! Names the format of artifacts by its sources: what another build wrote is refused as such.

use std::io;
use std::path::Path;
use wassay_build_id::{Product, compile_in};

fn main() -> io::Result<()> {
    compile_in("WASSAY_ARTIFACT_FORMAT", Product::ArtifactFormat, Path::new("../.."))
}
