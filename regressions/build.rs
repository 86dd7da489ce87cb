//! Makes Cargo rebuild the crate when an embedded script changes. Takes nothing; gives instructions
//! to Cargo. Reads no script.

fn main() {
    println!("cargo::rerun-if-changed=wast");
}
