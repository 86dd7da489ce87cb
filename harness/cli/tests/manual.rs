//! Prints every help and every list of `wassay`, and checks that they fit a terminal of 80 columns.
//! Runs no script.

use std::process::Command;

const WIDTH: usize = 80;

/// The output of `wassay` with these arguments on such a terminal.
fn printed(words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.args(words).env("COLUMNS", WIDTH.to_string()).env_remove("WASSAY_TESTSUITE");
    let output = command.output().unwrap();
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
    for name in ["run", "engines", "suites", "lanes", "compare", "merge", "table", "help"] {
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
    for list in ["engines", "suites", "lanes"] {
        let text = printed(&[list]);
        assert!(text.lines().count() > 5, "{text}");
        assert_eq!(too_long(&text), [""; 0], "{list}");
    }
}
