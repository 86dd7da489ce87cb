//! Tests which scripts a user's words select, and the message if they select none.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use wassay_engine::Features;
use wassay_suites::{Basis, Catalogue, Script, SelectError, SuiteError};

fn embedded() -> Catalogue {
    Catalogue::embedded().unwrap()
}

fn names(scripts: &[Script]) -> Vec<&str> {
    scripts.iter().map(|script| script.name.as_str()).collect()
}

/// A checkout in either layout, written from the embedded suite.
fn write_checkout(root: &Path, scripts: &[&str], official: bool) {
    for name in scripts {
        let text = embedded().find(name).unwrap().read().unwrap();
        let name = if official { name.trim_start_matches("wasm-latest/") } else { name };
        let file = root.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

#[test]
fn suites_folders_names_and_aliases() {
    let catalogue = embedded();
    assert_eq!(catalogue.select("wasm-v1").unwrap().len(), 73);
    // Aliases count: every file of the folder runs, under any of its names.
    assert_eq!(catalogue.select("wasm-latest").unwrap().len(), 97);
    assert_eq!(catalogue.select("wasm-latest/").unwrap().len(), 97);
    let gc = catalogue.select("proposals/gc").unwrap();
    assert!(gc.len() == 17 && gc.iter().all(|script| script.proposal.as_deref() == Some("gc")));
    assert!(catalogue.select("proposals").unwrap().len() > 150);
    let one = catalogue.select("wasm-latest/nop.wast").unwrap();
    assert_eq!(names(&one), ["wasm-v3/nop.wast"]);
    let everywhere = catalogue.select("nop.wast").unwrap();
    assert_eq!(names(&everywhere), ["wasm-v1/nop.wast", "wasm-v2/nop.wast", "wasm-v3/nop.wast"]);
}

#[test]
fn globs_match_names_or_file_names() {
    let catalogue = embedded();
    let by_name = catalogue.select("wasm-v1/memory*.wast").unwrap();
    assert!(by_name.len() > 3 && by_name.iter().all(|s| s.name.starts_with("wasm-v1/memory")));
    let by_file = catalogue.select("simd_load*_lane.wast").unwrap();
    assert!(by_file.len() >= 4, "{:?}", names(&by_file));
    let error = catalogue.select("no-such-*").unwrap_err();
    assert!(matches!(error, SelectError::NoMatch { .. }) && error.nothing_matched());
    assert!(matches!(catalogue.select("[z-a]*").unwrap_err(), SelectError::BadGlob { .. }));
}

#[test]
fn an_unknown_word_comes_with_the_nearest_name() {
    for (word, nearest) in [
        ("wasm-v1/adress.wast", "wasm-v1/address.wast"),
        ("proposals/gcc", "proposals/gc"),
        ("threads", "proposals/threads"),
        ("memory_grow", "memory_grow.wast"),
    ] {
        let error = embedded().select(word).unwrap_err();
        assert!(error.to_string().contains(&format!("did you mean `{nearest}`?")), "{error}");
        assert!(error.nothing_matched());
    }
    let error = embedded().select("/no/such/thing/at/all").unwrap_err();
    assert!(!error.to_string().contains("did you mean"), "{error}");
}

#[test]
fn a_suite_of_the_other_copy_is_reported_with_both() {
    let dir = tempfile::tempdir().unwrap();
    write_checkout(dir.path(), &["wasm-latest/i32.wast", "proposals/threads/atomic.wast"], true);
    let checkout = Catalogue::checkout(dir.path()).unwrap();
    let root = dir.path().display();
    for word in ["wasm-v1", "wasm-v1/", "wasm-v1/i32.wast", "wasm-v1/mem*.wast"] {
        let error = checkout.select(word).unwrap_err();
        assert!(error.nothing_matched());
        assert_eq!(
            error.to_string(),
            format!(
                "the suite `wasm-v1` is in the built-in copy, but WASSAY_TESTSUITE names the \
                 checkout {root}, with the suites core, proposals/*; unset WASSAY_TESTSUITE to use \
                 the built-in copy"
            )
        );
    }
    for word in ["core", "core/i32.wast", "core/mem*.wast"] {
        let error = embedded().select(word).unwrap_err();
        assert!(error.nothing_matched());
        assert_eq!(
            error.to_string(),
            "the suite `core` is in a checkout of the official suite, but the built-in copy is in \
             use, with the suites wasm-v1, wasm-v2, wasm-v3, wasm-latest, proposals/*; set \
             WASSAY_TESTSUITE to a checkout of https://github.com/WebAssembly/testsuite to use that"
        );
    }
    // Neither copy has these.
    for word in ["legacy", "proposals/stringref", "wasm-v9"] {
        assert!(matches!(checkout.select(word), Err(SelectError::NotFound { .. })), "{word}");
    }
}

#[test]
fn several_words_select_each_script_once() {
    let catalogue = embedded();
    let both = catalogue.select_all(&["wasm-v1/nop.wast", "wasm-v1/n*.wast"]).unwrap();
    assert_eq!(names(&both), ["wasm-v1/nop.wast", "wasm-v1/names.wast"]);
    let none: [&str; 0] = [];
    assert_eq!(catalogue.select_all(&none).unwrap().len(), catalogue.scripts().len());
    assert!(catalogue.select_all(&["wasm-v1", "wasm-v9"]).is_err());
}

#[test]
fn a_path_into_a_checkout_has_the_needs_of_the_name() {
    let dir = tempfile::tempdir().unwrap();
    let files = ["wasm-latest/i32.wast", "wasm-latest/nop.wast", "proposals/threads/atomic.wast"];
    write_checkout(dir.path(), &files, true);
    let by_name = Catalogue::checkout(dir.path()).unwrap();
    for (name, path) in [
        ("core/nop.wast", "nop.wast"),
        ("proposals/threads/atomic.wast", "proposals/threads/atomic.wast"),
    ] {
        let path = dir.path().join(path);
        // The other catalogue does not know the checkout, but finds it.
        let by_path = embedded().select(path.to_str().unwrap()).unwrap();
        assert_eq!(by_path, by_name.select(name).unwrap());
    }
    let all = embedded().select(dir.path().to_str().unwrap()).unwrap();
    assert_eq!(all, by_name.scripts());
    let part = embedded().select(dir.path().join("proposals").to_str().unwrap()).unwrap();
    assert_eq!(names(&part), ["proposals/threads/atomic.wast"]);
}

#[test]
fn a_path_into_the_versions_has_the_needs_of_the_name() {
    let dir = tempfile::tempdir().unwrap();
    let files =
        ["wasm-v1/nop.wast", "wasm-v2/nop.wast", "wasm-v3/nop.wast", "proposals/gc/i31.wast"];
    write_checkout(dir.path(), &files, false);
    for name in files {
        let by_path = embedded().select(dir.path().join(name).to_str().unwrap()).unwrap();
        let by_name = embedded().select(name).unwrap();
        assert_eq!(names(&by_path), [name]);
        assert_eq!(by_path[0].needs, by_name[0].needs, "{name}");
        assert_eq!(by_path[0].read().unwrap(), by_name[0].read().unwrap());
    }
    // A single version is recognised by the name of its folder.
    let alone = tempfile::tempdir().unwrap();
    write_checkout(alone.path(), &files[..1], false);
    let found = embedded().select(alone.path().join(files[0]).to_str().unwrap()).unwrap();
    assert_eq!((found[0].name.as_str(), found[0].needs), (files[0], Features::WASM1));
}

#[test]
fn an_unknown_folder_of_a_checkout_needs_all_features() {
    let dir = tempfile::tempdir().unwrap();
    write_checkout(dir.path(), &["wasm-latest/i32.wast"], true);
    let folder = dir.path().join("proposals/stringref");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("a.wast"), "").unwrap();
    let found = embedded().select(folder.to_str().unwrap()).unwrap();
    assert_eq!(names(&found), ["proposals/stringref/a.wast"]);
    assert_eq!((found[0].basis, found[0].needs), (Basis::Nobody, Features::all()));
    // A table from the user states its needs.
    let table = dir.path().join("rows.toml");
    fs::write(&table, "[[folder]]\npath = 'proposals/stringref'\nbase = 'wasm2'\n").unwrap();
    let catalogue = Catalogue::with_table(Some(&table)).unwrap();
    let found = catalogue.select(folder.to_str().unwrap()).unwrap();
    assert_eq!((found[0].basis, found[0].needs), (Basis::Table, Features::WASM2));
    fs::write(&table, "[[folder]]\npath = 'a'\nbase = 'wasm4'\n").unwrap();
    assert!(matches!(Catalogue::with_table(Some(&table)), Err(SuiteError::Rules { .. })));
}

#[test]
fn the_specification_s_own_repository_is_a_checkout() {
    let dir = tempfile::tempdir().unwrap();
    let files = [
        "core/i32.wast",
        "core/simd/simd_i8x16.wast",
        "core/gc/a.wast",
        "core/simd/a.wast",
        "custom/name/name_annot.wast",
        "legacy/exceptions/core/throw.wast",
    ];
    for name in files {
        let file = dir.path().join("test").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "(module)").unwrap();
    }
    let all = [
        "core/a.wast",
        "core/i32.wast",
        "core/simd/a.wast",
        "core/simd_i8x16.wast",
        "custom/name_annot.wast",
        "legacy/throw.wast",
    ];
    for root in ["", "test"] {
        let root = dir.path().join(root);
        let catalogue = Catalogue::checkout(&root).unwrap();
        let mut found = names(catalogue.scripts());
        found.sort_unstable();
        assert_eq!(found, all);
        let by_path = embedded().select(root.to_str().unwrap()).unwrap();
        assert_eq!(by_path.len(), all.len());
    }
    let core = Catalogue::checkout(&dir.path().join("test/core")).unwrap();
    assert_eq!(core.scripts().len(), 4);
    let simd = core.find("core/simd_i8x16.wast").unwrap();
    assert_eq!((simd.needs, simd.basis), (Features::WASM3, Basis::Table));
}

