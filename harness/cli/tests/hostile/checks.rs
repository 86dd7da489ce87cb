//! `wassay engines check` and `wassay serve-engine` on adapters that misbehave: each deed of `peer.sh` is
//! named, the exit code says so, and nothing that the adapter started survives.

use crate::adapters::{MARK, nothing_survives, peer};
use crate::process::{Result, expect, within};
use crate::wassay;
use libtest_mimic::Trial;
use rustix::process::{Pid, Signal, kill_process};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What an adapter does whenever it can, and parts of the report of its check, which fails.
const CHECKS: &[(&str, &[&str])] = &[
    ("luck", &["requests that the protocol does not have: luck\n"]),
    ("end", &["FAILED: ", "did not end with status 0 after the end of its input", "cannot end"]),
    ("begin", &["FAILED", "did not answer within 3 seconds", "not started again after 3 losses"]),
    ("detach", &["FAILED", "did not answer within 3 seconds", "not started again after 3 losses"]),
];

pub fn trials() -> Vec<Trial> {
    let check = |(name, parts): &'static (&str, &[&str])| {
        Trial::test(format!("check: {name}"), move || check(name, parts))
    };
    let mut trials: Vec<Trial> = CHECKS.iter().map(check).collect();
    trials.push(Trial::test("check: interrupted", interrupted));
    trials.push(Trial::test("serve-engine: a lost adapter", serves_a_lost_adapter));
    trials
}

/// A command with this mark.
fn marked(directory: &Path, words: &[&str]) -> Command {
    let mut command = wassay(directory);
    command.args(words).env(MARK, directory);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn check(name: &str, parts: &[&str]) -> Result {
    let directory = tempfile::tempdir()?;
    let words = ["engines", "check", &peer(name), "--timeout", "3"];
    let output = marked(directory.path(), &words).output()?;
    nothing_survives(directory.path())?;
    let text = String::from_utf8_lossy(&output.stdout);
    expect(output.status.code() == Some(1), format!("{output:?}"))?;
    for part in parts {
        expect(text.contains(part), format!("`{part}` is not in `{text}`"))?;
    }
    Ok(())
}

/// Only the parent is interrupted, as a terminal would not reach the adapter's process group.
fn interrupted() -> Result {
    let directory = tempfile::tempdir()?;
    let words = ["engines", "check", &peer("begin"), "--timeout", "300"];
    let mut child = marked(directory.path(), &words).spawn()?;
    let begun = directory.path().join("begun");
    expect(within(Duration::from_secs(60), || begun.exists()), "the adapter has not begun")?;
    kill_process(Pid::from_child(&child), Signal::INT)?;
    let code = child.wait()?.code();
    nothing_survives(directory.path())?;
    expect(code == Some(130), format!("exit code {code:?}"))
}

fn serves_a_lost_adapter() -> Result {
    let directory = tempfile::tempdir()?;
    let mut command = marked(directory.path(), &["serve-engine", &peer("exit")]);
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    let start = r#"{"id":1,"op":"start","engine":1,"config":{"features":[]}}"#;
    let stdin = child.stdin.as_mut().ok_or("no pipe")?;
    writeln!(stdin, "{start}")?;
    let output = child.wait_with_output()?;
    // Long lines are broken.
    let text = String::from_utf8_lossy(&output.stderr).replace("\n ", "").replace("  ", " ");
    let is_told = text.contains("during request 2 (`start`)") && text.contains("exit status: 3");
    expect(output.status.code() == Some(3) && is_told, format!("{output:?}"))?;
    nothing_survives(directory.path())
}
