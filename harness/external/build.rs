//! Names the sources of the adapters that this tree builds, to recognise one that is older or newer.

use std::io;
use std::path::Path;
use wassay_build_id::{Product, compile_in};

fn main() -> io::Result<()> {
    let root = Path::new("../..");
    compile_in("WASSAY_WASMTIME_ADAPTER", Product::WasmtimeAdapter, root)?;
    compile_in("WASSAY_WAZERO_ADAPTER", Product::WazeroAdapter, root)
}