#[test]
fn no_two_files_below_a_directory_have_one_name() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    let files =
        ["core/i32", "core/gc/a", "core/memory64/a", "core/simd/a", "legacy/x/a", "legacy/y/a"];
    for tests in ["one/test", "two/test"] {
        for name in files {
            let file = root.join(tests).join(name).with_extension("wast");
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "(module)").unwrap();
        }
    }
    let select = |path: &str| embedded().select(root.join(path).to_str().unwrap()).unwrap();
    let one = [
        "core/a.wast",
        "core/i32.wast",
        "core/memory64/a.wast",
        "core/simd/a.wast",
        "legacy/a.wast",
        "legacy/y/a.wast",
    ];
    assert_eq!(names(&select("one/test")), one);
    let sorted = |scripts: &[Script]| {
        let mut names: Vec<String> = scripts.iter().map(|script| script.name.clone()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(sorted(&select("one")), one);
    // A file has its name however it is selected.
    for (folder, name) in [("core/gc", one[0]), ("core/simd", one[3]), ("legacy/y", one[5])] {
        for path in [folder.to_string(), format!("{folder}/a.wast"), format!("{folder}/?.wast")] {
            assert_eq!(names(&select(&format!("one/test/{path}"))), [name], "{path}");
        }
    }
    // In a second checkout these names are taken.
    let both = select("");
    let mut unique = sorted(&both);
    unique.dedup();
    assert_eq!(unique.len(), 2 * files.len());
    let second = root.join("two/test/core/gc/a.wast");
    let second = second.to_str().unwrap();
    let found = both.iter().find(|script| script.name == second).unwrap();
    assert_eq!((found.suite.as_str(), found.basis), ("core", Basis::Table));
}

#[test]
fn a_glob_matches_paths_if_it_matches_no_name() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("bugs")).unwrap();
    for name in ["bugs/a1.wast", "bugs/a2.wast", "bugs/b.wast", "a3.wast"] {
        fs::write(dir.path().join(name), "(module)").unwrap();
    }
    let found = |glob: &str| {
        let glob = format!("{}/{glob}", dir.path().display());
        embedded().select(&glob).map(|found| found.len()).ok()
    };
    assert_eq!(found("bugs/a*.wast"), Some(2));
    assert_eq!(found("**/a?.wast"), Some(3));
    assert_eq!(found("bugs/c*.wast"), None);
}

