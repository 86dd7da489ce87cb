//! The name of a build is that of its sources: the same wherever a checkout lies and whatever an
//! editor leaves there, and another one when anything changes that the program is made of.

#[path = "../build_id.rs"]
mod build_id;

use build_id::Parts;
use std::fs;
use std::path::{Path, PathBuf};

/// A directory with copies of this source tree in it.
struct Copies(tempfile::TempDir);

impl Copies {
    fn new() -> Copies {
        Copies(tempfile::tempdir().unwrap())
    }

    /// A copy of what the program is made of.
    fn copy(&self, name: &str) -> PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let copy = self.0.path().join(name);
        let parts = Parts::of(&source);
        for path in parts.watched().filter(|path| path.is_file()) {
            write(&copy, path.strip_prefix(&source).unwrap(), &fs::read(path).unwrap());
        }
        copy
    }
}

fn write(root: &Path, name: impl AsRef<Path>, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn id(root: &Path) -> String {
    Parts::of(root).id()
}

#[test]
fn where_a_tree_lies_does_not_count() {
    let copies = Copies::new();
    let (one, other) = (copies.copy("one"), copies.copy("src/tests/.other~"));
    assert!(Parts::of(&one).watched().count() > 100);
    assert_eq!(id(&one), id(&other));
    assert_eq!(id(&one), id(&other.join("harness/..")), "whichever way it is reached");
}

#[test]
fn what_is_no_part_of_the_program_does_not_count() {
    let copies = Copies::new();
    let tree = copies.copy("tree");
    let before = id(&tree);
    for name in [
        "harness/cli/src/.main.rs.swp",
        "harness/cli/src/.#main.rs",
        "harness/cli/src/#main.rs#",
        "harness/cli/src/main.rs~",
        "harness/cli/src/main.rs.swp",
        "harness/cli/src/4913",
        "harness/cli/.hidden/main.rs",
        "harness/cli/tests/another.rs",
        "engine/compiler/src/snapshots/another.rs",
        "ARCHITECTURE.md",
        "ci/xtask/src/main.rs",
    ] {
        write(&tree, name, b"what an editor left");
        assert_eq!(id(&tree), before, "{name}");
    }
}

#[test]
fn each_part_of_the_program_counts() {
    let copies = Copies::new();
    let tree = copies.copy("tree");
    let mut seen = vec![id(&tree)];
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "harness/cli/Cargo.toml",
        "harness/cli/build.rs",
        "harness/cli/build_id.rs",
        "harness/cli/src/main.rs",
        "regressions/build.rs",
        "engine/cranelift/known.toml",
        "suites/suites.toml",
        "ci/lanes.toml",
    ] {
        assert!(tree.join(name).is_file(), "{name}");
        write(&tree, name, b"changed");
        let now = id(&tree);
        assert!(!seen.contains(&now), "{name}");
        seen.push(now);
    }
    for name in ["engine/runtime/src/new.rs", "regressions/wast/new/new.wast"] {
        write(&tree, name, b"new");
        let now = id(&tree);
        assert!(!seen.contains(&now), "{name}");
        seen.push(now);
    }
}
