//! Names the build by what it is made of: the sources and tables of wassay itself, and the versions
//! of everything else. Two programs of one name were built of the same, for whatever machine, so a
//! parent can tell a worker that is older than itself.

mod build_id;

use std::path::Path;

fn main() {
    // From the package, where Cargo starts this program: a build directory that was moved or copied
    // with its tree must not watch the old one.
    let parts = build_id::Parts::of(Path::new("../.."));
    for path in parts.watched() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    println!("cargo::rustc-env=WASSAY_BUILD={}", parts.id());
}
