//! Tests that the id of a build depends on every source of the product and on nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use wassay_build_id::{Product, Sources};

const PRODUCTS: [Product; 5] = [
    Product::Program,
    Product::Engine,
    Product::ArtifactFormat,
    Product::WasmtimeAdapter,
    Product::WazeroAdapter,
];

/// A directory with copies of this source tree.
struct Copies(tempfile::TempDir);

impl Copies {
    fn new() -> Copies {
        Copies(tempfile::tempdir().unwrap())
    }

    /// A copy of the sources of all products.
    fn copy(&self, name: &str) -> PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let copy = self.0.path().join(name);
        for product in PRODUCTS {
            let sources = Sources::of(product, &source).unwrap();
            for path in sources.watched().filter(|path| path.is_file()) {
                write(&copy, path.strip_prefix(&source).unwrap(), &fs::read(path).unwrap());
            }
        }
        copy
    }
}

fn write(root: &Path, name: impl AsRef<Path>, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn ids(root: &Path) -> [String; 5] {
    PRODUCTS.map(|product| Sources::of(product, root).unwrap().id().unwrap())
}

#[test]
fn the_location_of_a_tree_does_not_change_the_id() {
    let copies = Copies::new();
    let (one, other) = (copies.copy("one"), copies.copy("src/tests/.other~"));
    assert!(Sources::of(Product::Program, &one).unwrap().watched().count() > 100);
    assert_eq!(ids(&one), ids(&other));
    assert_eq!(ids(&one), ids(&other.join("harness/..")), "whichever way it is reached");
}

#[test]
fn other_files_do_not_change_the_id() {
    let copies = Copies::new();
    let tree = copies.copy("tree");
    let before = ids(&tree);
    for name in [
        "harness/cli/src/.main.rs.swp",
        "engine/compiler/src/.#emit.rs",
        "engine/compiler/src/#emit.rs#",
        "engine/compiler/src/emit.rs~",
        "engine/artifact/src/format.rs.swp",
        "engine/artifact/src/4913",
        "engine/artifact/target/debug/build/out/generated.rs",
        "target/debug/build/out/generated.rs",
        "harness/cli/.hidden/main.rs",
        "harness/cli/tests/another.rs",
        "engine/compiler/snapshots/another.rs",
        "ARCHITECTURE.md",
        "ci/xtask/src/main.rs",
    ] {
        write(&tree, name, b"what an editor or a build left");
        assert_eq!(ids(&tree), before, "{name}");
    }
    let source = tree.join("engine/artifact/src/format.rs");
    let text = fs::read(&source).unwrap();
    fs::remove_file(&source).unwrap();
    fs::write(&source, text).unwrap();
    fs::File::open(&source).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(ids(&tree), before, "a file that was written again");
}

/// Changes a file of a tree.
type Change = fn(&Path);

#[test]
fn each_change_of_a_source_changes_the_id() {
    let changed: Change = |file| fs::write(file, "changed").unwrap();
    let added: Change = |file| {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "added").unwrap();
    };
    let removed: Change = |file| fs::remove_file(file).unwrap();
    let renamed: Change = |file| fs::rename(file, file.with_extension("toml")).unwrap();
    let swapped: Change = |file| {
        // The contents of two files are swapped.
        let (other, aside) = (file.with_file_name("lib.rs"), file.with_extension("aside"));
        fs::rename(file, &aside).unwrap();
        fs::rename(&other, file).unwrap();
        fs::rename(&aside, &other).unwrap();
    };
    // The expected change of the ids of the program, the engine, the format of artifacts, and the
    // adapters for wasmtime and wazero.
    let cases: &[(&str, Change, [bool; 5])] = &[
        ("Cargo.lock", changed, [true, true, true, false, false]),
        ("Cargo.toml", changed, [true, true, false, false, false]),
        ("engine/artifact/Cargo.toml", changed, [true, true, true, false, false]),
        ("engine/artifact/src/abi.rs", changed, [true, true, true, false, false]),
        ("engine/artifact/src/abi.rs", removed, [true, true, true, false, false]),
        ("engine/artifact/src/abi.rs", renamed, [true, true, true, false, false]),
        ("engine/artifact/src/abi.rs", swapped, [true, true, true, false, false]),
        ("engine/artifact/src/new/new.rs", added, [true, true, true, false, false]),
        ("engine/artifact/src/target/tests/new.rs", added, [true, true, true, false, false]),
        (".cargo/config.toml", changed, [true, true, false, false, false]),
        ("engine/compiler/src/emit.rs", changed, [true, true, false, false, false]),
        ("engine/compiler/src/emit.rs", removed, [true, true, false, false, false]),
        ("engine/compiler/src/emit.rs", renamed, [true, true, false, false, false]),
        ("engine/compiler/src/translate/call.rs", changed, [true, true, false, false, false]),
        ("engine/compiler/src/new.rs", added, [true, true, false, false, false]),
        ("engine/runtime/src/new.rs", added, [true, true, false, false, false]),
        ("engine/api/src/types.rs", changed, [true, true, true, true, false]),
        ("engine/cranelift/src/target.rs", changed, [true, true, false, false, false]),
        ("engine/cranelift/known.toml", changed, [true, false, false, false, false]),
        ("engine/adapters/process/src/lib.rs", changed, [true, false, false, true, false]),
        ("engine/adapters/wasmtime/src/stage.rs", changed, [true, false, false, true, false]),
        ("engine/adapters/wasmtime/Cargo.lock", changed, [true, false, false, true, false]),
        ("engine/adapters/wasmtime/known.toml", added, [true, false, false, false, false]),
        ("engine/adapters/wazero/main.go", changed, [false, false, false, false, true]),
        ("engine/adapters/wazero/new.go", added, [false, false, false, false, true]),
        ("engine/adapters/wazero/go.sum", changed, [false, false, false, false, true]),
        ("harness/cli/Cargo.toml", changed, [true, false, false, false, false]),
        ("harness/cli/build.rs", changed, [true, false, false, false, false]),
        ("harness/cli/src/main.rs", changed, [true, false, false, false, false]),
        ("regressions/build.rs", changed, [true, false, false, false, false]),
        ("regressions/wast/new/new.wast", added, [true, false, false, false, false]),
        ("suites/suites.toml", changed, [true, false, false, false, false]),
        ("ci/build-id/src/lib.rs", changed, [true, false, false, false, false]),
        ("ci/lanes.toml", changed, [true, false, false, false, false]),
    ];
    let copies = Copies::new();
    let before = ids(&copies.copy("before"));
    let mut seen = vec![before.clone()];
    for (at, (name, change, expected)) in cases.iter().enumerate() {
        let tree = copies.copy(&at.to_string());
        change(&tree.join(name));
        let now = ids(&tree);
        let differs: Vec<bool> = now.iter().zip(&before).map(|(now, then)| now != then).collect();
        assert_eq!(differs, expected, "{name}");
        assert!(seen.iter().all(|earlier| *earlier != now), "{name}: as an earlier case");
        seen.push(now);
    }
}

#[test]
fn a_missing_part_is_an_error_that_names_it() {
    let copies = Copies::new();
    let tree = copies.copy("tree");
    fs::remove_file(tree.join("Cargo.lock")).unwrap();
    for product in [Product::Program, Product::Engine, Product::ArtifactFormat] {
        let error = Sources::of(product, &tree).unwrap_err().to_string();
        assert!(error.contains("Cargo.lock"), "{error}");
    }
}
