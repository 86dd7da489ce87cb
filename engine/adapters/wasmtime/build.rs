//! Names the build by its sources, so that wassay notices an adapter that is older than itself.

use std::io;
use std::path::Path;
use wassay_build_id::{Product, compile_in};

fn main() -> io::Result<()> {
    compile_in("WASSAY_ADAPTER_BUILD", Product::WasmtimeAdapter, Path::new("../../.."))
}
