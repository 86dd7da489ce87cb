//! Prints every help, every list and long messages of `wassay`, and checks that they fit a terminal
//! of 80 columns. Runs no script.

use std::process::{Command, Output};

const WIDTH: usize = 80;

/// Runs `wassay` with these arguments on such a terminal.
fn wassay(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.args(words).env("COLUMNS", WIDTH.to_string()).env_remove("WASSAY_TESTSUITE");
    command.output().unwrap()
}

/// What a command that succeeds prints.
fn printed(words: &[&str]) -> String {
    let output = wassay(words);
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Lines that are too long. A line with a single word, such as a path, cannot be broken.
fn too_long(text: &str) -> Vec<&str> {
    let is_long = |line: &&str| line.chars().count() > WIDTH && line.trim_start().contains(' ');
    text.lines().filter(is_long).collect()
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = printed(&["--help"]);
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let rows = rest.lines().take_while(|line| !line.is_empty());
    let names = rows.filter(|row| !row.starts_with("   ")).filter_map(|row| row.split(' ').nth(2));
    names.map(str::to_string).collect()
}

#[test]
fn every_help_fits_a_terminal() {
    let commands = commands();
    let all =
        "run engines suites show lanes compare merge table generate compile inspect cache help";
    for name in all.split(' ') {
        assert!(commands.iter().any(|command| command == name), "{name}: {commands:?}");
    }
    for words in [&["-h"][..], &["--help"], &["help"]] {
        assert_eq!(too_long(&printed(words)), [""; 0], "{words:?}");
    }
    for command in commands.iter().filter(|command| *command != "help") {
        for words in [[command, "-h"], [command, "--help"], ["help", command]] {
            assert_eq!(too_long(&printed(&words)), [""; 0], "{words:?}");
        }
    }
}

#[test]
fn every_list_fits_a_terminal() {
    for list in ["engines", "suites", "lanes", "generate"] {
        let text = printed(&[list]);
        assert!(text.lines().count() > 5, "{text}");
        assert_eq!(too_long(&text), [""; 0], "{list}");
    }
}

#[test]
fn every_message_fits_a_terminal() {
    for words in [
        &["run", "core"][..],
        &["run", "no-such-script"],
        &["run", "wasm-v1/nop.wast", "--features", "wasm1"],
        &["run", "wasm-v1/nop.wast", "--engine", "spidermonkey"],
        &["run", "wasm-v1/nop.wast", "--lane", "natvie"],
        &["run", "wasm-v1/nop.wast", "--known", "/no/such/directory/with/a/list/known.toml"],
    ] {
        let output = wassay(words);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && text.starts_with("wassay: "), "{text}");
        assert_eq!(too_long(&text), [""; 0], "{words:?}");
    }
}

/// A unit test of `spelling.rs` has every kind of error.
#[test]
fn every_refused_command_line_fits_a_terminal() {
    for words in [
        &["run", "--partition", "a-partition-that-is-none"][..],
        &["run", "--report", "a-report-that-is-none"],
        &["run", "--frobnicate", "--known", "a.toml"],
        &["run", "--known", "a.toml", "--no-known", "--opt", "none", "--bounds", "guard"],
        &["merge", "a.json", "--output", "b.json", "--report", "pdf=a-report-of-no-known-kind.pdf"],
        &["--opt", "fast"],
    ] {
        let output = wassay(words);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.starts_with("error: ") && text.ends_with('\n'), "{text}");
        assert_eq!(too_long(&text), [""; 0], "{words:?}");
    }
}

#[test]
fn the_text_of_a_script_is_shown() {
    let text = include_str!("../../../regressions/wast/cache/wazero-2541-demanded-hits.wast");
    assert_eq!(printed(&["show", "regressions/cache/wazero-2541-demanded-hits.wast"]), text);
    let line = printed(&["show", "wazero-2541-demanded-hits.wast:17"]);
    assert_eq!(line, text.lines().nth(16).unwrap().to_string() + "\n");
    let two =
        printed(&["show", "wazero-2541-demanded-hits.wast", "regressions/identity/call.wast"]);
    assert!(two.contains("\n;; regressions/identity/call.wast\n;;! why ="), "{two}");
    assert_eq!(wassay(&["show", "no-such.wast"]).status.code(), Some(4));
}
