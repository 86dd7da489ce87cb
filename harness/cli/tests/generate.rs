//! `wassay generate`: what it lists, what it writes, and that any engine can run it from there.

use std::path::Path;
use std::process::{Command, Output};

/// The output of `wassay` with these arguments in this directory.
fn wassay(directory: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.args(words).current_dir(directory).env("COLUMNS", "80").env_remove("WASSAY_TESTSUITE");
    command.output().expect("wassay starts")
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_list_names_axes_rules_and_counts() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let list = stdout(&wassay(directory.path(), &["generate", "--list"]));
    assert_eq!(stdout(&wassay(directory.path(), &["generate"])), list);
    insta::assert_snapshot!(list);
}

#[test]
fn a_list_that_cannot_be_written_is_a_failure() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a full device");
    let output = command.args(["generate", "--list"]).stdout(full).output().expect("it starts");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("cannot write to standard output: No space left"), "{text}");
}

#[test]
fn the_readme_has_the_figures() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let list = stdout(&wassay(directory.path(), &["generate", "--list"]));
    // The families that no suite has come last.
    let (list, _) = list.split_once("\nfar: ").expect("the large family");
    // `  9765 cases: 20115 assertions in 45 scripts`
    let numbers = list.lines().filter_map(|line| line.split_once(" cases: ")).map(|(_, rest)| {
        let (assertions, rest) = rest.split_once(" assertions in ").expect("assertions");
        let scripts = rest.strip_suffix(" scripts").expect("scripts");
        [assertions, scripts].map(|number| number.parse::<u64>().expect("a number"))
    });
    let [assertions, scripts] =
        numbers.fold([0, 0], |sum, more| [sum[0] + more[0], sum[1] + more[1]]);
    let run =
        stdout(&wassay(directory.path(), &["run", "regressions/identity", "regressions/imports"]));
    // `33,162 directives: 21,095 passed, 12,067 unsupported`
    let result = run.lines().find_map(|line| line.split_once(" directives: "));
    let (directives, verdicts) = result.expect("a last line");
    let (passed, rest) = verdicts.split_once(" passed, ").expect("passed");
    let unsupported = rest.strip_suffix(" unsupported").expect("nothing else");
    let readme =
        include_str!("../../../README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let thousands = format!("{},{:03}", assertions / 1000, assertions % 1000);
    for figures in [
        format!("{thousands} assertions in {scripts} scripts"),
        format!("passes {passed} of their {directives} directives"),
        format!("the other {unsupported} need"),
    ] {
        assert!(readme.contains(&figures), "README.md lacks: {figures}");
    }
}

/// Outside the suite, the features come from the first lines of each script.
#[test]
fn the_written_scripts_run_as_the_built_in_ones_do() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let directory = directory.path();
    let said = stdout(&wassay(directory, &["generate", "--emit", "out"]));
    let families = std::fs::read_dir(directory.join("out")).expect("a directory");
    let families: Vec<_> = families.map(|entry| entry.expect("an entry").file_name()).collect();
    let last_line = |words: &[&str]| {
        let text = stdout(&wassay(directory, words));
        let line = text.lines().find(|line| line.contains(" directives: ")).map(str::to_string);
        line.unwrap_or_else(|| panic!("{words:?}: {text}"))
    };
    assert!(said.contains(" scripts into out"), "{said}");
    for engine in ["cranelift", "wasmi"] {
        for family in &families {
            let family = family.to_str().expect("a name");
            let written = last_line(&["run", &format!("out/{family}"), "--engine", engine]);
            let built_in =
                last_line(&["run", &format!("regressions/{family}"), "--engine", engine]);
            assert_eq!(written, built_in, "{family} on {engine}");
            assert!(!written.contains(" 0 passed"), "{written}");
        }
    }
}
