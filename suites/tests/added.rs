//! Tests a suite besides the official ones.

use std::fs;
use wassay_engine::{Feature, Features};
use wassay_suites::{AddedSuite, Catalogue, SelectError, SuiteError};

const NEEDS: &str = r#"
[[folder]]
path = "own/threads"
base = "wasm2"
plus = ["threads"]
"#;

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::embedded().unwrap();
    let scripts = [("own/threads/wait.wast".to_string(), &b"(module)"[..])];
    let suite = AddedSuite { name: "own", directory: "own/wast", needs: NEEDS, scripts: &scripts };
    catalogue.add(&suite).unwrap();
    catalogue
}

#[test]
fn an_added_suite_runs_only_when_selected() {
    let catalogue = catalogue();
    for word in ["own", "own/threads", "own/threads/wait.wast", "own/*/w*.wast", "wait.wast"] {
        let found = catalogue.select(word).unwrap();
        assert_eq!(found.len(), 1, "{word}");
        assert_eq!((found[0].suite.as_str(), found[0].proposal.as_ref()), ("own", None));
        assert_eq!(found[0].needs, Features::WASM2.with(Feature::Threads));
    }
    assert!(catalogue.scripts().iter().all(|script| script.suite != "own"));
    assert!(catalogue.select_all::<&str>(&[]).unwrap().iter().all(|script| script.suite != "own"));
    assert_eq!(catalogue.suites().last().unwrap().folder, "own/threads");
    assert!(catalogue.find("own/threads/wait.wast").is_some());
}

#[test]
fn a_path_into_the_suite_has_the_needs_of_the_name() {
    let tree = tempfile::tempdir().unwrap();
    let folder = tree.path().join("own/wast/threads");
    fs::create_dir_all(&folder).unwrap();
    let catalogue = catalogue();
    // The file itself is read, so that an edit takes effect; a new file needs no rebuild.
    for name in ["wait.wast", "new.wast"] {
        let file = folder.join(name);
        fs::write(&file, "(module) ;; edited").unwrap();
        let found = catalogue.select(file.to_str().unwrap()).unwrap();
        assert_eq!(found[0].name, format!("own/threads/{name}"));
        assert_eq!(found[0].needs, Features::WASM2.with(Feature::Threads));
        assert_eq!(found[0].read().unwrap(), &b"(module) ;; edited"[..]);
    }
    assert_eq!(catalogue.select(tree.path().to_str().unwrap()).unwrap().len(), 2);
    fs::create_dir_all(folder.join("deep")).unwrap();
    fs::write(folder.join("deep/a.wast"), "").unwrap();
    let error = catalogue.select(folder.to_str().unwrap()).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, SelectError::Suite(SuiteError::UnknownFolder { .. })), "{text}");
    assert!(text.contains("`own/threads/deep`") && text.contains("the own suite"), "{text}");
}

#[test]
fn a_wrong_table_is_refused() {
    let scripts = [("own/other/a.wast".to_string(), &b""[..])];
    let mut catalogue = catalogue();
    let mut suite =
        AddedSuite { name: "own", directory: "own/wast", needs: NEEDS, scripts: &scripts };
    assert!(matches!(catalogue.add(&suite), Err(SuiteError::UnknownFolder { .. })));
    suite.needs = "[[folder]]\npath = 3";
    let error = catalogue.add(&suite).unwrap_err();
    assert!(error.to_string().contains("the own suite"), "{error}");
}
