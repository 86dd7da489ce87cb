//! Makes Cargo rebuild the crate when an embedded script changes. Takes nothing; prints
//! instructions to Cargo. Reads no script.

fn main() {
    println!("cargo::rerun-if-changed=wast");
}
