//! Tests the contents of the embedded suite and of checkouts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use wassay_engine::{Feature, Features};
use wassay_suites::{Basis, Catalogue, Source, SuiteError};

fn write(root: &Path, name: &str) {
    let file = root.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, "(module)").unwrap();
}

#[test]
fn the_embedded_suite_in_numbers() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut table = String::new();
    for suite in catalogue.suites() {
        let (folder, scripts, aliases) = (suite.folder, suite.scripts, suite.aliases);
        table.push_str(&format!("{folder:48} {scripts:3} + {aliases}\n"));
    }
    table.push_str(&format!("{} scripts", catalogue.scripts().len()));
    insta::assert_snapshot!(table);
}

#[test]
fn no_text_is_listed_twice_with_the_same_needs() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut seen = BTreeSet::new();
    for script in catalogue.scripts() {
        let text = script.read().unwrap();
        assert!(seen.insert((text, script.needs.bits())), "{} is there twice", script.name);
    }
}

#[test]
fn a_newer_name_is_an_alias() {
    let catalogue = Catalogue::embedded().unwrap();
    let script = catalogue.find("wasm-latest/address.wast").unwrap();
    assert_eq!(script.name, "wasm-v3/address.wast");
    assert_eq!(script.needs, Features::WASM3);
}

#[test]
fn an_equal_text_with_different_needs_is_a_different_test() {
    let catalogue = Catalogue::embedded().unwrap();
    let [v1, v2] =
        ["wasm-v1/forward.wast", "wasm-v2/forward.wast"].map(|name| catalogue.find(name).unwrap());
    assert_eq!(
        (v1.name.as_str(), v2.name.as_str()),
        ("wasm-v1/forward.wast", "wasm-v2/forward.wast")
    );
    assert_eq!(v1.read().unwrap(), v2.read().unwrap());
    assert_eq!((v1.needs, v2.needs), (Features::WASM1, Features::WASM2));
}

#[test]
fn scripts_of_version_one_need_version_one() {
    let catalogue = Catalogue::embedded().unwrap();
    let v1 = catalogue.scripts().iter().filter(|script| script.suite == "wasm-v1");
    assert!(v1.clone().count() == 73 && v1.clone().all(|script| script.needs == Features::WASM1));
}

#[test]
fn a_checkout_has_its_core_suite_at_the_top() {
    let dir = tempfile::tempdir().unwrap();
    for name in [
        "i32.wast",
        "custom/branch_hint.wast",
        "legacy/throw.wast",
        "proposals/threads/atomic.wast",
    ] {
        write(dir.path(), name);
    }
    fs::write(dir.path().join("README.md"), "").unwrap();
    fs::create_dir_all(dir.path().join(".git")).unwrap();
    let catalogue = Catalogue::checkout(dir.path()).unwrap();
    let names: Vec<&str> = catalogue.scripts().iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "core/i32.wast",
            "custom/branch_hint.wast",
            "legacy/throw.wast",
            "proposals/threads/atomic.wast"
        ]
    );
    let threads = catalogue.find("proposals/threads/atomic.wast").unwrap();
    assert!(threads.needs.has(Feature::Threads) && !threads.needs.has(Feature::ReferenceTypes));
    assert!(matches!(threads.source, Source::Path(_)));
    let legacy = catalogue.find("legacy/throw.wast").unwrap();
    assert!(legacy.needs.has(Feature::LegacyExceptions));
}

#[test]
fn an_unknown_folder_is_run_with_all_features() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "i32.wast");
    write(dir.path(), "proposals/stringref/strings.wast");
    let catalogue = Catalogue::checkout(dir.path()).unwrap();
    let strings = catalogue.find("proposals/stringref/strings.wast").unwrap();
    assert_eq!((strings.basis, strings.needs), (Basis::Nobody, Features::all()));
    assert_eq!(catalogue.find("core/i32.wast").unwrap().basis, Basis::Table);
}

#[test]
fn a_directory_without_scripts_is_not_a_checkout() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Catalogue::checkout(dir.path()), Err(SuiteError::Empty { .. })));
    let missing = dir.path().join("missing");
    assert!(matches!(Catalogue::checkout(&missing), Err(SuiteError::Unreadable { .. })));
}
