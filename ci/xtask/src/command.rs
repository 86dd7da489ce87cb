//! Takes a command; gives its output, or its text for messages. Knows no command but cargo.

use anyhow::{Context, Result, bail};
use std::process::Command;

/// The cargo that runs this program.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What a command prints.
///
/// # Errors
/// If it does not start, or fails.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().with_context(|| format!("{} does not start", shown(command)))?;
    if !output.status.success() {
        bail!("{} failed: {}", shown(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}

/// The command in backticks, as one would type it, without its environment and directory.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words = words.map(|word| match word.to_string_lossy() {
        word if word.is_empty() || word.contains(char::is_whitespace) => format!("'{word}'"),
        word => word.into_owned(),
    });
    format!("`{}`", words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_types_it() {
        let mut command = Command::new("wassay");
        command.args(["run", "a b.wast", "", "--quiet"]).env("WASSAY_FAULT", "x");
        assert_eq!(shown(&command), "`wassay run 'a b.wast' '' --quiet`");
        let missing = output(&mut Command::new("./no-such-program"));
        let told = missing.unwrap_err().to_string();
        assert_eq!(told, "`./no-such-program` does not start");
        let failed = output(Command::new("sh").args(["-c", "echo why >&2; exit 1"]));
        let told = failed.unwrap_err().to_string();
        assert_eq!(told, "`sh -c 'echo why >&2; exit 1'` failed: why");
    }
}
