//! The scripts are embedded: a changed one makes a changed crate.

fn main() {
    println!("cargo::rerun-if-changed=wast");
}
