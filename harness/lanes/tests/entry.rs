//! Tests `.ci/run`, the entry point of the CI service, in a tree whose `ci/test` only prints its
//! environment: the project's own CI skips nothing unless configured to.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use wassay_lanes::in_ci;

/// One tree at a time: a script that is open for writing in one thread while another thread starts
/// a process cannot be executed.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs the entry with these variables; returns its exit code and the environment of `ci/test`.
fn run(variables: &[(&str, &str)], with_suite: bool) -> (Option<i32>, String) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let tree = tempfile::tempdir().unwrap();
    let root = tree.path().join("tree");
    for directory in [".ci", "ci"] {
        fs::create_dir_all(root.join(directory)).unwrap();
    }
    if with_suite {
        fs::create_dir_all(tree.path().join("shared/testsuite")).unwrap();
    }
    let entry = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.ci/run");
    fs::copy(entry, root.join(".ci/run")).unwrap();
    let test = root.join("ci/test");
    fs::write(&test, "#!/bin/sh\necho \"CI=$CI suite=${WASSAY_TESTSUITE##*/}\"\nexit ${CODE:-0}\n")
        .unwrap();
    fs::set_permissions(test, PermissionsExt::from_mode(0o755)).unwrap();
    let mut entry = Command::new("bash");
    entry.arg(root.join(".ci/run")).env_remove("CI").env_remove("WASSAY_TESTSUITE");
    let output = entry.envs(variables.iter().copied()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn given(variables: &[(&str, &str)], with_suite: bool) -> String {
    let (code, text) = run(variables, with_suite);
    assert_eq!(code, Some(0), "{text}");
    text
}

#[test]
fn the_entry_is_strict_unless_it_is_told_otherwise() {
    assert_eq!(given(&[], false), "CI=true suite=\n");
    assert_eq!(given(&[("CI", "")], false), "CI=true suite=\n");
    assert_eq!(given(&[("CI", "false")], false), "CI=false suite=\n");
}

#[test]
fn the_entry_finds_the_checkout_of_the_suite() {
    assert_eq!(given(&[], true), "CI=true suite=testsuite\n");
}

#[test]
fn the_entry_ends_as_the_tests_do() {
    assert_eq!(run(&[("CODE", "7")], false).0, Some(7));
}

#[test]
fn only_the_word_true_makes_it_a_ci_job() {
    assert_eq!(in_ci(), std::env::var("CI").as_deref() == Ok("true"));
}