#[test]
fn one_broken_link_does_not_stop_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.wast"), "(module)").unwrap();
    symlink("nowhere", dir.path().join("b.wast")).unwrap();
    let found = embedded().select(dir.path().to_str().unwrap()).unwrap();
    let read: Vec<bool> = found.iter().map(|script| script.read().is_ok()).collect();
    assert_eq!(read, [true, false]);
}

#[test]
fn other_files_are_ad_hoc() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("one.wast"), "(module)").unwrap();
    fs::write(deep.join("notes.txt"), "").unwrap();
    for path in [dir.path().to_path_buf(), deep.join("one.wast")] {
        let found = embedded().select(path.to_str().unwrap()).unwrap();
        assert!(found.len() == 1 && found[0].is_ad_hoc());
        assert_eq!(found[0].needs, Features::all());
        assert_eq!(found[0].name, deep.join("one.wast").display().to_string());
    }
}

#[test]
fn one_file_has_one_name_for_all_spellings() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("d/e")).unwrap();
    fs::write(dir.path().join("a.wast"), "(module)").unwrap();
    fs::write(dir.path().join("d/a.wast"), "(module)(module)").unwrap();
    symlink("d/e", dir.path().join("link")).unwrap();
    symlink("d/a.wast", dir.path().join("link.wast")).unwrap();
    let at = |spelled: &str| dir.path().join(spelled).display().to_string();
    for (spelled, name, length) in [
        ("./a.wast", "a.wast", 8),
        ("d/../a.wast", "a.wast", 8),
        ("d//a.wast", "d/a.wast", 16),
        ("link.wast", "d/a.wast", 16),
        // A link leads elsewhere, so its parent is not this directory.
        ("link/../a.wast", "d/a.wast", 16),
    ] {
        let found = embedded().select(&at(spelled)).unwrap();
        assert_eq!(names(&found), [at(name)], "{spelled}");
        assert_eq!(found[0].read().unwrap().len(), length, "{spelled}");
    }
    let all = embedded().select(&at("d/../.")).unwrap();
    assert_eq!(names(&all), [at("a.wast"), at("d/a.wast")]);
}

#[test]
fn unreadable_files_are_reported() {
    let dir = tempfile::tempdir().unwrap();
    let error = embedded().select(dir.path().to_str().unwrap()).unwrap_err();
    assert!(matches!(error, SelectError::EmptyDirectory { .. }) && error.nothing_matched());
    let dangling = dir.path().join("dangling.wast");
    symlink("nowhere", &dangling).unwrap();
    let error = embedded().select(dangling.to_str().unwrap()).unwrap_err();
    assert!(matches!(&error, SelectError::Suite(SuiteError::Unreadable { .. })), "{error}");
    assert!(error.to_string().contains("dangling.wast"), "{error}");
}

#[test]
fn a_directory_without_read_permission_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let closed = dir.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let error = embedded().select(dir.path().to_str().unwrap()).unwrap_err();
    // The superuser may read the directory anyway, and then finds it empty.
    let expected = match fs::read_dir(&closed) {
        Ok(_) => matches!(error, SelectError::EmptyDirectory { .. }),
        Err(_) => matches!(error, SelectError::Suite(SuiteError::Unreadable { .. })),
    };
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(expected, "{error}");
}
